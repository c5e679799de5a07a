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


@pytest.mark.parametrize("year", [2021, 2024, 2026, 2030, 2037])
def test_our_rule_for_brussels_is_that_of_the_zone_database(year):
    for month, before, after in [(3, 1, 2), (10, 2, 1)]:
        last = max(day for day in range(25, 32) if datetime.date(year, month, day).weekday() == 6)
        change = datetime.datetime(year, month, last, 1, tzinfo=UTC)
        zone = ZoneInfo("Europe/Brussels")
        offsets = [(change + datetime.timedelta(seconds=shift)).astimezone(zone).utcoffset() for shift in (-1, 0)]
        assert offsets == [datetime.timedelta(hours=before), datetime.timedelta(hours=after)]
        part = next(part for part in ical.brussels().subcomponents if part["tzoffsetto"].td == datetime.timedelta(hours=after))
        rule = part["rrule"].to_ical().decode().split(";")
        assert sorted(rule) == ["BYDAY=-1SU", f"BYMONTH={month}", "FREQ=YEARLY"]
        assert part["dtstart"].dt.hour == (change.astimezone(UTC) + datetime.timedelta(hours=before)).hour
        assert part["dtstart"].dt.weekday() == 6


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
