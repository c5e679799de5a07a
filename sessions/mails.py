"""The letters about meetings: one function each, used by preview, test and sending. Each asks the right again as it is made."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core import letters
from core.letters import Letter, Obsolete, TooLate
from core.templatetags.ui import when
from outbox.models import OutgoingMail
from people.mails import letter_to, prepare_readers, reader_of
from people.models import User
from sessions import history, ical
from sessions.models import Attendance, Meeting
from trajectories.models import Seat

KEPT_DAYS = 29  # settled letters are kept for thirty days
_signer = Signer(salt="sessions.reply")

# -- the personal link to an answer -----------------------------------------------------------------------------------


def reply_token(place: Attendance) -> str:
    """Signed and personal: which place, at which sequence of the meeting. It opens nothing but the question."""
    return _signer.sign(f"{place.pk.hex}-{place.meeting.sequence}").replace(":", ".")


def place_of(token: str) -> tuple[Attendance, bool] | None:
    """The place that a token names and whether the meeting is still as its letter said; None for a token that is not ours."""
    try:
        pk, _sep, sequence = _signer.unsign(token.replace(".", ":")).partition("-")
    except BadSignature:
        return None
    place = Attendance.objects.filter(pk=pk).select_related("meeting__programme", "user", "seat").first()
    return (place, str(place.meeting.sequence) == sequence) if place else None


# -- may it still go --------------------------------------------------------------------------------------------------


def prepare(mails: list[OutgoingMail]) -> None:
    """Read readers, meetings, their places and planners for a batch in four queries."""
    prepare_readers(mails)
    meetings = Meeting.objects.with_host().in_bulk({mail.subject_id for mail in mails})
    readers = {mail.recipient_id for mail in mails}
    rows = Attendance.objects.filter(meeting__in=meetings, user__in=readers).select_related("seat")
    places: dict = {(row.meeting_id, row.user_id): row for row in rows}
    makers = {meeting.created_by for meeting in meetings.values()}
    seats = Seat.objects.living().filter(user_id__in=makers, programme_id__in={each.programme_id for each in meetings.values()})
    planners: dict = {(seat.user_id, seat.programme_id): seat.user for seat in seats.select_related("user")}
    for mail in mails:
        meeting = meetings.get(mail.subject_id)
        mail.at_hand["meeting"] = meeting
        mail.at_hand["place"] = places.get((mail.subject_id, mail.recipient_id))
        mail.at_hand["planner"] = planners.get((meeting.created_by, meeting.programme_id)) if meeting else None


def _at_hand(mail: OutgoingMail, what: str) -> Any:
    if what not in mail.at_hand:
        prepare([mail])
    return mail.at_hand.pop(what)


def _meeting_of(mail: OutgoingMail) -> Meeting:
    """The meeting, as long as it still is what the letter's key says; Obsolete and TooLate otherwise."""
    meeting = _at_hand(mail, "meeting")
    if meeting is None or mail.key.split(":")[2] != f"v{meeting.sequence}":
        raise Obsolete
    if meeting.has_begun:
        raise TooLate
    return meeting


def may_come(place: Attendance) -> bool:
    """Invited, and the seat counts on the day of the meeting."""
    day = place.meeting.local_start.date()
    if place.seat is not None:
        return place.is_invited and place.seat.is_living(day)
    seats = Seat.objects.living(day).filter(user_id=place.user_id, programme_id=place.meeting.programme_id)
    return place.is_invited and seats.exists()


def _place_of(mail: OutgoingMail, meeting: Meeting) -> Attendance:
    """The reader's living place in a planned meeting, or Obsolete."""
    place = _at_hand(mail, "place")
    if meeting.state != Meeting.State.PLANNED or place is None:
        raise Obsolete
    place.meeting = meeting
    if not may_come(place):
        raise Obsolete
    return place


# -- the letters ------------------------------------------------------------------------------------------------------


def _write(mail: OutgoingMail, name: str, reader: User, meeting: Meeting, place: Attendance | None, **context: Any) -> Letter:
    planner = _planner(mail)
    with translation.override(reader.language):
        return letter_to(
            reader,
            template=f"sessions/mail/{name}",
            programme=meeting.programme,
            path=reverse("sessions:reply", args=[reply_token(place)]) if place else "",
            button=_("Say whether you come") if place else "",
            reply_to=planner.email if planner else "",
            meeting=meeting,
            place=place,
            title=ical.title_of(meeting),
            is_coaching=meeting.kind == Meeting.Kind.COACHING,
            when_words=_when_words(meeting.starts_at, meeting.ends_at, meeting.zone, reader.language),
            page_url=ical.address_of(meeting),
            **context,
        )


@lru_cache(maxsize=256)
def _when_words(starts: datetime, ends: datetime, zone: ZoneInfo, language: str) -> str:
    """The same for all readers of a language."""
    with translation.override(language):
        return strip_tags(when(starts, ends, zone))


