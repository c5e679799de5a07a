"""Checking in by oneself: the screen on the wall, one button, bound to one meeting and its time."""

import base64
import html
import io
import threading

import pytest
import time_machine
from django.db import connection
from django.utils.formats import date_format
from PIL import Image, ImageDraw

from core import qr
from people.models import User
from sessions import attendance, checkin, signatures
from sessions.models import Attendance, Meeting, Signature
from tests.sessions.record import clock, coaching_moment, network_session

Status = Attendance.Status


def button(meeting: Meeting) -> str:
    return f"/sessions/{meeting.pk}/in/{checkin.code_of(meeting.pk)}/"


def row_of(meeting: Meeting, user: User) -> Attendance:
    return meeting.attendances.get(user=user)


def at(hour: int, minute: int = 0, *, days_ago: int = 1) -> time_machine.travel:
    return time_machine.travel(clock(hour, minute, days_ago=days_ago), tick=False)


def ink() -> str:
    """A drawing as a browser sends it."""
    picture = Image.new("RGBA", (1000, 400), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(50, 300), (400, 60), (900, 320)], fill="black", width=5)
    written = io.BytesIO()
    picture.save(written, "PNG")
    return "data:image/png;base64," + base64.b64encode(written.getvalue()).decode()


def test_a_leader_scans_and_is_in_from_that_moment(cast, client_of):
    meeting, anna = network_session(cast), client_of(cast.anna)

    with at(9, 20):
        before = anna.get(button(meeting)).content.decode()
        answer = anna.post(button(meeting), follow=True)

    row = row_of(meeting, cast.anna)
    assert 'name="way" value="onsite"' in before
    assert (row.status, row.established, row.recorded_by) == ("onsite", "self", cast.anna.pk)
    assert (row.arrived_at, row.left_at, row.minutes) == (clock(9, 20), clock(12, 30), 175)
    assert "check-in-done" in answer.content.decode() and "data-check-in" not in answer.content.decode()


def test_a_second_scan_on_another_device_changes_nothing(cast, client_of):
    meeting = network_session(cast)
    with at(8, 50):
        client_of(cast.anna).post(button(meeting))
    with at(10, 30):
        client_of(cast.anna).post(button(meeting))

    row = row_of(meeting, cast.anna)
    assert (row.arrived_at, row.recorded_at) == (clock(9), clock(8, 50))
    assert meeting.attendances.filter(user=cast.anna).count() == 1


def test_too_early_says_when_and_the_same_code_works_later(cast, client_of):
    meeting, anna = network_session(cast), client_of(cast.anna)

    with at(8, 29):
        page, tried = anna.get(button(meeting)), anna.post(button(meeting))
    with at(8, 30):
        later = anna.post(button(meeting))

    assert "8.30" in page.content.decode() or "08:30" in page.content.decode()
    assert tried.status_code == 422 and "note-error" in tried.content.decode()
    assert later.status_code == 302 and row_of(meeting, cast.anna).is_present


def test_too_early_by_days_says_the_day(cast, client_of):
    meeting, anna = network_session(cast), client_of(cast.anna)

    with at(9, days_ago=8):
        page, tried = anna.get(button(meeting)).content.decode(), anna.post(button(meeting))

    said = html.unescape(tried.content.decode())
    assert "check-in-wait" in page and "Scan dezelfde code dan" in page
    assert tried.status_code == 422 and f"Inchecken kan op {date_format(clock(9), 'l j F Y')}" in said


def test_yesterdays_code_is_over_and_opens_no_other_meeting(cast, client_of):
    meeting, today = network_session(cast, days_ago=2), network_session(cast)
    anna = client_of(cast.anna)

    with at(9, 5):
        old = anna.post(button(meeting))
        crossed = anna.post(f"/sessions/{today.pk}/in/{checkin.code_of(meeting.pk)}/")

    assert old.status_code == 422 and crossed.status_code == 404
    assert not row_of(meeting, cast.anna).is_present and not row_of(today, cast.anna).is_present


def test_who_is_not_invited_hears_so_and_is_not_noted(cast, client_of):
    meeting = coaching_moment(cast)

    with at(13):
        answer = client_of(cast.zita).post(button(meeting))

    assert answer.status_code == 403
    assert not meeting.attendances.filter(user=cast.zita).exists()


def test_who_is_not_signed_in_comes_back_to_the_same_place(cast, client):
    meeting = network_session(cast)

    answer = client.get(button(meeting))

    assert answer.status_code == 302
    assert answer.url == f"/accounts/login/?next={button(meeting)}"


def test_a_closed_list_is_not_reopened_by_a_scan(cast, client_of):
    meeting = network_session(cast)
    with at(9):
        lines = {row.pk: attendance.Line(status="absent") for row in attendance.rows_of(meeting)}
        attendance.save_list(meeting, by=cast.hilde, lines=lines)
        attendance.close_list(meeting, by=cast.hilde)
        answer = client_of(cast.anna).post(button(meeting))

    assert answer.status_code == 422
    assert row_of(meeting, cast.anna).status == Status.ABSENT


