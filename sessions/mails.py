"""The letters about meetings: one function each, used by preview, test and sending. Each asks the right again as it is made."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core import letters
from core.letters import Letter, Obsolete, TooLate
from outbox.models import OutgoingMail
from people.mails import letter_to, reader_of
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


def _meeting_of(mail: OutgoingMail) -> Meeting:
    """The meeting, as long as it still is what the letter's key says; Obsolete and TooLate otherwise."""
    meeting = Meeting.objects.with_host().filter(pk=mail.subject_id).first()
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
    place = meeting.attendances.filter(user_id=mail.recipient_id).select_related("seat").first()
    if meeting.state != Meeting.State.PLANNED or place is None:
        raise Obsolete
    place.meeting = meeting
    if not may_come(place):
        raise Obsolete
    return place


# -- the letters ------------------------------------------------------------------------------------------------------


def _write(name: str, reader: User, meeting: Meeting, place: Attendance | None, **context: Any) -> Letter:
    planner = _planner(meeting, apart_from=reader)
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
            when_words=history.when_words(meeting),
            page_url=ical.address_of(meeting),
            **context,
        )


def _planner(meeting: Meeting, *, apart_from: User) -> User | None:
    """Who planned the meeting takes the answers, while they have a seat in the programme."""
    seats = Seat.objects.living().filter(user_id=meeting.created_by, programme_id=meeting.programme_id)
    seat = seats.exclude(user_id=apart_from.pk).select_related("user").first()
    return seat.user if seat else None


def _with_calendar(letter: Letter, reader: User, meeting: Meeting, place: Attendance | None, method: str) -> Letter:
    with translation.override(reader.language):
        body = ical.invitation(meeting, to=reader, method=method, place=place)
    return replace(letter, calendar=body, calendar_method=method)


def invite(mail: OutgoingMail) -> Letter:
    """You are invited, with an invitation for the calendar."""
    reader, meeting = reader_of(mail), _meeting_of(mail)
    place = _place_of(mail, meeting)
    return _with_calendar(_write("invite", reader, meeting, place), reader, meeting, place, ical.REQUEST)


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
    letter = _write("change", reader, meeting, place, changes=lines, reasons=reasons)
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
    expected = meeting.attendances.filter(user=reader, is_invited=True).exists()
    if meeting.state != Meeting.State.CANCELLED and expected:
        raise Obsolete
    letter = _write("cancel", reader, meeting, None, cancelled=meeting.state == Meeting.State.CANCELLED)
    return _with_calendar(letter, reader, meeting, None, ical.CANCEL)


def remind(mail: OutgoingMail) -> Letter:
    """A week or a day ahead; not for somebody who said that they cannot come."""
    reader, meeting = reader_of(mail), _meeting_of(mail)
    place = _place_of(mail, meeting)
    if place.reply == Attendance.Reply.NO:
        raise Obsolete
    days = (meeting.local_start.date() - timezone.localtime(timezone=meeting.zone).date()).days
    with translation.override(reader.language):
        return _write(mail.kind, reader, meeting, place, soon=_soon(days))


def _soon(days: int) -> str:
    """How far away, also when the letter had to wait for a mail server."""
    words = {0: gettext("Today"), 1: gettext("Tomorrow"), 7: gettext("In a week")}
    return words.get(days) or ngettext("In %(days)s day", "In %(days)s days", days) % {"days": days}


letters.declare("meeting-invite", invite, title=_("invitation to a meeting"))
letters.declare("meeting-change", change, title=_("a meeting has changed"))
letters.declare("meeting-cancel", cancel, title=_("a meeting is cancelled"))
letters.declare("reminder-7d", remind, title=_("reminder, a week before"), necessary=False)
letters.declare("reminder-1d", remind, title=_("reminder, a day before"), necessary=False)
