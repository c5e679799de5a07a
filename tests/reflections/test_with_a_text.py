"""Photos and files with a text; questions as data; one kind letter to who went quiet."""

import datetime
import io

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from core import files, letters
from core.models import StoredFile
from ilias.timetable import tick
from outbox.models import OutgoingMail
from people.models import PersonKey
from reflections import services
from reflections.models import Nudge, Occasion, Prompt, QuestionSet, Reflection, ReflectionFile, Theme
from tests.reflections.places import text_by_anna
from tests.reflections.test_writing import NEW, form_of

PLACE = "Kerkstraat 5 Gent"


def photo(name: str = "Thomas in de tuin.jpg") -> SimpleUploadedFile:
    """A telephone's picture that says where it was taken."""
    written, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = PLACE
    Image.new("RGB", (40, 30), "green").save(written, "JPEG", exif=exif)
    return SimpleUploadedFile(name, written.getvalue(), "image/jpeg")


def test_a_photo_is_redrawn_sealed_and_served_to_readers_only(cast, client_of, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"default": settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}}
    reflection = text_by_anna(cast, "coaches", "policy")
    author = client_of(cast.anna)

    added = author.post(f"/reflections/{reflection.pk}/files/", {"upload": photo()}, follow=True)
    row = ReflectionFile.objects.get()
    address = f"/reflections/{reflection.pk}/files/{row.pk}/"
    served = client_of(cast.hilde).get(address)
    on_disk = files.read(row.file)

    assert "Thomas in de tuin.jpg" in added.content.decode()
    assert served.content.startswith(b"\xff\xd8\xff") and PLACE.encode() not in served.content
    assert "attachment" in served["Content-Disposition"] and served["X-Content-Type-Options"] == "nosniff"
    assert not on_disk.startswith(b"\xff\xd8\xff") and "Thomas" not in row.file.name
    assert f'src="{address}"' in client_of(cast.hilde).get(f"/reflections/{reflection.pk}/").content.decode()
    for name in ("bram", "zita", "tess", "omar"):
        assert client_of(getattr(cast, name)).get(address).status_code == 404
    assert client_of(cast.hilde).post(f"{address}remove/").status_code == 403
    assert client_of(cast.hilde).post(f"/reflections/{reflection.pk}/files/", {"upload": photo()}).status_code == 403
    author.post(f"{address}remove/")
    assert not ReflectionFile.objects.exists() and StoredFile.objects.get(pk=row.file_id).expires_at <= timezone.now()


def test_with_a_text_that_goes_for_good_go_its_files(cast, client_of, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"default": settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}}
    reflection = text_by_anna(cast)
    client_of(cast.anna).post(f"/reflections/{reflection.pk}/files/", {"upload": photo()})
    path = ReflectionFile.objects.get().file.path
    services.erase(reflection, by=cast.anna)

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        tick()

    assert not StoredFile.objects.exists() and not default_storage.exists(path)


