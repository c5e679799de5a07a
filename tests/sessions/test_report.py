"""The session report: one button, a PDF that can be read aloud, and a letter to those it concerns."""

import datetime
import io
import re
import subprocess

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from core import files, letters
from core.errors import DomainError
from core.letters import Obsolete
from core.models import Job
from outbox.models import OutgoingMail
from people.models import User
from sessions import actions, attendance, minutes, report_document, reports, signatures, tasks
from sessions.attendance import Line
from sessions.models import AgendaItem, Meeting, SessionReport
from tests.sessions.record import coaching_moment, network_session
from tools.models import Tool
from trajectories.models import Emblem, Seat

SENTENCE = "Met steun van het Europees Sociaal Fonds"


def address(meeting: Meeting, tail: str = "report/") -> str:
    return f"/sessions/{meeting.pk}/{tail}"


def held(meeting: Meeting, cast, *, guests: int = 0) -> Meeting:
    """Everybody was there, Anna late; minutes and an agreement were noted; the list is closed."""
    rows = attendance.rows_of(meeting)
    lines = {
        row.pk: Line("onsite", datetime.time(9, 20), remark="Trein") if row.user == cast.anna else Line("onsite") for row in rows
    }
    if meeting.kind == Meeting.Kind.COACHING:
        lines = {row.pk: Line("onsite") for row in rows}
    people = [Line("online", name=f"Gast nummer {number}", organisation="Elders") for number in range(guests)]
    attendance.save_list(meeting, by=cast.hilde, lines=lines, guests=people)
    minutes.save(
        meeting, by=cast.hilde, body="## Wat opviel\n\n- kijken **zonder** oordeel\n", version=minutes.of(meeting).version
    )
    actions.add(meeting, by=cast.hilde, text="De kijkwijzer uitproberen", owner=cast.anna, due_on=meeting.local_start.date())
    return attendance.close_list(meeting, by=cast.hilde)


def made(meeting: Meeting, cast, **wish) -> SessionReport:
    """Ask for a report and let the worker make it."""
    report = reports.ask(meeting, by=cast.hilde, **wish)
    tasks.make_report(str(report.job_id))
    return SessionReport.objects.select_related("file", "job").get(pk=report.pk)


def text_of(content: bytes, *options: str) -> str:
    return subprocess.run(["pdftotext", *options, "-", "-"], input=content, capture_output=True, check=True).stdout.decode()


def with_emblem(cast) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 90), "#0b3f8f").save(picture, "PNG")
    stored = files.store(picture.getvalue(), name="embleem.png", content_type="image/png", by=None)
    Emblem.objects.create(programme=cast.programme, file=stored, alt="Embleem van de Europese Unie")


