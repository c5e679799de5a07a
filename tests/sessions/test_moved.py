"""A meeting that is moved after somebody was noted: a note belongs to the time at which it was made."""

import datetime
import re

import pytest
from django.urls import reverse

from core.models import AuditEntry
from sessions import attendance, checkin, history, moved, planning, signatures
from sessions.attendance import Line
from sessions.doubts import doubts
from sessions.models import Attendance, Meeting, Signature
from tests.cast import Cast
from tests.sessions.record import clock, network_session
from tests.sessions.test_checkin import at, ink, row_of
from tests.sessions.test_meeting_pages import typed

DAY = datetime.timedelta(days=1)


def move(meeting: Meeting, cast: Cast, *, starts: datetime.datetime, ends: datetime.datetime, reason: str = "") -> Meeting:
    return planning.change_meeting(
        meeting, by=cast.hilde, version=meeting.version, starts_at=starts, ends_at=ends, reason=reason
    )  # fmt: skip


@pytest.fixture
def early(cast) -> Meeting:
    """A session of yesterday at nine; Anna checked in twenty minutes before and signed."""
    meeting = network_session(cast)
    with at(8, 40):
        checkin.arrive(meeting, by=cast.anna)
        signatures.sign(row_of(meeting, cast.anna), by=cast.anna, picture=signatures.drawn(ink()))
    return meeting


@pytest.mark.parametrize("starts, ends", [((9, 0), (12, 0)), ((8, 0), (12, 30)), ((9, 10), (12, 30)), ((6, 0), (8, 25))])
def test_a_check_in_that_lies_in_the_new_window_stays(cast, early, starts, ends):
    hours = clock(*starts), clock(*ends)
    with at(8, 45):
        after = move(early, cast, starts=hours[0], ends=hours[1])

    row = row_of(early, cast.anna)
    assert (row.status, row.arrived_at, row.left_at) == ("onsite", *hours)
    assert row.minutes == attendance.net_minutes(after, *hours)
    assert Signature.objects.exists() and not early.changes.filter(what="noted").exists()


@pytest.mark.parametrize("starts, ends", [((9, 11), (12, 30)), ((14, 0), (17, 0)), ((6, 0), (8, 24))])
def test_a_check_in_outside_the_new_window_is_not_known_any_more_and_leaves_a_trace(cast, early, starts, ends):
    drawing, hours = Signature.objects.get().file, (clock(*starts), clock(*ends))
    with at(8, 45):
        move(early, cast, starts=hours[0], ends=hours[1], reason="De zaal is nog bezet")

    row = row_of(early, cast.anna)
    assert (row.status, row.established, row.minutes, row.is_invited) == ("", "", 0, True)
    assert (row.arrived_at, row.left_at, row.recorded_at, row.recorded_by) == (None, None, None, None)
    drawing.refresh_from_db()
    assert not Signature.objects.exists() and drawing.expires_at == clock(8, 45)
    entry = AuditEntry.objects.get(verb="attendance.taken-back")
    assert (entry.by, entry.target_id) == (cast.hilde.pk, str(row.pk))
    told = next(line for line in history.of(early) if line.label == "Aanwezigheid")
    assert (told.before, told.after, told.reason) == ("1 persoon genoteerd", "nog niet genoteerd", "De zaal is nog bezet")


def test_whose_check_in_was_taken_back_checks_in_again_at_the_new_time(cast, client_of, early):
    tomorrow = [moment + 2 * DAY for moment in (early.starts_at, early.ends_at)]
    with at(8, 45):
        move(early, cast, starts=tomorrow[0], ends=tomorrow[1])
        assert checkin.count(early).present == 0
    address = f"/sessions/{early.pk}/in/{checkin.code_of(early.pk)}/"

    with at(8, 50):
        assert client_of(cast.anna).post(address).status_code == 422, "too early again"
    with at(9, 0, days_ago=-1):
        client_of(cast.anna).post(address)

    row = row_of(early, cast.anna)
    assert (row.status, row.arrived_at) == ("onsite", tomorrow[0])