@pytest.mark.parametrize(
    "pressed, arrived",
    [
        ((9, 10), (9, 10)),  # without network from 9.10 until now
        ((11, 0), (10, 0)),  # a telephone whose clock runs ahead
        ((3, 0), (10, 0)),  # or hours behind
    ],
)
def test_a_press_without_network_keeps_its_moment_and_a_wrong_clock_does_not(cast, client_of, pressed, arrived):
    meeting, sent = network_session(cast), {"pressed": clock(*pressed).isoformat()}

    with at(10):
        client_of(cast.anna).post(button(meeting), sent)

    row = row_of(meeting, cast.anna)
    assert (row.arrived_at, row.recorded_at) == (clock(*arrived), clock(10))


def test_a_press_in_time_that_arrives_after_the_end_counts_the_same_day_only(cast, client_of):
    meeting, pressed = network_session(cast), {"pressed": clock(9, 10).isoformat()}

    with time_machine.travel(clock(9, 0, days_ago=0), tick=False):
        late = client_of(cast.bram).post(button(meeting), pressed)
    with at(17):
        client_of(cast.anna).post(button(meeting), pressed)

    assert late.status_code == 422
    assert row_of(meeting, cast.anna).arrived_at == clock(9, 10)


def test_at_a_meeting_in_two_ways_one_chooses(cast, client_of):
    meeting = network_session(cast, mode=Meeting.Mode.HYBRID, link="https://meet.example.org/x")

    with at(9):
        client_of(cast.anna).post(button(meeting), {"way": "online"})
        client_of(cast.bram).post(button(meeting), {"way": "excused"})

    assert [row_of(meeting, user).status for user in (cast.anna, cast.bram)] == ["online", "onsite"]


def test_the_screen_shows_code_and_count_and_only_who_runs_the_meeting_has_it(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    with at(9):
        client_of(cast.anna).post(button(meeting))
        page = hilde.get(f"/sessions/{meeting.pk}/screen/").content.decode()
        count = hilde.get(f"/sessions/{meeting.pk}/screen/count/").content.decode()

    code = checkin.code_of(meeting.pk)
    assert f"{code[:4]}-{code[4:]}" in page and "<strong>1</strong>" in count and "6" in count
    assert f'src="{html.escape(qr.picture_of(checkin.address_of(meeting)))}"' in page
    assert client_of(cast.anna).get(f"/sessions/{meeting.pk}/screen/").status_code == 403


def test_a_typed_code_leads_to_the_button_and_a_wrong_one_says_so(cast, client_of):
    meeting, anna = network_session(cast), client_of(cast.anna)
    code = checkin.code_of(meeting.pk)

    with at(9):
        right = anna.get("/sessions/in/", {"code": f"{code[:4].lower()} {code[4:]}"})
        wrong = anna.get("/sessions/in/", {"code": "AAAA-AAAA"})

    assert right.status_code == 302 and right.url == button(meeting)
    assert wrong.status_code == 422


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_forty_telephones_at_once_are_all_noted_once():
    from tests.cast import make_cast, person

    cast = make_cast()
    meeting = network_session(cast)
    crowd = [person(f"Gast{n}", "Velen") for n in range(40)]
    Attendance.objects.bulk_create([Attendance(meeting=meeting, user=user) for user in crowd])
    faults: list[Exception] = []
    start = threading.Barrier(40)

    def scan(user: User) -> None:
        try:
            start.wait()
            checkin.arrive(meeting, by=user)
            checkin.arrive(meeting, by=user)
        except Exception as fault:  # noqa: BLE001 - told to the test below
            faults.append(fault)
        finally:
            connection.close()

    with time_machine.travel(clock(9, 5), tick=True):
        threads = [threading.Thread(target=scan, args=(user,)) for user in crowd]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]

    assert faults == []
    rows = meeting.attendances.filter(user__in=crowd)
    assert rows.count() == 40 and rows.filter(status="onsite", established="self").count() == 40


# -- signatures -------------------------------------------------------------------------------------------------------


@pytest.fixture
def present(cast) -> Meeting:
    """A session of yesterday at which Anna and Bram have checked in."""
    meeting = network_session(cast)
    with at(9):
        for user in (cast.anna, cast.bram):
            checkin.arrive(meeting, by=user)
    return meeting


