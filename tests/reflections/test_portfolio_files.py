"""What an author takes along, each a sealed file: a PDF, a web page that stands alone, data to a schema; self-assessments."""

import datetime
import io
import json

import fastjsonschema
import pikepdf
import pytest
import time_machine
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from core import crypto, files, jobs
from core.models import Job, StoredFile
from people import keys
from people.models import PersonKey
from reflections import tasks
from reflections.models import ReflectionFile, SelfAssessment
from reflections.portfolio import assessments, exports, pieces
from tests.cast import make_cast
from tests.core.test_uploads import bomb
from tests.planning.test_at_once import together
from tests.reflections.places import CANARY
from tests.reflections.test_portfolio import HOME, tick_everything, year  # noqa: F401 - a fixture
from trajectories import services as trajectories

SCHEMA = json.loads((settings.BASE_DIR / "docs" / "portfolio.schema.json").read_text(encoding="utf-8"))
FILES, ASSESS = f"{HOME}files/", f"{HOME}assessment/"
SCORES = dict.fromkeys(assessments.STATEMENTS, 3)


@pytest.fixture
def filled(cast, client_of, year):  # noqa: F811
    """Anna ticked everything and looked at herself twice."""
    today = timezone.localdate()
    assessments.note(by=cast.anna, scores=SCORES, on=today - datetime.timedelta(days=200))
    assessments.note(by=cast.anna, scores=SCORES | {"uniqueness": 5, "belonging": 6, "humility": 6}, on=today)
    browser = client_of(cast.anna)
    tick_everything(browser)
    return browser


def make() -> None:
    """The worker's part."""
    tasks.make_portfolio(str(Job.objects.get().pk))


def taken_along(browser, shape: str):
    """The answer in which the author gets a file that was asked for and made."""
    before = set(Job.objects.values_list("pk", flat=True))
    browser.post(FILES, {"which": "portfolio", "shape": shape})
    job = Job.objects.exclude(pk__in=before).get()
    tasks.make_portfolio(str(job.pk))
    return browser.get(f"{FILES}{job.pk}/")


def words_of(content: bytes) -> str:
    with pikepdf.open(io.BytesIO(content)) as found:
        return f"{len(found.pages)} {found.docinfo.get('/Title')} {found.Root.get('/Lang')} {found.Root.get('/MarkInfo')}"


def test_the_pdf_is_made_sealed_and_gone_after_a_day(cast, filled, client_of):
    asked = filled.post(FILES, {"which": "portfolio"})
    filled.post(FILES, {"which": "portfolio"})
    assert asked.status_code == 302 and Job.objects.count() == 1
    assert "wordt gemaakt" in filled.get(FILES).content.decode()
    make()

    job, stored = Job.objects.get(), StoredFile.objects.get(content_type="application/pdf")
    page = filled.get(FILES).content.decode()
    answer = filled.get(f"{FILES}{job.pk}/")
    assert f"{FILES}{job.pk}/" in page
    assert answer.content.startswith(b"%PDF") and not files.read(stored).startswith(b"%PDF")
    assert "attachment" in answer["Content-Disposition"] and "anna-claes" in answer["Content-Disposition"]
    assert words_of(answer.content).split()[0] >= "5" and "nl" in words_of(answer.content)
    assert stored.sealed_for == cast.anna.pk
    for other in (cast.bram, cast.hilde, cast.tess):
        assert client_of(other).get(f"{FILES}{job.pk}/").status_code == 404
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=24, minutes=1), tick=False):
        browser = client_of(cast.anna)
        assert browser.get(f"{FILES}{job.pk}/").status_code == 404
        assert f"{FILES}{job.pk}/" not in browser.get(FILES).content.decode()
        files.sweep()
    assert not default_storage.exists(stored.path)


def test_the_bytes_of_an_attempt_that_was_killed_are_replaced(cast, filled, monkeypatch):
    filled.post(FILES, {"which": "portfolio"})
    job = Job.objects.get()
    place = f"{job.pk.hex[:2]}/{job.pk.hex}"
    default_storage.save(place, ContentFile(b"half"))  # killed when the bytes were written and not yet named
    monkeypatch.setattr(jobs, "_finish", lambda *_done, **_fields: None)  # killed when the file was named and the job not done
    make()
    Job.objects.update(lease_until=timezone.now() - datetime.timedelta(hours=1))
    monkeypatch.undo()
    make()

    stored = StoredFile.objects.get(content_type="application/pdf")
    assert (stored.path, Job.objects.get().result) == (place, stored)
    assert filled.get(f"{FILES}{job.pk}/").content.startswith(b"%PDF")


def test_without_the_key_the_pdf_is_closed(cast, filled):
    filled.post(FILES, {"which": "portfolio"})
    make()
    PersonKey.objects.filter(user=cast.anna).delete()

    assert filled.get(f"{FILES}{Job.objects.get().pk}/").status_code == 404


def test_the_good_practice_has_a_pdf_of_its_own(cast, filled):
    assert "nog niets in" in filled.post(FILES, {"which": "practice"}, follow=True).content.decode()
    piece = pieces.take(by=cast.anna, source="asked:situation")
    pieces.change(piece, by=cast.anna, title="De vroege dienst", text="Zij zweeg altijd.", version=piece.version)

    filled.post(FILES, {"which": "practice"})
    make()
    assert words_of(filled.get(f"{FILES}{Job.objects.get().pk}/").content).startswith("2 Een goede praktijk")


def test_nothing_chosen_makes_no_file(cast, client_of):
    said = client_of(cast.bram).post(FILES, {"which": "portfolio"}, follow=True).content.decode()

    assert "Kies of schrijf eerst iets" in said and not Job.objects.exists()
    assert client_of(cast.bram).post(FILES, {"which": "elders"}).status_code == 302


