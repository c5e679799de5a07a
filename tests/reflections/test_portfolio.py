"""The portfolio fills itself, is ticked piece by piece, changed without touching the original, and read by nobody else."""

import datetime
import io
import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from PIL import Image

from core import uploads
from people.models import Draft, PersonKey
from reflections import attached, services
from reflections.models import PortfolioPiece, Prompt, Reflection
from reflections.portfolio import pieces
from reflections.prompts import Question
from reporting.services import keep_clocks
from sessions import preparation
from sessions.models import Action, Attendance, Meeting, MeetingTool
from tests.reflections.places import CANARY, network_session, text_by_anna
from tools.models import Tool
from trajectories import services as trajectories

HOME = "/reflections/portfolio/"


def picture() -> uploads.Checked:
    written = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(written, "PNG")
    return uploads.Checked(written.getvalue(), "image/png", "tuin.png")


@pytest.fixture
def year(cast):
    """What Anna did: a session with a tool where she was three hours, a text with a photo, a case, an agreement that is done."""
    meeting = network_session(cast, days=-30, state=Meeting.State.CHECKED, title="Wie spreekt er?")
    Attendance.objects.filter(meeting=meeting, user=cast.anna).update(status="onsite", minutes=170)
    MeetingTool.objects.create(meeting=meeting, tool=Tool.objects.published().first())
    text = text_by_anna(cast, "coaches", meeting=meeting, text=f"Over de {CANARY}.\nEn meer.", at=timezone.now())
    attached.add(text, by=cast.anna, checked=picture())
    case = {"question": "Wie zwijgt er?", "context": "De vroege dienst."}
    preparation.bring(meeting, by=cast.anna, kind="case", texts=case)
    agreed = {"programme": cast.programme, "meeting": meeting, "text": "Een uur vroeger gaan", "owner": cast.anna}
    Action.objects.create(state=Action.State.DONE, **agreed)
    return text


def columns(answer) -> dict:
    return {column.part: column for column in answer.context["board"].columns}


def sources(answer, part: str) -> list[str]:
    return [re.sub(":[0-9a-f]{32}$", "", proposal.source) for proposal in columns(answer)[part].proposed]


def tick_everything(browser):
    page = browser.get(HOME)
    seen = re.findall(r'name="seen" value="([^"]+)"', page.content.decode())
    return browser.post(HOME, {"seen": seen, "all": "1"}, follow=True)


def test_the_first_time_it_is_filled_with_proposals_and_nothing_is_kept(cast, client_of, year):
    page = client_of(cast.anna).get(HOME)

    assert sources(page, "author") == ["start:who"]
    assert sources(page, "pathway") == ["start:pathway", "start:meetings", "start:tools"]
    assert sorted(sources(page, "journey")) == ["brought", "done", "photo", "reflection"]
    assert "directeur bij Het Nest" in columns(page)["author"].proposed[0].text
    assert CANARY in page.content.decode() and "Een uur vroeger gaan" in page.content.decode()
    assert "Wie zwijgt er?" in page.content.decode()
    assert not PortfolioPiece.objects.exists()


def test_who_ticks_has_it_and_who_unticks_keeps_the_words(cast, client_of, year):
    browser = client_of(cast.anna)
    source = f"reflection:{year.pk.hex}"

    browser.post(HOME, {"seen": [source, "start:who"], "take": [source]})
    browser.post(HOME, {"seen": [source], "take": [source]})
    piece = PortfolioPiece.objects.get()
    assert piece.part == "journey" and piece.is_in
    pieces.change(piece, by=cast.anna, title="Mijn titel", text="Andere woorden.", version=1)
    browser.post(HOME, {"seen": [piece.pk.hex], "take": []})

    column = columns(browser.get(HOME))["journey"]
    assert [one.text for one in column.out] == ["Andere woorden."] and not column.chosen
    browser.post(HOME, {"seen": [piece.pk.hex], "take": [piece.pk.hex]})
    assert PortfolioPiece.objects.get().is_in


def test_one_button_ticks_everything(cast, client_of, year):
    page = tick_everything(client_of(cast.anna))

    assert PortfolioPiece.objects.filter(author=cast.anna, is_in=True).count() >= 8
    assert all(not column.proposed for column in columns(page).values())


def test_a_changed_copy_leaves_the_original_and_an_erased_original_leaves_the_copy(cast, client_of, year):
    browser = client_of(cast.anna)
    piece = pieces.take(by=cast.anna, source=f"reflection:{year.pk.hex}")
    address = f"{HOME}{piece.pk}/"
    form = browser.get(address)
    assert CANARY in form.content.decode() and "een kopie" in form.content.decode()

    saved = browser.post(address, {"title": "Nieuw", "text": "Korter.", "version": "1", "tab": "", "draft": "0"})

    assert saved["Location"] == f"{HOME}#saved-{piece.pk.hex}"
    assert services.text_of(Reflection.objects.get()).startswith("Over de")
    Reflection.objects.all().delete()
    assert [one.text for one in columns(browser.get(HOME))["journey"].chosen if one.row.pk == piece.pk] == ["Korter."]


