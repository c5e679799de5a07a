"""A leader's own page: one question, and the journey as a line with dots, large for meetings and small for own texts."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.compiled import Compiled
from people.models import User
from reflections.models import Occasion, Reflection
from reflections.prompts import question_for
from sessions.models import Attendance, Meeting
from trajectories.models import Seat

BEEN, AHEAD, TEXTS = 6, 2, 8
MOST_SIGNS = 90


@dataclass(frozen=True)
class Dot:
    """One stop on the line; `state` and `label` as on a badge, `is_text` for what one wrote oneself."""

    title: str
    url: str
    at: datetime
    state: str = ""
    label: object = ""
    is_moment: bool = False
    is_text: bool = False


@dataclass(frozen=True)
class OneQuestion:
    """The one question of today: about a meeting, or of this month."""

    text: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Journey:
    dots: list[Dot]
    question: OneQuestion | None


@Compiled
def attended_by(user: User, now: datetime) -> QuerySet[Meeting]:
    """The last meetings at which this person was, of those that they see."""
    was_there = Attendance.objects.filter(user=user, status__in=Attendance.PRESENT).values("meeting_id")
    return Meeting.objects.visible_to(user).as_rows().past(now).filter(pk__in=was_there)[:BEEN]


def journey_of(user: User, *, now: datetime, upcoming: list[Meeting]) -> Journey:
    """The last meetings at which this person was, with the next ones, own texts between, and one question (three queries)."""
    been = attended_by.ask(user=user, now=now)
    wrote = _texts_since(user, been)
    stops = [_stop(meeting) for meeting in [*been, *upcoming[:AHEAD]]]
    dots = [
        Dot(
            _short(text["question"]) or _("My text"),
            reverse("reflections:reflection", args=[text["pk"]]),
            text["created_at"],
            is_text=True,
        )
        for text in wrote[:TEXTS]
    ]
    return Journey(sorted([*stops, *dots], key=lambda dot: dot.at), _question(user, been, {text["meeting_id"] for text in wrote}))


def _texts_since(user: User, been: list[Meeting]) -> list[dict]:
    """Own texts since the first of these meetings, or about one of them, the newest first; nothing is opened."""
    mine = Reflection.objects.written_by(user).order_by("-created_at")
    if been:
        mine = mine.filter(Q(created_at__gte=been[-1].starts_at) | Q(meeting__in=[meeting.pk for meeting in been]))
    return [dict(row) for row in mine.values("pk", "question", "meeting_id", "created_at")[:60]]


def _stop(meeting: Meeting) -> Dot:
    state, label = meeting.badge
    url = reverse("sessions:meeting", args=[meeting.pk])
    return Dot(_short(meeting.title), url, meeting.starts_at, state, label, meeting.kind == Meeting.Kind.COACHING)


def _short(words: str) -> str:
    """A long title or question, cut where the line has no room for it."""
    return words if len(words) <= MOST_SIGNS else f"{words[: MOST_SIGNS - 1]}…"


def _question(user: User, been: list[Meeting], written: set) -> OneQuestion | None:
    """The coach's question about the newest meeting that one did not write about, else the question of this month."""
    for meeting in been:
        if meeting.question and meeting.pk not in written:
            return OneQuestion(meeting.question, _new(meeting=meeting.pk), meeting.title)
    leading = user.seats_as(Seat.Role.LEADER)
    if not leading:
        return None
    found = question_for(programme_id=leading[0].programme_id, occasion=Occasion.MONTHLY)
    return OneQuestion(found.text, _new(occasion=Occasion.MONTHLY.value)) if found.text else None


def _new(**asked: object) -> str:
    words = {name: str(value) for name, value in asked.items()}
    return f"{reverse('reflections:new')}?{urlencode(words)}"
