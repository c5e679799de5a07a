"""Meetings as calendar files (RFC 5545) and invitations (iTIP, RFC 5546; rules of the common programs: one ATTENDEE, METHOD alike
in header and body, a UID that stays, SEQUENCE that rises with time, place or status)."""

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vRecur, vText, vUri

from people.models import User
from sessions.models import Attendance, Meeting

BRUSSELS = "Europe/Brussels"
PRODUCT = "-//ILIAS-traject//NONSGML v1//NL"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
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
    """An invitation, change (REQUEST) or cancellation (CANCEL) for one person; others' addresses stay out of it."""
    event = _event(meeting, cancelled=method == CANCEL)
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
    return _calendar(event, method)


def download(meeting: Meeting) -> bytes:
    """The meeting as a file to open in one's own calendar."""
    return _calendar(_event(meeting, cancelled=meeting.state == Meeting.State.CANCELLED), PUBLISH)


def _event(meeting: Meeting, *, cancelled: bool) -> Event:
    event = Event()
    event.add("uid", f"{meeting.pk}@ilias-traject")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now().astimezone(UTC))
    for name, value in (("dtstart", meeting.starts_at), ("dtend", meeting.ends_at)):
        event.add(name, _local(value, meeting.zone))
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


def _local(value: datetime, zone: ZoneInfo) -> datetime:
    """In Brussels' clock where the place has the same one, so that one VTIMEZONE is enough; elsewhere in UTC."""
    there, here = value.astimezone(zone), value.astimezone(ZoneInfo(BRUSSELS))
    return here if there.utcoffset() == here.utcoffset() else value.astimezone(UTC)


def _calendar(event: Event, method: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    if BRUSSELS in str(event["dtstart"].params.get("TZID", "")):
        calendar.add_component(brussels())
    calendar.add_component(event)
    return calendar.to_ical()