def test_two_windows_show_both_texts(cast, client_of, year):
    browser = client_of(cast.anna)
    piece = pieces.take(by=cast.anna, source="start:who")
    browser.post(f"{HOME}{piece.pk}/", {"text": "Van hier.", "version": "1"})

    other = browser.post(f"{HOME}{piece.pk}/", {"text": "Van daar.", "version": "1"})

    assert other.status_code == 409
    assert "Van hier." in other.content.decode() and "Van daar.</textarea>" in other.content.decode()


def test_what_is_typed_in_a_piece_is_kept_sealed_with_its_heading(cast, client_of, year):
    browser = client_of(cast.anna)
    piece = pieces.take(by=cast.anna, source="start:who")
    typed = {"title": "Half een titel", "text": f"Half {CANARY}", "tab": "0" * 32, "draft": "0", "version": "1"}

    kept = browser.post(f"{HOME}{piece.pk}/draft/", typed)

    assert kept.content.decode().startswith("Bewaard om ")
    page = browser.get(f"{HOME}{piece.pk}/").content.decode()
    assert 'value="Half een titel"' in page and f"Half {CANARY}</textarea>" in page
    assert CANARY.encode() not in bytes(Draft.objects.get().body)
    browser.post(f"{HOME}{piece.pk}/", typed)
    assert not Draft.objects.exists()


def test_another_heading_and_a_shorter_text_of_a_piece_are_kept_too(cast, client_of, year):
    browser = client_of(cast.anna)
    piece = pieces.take(by=cast.anna, source="start:who")
    pieces.change(piece, by=cast.anna, title="Wie ik ben", text="Anna. Directeur.", version=1)
    form = {"tab": "0" * 32, "draft": "0", "version": "2"}

    for title, text in (("Wie", "Anna. Directeur."), ("Wie ik ben", "Anna."), ("Anders", ""), ("", "Anna. Directeur.")):
        browser.post(f"{HOME}{piece.pk}/draft/", form | {"title": title, "text": text})
        page = browser.get(f"{HOME}{piece.pk}/").content.decode()
        assert f'value="{title}"' in page and f"{text}</textarea>" in page
    browser.post(f"{HOME}{piece.pk}/draft/", form | {"title": "Wie ik ben", "text": "Anna. Directeur."})
    assert not Draft.objects.exists()
    browser.post(f"{HOME}{piece.pk}/", form | {"title": "Wie ik ben, nu", "text": "Anna. Directeur. En meer."})
    browser.post(f"{HOME}{piece.pk}/draft/", form | {"title": "Wie ik ben", "text": "Anna. Directeur. En"})
    assert not Draft.objects.exists()


def test_an_emptied_heading_stays_empty_also_where_there_is_no_text(cast, client_of, year):
    browser = client_of(cast.anna)
    piece = pieces.take(by=cast.anna, source="asked:further")
    form = {"tab": "0" * 32, "draft": "0", "version": str(piece.version), "text": ""}
    assert 'name="title" maxlength="200" value="Waarmee' in browser.get(f"{HOME}{piece.pk}/").content.decode()

    browser.post(f"{HOME}{piece.pk}/draft/", form | {"title": ""})

    assert 'name="title" maxlength="200" value=""' in browser.get(f"{HOME}{piece.pk}/").content.decode()


def test_a_national_number_is_refused_beside_its_field(cast, client_of, year):
    browser = client_of(cast.anna)
    piece = pieces.take(by=cast.anna, source="start:who")

    refused = browser.post(f"{HOME}{piece.pk}/", {"text": "Nummer 85.07.30-033.28", "version": "1"})

    assert refused.status_code == 422 and 'id="id_text_errors"' in refused.content.decode()


def test_new_pieces_stand_at_their_day_and_are_moved_by_button_and_by_drag(cast, client_of):
    browser = client_of(cast.anna)
    now = timezone.now()
    days = [now - datetime.timedelta(days=number) for number in (3, 9, 6)]
    texts = [text_by_anna(cast, text=f"Tekst {number}", at=at) for number, at in enumerate(days)]
    for text in texts:
        pieces.take(by=cast.anna, source=f"reflection:{text.pk.hex}")

    def order():
        return [one.text for one in columns(browser.get(HOME))["journey"].chosen]

    assert order() == ["Tekst 1", "Tekst 2", "Tekst 0"]
    last = columns(browser.get(HOME))["journey"].chosen[-1].row
    browser.post(HOME, {"up": last.pk.hex})
    assert order() == ["Tekst 1", "Tekst 0", "Tekst 2"]
    ids = [one.row.pk.hex for one in columns(browser.get(HOME))["journey"].chosen]
    browser.post(f"{HOME}order/", {"item": [ids[2], ids[0], ids[1]]})
    assert order() == ["Tekst 2", "Tekst 1", "Tekst 0"]
    browser.post(HOME, {"down": ids[2]})
    assert order() == ["Tekst 1", "Tekst 2", "Tekst 0"]


