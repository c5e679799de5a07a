"""Wall clocks: reminders at nine on the wall across clock changes, leap days and year ends, in every zone of the partners."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from outbox.models import OutgoingMail
from sessions import clock, services
from sessions.models import Meeting

UTC = datetime.UTC
BRUSSELS = ZoneInfo("Europe/Brussels")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "start", "days", "due"),
    [
        ("Europe/Brussels", "2027-03-29T07:00", 1, "2027-03-28T07:00"),  # summer time began that night
        ("Europe/Brussels", "2027-03-29T07:00", 7, "2027-03-22T08:00"),  # a week before, still winter time
        ("Europe/Brussels", "2027-11-01T08:00", 1, "2027-10-31T08:00"),
        ("Europe/Brussels", "2027-11-01T08:00", 7, "2027-10-25T07:00"),
        ("Europe/Ljubljana", "2027-03-29T07:00", 7, "2027-03-22T08:00"),
        ("Europe/Zagreb", "2027-11-01T08:00", 7, "2027-10-25T07:00"),
        ("Europe/Rome", "2028-03-01T08:00", 1, "2028-02-29T08:00"),  # leap day
        ("Europe/Brussels", "2028-01-03T08:00", 7, "2027-12-27T08:00"),  # year end
        ("UTC", "2027-03-29T09:00", 7, "2027-03-22T09:00"),
        ("Europe/Brussels", "2027-05-31T22:30", 1, "2027-05-31T07:00"),  # half past midnight on 1 June in Brussels
    ],
)
def test_a_reminder_falls_at_nine_on_the_wall(zone, start, days, due):
    assert clock.days_before(at(start), days, ZoneInfo(zone)) == at(due)
    assert clock.days_before(at(start), days, ZoneInfo(zone)).astimezone(ZoneInfo(zone)).hour == 9


def test_a_skipped_hour_is_an_hour_later_and_a_doubled_one_is_the_first():
    spring, autumn, hour = datetime.date(2027, 3, 28), datetime.date(2027, 10, 31), datetime.time(2, 30)
    assert clock.moment(spring, hour, BRUSSELS).astimezone(BRUSSELS).time() == datetime.time(3, 30)
    assert clock.moment(autumn, hour, BRUSSELS) == at("2027-10-31T00:30")
    assert (clock.is_skipped(spring, hour, BRUSSELS), clock.is_doubled(spring, hour, BRUSSELS)) == (True, False)
    assert (clock.is_skipped(autumn, hour, BRUSSELS), clock.is_doubled(autumn, hour, BRUSSELS)) == (False, True)
    assert not clock.is_skipped(spring, datetime.time(3), BRUSSELS)
    assert not clock.is_doubled(autumn, datetime.time(3), BRUSSELS)


@pytest.mark.parametrize(("day", "before", "after"), [("2027-03-29", "07:00", "08:00"), ("2027-11-01", "08:00", "07:00")])
def test_a_meeting_moved_over_a_clock_change_has_each_reminder_once_at_the_new_nine(cast, day, before, after):
    with time_machine.travel(at(f"{day}T00:00") - datetime.timedelta(days=60), tick=False):
        monday = datetime.date.fromisoformat(day)
        cast.programme.seats.filter(until=None).update(since=datetime.date(2020, 1, 1))
        start, end = (clock.moment(monday, datetime.time(hour), BRUSSELS) for hour in (9, 12))
        meeting = services.plan_meeting(by=cast.hilde, host=cast.nest, title="Kijken", starts_at=start, ends_at=end)
        OutgoingMail.objects.filter(kind="meeting-invite").update(state="sent")
        assert due(meeting, "reminder-1d") == {f"{monday - datetime.timedelta(days=1)}T{before}"}
        assert due(meeting, "reminder-7d") == {f"{monday - datetime.timedelta(days=7)}T{after}"}
        sooner = datetime.timedelta(days=14)
        meeting = services.change_meeting(
            meeting, by=cast.hilde, version=1,
            starts_at=clock.moment(monday - sooner, datetime.time(9), BRUSSELS),
            ends_at=clock.moment(monday - sooner, datetime.time(12), BRUSSELS),
        )  # fmt: skip
        assert due(meeting, "reminder-7d") == {f"{monday - datetime.timedelta(days=21)}T{after}"}
        waiting = OutgoingMail.objects.about(meeting.pk).waiting()
        assert waiting.filter(kind="reminder-7d", recipient_id=cast.anna.pk).count() == 1


def due(meeting: Meeting, kind: str) -> set[str]:
    waiting = OutgoingMail.objects.about(meeting.pk).waiting().filter(kind=kind)
    return {f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}" for moment in waiting.values_list("not_before", flat=True)}