def test_a_drawing_is_kept_with_its_moment_and_the_device(cast, client_of, present):
    row = row_of(present, cast.anna)
    with at(12):
        answer = client_of(cast.anna).post(f"/sessions/{present.pk}/sign/{row.pk}/", {"drawing": ink()})

    signature = signatures.signatures_of(present)[row.pk]
    assert answer.status_code == 302
    assert (signature.way, signature.signed_at, signature.device_of) == ("drawn", clock(12), cast.anna.pk)
    picture = client_of(cast.hilde).get(f"/sessions/{present.pk}/sign/{row.pk}/picture.png")
    assert picture.content.startswith(b"\x89PNG") and picture["Content-Security-Policy"].startswith("sandbox")
    assert client_of(cast.zita).get(f"/sessions/{present.pk}/sign/{row.pk}/picture.png").status_code == 403


def test_who_draws_nothing_can_tick_but_only_for_oneself(cast, client_of, present):
    anna, bram = row_of(present, cast.anna), row_of(present, cast.bram)
    with at(12):
        client_of(cast.anna).post(f"/sessions/{present.pk}/sign/{anna.pk}/", {"confirm": "on"})
        for_another = client_of(cast.hilde).post(f"/sessions/{present.pk}/sign/{bram.pk}/", {"confirm": "on"})
        stranger = client_of(cast.anna).post(f"/sessions/{present.pk}/sign/{bram.pk}/", {"confirm": "on"})
        on_tablet = client_of(cast.hilde).post(f"/sessions/{present.pk}/sign/{bram.pk}/", {"drawing": ink()})

    found = signatures.signatures_of(present)
    assert (for_another.status_code, stranger.status_code, on_tablet.status_code) == (422, 403, 302)
    assert (found[anna.pk].way, found[bram.pk].way, found[bram.pk].device_of) == ("confirmed", "drawn", cast.hilde.pk)


@pytest.mark.parametrize(
    "drawing",
    [
        "data:image/png;base64,!!!!",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64," + base64.b64encode(b"<script>alert(1)</script>").decode(),
        "data:image/png;base64," + "A" * 300_000,
    ],
)
def test_what_is_no_drawing_is_refused_with_a_sentence(cast, client_of, present, drawing):
    row = row_of(present, cast.anna)
    with at(12):
        answer = client_of(cast.anna).post(f"/sessions/{present.pk}/sign/{row.pk}/", {"drawing": drawing})

    assert answer.status_code == 422 and "note-error" in answer.content.decode()
    assert not Signature.objects.exists()


def test_an_empty_field_is_no_signature(cast, client_of, present):
    empty = io.BytesIO()
    Image.new("RGBA", (1000, 400), (0, 0, 0, 0)).save(empty, "PNG")
    drawing = "data:image/png;base64," + base64.b64encode(empty.getvalue()).decode()
    row = row_of(present, cast.anna)
    with at(12):
        assert client_of(cast.anna).post(f"/sessions/{present.pk}/sign/{row.pk}/", {"drawing": drawing}).status_code == 422
        assert client_of(cast.anna).post(f"/sessions/{present.pk}/sign/{row.pk}/", {}).status_code == 422
    assert not Signature.objects.exists()


def test_nobody_signs_who_was_not_there_or_after_the_check(cast, client_of, present):
    zita, anna = row_of(present, cast.zita), row_of(present, cast.anna)
    with at(12):
        absent = client_of(cast.zita).post(f"/sessions/{present.pk}/sign/{zita.pk}/", {"confirm": "on"})
    Meeting.objects.filter(pk=present.pk).update(state="checked")
    with at(13):
        locked = client_of(cast.anna).post(f"/sessions/{present.pk}/sign/{anna.pk}/", {"confirm": "on"})

    assert (absent.status_code, locked.status_code) == (422, 422)
    assert not Signature.objects.exists()


def test_the_list_of_signatures_costs_the_same_for_one_and_for_many(cast, client_of, present, django_assert_max_num_queries):
    hilde = client_of(cast.hilde)
    with at(12), django_assert_max_num_queries(6) as one:
        hilde.get(f"/sessions/{present.pk}/signatures/")
    with at(12):
        for user in (cast.zita, cast.yusuf):
            checkin.arrive(present, by=user)
            signatures.sign(row_of(present, user), by=user, picture=None)
        with django_assert_max_num_queries(6) as more:
            page = hilde.get(f"/sessions/{present.pk}/signatures/").content.decode()

    assert len(one) == len(more) and page.count("Demir") >= 1


def test_while_it_goes_on_one_checks_in_and_is_not_asked_whether_one_comes(cast, client_of):
    meeting = network_session(cast)
    page, code = f"/sessions/{meeting.pk}/", 'href="/sessions/in/"'

    def read(address: str) -> str:
        return client_of(cast.anna).get(address).content.decode()

    with at(8):
        assert f"{page}#answer" in read("/sessions/") and code not in read(page)
    with at(9, 5):
        listed = read("/sessions/")
        assert page in listed and f"{page}#answer" not in listed and code in read(page)
        checkin.arrive(meeting, by=cast.anna)
        assert code not in read(page)