def test_a_question_gets_the_newest_fitting_text_as_a_first_answer(cast, client_of):
    prompt = Prompt.objects.filter(theme="cycle-plan-and-act").first()
    asked = Question(prompt=prompt, text="Wat probeerde je?", occasion="after_trying")
    text_by_anna(cast, text="We begonnen met schrijven.", question=asked)
    browser = client_of(cast.anna)

    column = columns(browser.get(f"{HOME}practice/"))["practice"]

    assert [proposal.text for proposal in column.proposed] == ["We begonnen met schrijven."]
    assert len(column.questions) == 4
    written = browser.post(f"{HOME}practice/", {"write": "asked:others"})
    piece = PortfolioPiece.objects.get(source="asked:others")
    assert written["Location"] == f"{HOME}{piece.pk}/" and piece.part == "practice"
    saved = browser.post(f"{HOME}{piece.pk}/", {"text": "Begin klein.", "version": "1"})
    assert saved["Location"].startswith(f"{HOME}practice/#")


def test_something_new_is_begun_in_a_part_and_taken_away(cast, client_of):
    browser = client_of(cast.anna)

    begun = browser.post(HOME, {"begin": "pathway"})
    piece = PortfolioPiece.objects.get()
    assert begun["Location"] == f"{HOME}{piece.pk}/" and piece.part == "pathway"
    assert browser.post(HOME, {"begin": "elders"}, follow=True).status_code == 200
    browser.post(f"{HOME}{piece.pk}/remove/")
    assert not PortfolioPiece.objects.exists()


def test_the_table_costs_the_same_with_one_and_three_rows(cast, client_of, django_assert_max_num_queries):
    browser = client_of(cast.anna)
    text_by_anna(cast, text="Tekst 0")
    pieces.take(by=cast.anna, source="start:who")
    with django_assert_max_num_queries(13) as one:
        browser.get(HOME)
    for number in range(1, 4):
        text = text_by_anna(cast, text=f"Tekst {number}")
        pieces.take(by=cast.anna, source=f"reflection:{text.pk.hex}")
    with django_assert_max_num_queries(13) as three:
        browser.get(HOME)
    assert len(one) == len(three)


def test_who_has_left_keeps_the_portfolio_and_nobody_else_sees_it(cast, client_of, year):
    tick_everything(client_of(cast.anna))
    piece = PortfolioPiece.objects.filter(author=cast.anna).first()
    seat = cast.anna.seats.get()
    trajectories.end_seat(seat, by=cast.tess, until=timezone.localdate() - datetime.timedelta(days=1))

    browser = client_of(cast.anna)
    assert "Mijn portfolio" in browser.get("/").content.decode()
    assert CANARY in browser.get(f"{HOME}look/").content.decode()
    for other in (cast.bram, cast.hilde, cast.tess, cast.zita, cast.kim):
        assert client_of(other).get(f"{HOME}{piece.pk}/").status_code == 404
        assert CANARY not in client_of(other).get(f"{HOME}look/").content.decode()
    assert client_of(cast.hilde).get(HOME).status_code == 403


def test_the_words_are_sealed_leave_with_ones_own_data_and_go_with_the_key(cast, client_of, year):
    piece = pieces.take(by=cast.anna, source=f"reflection:{year.pk.hex}")
    assert CANARY.encode() not in bytes(piece.body)
    browser = client_of(cast.anna)
    assert CANARY in browser.get("/privacy/export/").content.decode()

    PersonKey.objects.filter(user=cast.anna).delete()
    assert CANARY not in browser.get(HOME).content.decode()
    call_command("erase_person", str(cast.anna.pk), "--yes")
    assert not PortfolioPiece.objects.filter(author=cast.anna).exists()


def test_the_programme_s_content_clock_ends_it(cast, year):
    pieces.take(by=cast.anna, source="start:who")
    later = timezone.now() + datetime.timedelta(days=365 + 31 * cast.programme.content_months + 40)

    keep_clocks(now=later)
    assert PortfolioPiece.objects.exists(), "nothing goes before the team was told"
    keep_clocks(now=later + datetime.timedelta(days=15))

    assert not PortfolioPiece.objects.exists()
