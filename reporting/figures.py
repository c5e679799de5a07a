"""The figures of a programme over a stretch of days, as plain data: what a report shows, a snapshot freezes and a bundle proves.

Nothing here depends on the reader's language: kinds, states and gaps are codes, indicator titles carry both languages.
"""

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, UUIDField
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.compiled import Compiled, each_of
from reporting import gaps, hours, indicators, minimum, records
from reporting.frameworks import framework
from reporting.hours import CHUNK, HELD, Overlap, Person
from reporting.sums import Sums
from sessions.models import Evidence, Meeting, MeetingChange
from trajectories.models import Programme

State = Meeting.State


class Stretch:
    """A programme from `start` to `end`, both included, read row by row: `meetings` and `people` never stand in memory as a
    whole, and the database sums. The number of queries does not depend on how many there are."""

    def __init__(
        self, programme: Programme, start: datetime.date, end: datetime.date, *, today: datetime.date | None = None
    ) -> None:
        self.programme, self.start, self.end = programme, start, end
        self.today = today or timezone.localdate()
        self.incomplete: list[int] = []

    @cached_property
    def counting(self) -> indicators.Count:
        """Where the indicators are counted."""
        return indicators.Count(framework(self.programme.framework), self.start, self.end)

    @cached_property
    def phases(self) -> list[tuple]:
        return list(self.programme.phases.values_list("name", "starts_on", "ends_on"))

    @cached_property
    def overlaps(self) -> list[Overlap]:
        """Participants who were noted at two meetings at once."""
        return hours.overlaps(self.programme, self.start, self.end)

    @cached_property
    def others(self) -> dict[str, int]:
        """Presences of people who are no participants, by role."""
        return hours.others(self.programme, self.start, self.end)

    @cached_property
    def strays(self) -> tuple[tuple[int, datetime.date | None], list[int]]:
        """Held meetings in no period, and participants who were present after their last day."""
        return hours.outside_periods(self.programme, self.end), hours.after_leaving(self.programme, self.start, self.end)

    def meetings(self) -> Iterator[dict[str, Any]]:
        """Planned, held and cancelled meetings with who was there, in the order of time."""
        counted = hours.presences(self.programme, self.start, self.end)
        key, sums = next(counted, (None, Counter()))
        found = hours.meetings_of(self.programme, self.start, self.end)
        for row in _rows(found).iterator(chunk_size=CHUNK):
            present = Counter[str]()
            if row["pk"] == key:
                present = sums
                key, sums = next(counted, (None, Counter()))
            yield _meeting(row, self.phases, self.programme) | _presence(present)

    def people(self) -> Iterator[dict[str, Any]]:
        """Hours per participant under their number; the indicators are counted on the way, in `counting`, and the numbers of
        incomplete records kept in `incomplete`."""
        summed, nothing = hours.people(self.programme, self.start, self.end, self.overlaps), Person()
        number, sums = next(summed, (None, nothing))
        self.counting.add_erased(minimum.totals_of(self.programme))
        for member in records.members(self.programme, self.end):
            self.counting.add(member.record, member.number)
            if not member.record.is_complete(self.counting.framework):
                self.incomplete.append(member.number)
            mine = nothing
            while number is not None and number <= member.number:
                mine = sums if number == member.number else mine
                number, sums = next(summed, (None, nothing))
            if mine.meetings or member.record.left_on is None or member.record.left_on >= self.start:
                yield person(member, mine, self.end)

    def milestones(self) -> list[dict[str, str]]:
        """Milestones due or reached in the stretch, and earlier ones that are still open."""
        return _milestones(self.programme, self.start, self.end, self.today)


def some_meetings(stretch: Stretch, chosen: list[UUID]) -> list[dict[str, Any]]:
    """The rows of a page of meetings, as far as they are in the stretch; such a list says nothing of their phases."""
    days = (stretch.programme, stretch.start, stretch.end)
    rows = SOME.ask(**hours.stretch(*days), meetings=chosen) if chosen else []
    present = hours.presences_at(*days, [row["pk"] for row in rows])
    return [_meeting(row, [], stretch.programme) | _presence(present.get(row["pk"], Counter[str]())) for row in rows]


def collect(
    programme: Programme, start: datetime.date, end: datetime.date, *, today: datetime.date | None = None
) -> dict[str, Any]:
    """All the figures from `start` to `end` with every row: what is frozen and printed. `summary` has what a page shows."""
    stretch, sums = Stretch(programme, start, end, today=today), Sums()
    meetings, people = list(stretch.meetings()), list(stretch.people())
    for row in meetings:
        sums.add_meeting(row)
    for row in people:
        sums.add_person(row)
    counted = stretch.counting.result()
    return {
        "totals": sums.totals(stretch.others),
        "activities": sums.activities([name for name, _first, _last in stretch.phases]),
        "meetings": meetings,
        "people": people,
        "sectors": sums.sectors(),
        "indicators": counted,
        "milestones": stretch.milestones(),
        "gaps": [
            *(gap for row in meetings for gap in gaps.of_meeting(row, stretch.today)),
            *gaps.of_people(stretch.overlaps, stretch.incomplete, counted["checks"], *stretch.strays),
        ],
    }