def _planner(mail: OutgoingMail) -> User | None:
    """Who planned the meeting takes the answers, while they have a seat in the programme."""
    planner = _at_hand(mail, "planner")
    return planner if planner and planner.pk != mail.recipient_id else None


def _with_calendar(letter: Letter, reader: User, meeting: Meeting, place: Attendance | None, method: str) -> Letter:
    with translation.override(reader.language):
        body = ical.invitation(meeting, to=reader, method=method, place=place)
    return replace(letter, calendar=body, calendar_method=method)


def invite(mail: OutgoingMail) -> Letter:
    """You are invited, with an invitation for the calendar."""
    reader, meeting = reader_of(mail), _meeting_of(mail)
    place = _place_of(mail, meeting)
    return _with_calendar(_write(mail, "invite", reader, meeting, place), reader, meeting, place, ical.REQUEST)


def change(mail: OutgoingMail) -> Letter:
    """Time, place or link changed since this reader was last told: old → new."""
    reader, meeting = reader_of(mail), _meeting_of(mail)
    place = _place_of(mail, meeting)
    changes = _untold_changes(mail, meeting)
    with translation.override(reader.language):
        lines = history.between(meeting, changes)
    if not lines:
        raise Obsolete
    reasons = list(dict.fromkeys(row.reason for row in changes if row.reason))
    letter = _write(mail, "change", reader, meeting, place, changes=lines, reasons=reasons)
    return _with_calendar(letter, reader, meeting, place, ical.REQUEST)


def _untold_changes(mail: OutgoingMail, meeting: Meeting) -> list:
    told = OutgoingMail.objects.about(meeting.pk).filter(
        recipient_id=mail.recipient_id,
        kind__in=["meeting-invite", "meeting-change"],
        state__in=[OutgoingMail.State.SENT, OutgoingMail.State.IN_DOUBT, OutgoingMail.State.SENDING],
    )
    sequences = [int(key.split(":")[2][1:]) for key in told.exclude(pk=mail.pk).values_list("key", flat=True)]
    changes = meeting.changes.filter(what__in=history.TOLD)
    if sequences:
        return list(changes.filter(sequence__gt=max(sequences)).order_by("at"))
    return list(changes.filter(at__gt=timezone.now() - timedelta(days=KEPT_DAYS)).order_by("at"))


def cancel(mail: OutgoingMail) -> Letter:
    """The meeting is cancelled, or this reader is no longer expected; it disappears from the calendar."""
    reader, meeting = reader_of(mail), _meeting_of(mail)
    place = _at_hand(mail, "place")
    if meeting.state != Meeting.State.CANCELLED and place is not None and place.is_invited:
        raise Obsolete
    letter = _write(mail, "cancel", reader, meeting, None, cancelled=meeting.state == Meeting.State.CANCELLED)
    return _with_calendar(letter, reader, meeting, None, ical.CANCEL)


def remind(mail: OutgoingMail) -> Letter:
    """A week or a day ahead; not for somebody who said that they cannot come."""
    reader, meeting = reader_of(mail), _meeting_of(mail)
    place = _place_of(mail, meeting)
    if place.reply == Attendance.Reply.NO:
        raise Obsolete
    days = (meeting.local_start.date() - timezone.localtime(timezone=meeting.zone).date()).days
    with translation.override(reader.language):
        return _write(mail, "reminder", reader, meeting, place, soon=_soon(days), fewer=mail.kind)


def _soon(days: int) -> str:
    """How far away, also when the letter had to wait for a mail server."""
    words = {0: gettext("Today"), 1: gettext("Tomorrow"), 7: gettext("In a week")}
    return words.get(days) or ngettext("In %(days)s day", "In %(days)s days", days) % {"days": days}


def about(mails: list[OutgoingMail]) -> dict[UUID, str]:
    """For a list of letters: which meeting, by the title that a calendar may show."""
    meetings = Meeting.objects.only("pk", "kind", "title", "starts_at", "time_zone").in_bulk({mail.subject_id for mail in mails})
    return {mail.pk: _about(meetings[mail.subject_id]) for mail in mails if mail.subject_id in meetings}


def _about(meeting: Meeting) -> str:
    return f"{ical.title_of(meeting)}, {formats.date_format(meeting.local_start, 'SHORT_DATETIME_FORMAT')}"


letters.declare("meeting-invite", invite, title=_("invitation to a meeting"), prepare=prepare, about=about)
letters.declare("meeting-change", change, title=_("a meeting has changed"), prepare=prepare, about=about)
letters.declare("meeting-cancel", cancel, title=_("a meeting is cancelled"), prepare=prepare, about=about)
letters.declare("reminder-7d", remind, title=_("reminder, a week before"), necessary=False, prepare=prepare, about=about)
letters.declare("reminder-1d", remind, title=_("reminder, a day before"), necessary=False, prepare=prepare, about=about)
