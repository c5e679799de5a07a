"""Minutes: written by the coaches together, read by who was there, and never overwritten unseen."""

import html
import re

import pytest

from core.errors import DomainError
from core.models import AuditEntry
from people.models import Draft
from sessions import minutes
from sessions.models import Meeting, Minutes
from tests.sessions.record import coaching_moment, network_session


def address(meeting: Meeting) -> str:
    return f"/sessions/{meeting.pk}/minutes/"


def written(page: str) -> str:
    """What stands in the text area."""
    return html.unescape(re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", page, re.DOTALL)[1])


def version(page: str) -> str:
    return re.search(r'name="version" value="(\d+)"', page)[1]


def test_the_coach_writes_and_those_who_were_there_read(cast, client_of):
    meeting = network_session(cast)
    hilde = client_of(cast.hilde)

    saved = hilde.post(address(meeting), {"body": "# Samen kijken\r\n\r\n- eerst kijken\r\n- dan **praten**", "version": "0"})

    assert saved.status_code == 302
    standing = Minutes.objects.get(meeting=meeting)
    assert (standing.version, standing.updated_by) == (1, cast.hilde)
    page = client_of(cast.zita).get(address(meeting)).content.decode()
    assert "<li>dan <strong>praten</strong></li>" in page
    assert "<textarea" not in page


def test_two_people_edit_at_once_and_the_second_loses_nothing(cast, client_of):
    meeting, hilde, joris = network_session(cast), client_of(cast.hilde), client_of(cast.joris)
    minutes.save(meeting, by=cast.hilde, body="Welkom\nEerste ronde", version=0)
    start = version(joris.get(address(meeting)).content.decode())
    hilde.post(address(meeting), {"body": "Welkom\nEerste ronde\nHilde: <script>alert(1)</script>", "version": start})

    answer = joris.post(address(meeting), {"body": "Welkom\nEerste ronde\nJoris: wat we meenemen", "version": start})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert Minutes.objects.get(meeting=meeting).version == 2
    assert "<mark>Hilde: &lt;script&gt;alert(1)&lt;/script&gt;</mark>" in page
    assert "<mark>Joris: wat we meenemen</mark>" in page
    assert "<script>alert" not in page
    assert written(page) == "Welkom\nEerste ronde\nJoris: wat we meenemen"
    assert version(page) == "2"

    both = joris.post(address(meeting), {"body": written(page), "version": "2", "together": "yes"}).content.decode()
    assert written(both) == "Welkom\nEerste ronde\nHilde: <script>alert(1)</script>\nJoris: wat we meenemen"
    assert Minutes.objects.get(meeting=meeting).version == 2, "putting both in the box saves nothing yet"

    assert joris.post(address(meeting), {"body": written(both), "version": version(both)}).status_code == 302
    assert Minutes.objects.get(meeting=meeting).body == written(both)


def test_the_same_text_twice_is_no_conflict_and_no_new_version(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    hilde.post(address(meeting), {"body": "Eén tekst", "version": "0"})

    assert hilde.post(address(meeting), {"body": "Eén tekst", "version": "0"}).status_code == 302
    assert Minutes.objects.get(meeting=meeting).version == 1


def test_what_is_said_in_a_coaching_moment_stays_between_the_pair_and_their_coaches(cast, client_of):
    moment = coaching_moment(cast)
    minutes.save(moment, by=cast.hilde, body="Anna twijfelt aan haar rol", version=0)

    for reader in (cast.anna, cast.bram, cast.hilde, cast.joris):
        assert "Anna twijfelt" in client_of(reader).get(address(moment)).content.decode(), reader
    for team in (cast.tess, cast.tom):
        refused = client_of(team).get(address(moment))
        assert (refused.status_code, "Anna twijfelt" in refused.content.decode()) == (403, False)
        assert client_of(team).post(address(moment), {"body": "x", "version": "1"}).status_code == 403
    for stranger in (cast.zita, cast.karel, cast.ada, cast.petra, cast.els, cast.kim, cast.omar):
        assert client_of(stranger).get(address(moment)).status_code == 404, stranger
    assert client_of(cast.anna).post(address(moment), {"body": "x", "version": "1"}).status_code == 403


def test_a_checked_meeting_keeps_its_minutes_and_a_late_writer_keeps_the_text(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CHECKED)

    answer = hilde.post(address(meeting), {"body": "Nog een zin", "version": "0"})

    assert answer.status_code == 422
    assert written(answer.content.decode()) == "Nog een zin"
    assert not Minutes.objects.filter(meeting=meeting).exists()
    assert "<textarea" not in hilde.get(address(meeting)).content.decode()
    with pytest.raises(DomainError):
        minutes.save(meeting, by=cast.hilde, body="Nog een zin", version=0)


@pytest.mark.parametrize(
    "body",
    ["Ze is geboren 85.07.30-033 28 en woont hier", "a" * 100_001],
    ids=["a national register number", "too long"],
)
def test_what_cannot_be_kept_is_refused_beside_the_text(cast, client_of, body):
    meeting, hilde = network_session(cast), client_of(cast.hilde)

    answer = hilde.post(address(meeting), {"body": body, "version": "0"})

    assert answer.status_code == 422
    assert "field-errors" in answer.content.decode()
    assert written(answer.content.decode()) == body
    assert not Minutes.objects.exists()


@pytest.mark.parametrize("body", ["", "😀 שלום مرحبا", "<img src=x onerror=alert(1)>", "a\x00b", "- " * 500 + "diep", "|" * 5000])
def test_any_text_is_kept_and_shown_without_harm(cast, client_of, body):
    meeting = network_session(cast)
    client_of(cast.hilde).post(address(meeting), {"body": body, "version": "0"})

    page = client_of(cast.anna).get(address(meeting))

    assert page.status_code == 200
    assert "<img src=x" not in page.content.decode()


def test_the_trail_knows_that_and_not_what(cast):
    meeting = network_session(cast)
    minutes.save(meeting, by=cast.hilde, body="Vertrouwelijk", version=0)

    entry = AuditEntry.objects.get(verb="minutes.saved")
    assert (entry.by, entry.facts["version"]) == (cast.hilde.pk, 1)
    assert "Vertrouwelijk" not in str(entry.facts)


def test_texts_too_long_to_compare_are_still_both_there():
    theirs, mine = "samen\n" + "a\n" * 3_000, "samen\n" + "b\n" * 3_000

    left, right = minutes.compare(theirs, mine)

    assert ([piece.text for piece in left], [piece.text for piece in right]) == ([theirs], [mine])
    assert minutes.together(theirs, mine) == f"{theirs}\n\n{mine}"


# -- kept while one types ---------------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_and_waits_until_it_is_saved_or_thrown_away(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    typed = {"body": "Half getypt <b>", "version": "0", "tab": "ab12"}

    kept = hilde.post(f"{address(meeting)}draft/", typed)
    page = hilde.get(address(meeting)).content.decode()
    pk = re.search(r'name="take" value="([^"]+)"', page)[1]
    taken = hilde.post(f"{address(meeting)}draft/", {"take": pk}).content.decode()

    assert kept.status_code == 200 and kept["Content-Type"].startswith("text/plain")
    assert "Half getypt &lt;b&gt;" in page and not Minutes.objects.exists()
    assert written(taken) == "Half getypt <b>"
    assert "Half getypt" not in client_of(cast.joris).get(address(meeting)).content.decode()
    hilde.post(address(meeting), {"body": "Half getypt <b>, nu heel.", "version": "0", "tab": "cd34", "taken": pk})
    assert not Draft.objects.exists()


def test_two_windows_keep_each_their_own_text(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    for tab, body in (("aa", "Venster een"), ("bb", "Venster twee"), ("aa", "Venster een, verder")):
        hilde.post(f"{address(meeting)}draft/", {"body": body, "version": "0", "tab": tab})

    page = hilde.get(address(meeting)).content.decode()
    hilde.post(address(meeting), {"body": "Venster een, verder", "version": "0", "tab": "aa"})

    assert "Venster een, verder" in page and "Venster twee" in page
    assert [draft.place[-2:] for draft in Draft.objects.all()] == ["bb"]


def test_a_draft_on_an_older_version_is_compared_on_saving(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    hilde.post(f"{address(meeting)}draft/", {"body": "Van Hilde", "version": "0", "tab": "aa"})
    minutes.save(meeting, by=cast.joris, body="Van Joris", version=0)
    pk = re.search(r'name="take" value="([^"]+)"', hilde.get(address(meeting)).content.decode())[1]

    page = hilde.post(f"{address(meeting)}draft/", {"take": pk}).content.decode()
    answer = hilde.post(address(meeting), {"body": "Van Hilde", "version": version(page), "tab": "ee", "taken": pk})

    assert answer.status_code == 409 and "Van Joris" in answer.content.decode()


def test_a_national_number_is_not_even_kept_as_a_draft(cast, client_of):
    meeting = network_session(cast)

    answer = client_of(cast.hilde).post(f"{address(meeting)}draft/", {"body": "85.07.30-033.28", "version": "0", "tab": "a"})

    assert answer.status_code == 422 and not Draft.objects.exists()


def test_each_saved_version_says_who_wrote_what(cast, client_of):
    meeting = network_session(cast)
    minutes.save(meeting, by=cast.hilde, body="Welkom\nRonde", version=0)
    minutes.save(meeting, by=cast.joris, body="Welkom\nGesprek\n<script>x</script>", version=1)

    page = client_of(cast.zita).get(f"{address(meeting)}versions/").content.decode()

    newest, oldest = minutes.versions(meeting)
    assert (newest.added, newest.gone) == ("Gesprek\n<script>x</script>", 1)
    assert oldest.added == "Welkom\nRonde"
    assert "Joris Aerts" in page and "&lt;script&gt;" in page and "<script>x" not in page


def test_a_decision_becomes_an_agreement_from_the_same_page(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)

    page = hilde.get(address(meeting)).content.decode()

    assert f'action="/sessions/{meeting.pk}/actions/"' in page and 'name="owner"' in page and 'name="due_on"' in page
