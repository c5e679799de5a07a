"""Meetings as calendar files (RFC 5545) and invitations (iTIP, RFC 5546; rules of the common programs: one ATTENDEE, METHOD alike
in header and body, a UID that stays, SEQUENCE that rises with time, place or status)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vRecur,
    vText,
    vUri,
)

from people.models import User
from sessions.models import Attendance, Meeting

BRUSSELS = "Europe/Brussels"
PRODUCT = "-//ILIAS-traject//NONSGML v1//NL"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
REFRESH = timedelta(hours=6)  # what we ask of programs that read a feed; Google takes its own time, up to a day
ANSWERS = {"yes": "ACCEPTED", "online": "ACCEPTED", "no": "DECLINED"}


def brussels() -> Timezone:
    """Central European time by the rule that holds since 1996 (Directive 2000/84/EC): the last Sundays of March and October."""
    zone = Timezone()
    zone.add("tzid", BRUSSELS)
    for part, name, month, hour, before, after in [
        (TimezoneDaylight(), "CEST", 3, 2, 1, 2),
        (TimezoneStandard(), "CET", 10, 3, 2, 1),
    ]:
        last_sunday = {3: 29, 10: 25}[month]
        part.add("dtstart", datetime(1970, month, last_sunday, hour))  # noqa: DTZ001 - the wall clock that defines the zone
        part.add("rrule", vRecur({"freq": "yearly", "bymonth": month, "byday": "-1su"}))
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("tzname", name)
        zone.add_component(part)
    return zone


def title_of(meeting: Meeting) -> str:
    """What a calendar that others may look into shows: a coaching moment's own title stays inside."""
    return _("Coaching moment") if meeting.kind == Meeting.Kind.COACHING else meeting.title


def where(meeting: Meeting) -> str:
    """Place and link as one line."""
    return " – ".join(part for part in (meeting.place, meeting.link) if part)


def address_of(meeting: Meeting) -> str:
    """The meeting's page, for whoever signs in."""
    return settings.SITE_URL + reverse("sessions:meeting", args=[meeting.pk])


def invitation(meeting: Meeting, *, to: User, method: str = REQUEST, place: Attendance | None = None) -> bytes:
    """An invitation, change (REQUEST) or cancellation (CANCEL) for one person; others' addresses stay out of it.

    Who is taken off the list alone gets a CANCEL with the SEQUENCE of the meeting and a later DTSTAMP: by RFC 5546 §2.1.5 the
    later one counts, and so does the REQUEST for who is asked again.
    """
    event = _event(meeting, stamp=timezone.now(), cancelled=method == CANCEL)
    name, mailbox = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{mailbox}")
    organizer.params["cn"] = vText(name or mailbox)
    event.add("organizer", organizer)
    attendee = vCalAddress(f"mailto:{to.email}")
    attendee.params["cn"] = vText(to.name)
    attendee.params["role"] = vText("REQ-PARTICIPANT")
    attendee.params["partstat"] = vText(ANSWERS.get(place.reply if place else "", "NEEDS-ACTION"))
    attendee.params["rsvp"] = vText("FALSE")
    event.add("attendee", attendee)
    if method == REQUEST:
        _set_alarm(event, to)
    return _calendar([event], method)


def download(meeting: Meeting) -> bytes:
    """The meeting as a file to open in one's own calendar."""
    return _calendar([_event(meeting, stamp=timezone.now(), cancelled=meeting.state == Meeting.State.CANCELLED)], PUBLISH)


def feed(places: Iterable[tuple[Meeting, str]], *, name: str, reader: User) -> bytes:
    """Many meetings as one calendar that a program reads again and again: each with the reader's answer to it.

    Without METHOD, so that DTSTAMP says when the meeting last changed (RFC 5545 §3.8.7.2; `meeting.changed_at`): the same
    meetings give the same bytes. What is cancelled stays in it as cancelled; what one does not come to blocks no time.
    """
    events = []
    for meeting, reply in places:
        cancelled = meeting.state == Meeting.State.CANCELLED
        event = _event(meeting, stamp=getattr(meeting, "changed_at", None) or meeting.created_at, cancelled=cancelled)
        if reply == Attendance.Reply.NO:
            event["transp"] = vText("TRANSPARENT")
        elif not cancelled:
            _set_alarm(event, reader)
        events.append(event)
    return _calendar(events, "", name=name)


def _set_alarm(event: Event, person: User) -> None:
    """A sign before the start, for who wants one."""
    if not person.alarm_minutes:
        return
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", event["summary"])
    alarm.add("trigger", timedelta(minutes=-person.alarm_minutes))
    event.add_component(alarm)


def _event(meeting: Meeting, *, stamp: datetime, cancelled: bool) -> Event:
    event = Event()
    event.add("uid", f"{meeting.pk}@ilias-traject")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    start, end = _local(meeting.starts_at, meeting.ends_at, meeting.zone)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", title_of(meeting))
    if where(meeting):
        event.add("location", where(meeting))
    address = address_of(meeting)
    event.add("description", _("Agenda and everything else: %(address)s") % {"address": address})
    event.add("url", vUri(address))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    event.add("class", "PRIVATE" if meeting.kind == Meeting.Kind.COACHING else "PUBLIC")
    return event


def _local(starts: datetime, ends: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both ends in Brussels' clock where the place has the same one, so that one VTIMEZONE is enough; elsewhere in UTC, and so
    too in the second run of a doubled hour, which a wall clock cannot tell from the first (RFC 5545 §3.3.5)."""
    here = [value.astimezone(ZoneInfo(BRUSSELS)) for value in (starts, ends)]
    alike = all(value.utcoffset() == value.astimezone(zone).utcoffset() and not value.fold for value in here)
    return (here[0], here[1]) if alike else (starts.astimezone(UTC), ends.astimezone(UTC))


def _calendar(events: list[Event], method: str, *, name: str = "") -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    if method:
        calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)
        calendar.add("refresh-interval", vDuration(REFRESH), parameters={"value": "DURATION"})
        calendar.add("x-published-ttl", vDuration(REFRESH))
    if any("TZID" in event["dtstart"].params for event in events):
        calendar.add_component(brussels())
    for event in events:
        calendar.add_component(event)
    return calendar.to_ical()
