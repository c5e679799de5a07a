"""Attendance as rows and as sums: who was there, for how long, under which number. One pass, in constant memory per person.

Hours are net minutes of held meetings. Where two meetings of one person overlap, the shared time counts once.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import F, FilteredRelation, Q, QuerySet

from sessions.models import Attendance, Meeting
from trajectories.models import Programme

HELD = (Meeting.State.HELD, Meeting.State.CHECKED, Meeting.State.SUBMITTED)
CHUNK = 5000


class Stay(NamedTuple):
    """One person at one meeting. `number` is the participant's, empty for everybody else; nobody is named."""

    meeting_id: object
    number: int | None
    role: str | None
    invited: bool
    status: str
    arrived_at: datetime.datetime | None
    left_at: datetime.datetime | None
    minutes: int
    established: str


@dataclass
class Person:
    """A participant's sums over a stretch."""

    meetings: int = 0
    minutes: int = 0
    doubled: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_way: Counter[str] = field(default_factory=Counter)


@dataclass
class Tally:
    """What one pass over the attendance gives: per meeting, per participant, and whose meetings overlap."""

    meetings: dict[object, Counter[str]] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)
    overlaps: list[tuple[int, object]] = field(default_factory=list)


def bounds(programme: Programme, start: datetime.date, end: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    """From midnight of the first day to midnight after the last, on the programme's clock."""
    zone = ZoneInfo(programme.time_zone)
    after = end + datetime.timedelta(days=1)
    return datetime.datetime.combine(start, datetime.time(), zone), datetime.datetime.combine(after, datetime.time(), zone)


def meetings_of(programme: Programme, start: datetime.date, end: datetime.date) -> QuerySet[Meeting]:
    """The planned, held and cancelled meetings that begin in the stretch."""
    first, after = bounds(programme, start, end)
    return Meeting.objects.filter(programme=programme, starts_at__gte=first, starts_at__lt=after).exclude(
        state=Meeting.State.DRAFT
    )


def attendance_of(programme: Programme, start: datetime.date, end: datetime.date) -> QuerySet[Attendance]:
    """The places at meetings of the stretch, with the participant's number as `number`."""
    first, after = bounds(programme, start, end)
    return Attendance.objects.filter(
        Q(is_invited=True) | ~Q(status=Attendance.Status.UNKNOWN),
        meeting__programme=programme,
        meeting__starts_at__gte=first,
        meeting__starts_at__lt=after,
    ).annotate(
        part=FilteredRelation("user__participations", condition=Q(user__participations__programme=programme)),
        number=F("part__number"),
    )


def stays(programme: Programme, start: datetime.date, end: datetime.date) -> Iterator[Stay]:
    """Every place at a held meeting, each person's in the order of time."""
    rows = (
        attendance_of(programme, start, end)
        .filter(meeting__state__in=HELD)
        .order_by("number", "arrived_at", "meeting_id")
        .values_list(
            "meeting_id",
            "number",
            "seat__role",
            "is_invited",
            "status",
            "arrived_at",
            "left_at",
            "minutes",
            "established",
        )
    )
    return map(Stay._make, rows.iterator(chunk_size=CHUNK))


def tally(rows: Iterator[Stay], kinds: dict[object, str]) -> Tally:
    """Sum the rows; `kinds` says of what kind each meeting is. Rows of one person follow each other in the order of time."""
    found = Tally()
    covered: tuple[int | None, datetime.datetime | None] = (None, None)
    for stay in rows:
        present = stay.status in Attendance.PRESENT
        _count_place(found.meetings.setdefault(stay.meeting_id, Counter()), stay, present)
        if not present:
            continue
        if stay.number is None:
            found.others[stay.role or "guest"] += 1
            continue
        until = covered[1] if covered[0] == stay.number else None
        counted = once(stay.arrived_at, stay.left_at, stay.minutes, until)
        if counted < stay.minutes:
            found.overlaps.append((stay.number, stay.meeting_id))
        _count_person(found.people.setdefault(stay.number, Person()), stay, counted, kinds[stay.meeting_id])
        if stay.left_at is not None and (until is None or stay.left_at > until):
            until = stay.left_at
        covered = (stay.number, until)
    return found


def once(
    arrived: datetime.datetime | None, left: datetime.datetime | None, minutes: int, covered: datetime.datetime | None
) -> int:
    """The net minutes that count when the person was already counted until `covered`: at most the time after it."""
    if arrived is None or left is None or covered is None or covered <= arrived:
        return minutes
    return max(0, min(minutes, int((left - covered).total_seconds() // 60)))


def _count_place(sums: Counter[str], stay: Stay, present: bool) -> None:
    sums["asked"] += stay.invited
    sums["present"] += present
    sums["unknown"] += stay.status == Attendance.Status.UNKNOWN
    if present:
        sums[stay.status] += 1
    if present and stay.number is not None:  # proof is wanted of participants' hours
        sums["participants"] += 1
        sums["open_ended"] += stay.left_at is None or stay.arrived_at is None
        sums["weak"] += stay.established in {Attendance.Established.NONE, Attendance.Established.COACH}


def _count_person(person: Person, stay: Stay, counted: int, kind: str) -> None:
    person.meetings += 1
    person.minutes += counted
    person.doubled += stay.minutes - counted
    person.by_kind[kind] += counted
    person.by_way[stay.status] += counted