def test_one_button_gives_one_report_that_everybody_concerned_gets_once(cast, client_of):
    meeting, hilde = held(network_session(cast), cast), client_of(cast.hilde)
    pressed = {"edition": "internal", "language": "nl", "do": "send"}

    hilde.post(address(meeting), pressed)
    hilde.post(address(meeting), pressed)

    job = Job.objects.get()
    assert 'hx-trigger="every 2s"' in hilde.get(address(meeting)).content.decode()
    tasks.make_report(str(job.pk))
    tasks.make_report(str(job.pk))
    hilde.post(address(meeting), pressed)
    report = SessionReport.objects.get()
    job.refresh_from_db()
    assert (job.state, report.file.content_type) == ("done", "application/pdf")
    told = set(OutgoingMail.objects.filter(kind="session-report").values_list("recipient_id", flat=True))
    assert told == {user.pk for user in (cast.hilde, cast.joris, cast.anna, cast.bram, cast.zita, cast.yusuf)}
    assert OutgoingMail.objects.filter(kind="session-report").count() == 6
    answer = client_of(cast.zita).get(address(meeting, f"reports/{report.pk}/"))
    assert answer.content.startswith(b"%PDF-")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_report_can_be_read_aloud_and_says_what_happened(cast):
    with_emblem(cast)
    meeting = network_session(cast)
    AgendaItem.objects.create(meeting=meeting, title="Landen", aim="Iedereen is er", minutes=15, owner=cast.joris, position=1)
    AgendaItem.objects.create(meeting=meeting, title="Samen kijken", minutes=60, position=2)
    tool = Tool.objects.first()
    meeting.tools.create(tool=tool)
    held(meeting, cast)

    content = files.read(made(meeting, cast).file)

    with pikepdf.open(io.BytesIO(content)) as document:
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "nl"
        assert str(document.docinfo.Title) == "Samen leren kijken"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in document.Root
        with document.open_metadata() as metadata:
            assert (metadata["pdfuaid:part"], metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("1", "3", "A")
        pages = len(document.pages)
        for page in document.pages:
            pictures = [thing for thing in page.Resources.get("/XObject", {}).values() if thing.get("/Subtype") == "/Image"]
            assert pictures, "the emblem stands on every page"
    for number in range(1, pages + 1):
        assert SENTENCE in text_of(content, "-f", str(number), "-l", str(number))
    text = text_of(content, "-layout")
    for words in (
        "De Krook, Gent",
        "Wat opviel",
        "zonder",
        "De kijkwijzer uitproberen",
        "Anna Claes",
        "Het Nest",
        "Iedereen is er",
        tool.title,
    ):
        assert words in text, words
    assert re.search(r"Landen\s", text) and re.search(r"9[.:]15\s+Samen kijken", text)
    assert re.search(r"Anna Claes\s+Het Nest\s+9[.:]20–12[.:]30", text)


def pages_of(meeting: Meeting) -> list[str]:
    content = report_document.render(meeting, edition="internal", language="nl")
    with pikepdf.open(io.BytesIO(content)) as document:
        numbers = range(1, len(document.pages) + 1)
    return [text_of(content, "-f", str(number), "-l", str(number)) for number in numbers]


def test_a_total_never_stands_alone_on_a_page(cast):
    meeting = held(network_session(cast), cast, guests=60)
    shown = [page.count("Gast nummer") for page in pages_of(meeting)]
    whole = next(place for place, number in enumerate(shown) if number and shown[place + 1])
    fit = sum(shown[: whole + 1])  # as many as fill the page to its last line: their total would begin the next one
    guests = [row.pk for row in attendance.rows_of(meeting) if row.is_guest]
    meeting.attendances.filter(pk__in=guests[fit:]).delete()

    [page] = [page for page in pages_of(meeting) if "Alles samen" in page]

    assert page.count("Gast nummer") >= 2


def test_words_from_right_to_left_keep_their_full_stop_on_paper(cast):
    meeting, arabic = network_session(cast), "هذا نص طويل من اليمين."
    minutes.save(meeting, by=cast.hilde, body=f"# Kop\n\nGewoon.\n\n- {arabic}\n{'x' * 20_000}", version=0)
    page = report_document.html(meeting, edition="internal", language="nl")
    assert f"<li>\u200f{arabic}\u200f" in page and "<p>Gewoon.</p>" in page
    assert report_document.render(meeting, edition="internal", language="nl").startswith(b"%PDF-")


def test_the_report_speaks_the_chosen_language(cast):
    meeting = held(network_session(cast), cast)

    content = files.read(made(meeting, cast, language="en").file)

    with pikepdf.open(io.BytesIO(content)) as document:
        assert str(document.Root.Lang) == "en"
    assert "Who was there" in text_of(content)


def test_the_funders_edition_proves_attendance_and_says_no_word_of_what_was_said(cast):
    meeting = held(network_session(cast), cast)
    attendance.check_meeting(meeting, by=cast.tess)

    report = made(meeting, cast, edition="funder", language="en")
    content = files.read(report.file)

    text = text_of(content, "-layout")
    assert "Signature" in text and "Tess Peeters" in text and "Anna Claes" in text and SENTENCE in text
    for secret in ("Wat opviel", "zonder", "kijkwijzer", "Trein", "oefenen samen"):
        assert secret not in text, secret
    shown = report_document.content(meeting, edition="funder", language="en")
    assert not {"minutes", "agreements", "tools"} & set(shown), "what was said is not even read"
    with pikepdf.open(io.BytesIO(content)) as document, document.open_metadata() as metadata:
        assert (metadata["pdfaid:part"], metadata["pdfuaid:part"]) == ("3", "1")
    assert report.sent_at is None and not OutgoingMail.objects.filter(kind="session-report").exists()


@pytest.mark.parametrize("guests", [0, 10, 34])
def test_one_sixteen_or_forty_names_of_any_kind_stay_on_the_page(cast, guests):
    meeting = network_session(cast)
    if not guests:
        meeting.attendances.exclude(user=cast.anna).delete()
    User.objects.filter(pk=cast.anna.pk).update(first_name="A" * 60, last_name="Z" * 60)
    User.objects.filter(pk=cast.bram.pk).update(first_name="מרים", last_name="בן־דוד")
    User.objects.filter(pk=cast.zita.pk).update(first_name="<b>vet</b>", last_name="& 😀")
    held(meeting, cast, guests=guests)
    fresh = Meeting.objects.with_host().get(pk=meeting.pk)

    for edition in ("internal", "funder"):
        content = report_document.render(fresh, edition=edition, language="nl")
        words = re.findall(
            r'<word xMin="([\d.-]+)" yMin="[\d.-]+" xMax="([\d.-]+)" yMax="[\d.-]+">([^<]*)', text_of(content, "-bbox")
        )
        assert words and all(float(left) > 40 and float(right) < 556 for left, right, _word in words)
        plain = re.sub(r"\s", "", text_of(content, "-raw"))
        assert "A" * 20 in plain
        for number in range(guests):
            assert f"Gastnummer{number}" in plain
        if guests:
            assert set("מרים") <= set(plain)
            assert "<b>vet</b>" in plain


def test_the_letter_carries_the_report_of_a_session_and_only_the_way_to_that_of_a_moment(cast):
    User.objects.filter(pk=cast.anna.pk).update(language="en")
    session, moment = held(network_session(cast), cast), held(coaching_moment(cast), cast)
    made(session, cast), made(moment, cast)

    def letter(meeting):
        mail = OutgoingMail.objects.get(subject_id__in=meeting.reports.values("pk"), recipient_id=cast.anna.pk)
        return letters.kind(mail.kind).render(mail)

    of_session, of_moment = letter(session), letter(moment)
    assert (of_session.language, of_session.to) == ("en", "anna@ilias.example")
    assert [attached.content[:5] for attached in of_session.attachments] == [b"%PDF-"]
    assert of_moment.attachments == ()
    for sent in (of_session, of_moment):
        assert f"/sessions/{(session if sent is of_session else moment).pk}/report/" in sent.text
        assert "kijkwijzer" not in sent.text + sent.html


def test_a_letter_does_not_go_to_who_left_nor_after_a_newer_report(cast):
    meeting = held(network_session(cast), cast)
    first = made(meeting, cast)
    to_zita = OutgoingMail.objects.get(recipient_id=cast.zita.pk)
    to_bram = OutgoingMail.objects.get(recipient_id=cast.bram.pk)
    render = letters.kind("session-report").render
    assert render(to_zita).attachments

    Seat.objects.filter(user=cast.zita).update(until=datetime.date(2026, 1, 1), since=datetime.date(2025, 12, 1))
    with pytest.raises(Obsolete):
        render(to_zita)

    minutes.save(meeting, by=cast.hilde, body="Nieuwe tekst", version=1)
    second = made(meeting, cast)
    assert second.pk != first.pk and second.file.sha256 != first.file.sha256
    with pytest.raises(Obsolete):
        render(to_bram)
    assert not OutgoingMail.objects.filter(recipient_id=cast.zita.pk, subject_id=second.pk).exists()


def test_a_report_is_made_anew_only_when_something_changed(cast):
    meeting = held(network_session(cast), cast)
    first = made(meeting, cast, send=False)
    assert not reports.summary(meeting).is_stale
    assert first.sent_at is None

    again = reports.ask(meeting, by=cast.joris)
    assert again.pk == first.pk, "the same is sent, not made again"
    first.refresh_from_db()
    assert first.sent_at is not None and OutgoingMail.objects.count() == 6

    actions.settle(meeting.actions.get(), by=cast.anna, state="done")
    assert not reports.summary(Meeting.objects.get(pk=meeting.pk)).is_stale, "life goes on; the report of that day stays"
    actions.change(meeting.actions.get(), by=cast.hilde, text="Twee kijkwijzers", owner=cast.anna, due_on=None)
    assert reports.summary(Meeting.objects.get(pk=meeting.pk)).is_stale


def test_what_is_asked_to_be_sent_while_it_is_being_made_is_sent(cast):
    meeting = held(network_session(cast), cast)
    waiting = reports.ask(meeting, by=cast.hilde, send=False)

    assert reports.ask(meeting, by=cast.hilde, send=True).pk == waiting.pk
    assert not OutgoingMail.objects.filter(kind="session-report").exists(), "not before there is a report"
    tasks.make_report(str(waiting.job_id))

    assert OutgoingMail.objects.filter(kind="session-report").count() == 6


def test_a_worker_that_dies_after_the_pdf_is_continued_and_nothing_is_double(cast):
    meeting = held(network_session(cast), cast)
    report = made(meeting, cast)
    Job.objects.filter(pk=report.job_id).update(state="running", lease_until=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    SessionReport.objects.filter(pk=report.pk).update(sent_at=None)

    tasks.make_report(str(report.job_id))

    after = SessionReport.objects.get()
    assert (after.file_id, OutgoingMail.objects.count()) == (report.file_id, 6)
    assert after.sent_at is not None


def test_what_cannot_be_printed_ends_with_a_sentence_and_can_be_asked_again(cast, client_of):
    meeting = network_session(cast)
    AgendaItem.objects.bulk_create([AgendaItem(meeting=meeting, title="x", minutes=1, position=n) for n in range(1600)])
    held(meeting, cast)

    report = made(meeting, cast)

    assert (report.file, report.job.state) == (None, "failed")
    assert report.job.problem in client_of(cast.hilde).get(address(meeting)).content.decode()
    meeting.agenda.all().delete()
    assert made(meeting, cast).file is not None


def test_there_is_no_report_before_the_list_is_closed(cast, client_of):
    meeting = network_session(cast)

    with pytest.raises(DomainError):
        reports.ask(meeting, by=cast.hilde)
    answer = client_of(cast.hilde).post(address(meeting), {"edition": "internal", "language": "nl", "do": "send"})

    assert answer.status_code == 422
    assert address(meeting, "attendance/") in answer.content.decode()
    assert not SessionReport.objects.exists()


def test_who_may_ask_read_and_download(cast, client_of):
    moment, session = held(coaching_moment(cast), cast), held(network_session(cast), cast)
    private, shared, proof = made(moment, cast), made(session, cast), made(moment, cast, edition="funder")
    ask = {"edition": "internal", "language": "nl", "do": "send"}

    for reader in (cast.hilde, cast.joris, cast.anna, cast.bram):
        assert client_of(reader).get(address(moment, f"reports/{private.pk}/")).status_code == 200, reader
    for team in (cast.tess, cast.tom):
        assert client_of(team).get(address(moment, f"reports/{private.pk}/")).status_code == 403
        assert client_of(team).post(address(moment), ask).status_code == 403
        page = client_of(team).get(address(moment)).content.decode()
        assert str(private.pk) not in page and str(proof.pk) in page
        assert client_of(team).get(address(moment, f"reports/{proof.pk}/")).status_code == 200
    for stranger in (cast.zita, cast.karel, cast.ada, cast.petra, cast.els, cast.kim, cast.omar):
        assert client_of(stranger).get(address(moment, f"reports/{private.pk}/")).status_code == 404, stranger
        assert client_of(stranger).get(address(moment)).status_code == 404
        assert client_of(stranger).post(address(moment), ask).status_code == 404
    assert client_of(cast.anna).get(address(moment, f"reports/{proof.pk}/")).status_code == 403
    assert client_of(cast.anna).post(address(session), ask).status_code == 403
    assert client_of(cast.zita).get(address(session, f"reports/{private.pk}/")).status_code == 404, (
        "another's child under one's own parent"
    )
    assert client_of(cast.zita).get(address(moment, f"reports/{shared.pk}/")).status_code == 404


def test_the_page_follows_the_work_with_and_without_javascript(cast, client_of):
    meeting, hilde = held(network_session(cast), cast), client_of(cast.hilde)
    report = reports.ask(meeting, by=cast.hilde)

    piece = hilde.get(address(meeting), {"edition": "internal"}, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 2s"' in piece and "<html" not in piece
    tasks.make_report(str(report.job_id))
    done = hilde.get(address(meeting), {"edition": "internal"}, headers={"HX-Request": "true"}).content.decode()
    assert "hx-trigger" not in done and address(meeting, f"reports/{report.pk}/") in done
    with CaptureQueriesContext(connection) as queries:
        assert address(meeting, f"reports/{report.pk}/") in hilde.get(address(meeting)).content.decode()
    assert len(queries) <= 12


def test_the_command_writes_the_report_of_a_meeting(cast, tmp_path, capsys):
    meeting, target = held(network_session(cast), cast), tmp_path / "verslag.pdf"

    call_command("session_report", str(meeting.pk), "-o", str(target), "--language", "en", "--edition", "funder")

    assert target.read_bytes().startswith(b"%PDF-")
    assert str(target) in capsys.readouterr().out
    for wrong in ("nonsense", "00000000-0000-0000-0000-000000000000"):
        with pytest.raises(CommandError):
            call_command("session_report", wrong, "-o", str(target))


def test_the_line_shows_where_this_session_stands(cast):
    meetings = [network_session(cast, days_ago=ago, title=f"Sessie {ago}") for ago in (60, 30, 1, -30)]
    network_session(cast, days_ago=15, publish=False)

    stops = report_document.line_of(meetings[2])

    assert [(stop.label, stop.place) for stop in stops] == [("1", "past"), ("2", "past"), ("3", "here"), ("4", "next")]
    moment = coaching_moment(cast, days_ago=40)
    assert [(stop.is_moment, stop.place) for stop in report_document.line_of(moment)][:2] == [(False, "past"), (True, "here")]


def test_the_funders_edition_shows_signatures_and_is_made_anew_for_them(cast):
    meeting = held(network_session(cast), cast)
    before = reports.state_of(meeting, "funder")
    row = meeting.attendances.get(user=cast.anna)
    signatures.sign(row, by=cast.anna, picture=None)
    assert reports.state_of(meeting, "funder") != before
    words = text_of(report_document.render(meeting, edition="funder", language="en"))
    assert "signed" in words