def test_a_press_without_network_counts_by_its_own_moment(cast):
    meeting, pressed, later = network_session(cast), clock(9, 20), (clock(10), clock(13))
    sooner = clock(9), clock(11)
    with at(12):
        checkin.arrive(meeting, by=cast.anna, pressed_at=pressed)
        meeting = move(meeting, cast, starts=sooner[0], ends=sooner[1])
        assert row_of(meeting, cast.anna).status == "onsite", "pressed at 9.20, told at noon"
        move(meeting, cast, starts=later[0], ends=later[1])

    assert row_of(meeting, cast.anna).status == ""


def test_what_the_coach_noted_holds_from_the_day_of_the_meeting_on(cast):
    meeting = network_session(cast)
    rows = {user: row_of(meeting, user).pk for user in (cast.anna, cast.bram)}
    lines = {rows[cast.anna]: Line("onsite"), rows[cast.bram]: Line("excused", remark="ziek")}
    guest = Line("onsite", name="Gast", organisation="Kind en Gezin")
    hours = clock(13), clock(16)
    with at(9, 5):
        attendance.save_list(meeting, by=cast.hilde, lines=lines, guests=[guest])
        meeting.refresh_from_db()
        meeting = move(meeting, cast, starts=hours[0], ends=hours[1])
        assert [row_of(meeting, user).status for user in rows] == ["onsite", "excused"], "the same day, noted by the coach"
        move(meeting, cast, starts=hours[0] + DAY, ends=hours[1] + DAY)

    bram = row_of(meeting, cast.bram)
    assert (row_of(meeting, cast.anna).status, bram.status, bram.remark) == ("", "", "ziek")
    assert not attendance.summary(meeting).present and meeting.changes.filter(what="noted", before="3").exists()


def test_a_closed_list_stands_for_who_moves_it_vouches(cast, early):
    attendance.save_list(early, by=cast.joris, lines={
        row.pk: Line("absent") for row in early.attendances.exclude(user=cast.anna)
    })  # fmt: skip
    closed = attendance.close_list(early, by=cast.joris)

    after = move(closed, cast, starts=clock(14), ends=clock(16))

    assert row_of(early, cast.anna).status == "onsite" and after.held_by == cast.hilde.pk


def test_who_moves_the_meeting_is_told_before_saving(cast, early):
    def said(hour: int, minute: int = 0) -> list[str]:
        tried = Meeting.objects.with_host().get(pk=early.pk)
        tried.starts_at, tried.ends_at = clock(hour, minute), clock(hour + 3)
        return [sentence for sentence in doubts(tried) if "genoteerd" in sentence]

    assert (said(9), said(9, 5)) == ([], [])
    assert said(14) == [
        "Er is al 1 persoon genoteerd voor het oude uur. Of die er op het nieuwe uur is, weet dan nog niemand."
    ]  # fmt: skip
    assert moved.overtaken(early, moved.Hours(early.starts_at, early.ends_at)) == []
    assert Attendance.objects.filter(meeting=early, status="onsite").count() == 1, "a doubt changes nothing"


def test_an_evening_that_runs_past_midnight_is_moved_with_the_form(cast, client_of):
    meeting = network_session(cast, days_ago=-3, starts_at=clock(20, days_ago=-3), ends_at=clock(1, days_ago=-4))
    form = reverse("sessions:edit", args=[meeting.pk])
    assert 'name="last_day"' in client_of(cast.hilde).get(form).content.decode()

    sent = typed(
        day=f"{clock(20, days_ago=-5):%Y-%m-%d}", last_day=f"{clock(1, days_ago=-6):%Y-%m-%d}", starts="20:00", ends="01:00",
        version=str(meeting.version),
    )  # fmt: skip
    answer = client_of(cast.hilde).post(form, sent)

    if answer.status_code == 200:  # the planner has seen what may have been overlooked, a public holiday for one
        mark = re.search(r'name="seen" value="(\w+)"', answer.content.decode())
        answer = client_of(cast.hilde).post(form, sent | {"seen": mark[1]})
    meeting.refresh_from_db()
    assert (answer.status_code, meeting.starts_at, meeting.ends_at) == (302, clock(20, days_ago=-5), clock(1, days_ago=-6))
