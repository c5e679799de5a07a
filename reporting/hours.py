"""Attendance as sums: who was there, for how long, under which number. The database sums; what comes here is a row per meeting,
per participant and per overlap, in constant memory. reporting/recount counts the rows of a bundle, by itself.

Hours are net minutes of held meetings. Where two meetings of one person overlap, the shared time counts once.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import (
    Aggregate,
    Count,
    DateTimeField,
    F,
    FilteredRelation,
    IntegerField,
    Max,
    Min,
    Q,
    QuerySet,
    RowRange,
    Sum,
    UUIDField,
    Window,
)
from django.db.models.functions import TruncDate

from core.compiled import Compiled, Given, each_of
from sessions.models import Attendance, Meeting
from trajectories.models import Programme

HELD = Meeting.TOOK_PLACE
ON_PAPER = (Attendance.Established.PAPER, Attendance.Established.MAIL)  # a file is bound to the meeting that shows it
PROOF = ("open_ended", "weak", "unscanned", "undated")
_PRESENT = Q(status__in=Attendance.PRESENT)
_PARTICIPANT = _PRESENT & Q(number__isnull=False)  # proof is wanted of participants' hours
_UNSIGNED = _PARTICIPANT & Q(signature=None)
COUNTED = {
    "asked": Q(is_invited=True),
    "present": _PRESENT,
    "unknown": Q(status=Attendance.Status.UNKNOWN),
    "onsite": Q(status=Attendance.Status.ONSITE),
    "online": Q(status=Attendance.Status.ONLINE),
    "participants": _PARTICIPANT,
    "open_ended": _PARTICIPANT & (Q(left_at=None) | Q(arrived_at=None)),
    "weak": _UNSIGNED & Q(established__in=[Attendance.Established.NONE, Attendance.Established.COACH]),
    "unscanned": _UNSIGNED & Q(established__in=ON_PAPER),
    "undated": _UNSIGNED & Q(recorded_at=None),
}
CHUNK = 5000
A_PAGE = 25  # participants or meetings of which a page of a list asks the sums
# a stretch of which the values are given later
STRETCH = (Given("programme", UUIDField()), Given("first", DateTimeField()), Given("after", DateTimeField()))


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


def meetings_of(programme: Programme, start: datetime.date, end: datetime.date) -> QuerySet[Meeting]:
    """The planned, held and cancelled meetings that begin in the stretch."""
    return meetings_in(programme.pk, *programme.midnights(start, end))


def meetings_in(programme: object, first: object, after: object) -> QuerySet[Meeting]:
    """The same for a programme's id and two moments, or for what stands in their places."""
    return Meeting.objects.filter(programme=programme, starts_at__gte=first, starts_at__lt=after).exclude(
        state=Meeting.State.DRAFT
    )


def stretch(programme: Programme, start: datetime.date, end: datetime.date) -> dict[str, object]:
    """The values of `STRETCH`."""
    first, after = programme.midnights(start, end)
    return {"programme": programme.pk, "first": first, "after": after}


def attendance_of(programme: Programme, start: datetime.date, end: datetime.date) -> QuerySet[Attendance]:
    """The places at meetings of the stretch, with the participant's number as `number`."""
    return attendance_in(programme.pk, *programme.midnights(start, end))


def attendance_in(programme: object, first: object, after: object) -> QuerySet[Attendance]:
    """The same for a programme's id and two moments, or for what stands in their places."""
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


def _held_by(**chosen: object) -> QuerySet[Attendance]:
    """Those of a stretch that is given later."""
    return attendance_in(*STRETCH).filter(meeting__state__in=HELD, **chosen)


def presences(programme: Programme, start: datetime.date, end: datetime.date) -> Iterator[tuple[object, Counter[str]]]:
    """Per held meeting, in their order, how its places are counted; those without places are left out."""
    for meeting, *numbers in _presences(_held(programme, start, end)).iterator(chunk_size=CHUNK):
        yield meeting, Counter(dict(zip(COUNTED, numbers, strict=True)))


def presences_at(
    programme: Programme, start: datetime.date, end: datetime.date, meetings: list[object]
) -> dict[object, Counter[str]]:
    """The same of a page of meetings."""
    rows = PRESENCES_AT.ask(**stretch(programme, start, end), meetings=meetings) if meetings else ()
    return {meeting: Counter(dict(zip(COUNTED, numbers, strict=True))) for meeting, *numbers in rows}


def _presences(places: QuerySet[Attendance]) -> QuerySet[Attendance, Any]:
    return (
        places.order_by("meeting__starts_at", "meeting_id")
        .values("meeting_id", "meeting__starts_at")
        .annotate(**{f"n_{name}": Count("pk", filter=which) for name, which in COUNTED.items()})
        .values_list("meeting_id", *(f"n_{name}" for name in COUNTED))
    )


PRESENCES_AT = Compiled(lambda: _presences(_held_by(meeting__id__in=each_of("meetings", UUIDField(), A_PAGE))))


def others(programme: Programme, start: datetime.date, end: datetime.date) -> dict[str, int]:
    """How often people who are no participants were present, by role; a guest has none."""
    rows = _held(programme, start, end).filter(number=None, status__in=Attendance.PRESENT).order_by().values("seat__role")
    sums: Counter[str] = Counter()
    for role, number in rows.annotate(n=Count("pk")).values_list("seat__role", "n"):
        sums[role or "guest"] += number
    return dict(sorted(sums.items()))


