"""Wall clocks: reminders at nine on the wall across clock changes, leap days and year ends, in every zone of the partners."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine

from outbox import services as outbox
from outbox.models import OutgoingMail
from sessions import clock, services
from sessions.models import Meeting

UTC = datetime.UTC
BRUSSELS = ZoneInfo("Europe/Brussels")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts", "ends", "number"),
    [
        ("2027-03-01T09:00", "2027-03-01T12:30", 1),
        ("2027-03-01T19:00", "2027-03-02T01:30", 1),  # a night belongs to its evening
        ("2027-03-01T14:00", "2027-03-02T12:00", 2),  # two half days
        ("2027-03-27T09:00", "2027-03-29T12:00", 3),  # across summer time
        ("2027-03-01T01:00", "2027-03-01T05:00", 1),
    ],
)
def test_the_dates_on_which_a_meeting_is_held(starts, ends, number):
    first, last = (datetime.datetime.fromisoformat(edge).replace(tzinfo=BRUSSELS) for edge in (starts, ends))
    assert clock.dates(first, last) == [first.date() + datetime.timedelta(days=day) for day in range(number)]


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


ZONES = ["Europe/Brussels", "Europe/Ljubljana", "Europe/Zagreb", "Europe/Rome", "UTC"]
DAYS = {
    "the clock goes forward": "2027-03-29",
    "the clock goes back": "2027-11-01",
    "leap day": "2028-03-01",
    "year end": "2028-01-03",
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("what", DAYS)
def test_each_reminder_goes_once_at_nine_on_the_wall_moved_or_not_and_never_when_cancelled(
    cast, settings, mailoutbox, zone, what
):
    settings.LETTERS_ON_SCREEN = False
    day, there = datetime.date.fromisoformat(DAYS[what]), ZoneInfo(zone)
    cast.programme.time_zone = zone
    cast.programme.save()
    cast.programme.seats.filter(until=None).update(since=datetime.date(2020, 1, 1))
    with time_machine.travel(at(f"{DAYS[what]}T00:00") - datetime.timedelta(days=60), tick=False):
        kept, moved, gone = (
            services.plan_meeting(by=cast.hilde, host=cast.nest, title="Kijken", **stretch(day, hour, there))
            for hour in (10, 13, 16)
        )
        outbox.deliver_all()
        later = day + datetime.timedelta(days=1)
        services.change_meeting(moved, by=cast.hilde, version=1, **stretch(later, 13, there))
        services.cancel_meeting(gone, by=cast.hilde, version=1, reason="x")
    for shift in (-8, -7, -6, -2, -1, 0, 1):
        nine = clock.moment(day + datetime.timedelta(days=shift), datetime.time(9), there)
        for minutes in (-1, 0):
            with time_machine.travel(nine + datetime.timedelta(minutes=minutes), tick=False):
                outbox.deliver_all()
    assert reminded(kept, cast.anna) == [(day - datetime.timedelta(days=days), datetime.time(9)) for days in (7, 1)]
    assert reminded(moved, cast.anna) == [(later - datetime.timedelta(days=days), datetime.time(9)) for days in (7, 1)]
    assert reminded(gone, cast.anna) == []
    to_anna = [message for message in mailoutbox if message.to == ["anna@ilias.example"]]
    assert len(to_anna) == 3 + 2 + 4  # invitations, the change and the cancellation, reminders


def stretch(day: datetime.date, hour: int, zone: ZoneInfo) -> dict:
    start, end = (clock.moment(day, datetime.time(each), zone) for each in (hour, hour + 2))
    return {"starts_at": start, "ends_at": end}


def reminded(meeting: Meeting, user) -> list[tuple[datetime.date, datetime.time]]:
    """When the reminders went out, on the wall of the meeting's place."""
    sent = OutgoingMail.objects.about(meeting.pk).filter(recipient_id=user.pk, kind__startswith="reminder", state="sent")
    times = [moment.astimezone(meeting.zone) for moment in sent.order_by("settled_at").values_list("settled_at", flat=True)]
    return [(moment.date(), moment.time()) for moment in times]


def due(meeting: Meeting, kind: str) -> set[str]:
    waiting = OutgoingMail.objects.about(meeting.pk).waiting().filter(kind=kind)
    return {f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M}" for moment in waiting.values_list("not_before", flat=True)}
