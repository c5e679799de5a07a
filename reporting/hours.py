"""Attendance as sums: who was there, for how long, under which number. The database sums; what comes here is a row per meeting,
per participant and per overlap, in constant memory. reporting/recount counts the rows of a bundle, by itself.

Hours are net minutes of held meetings. Where two meetings of one person overlap, the shared time counts once.
"""

import datetime
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, F, FilteredRelation, Max, Min, Q, QuerySet, RowRange, Sum, Window
from django.db.models.functions import TruncDate

from sessions.models import Attendance, Meeting
from trajectories.models import Programme

HELD = Meeting.TOOK_PLACE
ON_PAPER = (Attendance.Established.PAPER, Attendance.Established.MAIL)  # a file is bound to the meeting that shows it
PROOF = ("open_ended", "weak", "unscanned", "undated")
CHUNK = 5000


class Overlap(NamedTuple):
    """A participant who was noted at two meetings at once: the second one, and what of its minutes still counts."""

    number: int
    meeting_id: object
    title: str
    day: datetime.date
    kind: str
    status: str
    minutes: int
    counted: int


@dataclass
class Person:
    """A participant's sums over a stretch."""

    meetings: int = 0
    minutes: int = 0
    doubled: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_way: Counter[str] = field(default_factory=Counter)


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


def _held(programme: Programme, start: datetime.date, end: datetime.date) -> QuerySet[Attendance]:
    return attendance_of(programme, start, end).filter(meeting__state__in=HELD)


def _of_participants(numbers: list[int] | None) -> dict[str, object]:
    return {"number__isnull": False} if numbers is None else {"number__in": numbers}


def presences(
    programme: Programme, start: datetime.date, end: datetime.date, *, meetings: list | None = None
) -> Iterator[tuple[object, Counter[str]]]:
    """Per held meeting (all, or some), in their order, how its places are counted; those without places are left out."""
    present = Q(status__in=Attendance.PRESENT)
    of_participant = present & Q(number__isnull=False)  # proof is wanted of participants' hours
    unsigned = Q(signature=None)
    counted = {
        "asked": Q(is_invited=True),
        "present": present,
        "unknown": Q(status=Attendance.Status.UNKNOWN),
        "onsite": Q(status=Attendance.Status.ONSITE),
        "online": Q(status=Attendance.Status.ONLINE),
        "participants": of_participant,
        "open_ended": of_participant & (Q(left_at=None) | Q(arrived_at=None)),
        "weak": of_participant & unsigned & Q(established__in=[Attendance.Established.NONE, Attendance.Established.COACH]),
        "unscanned": of_participant & unsigned & Q(established__in=ON_PAPER),
        "undated": of_participant & unsigned & Q(recorded_at=None),
    }
    places = _held(programme, start, end) if meetings is None else _held(programme, start, end).filter(meeting__in=meetings)
    rows = (
        places.order_by("meeting__starts_at", "meeting_id")
        .values("meeting_id", "meeting__starts_at")
        .annotate(**{f"n_{name}": Count("pk", filter=which) for name, which in counted.items()})
        .values_list("meeting_id", *(f"n_{name}" for name in counted))
    )
    for meeting, *numbers in rows.iterator(chunk_size=CHUNK):
        yield meeting, Counter(dict(zip(counted, numbers, strict=True)))


def others(programme: Programme, start: datetime.date, end: datetime.date) -> dict[str, int]:
    """How often people who are no participants were present, by role; a guest has none."""
    rows = _held(programme, start, end).filter(number=None, status__in=Attendance.PRESENT).order_by().values("seat__role")
    sums: Counter[str] = Counter()
    for role, number in rows.annotate(n=Count("pk")).values_list("seat__role", "n"):
        sums[role or "guest"] += number
    return dict(sorted(sums.items()))