def people(
    programme: Programme, start: datetime.date, end: datetime.date, overlapping: "list[Overlap]"
) -> Iterator[tuple[int, Person]]:
    """The sums of each participant who was present, by number; `overlapping` comes from `overlaps`."""
    return _people(_sums(_held(programme, start, end).filter(_PARTICIPANT)).iterator(chunk_size=CHUNK), overlapping)


def some_people(programme: Programme, start: datetime.date, end: datetime.date, numbers: list[int]) -> dict[int, Person]:
    """The same of a page of participants; two queries."""
    asked = {**stretch(programme, start, end), "numbers": numbers}
    return dict(_people(SUMS_OF.ask(**asked), _overlaps(programme, OVERLAPS_OF.ask(**asked)))) if numbers else {}


def _sums(places: QuerySet[Attendance]) -> QuerySet[Attendance, Any]:
    """A row for each kind of meeting; of each way to be present how often, and the minutes."""
    sums: dict[str, Aggregate] = {}
    for way in Attendance.PRESENT:
        sums |= {f"n_{way}": Count("pk", filter=Q(status=way)), f"sum_{way}": Sum("minutes", filter=Q(status=way))}
    rows = places.order_by("number").values("number", "meeting__kind").annotate(**sums)
    return rows.values_list("number", "meeting__kind", *sums)


def _people(rows: Iterable[tuple], overlapping: "list[Overlap]") -> Iterator[tuple[int, Person]]:
    twice: dict[int, list[Overlap]] = {}
    for overlap in overlapping:
        twice.setdefault(overlap.number, []).append(overlap)
    for number, group in groupby(rows, key=lambda row: row[0]):
        person = Person()
        for _number, kind, *sums in group:
            for way, meetings, minutes in zip(Attendance.PRESENT, sums[::2], sums[1::2], strict=True):
                if meetings:
                    _count_person(person, meetings, minutes, minutes, kind, way)
        for overlap in twice.get(number, ()):
            _count_person(person, 0, 0, overlap.counted - overlap.minutes, overlap.kind, overlap.status)
        yield number, person


def overlaps(programme: Programme, start: datetime.date, end: datetime.date) -> "list[Overlap]":
    """Where a participant was noted at a meeting while still counted at an earlier one."""
    return _overlaps(programme, _covered(_held(programme, start, end).filter(_PARTICIPANT)))


def _covered(places: QuerySet[Attendance]) -> QuerySet[Attendance, Any]:
    """The places of which the person was still counted at an earlier one, with until when."""
    before = Window(
        Max("left_at"),
        partition_by=F("number"),
        order_by=[F("arrived_at").asc(nulls_first=True), "meeting_id"],
        frame=RowRange(end=-1),
    )
    return (
        places.annotate(covered=before)
        .filter(covered__gt=F("arrived_at"))
        .order_by("number", "arrived_at", "meeting_id")
        .values_list(
            "number", "meeting_id", "meeting__title", "meeting__starts_at", "meeting__kind", "status",
            "arrived_at", "left_at", "minutes", "covered",
        )
    )  # fmt: skip


def _overlaps(programme: Programme, rows: Iterable[tuple]) -> "list[Overlap]":
    found = []
    for number, meeting, title, starts, kind, status, arrived, left, minutes, covered in rows:
        counted = once(arrived, left, minutes, covered)
        if counted < minutes:
            day = starts.astimezone(programme.zone).date()
            found.append(Overlap(number, meeting, title, day, kind, status, minutes, counted))
    return found


def _of_a_page() -> QuerySet[Attendance]:
    return _held_by(status__in=Attendance.PRESENT, number__in=each_of("numbers", IntegerField(), A_PAGE))


SUMS_OF = Compiled(lambda: _sums(_of_a_page()))
OVERLAPS_OF = Compiled(lambda: _covered(_of_a_page()))


def minutes_of(programme: Programme, start: datetime.date, end: datetime.date) -> Iterator[tuple[object, int]]:
    """Per held meeting at which a participant was present, the sum of participants' minutes."""
    rows = _held(programme, start, end).filter(_PARTICIPANT)
    yield from rows.order_by().values("meeting_id").annotate(sum=Sum("minutes")).values_list("meeting_id", "sum")


def outside_periods(programme: Programme, end: datetime.date) -> tuple[int, datetime.date | None]:
    """How many held meetings until `end` lie in no reporting period, and the day of the first. Without periods: none."""
    periods, inside = list(programme.periods.values_list("starts_on", "ends_on")), Q(pk=None)
    if not periods:
        return 0, None
    for first_day, last_day in periods:
        first, after = programme.midnights(first_day, last_day)
        inside |= Q(starts_at__gte=first, starts_at__lt=after)
    before = programme.midnights(end, end)[1]
    held = Meeting.objects.filter(programme=programme, state__in=HELD, starts_at__lt=before).exclude(inside)
    found = held.aggregate(number=Count("pk"), first=Min("starts_at"))
    return found["number"], found["first"] and found["first"].astimezone(programme.zone).date()


def after_leaving(programme: Programme, start: datetime.date, end: datetime.date) -> list[int]:
    """Participants who were noted as present on a day after their last one."""
    day = TruncDate("meeting__starts_at", tzinfo=programme.zone)
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
