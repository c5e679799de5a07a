"""Checking in by oneself: a code on the wall of one meeting, that works around its time only."""

import hmac
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import audit
from core.errors import DomainError
from people.models import User
from sessions.attendance import net_minutes
from sessions.models import Attendance, Meeting

EARLY, LATE = timedelta(minutes=30), timedelta(minutes=15)
KEPT = timedelta(hours=12)  # how long a telephone without network may keep what was pressed in time
LENGTH = 8
NEAR = timedelta(days=2)
MISREAD = str.maketrans("018", "OIB")  # the alphabet of base32 has neither 0, 1 nor 8
Status = Attendance.Status


@dataclass(frozen=True)
class Window:
    """From when till when one checks in at a meeting, and how that stands now."""

    opens: datetime
    closes: datetime
    state: str  # "early", "open", "over", or "closed" when the list is


@dataclass(frozen=True)
class Present:
    """How many are in, of how many on the list."""

    present: int
    all: int


def code_of(meeting_id: UUID) -> str:
    """The code of one meeting: eight letters and digits that nobody guesses (39 bits of an HMAC), the same on every screen."""
    digest = hmac.new(settings.SECRET_KEY.encode(), b"check-in:" + meeting_id.bytes, sha256).digest()
    return b32encode(digest).decode()[:LENGTH]


def address_of(meeting: Meeting) -> str:
    """What the QR says: the address of the button, at this meeting only."""
    return settings.SITE_URL + reverse("sessions:check_in", args=[meeting.pk, code_of(meeting.pk)])


def place_to_type() -> str:
    """Where one types the code who cannot scan: the site's own name, without what a browser fills in by itself."""
    return settings.SITE_URL.partition("://")[2] + reverse("sessions:typed_code")


def meeting_of(typed: str) -> Meeting | None:
    """The meeting of these days whose code somebody typed; spaces, dashes and small letters do not matter."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(MISREAD)
    now = timezone.now()
    near = Meeting.objects.not_cancelled().filter(starts_at__lt=now + NEAR, ends_at__gt=now - NEAR)
    return next((meeting for meeting in near if hmac.compare_digest(code_of(meeting.pk).encode(), code.encode())), None)


def window_of(meeting: Meeting, now: datetime | None = None) -> Window:
    """Half an hour before the start until a quarter past the end, as long as the list is open."""
    now, opens, closes = now or timezone.now(), meeting.starts_at - EARLY, meeting.ends_at + LATE
    if meeting.state != Meeting.State.PLANNED:
        state = "closed"
    else:
        state = "early" if now < opens else "over" if now > closes else "open"
    return Window(opens, closes, state)


def opens_today(meeting: Meeting) -> bool:
    """Whether one can check in on the day that it is at the meeting's place, so that the hour alone says when."""
    return timezone.localdate(meeting.starts_at - EARLY, meeting.zone) == timezone.localdate(timezone=meeting.zone)


def is_in_window(meeting: Meeting, moment: datetime) -> bool:
    """Whether one can check in at that moment, as far as the meeting's hours go."""
    return meeting.starts_at - EARLY <= moment <= meeting.ends_at + LATE


def count(meeting: Meeting) -> Present:
    """How many are in, of everybody on the list (one query)."""
    listed = meeting.attendances.filter(Q(is_invited=True) | ~Q(status=Status.UNKNOWN))
    found = listed.aggregate(all=Count("pk"), present=Count("pk", filter=Q(status__in=Attendance.PRESENT)))
    return Present(found["present"], found["all"])


def ways(meeting: Meeting) -> list[str]:
    """How somebody can be there: one way, or both to choose from."""
    one: dict[str, list[str]] = {Meeting.Mode.ONSITE: [Status.ONSITE], Meeting.Mode.ONLINE: [Status.ONLINE]}
    return one.get(meeting.mode, [Status.ONSITE, Status.ONLINE])


@transaction.atomic
def arrive(meeting: Meeting, *, by: User, way: str = "", pressed_at: datetime | None = None) -> Attendance:
    """Note that the person who signed in is there. Once is enough: a second scan changes nothing.

    `pressed_at` is when the button was pressed, for a telephone that had no network; a time that cannot be true is left aside.
    After the end one confirms having been there all the time. DomainError too early, too late, or when the list is closed.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    now = timezone.now()
    opens, closes = meeting.starts_at - EARLY, meeting.ends_at + LATE
    moment = now
    if pressed_at is not None and opens <= pressed_at <= min(now, closes) and now <= closes + KEPT:
        moment = pressed_at
    _refuse_outside(meeting, moment)
    row = meeting.attendances.select_for_update().get(user=by)
    if row.is_present and row.arrived_at:
        return row
    row.status = way if way in ways(meeting) else ways(meeting)[0]
    during = meeting.starts_at < moment < meeting.ends_at
    row.arrived_at = max(meeting.starts_at, moment.replace(second=0, microsecond=0)) if during else meeting.starts_at
    row.left_at = meeting.ends_at
    row.minutes = net_minutes(meeting, row.arrived_at, row.left_at)
    row.established, row.recorded_by, row.recorded_at = Attendance.Established.SELF, by.pk, now
    row.save(update_fields=["status", "arrived_at", "left_at", "minutes", "established", "recorded_by", "recorded_at"])
    audit.record(by=by.pk, verb="attendance.checked-in", target=row, meeting=meeting.pk, status=row.status)
    return row


def _refuse_outside(meeting: Meeting, moment: datetime) -> None:
    window = window_of(meeting, moment)
    if window.state == "closed":
        raise DomainError(_("The list of this meeting is closed. Ask the coach to note you."))
    if window.state == "early":
        opens = timezone.localtime(window.opens, meeting.zone)
        if not opens_today(meeting):
            day = dateformat.format(opens, pgettext("day, Django's date format", "l j F Y"))
            raise DomainError(_("You can check in on %(day)s. This code works then too.") % {"day": day})
        raise DomainError(_("You can check in from %(time)s on. This code works then too.") % {"time": f"{opens:%H:%M}"})
    if window.state == "over":
        raise DomainError(_("Checking in is over for this meeting. Were you there? Tell the coach."))
