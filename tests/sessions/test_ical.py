"""Calendar files: the golden text, the zone's rule against zoneinfo, and odd titles that come back whole."""

import datetime
import uuid
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import translation

from sessions import ical
from sessions.models import Meeting
from tests.sessions.calendar_reader import read

UTC = datetime.UTC


def meeting(**fields) -> Meeting:
    shown = {
        "id": uuid.UUID("00000000-0000-4000-8000-000000000001"),
        "kind": "network",
        "title": "Kijken, luisteren; doen",
        "starts_at": datetime.datetime(2026, 3, 26, 8, tzinfo=UTC),
        "ends_at": datetime.datetime(2026, 3, 26, 11, tzinfo=UTC),
        "place": "Zaal De Boot",
        "state": "planned",
        "sequence": 3,
    }
    return Meeting(**(shown | fields))


GOLDEN = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//ILIAS-traject//NONSGML v1//NL
CALSCALE:GREGORIAN
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:Europe/Brussels
BEGIN:DAYLIGHT
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Kijken\\, luisteren\\; doen
DTSTART;TZID=Europe/Brussels:20260326T090000
DTEND;TZID=Europe/Brussels:20260326T120000
DTSTAMP:20260101T120000Z
UID:00000000-0000-4000-8000-000000000001@ilias-traject
SEQUENCE:3
CLASS:PUBLIC
DESCRIPTION:Agenda and everything else: http://localhost:8000/sessions/000
 00000-0000-4000-8000-000000000001/
LOCATION:Zaal De Boot
STATUS:CONFIRMED
TRANSP:OPAQUE
URL:http://localhost:8000/sessions/00000000-0000-4000-8000-000000000001/
END:VEVENT
END:VCALENDAR
"""


def test_the_file_is_the_golden_one():
    with time_machine.travel(datetime.datetime(2026, 1, 1, 12, tzinfo=UTC), tick=False), translation.override("en"):
        assert ical.download(meeting()).decode() == GOLDEN.replace("\n", "\r\n")


def offset_by_rule(zone, at: datetime.datetime) -> datetime.timedelta:
    """What our VTIMEZONE says of a moment, worked out from its text alone: the last Sunday of the month, wall clock, offsets."""
    changes = []
    for part in zone.subcomponents:
        rule = dict(pair.split("=") for pair in part["rrule"].to_ical().decode().split(";"))
        assert (rule["FREQ"], rule["BYDAY"]) == ("YEARLY", "-1SU")
        for year in (at.year - 1, at.year):
            day = datetime.date(year, int(rule["BYMONTH"]), 31)
            day -= datetime.timedelta(days=(day.weekday() + 1) % 7)
            wall = datetime.datetime.combine(day, part["dtstart"].dt.time(), tzinfo=UTC)
            changes.append((wall - part["tzoffsetfrom"].td, part["tzoffsetto"].td))
    return max(change for change in changes if change[0] <= at)[1]


def test_our_rule_for_brussels_is_that_of_the_zone_database_from_1996_to_2037():
    ours, theirs = ical.brussels(), ZoneInfo("Europe/Brussels")
    at, last = datetime.datetime(1996, 4, 1, tzinfo=UTC), datetime.datetime(2037, 12, 31, tzinfo=UTC)
    changes, before = 0, theirs.utcoffset(at)
    while at < last:
        at += datetime.timedelta(hours=1)
        now = at.astimezone(theirs).utcoffset()
        if now != before:
            changes, before = changes + 1, now
            for second in (-1, 0):
                moment = at + datetime.timedelta(seconds=second)
                assert offset_by_rule(ours, moment) == moment.astimezone(theirs).utcoffset(), moment
        elif at.hour == 12:
            assert offset_by_rule(ours, at) == now, at
    assert changes == 83  # twice a year, less the first spring
    for part in ours.subcomponents:
        assert part["dtstart"].dt.weekday() == 6


def test_the_second_run_of_a_doubled_hour_is_written_in_utc():
    late = {
        "starts_at": datetime.datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        "ends_at": datetime.datetime(2026, 10, 25, 3, tzinfo=UTC),
    }
    event = read(ical.download(meeting(**late)).decode())["VEVENT"]
    assert (event["DTSTART"], event["DTEND"]) == ("20261025T013000Z", "20261025T030000Z")
    first = late | {"starts_at": datetime.datetime(2026, 10, 25, 0, 30, tzinfo=UTC)}
    event = read(ical.download(meeting(**first)).decode())["VEVENT"]
    assert (event["DTSTART"], event["DTEND"]) == ("20261025T023000", "20261025T040000")


def test_both_ends_are_written_in_the_same_way_where_only_one_has_the_clock_of_brussels():
    over = {
        "time_zone": "Africa/Lagos", "starts_at": datetime.datetime(2026, 3, 28, 20, tzinfo=UTC),
        "ends_at": datetime.datetime(2026, 3, 29, 8, tzinfo=UTC),
    }  # fmt: skip
    event = read(ical.download(meeting(**over)).decode())["VEVENT"]
    assert (event["DTSTART"], event["DTEND"]) == ("20260328T200000Z", "20260329T080000Z")


@pytest.mark.parametrize("zone", ["Europe/Ljubljana", "Europe/Zagreb", "Europe/Rome"])
def test_zones_with_the_clock_of_brussels_share_its_rule(zone):
    event = read(ical.download(meeting(time_zone=zone)).decode())["VEVENT"]
    assert (event["DTSTART"], event.parameters["DTSTART"]) == ("20260326T090000", {"TZID": "Europe/Brussels"})


def test_elsewhere_the_time_is_in_utc_without_a_zone():
    calendar = read(ical.download(meeting(time_zone="Europe/London")).decode())
    assert calendar["VEVENT"]["DTSTART"] == "20260326T080000Z"
    assert [kind for kind, _part in calendar.parts] == ["VEVENT"]


@pytest.mark.parametrize("title", ["Ünïcode 👩🏽‍🏫 " * 8, "שלום עולם", 'a;b,c\\d"e:f', "BEGIN:VEVENT", "x" * 160])
def test_odd_titles_come_back_whole(title):
    assert read(ical.download(meeting(title=title)).decode())["VEVENT"]["SUMMARY"] == title


def test_a_title_cannot_add_a_line():
    found = read(ical.download(meeting(title="a\r\nATTENDEE:mailto:x@example.org")).decode())["VEVENT"]
    assert found.attendees == []