def test_a_file_cannot_be_opened_once_the_key_is_erased(cast, client_of, settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {"default": settings.STORAGES["default"] | {"OPTIONS": {"location": str(tmp_path)}}}
    reflection = text_by_anna(cast)
    browser = client_of(cast.anna)
    browser.post(f"/reflections/{reflection.pk}/files/", {"upload": photo()})
    PersonKey.objects.filter(user=cast.anna).delete()

    assert browser.get(f"/reflections/{reflection.pk}/").status_code == 200
    assert browser.get(f"/reflections/{reflection.pk}/files/{ReflectionFile.objects.get().pk}/").status_code == 404


@pytest.mark.parametrize("name", ["x.svg", "x.jpg", "85073003328.jpg"])
def test_what_is_no_photo_or_pdf_is_refused_beside_the_field(cast, client_of, name):
    reflection = text_by_anna(cast)
    upload = photo(name) if name.startswith("8") else SimpleUploadedFile(name, b"<svg/>", "image/svg+xml")

    answer = client_of(cast.anna).post(f"/reflections/{reflection.pk}/files/", {"upload": upload})

    assert answer.status_code == 422 and not ReflectionFile.objects.exists()


# -- questions ----------------------------------------------------------------------------------------------------------


def test_the_house_brings_questions_for_each_occasion_trait_and_step(db):
    shipped = QuestionSet.objects.filter(programme=None)

    assert {one.occasion for one in shipped} == set(Occasion.values)
    assert all(one.intro_nl and one.intro_en and one.prompts.count() >= 3 for one in shipped)
    themes = set(Prompt.objects.filter(programme=None).values_list("theme", flat=True))
    assert themes == set(Theme.values)
    assert services.load_prompts() == 0


def form_for_set(**given):
    rows = {f"questions-{number}-{name}": "" for number in range(3) for name in ("text_nl", "text_en", "theme")}
    management = {"questions-TOTAL_FORMS": "3", "questions-INITIAL_FORMS": "0"}
    words = {"occasion": "monthly", "title_nl": "Eigen vragen", "intro_nl": "Even stilstaan.", "version": "1"}
    return rows | management | words | given


def test_the_team_asks_its_own_questions_and_only_its_own_programme_gets_them(cast, client_of):
    team, address = client_of(cast.tess), f"/reflections/questions/new/{cast.programme.pk}/"
    given = {"questions-0-text_nl": "Wat deed je met de tool?", "questions-0-theme": "humility", "is_alone": "on"}

    saved = team.post(address, form_for_set(**given))
    page = client_of(cast.anna).get(f"{NEW}?occasion=monthly").content.decode()

    assert saved.url == "/reflections/questions/"
    assert "Wat deed je met de tool?" in page and "Even stilstaan." in page
    own = QuestionSet.objects.get(programme=cast.programme)
    change = f"/reflections/questions/{own.pk}/"
    assert "Wat deed je met de tool?" in team.get("/reflections/questions/").content.decode()
    given["questions-INITIAL_FORMS"] = "1"
    assert team.post(change, form_for_set(**given, title_nl="Andere titel")).status_code == 302
    stale = team.post(change, form_for_set(**given, title_nl="Verouderd"))
    assert stale.status_code == 422 and QuestionSet.objects.get(pk=own.pk).title_nl == "Andere titel"
    assert client_of(cast.anna).get(change).status_code == 403
    assert client_of(cast.omar).get(change).status_code == 404
    assert (
        client_of(cast.tess).get(f"/reflections/questions/{QuestionSet.objects.filter(programme=None)[0].pk}/").status_code == 404
    )


def test_what_was_written_to_a_question_keeps_its_words(cast, client_of):
    team, browser = client_of(cast.tess), client_of(cast.anna)
    team.post(
        f"/reflections/questions/new/{cast.programme.pk}/",
        form_for_set(**{"questions-0-text_nl": "Oude vraag?", "is_alone": "on"}),
    )
    browser.post(NEW, form_of(browser.get(f"{NEW}?occasion=monthly"), text="Antwoord"))
    own = QuestionSet.objects.get(programme=cast.programme)
    team.post(f"/reflections/questions/{own.pk}/remove/")

    reflection = Reflection.objects.get()
    assert (reflection.asked, reflection.prompt) == ("Oude vraag?", None)
    assert "Oude vraag?" not in browser.get(f"{NEW}?occasion=monthly").content.decode()


@pytest.mark.parametrize(
    "given", [{}, {"title_nl": "", "questions-0-text_nl": "Vraag?"}, {"questions-0-text_nl": "85.07.30-033.28"}]
)
def test_a_set_without_title_or_question_is_refused(cast, client_of, given):
    answer = client_of(cast.tess).post(f"/reflections/questions/new/{cast.programme.pk}/", form_for_set(**given))

    assert answer.status_code == 422
    assert not QuestionSet.objects.filter(programme=cast.programme).exists()


# -- who went quiet -----------------------------------------------------------------------------------------------------

TUESDAY = datetime.datetime(2026, 11, 24, 8, 30, tzinfo=datetime.UTC)  # half past nine in Brussels


def test_who_has_not_written_for_a_while_is_told_once_and_never_again(cast):
    with time_machine.travel(TUESDAY - datetime.timedelta(days=70), tick=False):
        text_by_anna(cast)
    with time_machine.travel(TUESDAY - datetime.timedelta(days=5), tick=False):
        services.write(by=cast.bram, pilot=cast.nest, text="Vorige week")
    with time_machine.travel(TUESDAY - datetime.timedelta(days=2), tick=False):
        assert services.remind_who_went_quiet(now=timezone.now()) == 0, "nobody is written to on a Sunday"

    with time_machine.travel(TUESDAY, tick=False):
        assert services.remind_who_went_quiet(now=timezone.now()) == 1
        mail = OutgoingMail.objects.get(kind="not-written")
        letter = letters.kind("not-written").render(mail)
    for days in (1, 63, 400):
        with time_machine.travel(TUESDAY + datetime.timedelta(days=7 * days), tick=False):
            OutgoingMail.objects.filter(kind="not-written", recipient_id=cast.anna.pk).delete()
            services.remind_who_went_quiet(now=timezone.now())

    assert (mail.recipient_id, letter.to) == (cast.anna.pk, cast.anna.email)
    assert Nudge.objects.filter(user=cast.anna).count() == 1
    assert not OutgoingMail.objects.filter(kind="not-written", recipient_id=cast.anna.pk).exists()
    assert not Nudge.objects.filter(user=cast.zita).exists(), "who never wrote is left in peace"


def test_who_writes_meanwhile_gets_no_such_letter(cast):
    with time_machine.travel(TUESDAY - datetime.timedelta(days=70), tick=False):
        text_by_anna(cast)
    with time_machine.travel(TUESDAY, tick=False):
        services.remind_who_went_quiet(now=timezone.now())
        text_by_anna(cast)
        with pytest.raises(letters.Obsolete):
            letters.kind("not-written").render(OutgoingMail.objects.get(kind="not-written"))