def people(
    programme: Programme,
    start: datetime.date,
    end: datetime.date,
    overlapping: "list[Overlap]",
    *,
    numbers: list[int] | None = None,
) -> Iterator[tuple[int, Person]]:
    """The sums of each participant (all, or some) who was present, by number; `overlapping` comes from `overlaps`."""
    twice: dict[int, list[Overlap]] = {}
    for overlap in overlapping:
        twice.setdefault(overlap.number, []).append(overlap)
    rows = (
        _held(programme, start, end)
        .filter(status__in=Attendance.PRESENT, **_of_participants(numbers))
        .order_by("number")
        .values("number", "meeting__kind", "status")
        .annotate(n=Count("pk"), sum=Sum("minutes"))
        .values_list("number", "meeting__kind", "status", "n", "sum")
    )
    for number, group in groupby(rows.iterator(chunk_size=CHUNK), key=lambda row: row[0]):
        person = Person()
        for _number, kind, status, meetings, minutes in group:
            _count_person(person, meetings, minutes, minutes, kind, status)
        for overlap in twice.get(number, ()):
            _count_person(person, 0, 0, overlap.counted - overlap.minutes, overlap.kind, overlap.status)
        yield number, person


def overlaps(
    programme: Programme, start: datetime.date, end: datetime.date, *, numbers: list[int] | None = None
) -> "list[Overlap]":
    """Where a participant (any, or of some) was noted at a meeting while still counted at an earlier one."""
    before = Window(
        Max("left_at"),
        partition_by=F("number"),
        order_by=[F("arrived_at").asc(nulls_first=True), "meeting_id"],
        frame=RowRange(end=-1),
    )
    rows = (
        _held(programme, start, end)
        .filter(status__in=Attendance.PRESENT, **_of_participants(numbers))
        .annotate(covered=before)
        .filter(covered__gt=F("arrived_at"))
        .order_by("number", "arrived_at", "meeting_id")
        .values_list(
            "number", "meeting_id", "meeting__title", "meeting__starts_at", "meeting__kind", "status",
            "arrived_at", "left_at", "minutes", "covered",
        )
    )  # fmt: skip
    found = []
    for number, meeting, title, starts, kind, status, arrived, left, minutes, covered in rows:
        counted = once(arrived, left, minutes, covered)
        if counted < minutes:
            day = starts.astimezone(ZoneInfo(programme.time_zone)).date()
            found.append(Overlap(number, meeting, title, day, kind, status, minutes, counted))
    return found


def minutes_of(programme: Programme, start: datetime.date, end: datetime.date) -> Iterator[tuple[object, int]]:
    """Per held meeting at which a participant was present, the sum of participants' minutes."""
    rows = _held(programme, start, end).filter(status__in=Attendance.PRESENT, **_of_participants(None))
    yield from rows.order_by().values("meeting_id").annotate(sum=Sum("minutes")).values_list("meeting_id", "sum")


def outside_periods(programme: Programme, end: datetime.date) -> tuple[int, datetime.date | None]:
    """How many held meetings until `end` lie in no reporting period, and the day of the first. Without periods: none."""
    periods, inside = list(programme.periods.values_list("starts_on", "ends_on")), Q(pk=None)
    if not periods:
        return 0, None
    for first_day, last_day in periods:
        first, after = bounds(programme, first_day, last_day)
        inside |= Q(starts_at__gte=first, starts_at__lt=after)
    before = bounds(programme, end, end)[1]
    held = Meeting.objects.filter(programme=programme, state__in=HELD, starts_at__lt=before).exclude(inside)
    found = held.aggregate(number=Count("pk"), first=Min("starts_at"))
    return found["number"], found["first"] and found["first"].astimezone(ZoneInfo(programme.time_zone)).date()


def after_leaving(programme: Programme, start: datetime.date, end: datetime.date) -> list[int]:
    """Participants who were noted as present on a day after their last one."""
    day = TruncDate("meeting__starts_at", tzinfo=ZoneInfo(programme.time_zone))
    late = _held(programme, start, end).annotate(day=day, last=F("part__left_on"))
    late = late.filter(status__in=Attendance.PRESENT, last__isnull=False, last__lt=F("day"))
    return sorted(set(late.order_by().values_list("number", flat=True)))


def once(
    arrived: datetime.datetime | None, left: datetime.datetime | None, minutes: int, covered: datetime.datetime | None
) -> int:
    """The net minutes that count when the person was already counted until `covered`: at most the time after it."""
    if arrived is None or left is None or covered is None or covered <= arrived:
        return minutes
    return max(0, min(minutes, int((left - covered).total_seconds() // 60)))


def _count_person(person: Person, meetings: int, minutes: int, counted: int, kind: str, way: str) -> None:
    person.meetings += meetings
    person.minutes += counted
    person.doubled += minutes - counted
    person.by_kind[kind] += counted
    person.by_way[way] += counted
