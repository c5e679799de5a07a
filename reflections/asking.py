"""The day after a meeting, at nine on the wall, its leaders get one question; who went quiet is told so once, and never again."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from outbox import services as outbox
from outbox.models import OutgoingMail
from reflections.models import Nudge, Reflection
from sessions import clock
from sessions.models import Attendance, Meeting
from trajectories.models import Seat

KIND = "question-after"
HOUR = time(9)
ASKED_WITHIN = timedelta(hours=24)
QUIET = "not-written"
QUIET_FOR = timedelta(days=60)


def due_at(meeting: Meeting) -> datetime:
    """Nine o'clock where the meeting was, on the day after it ended."""
    return clock.moment(meeting.local_end.date() + timedelta(days=1), HOUR, meeting.zone)


def key_of(meeting: Meeting, user_id: object) -> str:
    """One question per meeting and person, ever."""
    return f"reflection:{meeting.pk}:question:{user_id}"


def was_there(place: Attendance) -> bool:
    """Came, or was expected and is not noted yet; who was excused or absent, or said no, is left in peace."""
    if place.status == Attendance.Status.UNKNOWN:
        return place.is_invited and place.reply != Attendance.Reply.NO
    return place.is_present


@transaction.atomic
def ask_the_question(*, now: datetime) -> int:
    """The tick's part: queue the questions that are due and not yet asked; returns how many. What is a day late stays unasked."""
    recent = Meeting.objects.filter(
        starts_at__gte=now - timedelta(days=15),
        ends_at__lt=now,
        ends_at__gte=now - timedelta(days=3),
        state__in=[Meeting.State.PLANNED, *Meeting.TOOK_PLACE],
    )
    due = {meeting.pk: meeting for meeting in recent if due_at(meeting) <= now < due_at(meeting) + ASKED_WITHIN}
    if not due:
        return 0
    asked = OutgoingMail.objects.filter(kind=KIND, subject_id__in=due).values_list("subject_id", "recipient_id")
    wrote = Reflection.objects.filter(meeting_id__in=due).values_list("meeting_id", "author_id")
    done = set(asked) | set(wrote)
    mails = [
        outbox.draft(
            KIND, key=key_of(due[place.meeting_id], place.user_id), recipient_id=place.user_id, subject_id=place.meeting_id,
            programme_id=due[place.meeting_id].programme_id,
        )
        for place in _leaders_at(due)
        if was_there(place) and (place.meeting_id, place.user_id) not in done
    ]  # fmt: skip
    return outbox.queue_many(mails) if mails else 0


def _leaders_at(meetings: dict) -> list[Attendance]:
    """The places of leaders: of the meeting's own pilot where it has one, else of any pilot of the programme."""
    places = Attendance.objects.filter(meeting_id__in=meetings, user__isnull=False)
    people = {place.user_id for place in places}
    programmes = {meeting.programme_id for meeting in meetings.values()}
    seats = Seat.objects.living().leaders().filter(user_id__in=people, programme_id__in=programmes)
    led = {(seat.user_id, where) for seat in seats for where in (seat.programme_id, seat.pilot_id)}
    hosts = {pk: meeting.pilot_id or meeting.programme_id for pk, meeting in meetings.items()}
    return [place for place in places if (place.user_id, hosts[place.meeting_id]) in led]


@transaction.atomic
def remind_who_went_quiet(*, now: datetime) -> int:
    """The tick's part, on weekdays after nine: leaders who once wrote and have not for sixty days; returns how many.

    The row in `Nudge` outlives the letter, so that nobody is told twice.
    """
    local = timezone.localtime(now)
    if local.hour != HOUR.hour or local.weekday() >= 5:
        return 0
    told = Nudge.objects.filter(user=OuterRef("user"))
    seats = Seat.objects.living().leaders().filter(~Exists(told), user__is_active=True)
    wrote = seats.annotate(last=Max("user__reflections__created_at")).filter(last__lt=now - QUIET_FOR)
    quiet = {seat.user_id: seat.programme_id for seat in wrote[:200]}
    Nudge.objects.bulk_create([Nudge(user_id=user, at=now) for user in quiet], ignore_conflicts=True)
    mails = [
        outbox.draft(QUIET, key=f"{QUIET}:{user}", recipient_id=user, programme_id=programme) for user, programme in quiet.items()
    ]
    return outbox.queue_many(mails) if mails else 0