def test_a_web_page_and_data_are_made_and_sealed_like_a_pdf(cast, filled, client_of):
    page = filled.post(FILES, {"which": "portfolio", "shape": "html"}, follow=True)
    filled.post(FILES, {"which": "portfolio", "shape": "json"})
    filled.post(FILES, {"which": "portfolio", "shape": "html"})
    assert "(webpagina): wordt gemaakt" in page.content.decode().replace("\xa0", " ")
    assert [job.state for job in Job.objects.all()] == [Job.State.QUEUED] * 2

    for job in Job.objects.all():
        tasks.make_portfolio(str(job.pk))
        job.refresh_from_db()
        assert CANARY.encode() not in files.read(job.result) and job.result.sealed_for == cast.anna.pk
        assert CANARY in filled.get(f"{FILES}{job.pk}/").content.decode()
        assert client_of(cast.bram).get(f"{FILES}{job.pk}/").status_code == 404
    assert filled.post(FILES, {"which": "portfolio", "shape": "exe"}).status_code == 302 and Job.objects.count() == 2


def test_the_web_page_needs_nothing_else(filled):
    answer = taken_along(filled, "html")
    page = answer.content.decode()

    assert CANARY in page and "data:image/jpeg;base64," in page and page.count("<svg") == 2
    assert "<script" not in page and "src=\"/" not in page and "href=\"/" not in page and "http://" not in page.replace(
        "http://www.w3.org/2000/svg", ""
    )  # fmt: skip
    assert "attachment" in answer["Content-Disposition"] and answer["Cache-Control"] == "private, no-store"


def test_the_data_keeps_to_its_schema_and_holds_everything(filled):
    told = json.loads(taken_along(filled, "json").content)

    fastjsonschema.compile(SCHEMA)(told)
    assert [part["part"] for part in told["parts"]] == ["author", "pathway", "journey", "assessment"]
    found = {piece["kind"]: piece for part in told["parts"] for piece in part["pieces"]}
    assert found["meetings"]["meetings"][0]["minutes"] == 170
    assert found["growth"]["moments"][1]["scores"]["humility"] == 6
    assert found["photo"]["photo"]["content"]
    told["parts"][0]["pieces"][0]["kind"] = "other"
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        fastjsonschema.compile(SCHEMA)(told)


def test_everything_is_taken_along_after_the_programme_and_the_place_have_ended(cast, filled, client_of):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    trajectories.end_seat(cast.anna.seats.get(), by=cast.tess, until=yesterday)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=500), tick=False):
        browser = client_of(cast.anna)
        assert CANARY in taken_along(browser, "html").content.decode()
        fastjsonschema.compile(SCHEMA)(json.loads(taken_along(browser, "json").content))
        assert taken_along(browser, "pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("kept", [None, b"half a picture", bomb(60_000, 60_000)], ids=["gone", "broken", "bomb"])
def test_a_photo_that_cannot_be_opened_is_said_to_be_so_and_stops_no_file(cast, filled, kept):
    """Such a photo is refused when it is brought; one that was kept by other ways costs no file."""
    row = ReflectionFile.objects.get()
    default_storage.delete(row.file.path)
    if kept:
        default_storage.save(row.file.path, ContentFile(crypto.seal(keys.key_of(cast.anna.pk), kept, about=row.about_content)))

    page = taken_along(filled, "html").content.decode()
    assert "Deze foto kan niet meer geopend worden." in page and "data:image" not in page
    fastjsonschema.compile(SCHEMA)(json.loads(taken_along(filled, "json").content))
    assert exports.on_paper(exports.document_of(cast.anna)).count("data:image") == 0


def test_how_one_sees_oneself_is_sealed_drawn_and_changed_on_the_same_day(cast, client_of):
    browser = client_of(cast.anna)
    today = timezone.localdate()
    typed = dict.fromkeys(SCORES, "2") | {"made_on": today.isoformat()}

    assert browser.post(ASSESS, typed | {"humility": ""}).status_code == 422
    assert browser.post(ASSESS, typed | {"made_on": (today + datetime.timedelta(days=1)).isoformat()}).status_code == 422
    assert browser.post(ASSESS, typed).status_code == 302
    browser.post(ASSESS, typed | {"uniqueness": "5", "belonging": "6"})

    page = browser.get(ASSESS).content.decode()
    row = SelfAssessment.objects.get()
    assert page.count("<svg") >= 4 and "inclusie" in page and "eerste moment" in page
    assert b"humility" not in bytes(row.body)
    assert client_of(cast.bram).get(ASSESS).content.decode().count("inclusie</span>") == 0
    browser.post(f"{ASSESS}{row.pk}/remove/")
    assert not SelfAssessment.objects.exists()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_noted_twice_at_once_there_is_one_for_the_day():
    anna, today = make_cast().anna, timezone.localdate()

    assert together(*[lambda: assessments.note(by=anna, scores=SCORES, on=today)] * 4) == []
    assert SelfAssessment.objects.count() == 1


@pytest.mark.parametrize(
    ("uniqueness", "belonging", "quadrant"),
    [(3, 3, "uitsluiting"), (3, 4, "assimilatie"), (4, 3, "differentiatie"), (4, 4, "inclusie")],
)
def test_every_moment_stands_in_one_of_the_four_quadrants(cast, uniqueness, belonging, quadrant):
    assessments.note(by=cast.anna, scores=SCORES | {"uniqueness": uniqueness, "belonging": belonging}, on=timezone.localdate())

    assert assessments.moments_of(cast.anna)[0].quadrant == quadrant