def _rows(meetings: QuerySet[Meeting]) -> QuerySet[Meeting, Any]:
    moved = MeetingChange.objects.filter(meeting=OuterRef("pk"), what="time").order_by("at")
    online = MeetingChange.objects.filter(meeting=OuterRef("pk"), what="mode", after=Meeting.Mode.ONLINE).order_by("-at")
    proofs = Evidence.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting").annotate(n=Count("pk")).values("n")
    return (
        meetings.annotate(
            moved_from=Subquery(moved.values("before")[:1]),
            moved_reason=Subquery(moved.reverse().values("reason")[:1]),
            went_online=Exists(online),
            online_reason=Subquery(online.values("reason")[:1]),
            proofs=Coalesce(Subquery(proofs), 0),
        )
        .order_by("starts_at", "pk")
        .values(
            "pk",
            "kind",
            "number",
            "title",
            "starts_at",
            "ends_at",
            "break_minutes",
            "time_zone",
            "mode",
            "state",
            "state_reason",
            "held_by",
            "checked_by",
            "pilot__service__name",
            "network__name",
            "advisory_group__name",
            "partner__name",
            "moved_from",
            "moved_reason",
            "went_online",
            "online_reason",
            "proofs",
        )
    )


SOME = Compiled(lambda: _rows(hours.meetings_in(*hours.STRETCH).filter(pk__in=each_of("meetings", UUIDField(), hours.A_PAGE))))


def _meeting(row: Mapping[str, Any], phases: list[tuple], programme: Programme) -> dict[str, Any]:
    zone = ZoneInfo(row["time_zone"])
    starts, ends = row["starts_at"].astimezone(zone), row["ends_at"].astimezone(zone)
    day = row["starts_at"].astimezone(programme.zone).date()
    names = ("pilot__service__name", "network__name", "advisory_group__name", "partner__name")
    return {
        "id": str(row["pk"]),
        "day": day.isoformat(),
        "starts": starts.isoformat(timespec="minutes"),
        "ends": ends.isoformat(timespec="minutes"),
        "break_minutes": row["break_minutes"],
        "net_minutes": max(0, int((ends - starts).total_seconds() // 60) - row["break_minutes"]),
        "kind": row["kind"],
        "number": row["number"],
        "title": row["title"],
        "host": next((row[name] for name in names if row[name]), ""),
        "phase": next((name for name, first, last in phases if first <= day <= last), ""),
        "mode": row["mode"],
        "state": row["state"],
        "held": row["state"] in HELD,
        "reason": row["state_reason"] if row["state"] == State.CANCELLED else "",
        "moved_from": (row["moved_from"] or "").partition("/")[0],
        "moved_reason": row["moved_reason"] or "",
        "went_online": row["went_online"],
        "online_reason": row["online_reason"] or "",
        "checked": row["state"] in {State.CHECKED, State.SUBMITTED} and row["checked_by"] is not None,
        "checked_by_closer": row["checked_by"] is not None and row["checked_by"] == row["held_by"],
        "proofs": row["proofs"],
    }


def _presence(sums: Counter[str]) -> dict[str, int]:
    return {name: sums[name] for name in ("asked", "present", "participants", "onsite", "online", "unknown", *hours.PROOF)}


def person(member: records.Member, sums: Person, end: datetime.date) -> dict[str, Any]:
    """A participant with their hours, as it stands in the figures."""
    record = member.record
    return {
        "number": member.number,
        "service": member.service,
        "sector": member.sector,
        "entered_on": record.entered_on.isoformat(),
        "left_on": record.left_on.isoformat() if record.left_on and record.left_on <= end else "",
        "meetings": sums.meetings,
        "minutes": sums.minutes,
        "doubled": sums.doubled,
        "by_kind": dict(sorted(sums.by_kind.items())),
        "by_way": dict(sorted(sums.by_way.items())),
    }


def _milestones(programme: Programme, start: datetime.date, end: datetime.date, today: datetime.date) -> list[dict[str, str]]:
    rows = []
    for title, due, reached in programme.milestones.filter(due_on__lte=end).values_list("title", "due_on", "reached_on"):
        reached_by_end = reached if reached is not None and reached <= end else None
        if due < start and reached is not None and reached < start:
            continue
        state = (
            ("reached" if reached_by_end <= due else "reached-late") if reached_by_end else ("open" if due >= today else "late")
        )
        rows.append(
            {
                "title": title,
                "due_on": due.isoformat(),
                "reached_on": reached_by_end.isoformat() if reached_by_end else "",
                "state": state,
            }
        )
    return rows
