"""The figures of a programme over a stretch of days, as plain data: what a report shows, a snapshot freezes and a bundle proves.

Nothing here depends on the reader's language: kinds, states and gaps are codes, indicator titles carry both languages.
"""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from reporting import gaps, hours, indicators, records
from reporting.frameworks import framework
from reporting.hours import HELD, Person, Tally
from sessions.models import Evidence, Meeting, MeetingChange
from trajectories.models import Programme

State = Meeting.State


def collect(
    programme: Programme, start: datetime.date, end: datetime.date, *, today: datetime.date | None = None
) -> dict[str, Any]:
    """The figures from `start` to `end`, both included: six queries, whatever the number of meetings and people (and one for
    the keys of each further 2,000 participants)."""
    today = today or timezone.localdate()
    phases = list(programme.phases.values_list("name", "starts_on", "ends_on"))
    meetings = [_meeting(row, phases, programme) for row in _rows(programme, start, end)]
    tally = hours.tally(hours.stays(programme, start, end), {row["key"]: row["kind"] for row in meetings})
    for row in meetings:
        row.update(_presence(tally.meetings.get(row["key"], Counter())))
    running = indicators.Count(framework(programme.framework), start, end)
    people, incomplete = _people(programme, start, end, tally, running)
    counted = running.result()
    result = {
        "totals": totals(meetings, people, tally),
        "activities": activities(meetings, [name for name, _first, _last in phases]),
        "meetings": meetings,
        "people": people,
        "sectors": sectors(people),
        "indicators": counted,
        "milestones": _milestones(programme, start, end, today),
        "gaps": gaps.find(meetings, tally, incomplete, counted["checks"], today),
    }
    for row in meetings:
        row["id"] = str(row.pop("key"))
    return result


def _rows(programme: Programme, start: datetime.date, end: datetime.date) -> Iterable[Mapping[str, Any]]:
    moved = MeetingChange.objects.filter(meeting=OuterRef("pk"), what="time").order_by("at")
    online = MeetingChange.objects.filter(meeting=OuterRef("pk"), what="mode", after=Meeting.Mode.ONLINE).order_by("-at")
    proofs = Evidence.objects.filter(meeting=OuterRef("pk")).order_by().values("meeting").annotate(n=Count("pk")).values("n")
    return (
        hours.meetings_of(programme, start, end)
        .annotate(
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


def _meeting(row: Mapping[str, Any], phases: list[tuple], programme: Programme) -> dict[str, Any]:
    zone = ZoneInfo(row["time_zone"])
    starts, ends = row["starts_at"].astimezone(zone), row["ends_at"].astimezone(zone)
    day = row["starts_at"].astimezone(ZoneInfo(programme.time_zone)).date()
    names = ("pilot__service__name", "network__name", "advisory_group__name", "partner__name")
    return {
        "key": row["pk"],
        "day": day.isoformat(),
        "starts": starts.isoformat(timespec="minutes"),
        "ends": ends.isoformat(timespec="minutes"),
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
    return {
        name: sums[name] for name in ("asked", "present", "participants", "onsite", "online", "unknown", "open_ended", "weak")
    }


def _people(
    programme: Programme, start: datetime.date, end: datetime.date, tally: Tally, running: indicators.Count
) -> tuple[list[dict[str, Any]], list[int]]:
    """Hours per participant under their number, and the numbers of incomplete records; counts the indicators on the way."""
    people, incomplete = [], []
    for member in records.members(programme, end):
        running.add(member.record)
        record, sums = member.record, tally.people.get(member.number, Person())
        if not record.is_complete(running.framework):
            incomplete.append(member.number)
        if not sums.meetings and record.left_on is not None and record.left_on < start:
            continue
        people.append(
            {
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
        )
    return people, incomplete


def totals(meetings: list[dict[str, Any]], people: list[dict[str, Any]], tally: Tally) -> dict[str, Any]:
    """The sums of a stretch; also asked again of a bundle."""
    held = [row for row in meetings if row["held"]]
    return {
        "planned": len(meetings),
        "held": len(held),
        "cancelled": sum(row["state"] == State.CANCELLED for row in meetings),
        "moved": sum(bool(row["moved_from"]) for row in meetings),
        "live": sum(row["mode"] != Meeting.Mode.ONLINE for row in held),
        "online": sum(row["mode"] == Meeting.Mode.ONLINE for row in held),
        "net_minutes": sum(row["net_minutes"] for row in held),
        "person_minutes": sum(row["minutes"] for row in people),
        "person_onsite": sum(row["by_way"].get("onsite", 0) for row in people),
        "person_online": sum(row["by_way"].get("online", 0) for row in people),
        "took_part": sum(row["meetings"] > 0 for row in people),
        "others_present": dict(sorted(tally.others.items())),
    }


def activities(meetings: list[dict[str, Any]], order: list[str]) -> list[dict[str, Any]]:
    """Planned against held, per phase (in this order) and kind."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in meetings:
        groups.setdefault((row["phase"], row["kind"]), []).append(row)
    kinds = list(Meeting.Kind.values)
    place = {key: (order.index(key[0]) if key[0] in order else len(order), kinds.index(key[1])) for key in groups}
    return [_activity(phase, kind, groups[phase, kind]) for phase, kind in sorted(groups, key=place.__getitem__)]


def _activity(phase: str, kind: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    held = [row for row in rows if row["held"]]
    cancelled = sum(row["state"] == State.CANCELLED for row in rows)
    return {
        "phase": phase,
        "kind": kind,
        "planned": len(rows),
        "held": len(held),
        "cancelled": cancelled,
        "open": len(rows) - len(held) - cancelled,
        "moved": sum(bool(row["moved_from"]) for row in rows),
        **{mode: sum(row["mode"] == mode for row in held) for mode in Meeting.Mode.values},
        "net_minutes": sum(row["net_minutes"] for row in held),
        "presences": sum(row["participants"] for row in held),
    }


def sectors(people: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Services, participants and hours per sector."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in people:
        groups.setdefault(row["sector"]["nl"], []).append(row)
    return [
        {
            "sector": rows[0]["sector"],
            "services": len({row["service"] for row in rows}),
            "participants": len(rows),
            "minutes": sum(row["minutes"] for row in rows),
        }
        for _name, rows in sorted(groups.items())
    ]


def _milestones(programme: Programme, start: datetime.date, end: datetime.date, today: datetime.date) -> list[dict[str, str]]:
    """Milestones due or reached in the stretch, and earlier ones that are still open."""
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
