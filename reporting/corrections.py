"""Corrections of what has been reported: what differs by now in a frozen period, who did it, why, and what it does to figures.

The frozen figures stay. A correction is carried by the next report and by no other: what an earlier report carried counts as
reported from then on. Plain data in no language, as in the rest of a report's document; people stand under number or role.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone

from reporting import figures, hours, own_indicators
from reporting.frozen import rows_of
from reporting.indicators import HEADS, SINCE_START, STRETCH
from reporting.models import ProgressReport, ReportingPeriod
from reporting.rows import AttendanceRow, attendance_rows
from sessions.models import Meeting, MeetingChange
from trajectories.models import Programme, Seat

State = ProgressReport.State
Key = tuple[str, ...]
MEETING = ("title", "day", "starts", "ends", "net_minutes", "mode", "state", "proofs")
PERSON = ("entered_on", "left_on")
PLACE = ("status", "arrived", "left", "minutes", "established")
ACTIVITY = ("planned", "held", "cancelled", "moved", "onsite", "hybrid", "online", "net_minutes", "presences")
SECTOR = ("services", "participants", "minutes")
# sums of a period that may be added up over periods
ADDED = (
    "planned",
    "held",
    "cancelled",
    "moved",
    "live",
    "online",
    "net_minutes",
    "person_minutes",
    "person_onsite",
    "person_online",
)
HEADCOUNT = {"entered": "participants", "left": "left"}


def since(report: ProgressReport) -> dict[str, Any]:
    """Everything that differs by now from a frozen report, whether a later one carries it or not."""
    return _compared(_Reported(report, []))


def brought(report: ProgressReport) -> dict[str, Any]:
    """What earlier periods bring into a report: `earlier`, each frozen one with its sums as reported and corrected since, and
    `corrections`, what this report carries. An earlier report that is still open carries them first.

    `adds_up`: earlier periods as corrected and this one together are everything since the start. `told_elsewhere`: reports on
    later periods that have told corrections of an earlier one, so that whoever counts again finds them."""
    others = _others(report)
    frozen = [one for one in others if one.state == State.FROZEN]
    earlier = [one for one in frozen if one.period.starts_on < report.period.starts_on]
    told = _told(frozen) if earlier else {}
    corrections, sums = [], []
    for one in earlier:
        reported = _Reported(one, told.get(str(one.pk), []))
        carried = list(reported.told)
        if _carries(report, one, others):
            correction = _compared(reported)
            if correction["meetings"] or correction["people"] or correction["effects"]:
                corrections.append(correction)
                carried.append(correction)
        sums.append(_sums(reported, carried))
    elsewhere = [one for one in frozen if one.period.starts_on > report.period.starts_on and _corrects(one, earlier)]
    return {
        "corrections": corrections,
        "earlier": sums,
        "adds_up": _adds_up(report, others, earlier),
        "told_elsewhere": [{"report": str(one.pk), "sha256": one.snapshot.sha256} for one in elsewhere],
    }


def _corrects(report: ProgressReport, earlier: Iterable[ProgressReport]) -> bool:
    pks = {str(one.pk) for one in earlier}
    carried = json.loads(report.snapshot.data)["figures"].get("corrections", ())
    return any(correction["report"] in pks for correction in carried)


def _adds_up(report: ProgressReport, others: Iterable[ProgressReport], earlier: Iterable[ProgressReport]) -> bool:
    """No earlier report is still open, and every held meeting until now lies in one of these periods."""
    programme, period = report.programme, report.period
    if any(one.state != State.FROZEN and one.period.starts_on < period.starts_on for one in others):
        return False
    held = hours.meetings_of(programme, own_indicators.first_day(programme), period.ends_on).filter(state__in=hours.HELD)
    for one in (report, *earlier):
        first, after = programme.midnights(one.period.starts_on, one.period.ends_on)
        held = held.exclude(starts_at__gte=first, starts_at__lt=after)
    return not held.exists()


def carried_by(report: ProgressReport) -> list[ReportingPeriod]:
    """The earlier periods, reported before, of which this report tells what was corrected since."""
    others = _others(report)
    return [one.period for one in others if one.state == State.FROZEN and _carries(report, one, others)]


def _others(report: ProgressReport) -> list[ProgressReport]:
    found = ProgressReport.objects.filter(programme=report.programme_id).exclude(pk=report.pk)
    return list(found.select_related("programme", "period", "snapshot").order_by("period__starts_on"))


def _carries(report: ProgressReport, frozen: ProgressReport, others: Iterable[ProgressReport]) -> bool:
    """Whether a report is the first one after a frozen one; one between them that is still open carries its corrections."""
    start, end = frozen.period.starts_on, report.period.starts_on
    return start < end and not any(start < row.period.starts_on < end for row in others if row.state != State.FROZEN)


def _told(frozen: Iterable[ProgressReport]) -> dict[str, list[dict[str, Any]]]:
    """What frozen reports carried, by the report that was corrected, in the order in which they were frozen."""
    found: dict[str, list[dict[str, Any]]] = {}
    for report in sorted(frozen, key=lambda one: one.frozen_at or timezone.now()):
        for correction in json.loads(report.snapshot.data)["figures"].get("corrections", ()):
            found.setdefault(correction["report"], []).append(correction | {"told_at": report.frozen_at})
    return found


class _Reported:
    """A frozen period as it has been reported by now: its snapshot, and what later reports told of it (`told`)."""

    def __init__(self, report: ProgressReport, told: list[dict[str, Any]]) -> None:
        self.report, self.told = report, told
        self.document: dict[str, Any] = json.loads(report.snapshot.data)
        self.figures = self.document["figures"]
        self.since = max([report.frozen_at or timezone.now(), *(one["told_at"] for one in told)])

    def flat(self) -> dict[Key, Any]:
        """Every figure by its place, as it was last told."""
        found = flat(self.figures)
        for correction in self.told:
            found.update({tuple(effect["figure"]): effect["now"] for effect in correction["effects"]})
        return found

    def meetings(self) -> dict[str, dict[str, Any]]:
        found = {row["id"]: _facts(row, MEETING) for row in self.figures["meetings"]}
        for correction in self.told:
            for row in correction["meetings"]:
                _patch(found, row["meeting"], row["before"], row["after"])
        return found

    def people(self) -> dict[int, dict[str, Any]]:
        found = {row["number"]: _facts(row, PERSON) for row in self.figures["people"]}
        for correction in self.told:
            for row in correction["people"]:
                _patch(found, row["participant"], row["before"], row["after"])
        return found

    def rows(self) -> Iterator[AttendanceRow]:
        return rows_of(self.report, self.document["attendance"]["sha256"])

    def places(self, meeting: str, places: Counter) -> Counter:
        """The places of one meeting, with what was told of them since."""
        for correction in self.told:
            for row in correction["meetings"]:
                for place in row["places"] if row["meeting"] == meeting else ():
                    places -= Counter(_noted(place, "before"))
                    places += Counter(_noted(place, "after"))
        return places


def _patch(found: dict[Any, dict[str, Any]], key: Any, before: dict | None, after: dict | None) -> None:
    if after is None and before is not None:
        found.pop(key, None)
    elif after is not None:
        found[key] = found.get(key, {}) | after


def _facts(row: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    facts = {name: row[name] for name in names}
    if facts.get("state") == Meeting.State.SUBMITTED:  # handing in changes no fact
        facts["state"] = Meeting.State.CHECKED
    return facts


# -- comparing --------------------------------------------------------------------------------------------------------


def _compared(reported: _Reported) -> dict[str, Any]:
    report, period = reported.report, reported.report.period
    days = (report.programme, period.starts_on, period.ends_on)
    now = figures.collect(*days)
    now["own"] = own_indicators.reached(report.programme, period, now["indicators"])
    meetings = _meetings(reported.meetings(), {row["id"]: _facts(row, MEETING) for row in now["meetings"]})
    _add_places(meetings, reported, days, {row["id"]: row for row in (*now["meetings"], *reported.figures["meetings"])})
    _add_who_and_why(meetings, reported)
    titles = _titles(reported.figures) | _titles(now)
    return {
        "report": str(report.pk),
        "period": {"name": period.name, "from": period.starts_on.isoformat(), "until": period.ends_on.isoformat()},
        "frozen_on": timezone.localdate(report.frozen_at).isoformat(),
        "meetings": sorted(meetings.values(), key=lambda row: (row["day"], row["title"], row["meeting"])),
        "people": _people(reported.people(), {row["number"]: _facts(row, PERSON) for row in now["people"]}),
        "effects": _effects(reported.flat(), flat(now), titles),
    }


def _meetings(then: dict[str, dict], now: dict[str, dict]) -> dict[str, dict[str, Any]]:
    found = {}
    for pk in {**then, **now}:
        before, after = _difference(then.get(pk), now.get(pk))
        if before is not None or after is not None:
            about = now.get(pk) or then[pk]
            found[pk] = _row(pk, about) | {"before": before, "after": after}
    return found


def _row(pk: str, about: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "meeting": pk, "title": about["title"], "day": about["day"], "before": None, "after": None, "places": [],
        "by": "", "role": "", "on": "", "why": "",
    }  # fmt: skip


def _people(then: dict[int, dict], now: dict[int, dict]) -> list[dict[str, Any]]:
    found = []
    for number in sorted({**then, **now}):
        before, after = _difference(then.get(number), now.get(number))
        if before is not None or after is not None:
            found.append({"participant": number, "before": before, "after": after})
    return found


def _difference(then: dict | None, now: dict | None) -> tuple[dict | None, dict | None]:
    """The facts that differ, before and after; whole rows when one of them is not there, nothing when they are the same."""
    if then is None or now is None:
        return then, now
    names = [name for name in now if then.get(name) != now[name]]
    return ({name: then.get(name) for name in names}, {name: now[name] for name in names}) if names else (None, None)


def _add_places(
    changed: dict[str, dict[str, Any]], reported: _Reported, days: tuple, about: Mapping[str, Mapping[str, Any]]
) -> None:
    """What differs in who was there. Both lists are read once for a mark per meeting, and again for those that differ."""
    told = {row["meeting"] for correction in reported.told for row in correction["meetings"]}
    then, now = _marks(reported.rows()), _marks(attendance_rows(*days))
    differs = {pk for pk in {**then, **now} if then.get(pk) != now.get(pk)} | told
    if not differs:
        return
    before, after = (_places(rows, differs) for rows in (reported.rows(), attendance_rows(*days)))
    for pk in sorted(differs):
        old, new = reported.places(pk, before.get(pk, Counter())), after.get(pk, Counter())
        places = list(_pairs(old - new, new - old))
        if places:
            changed.setdefault(pk, _row(pk, about.get(pk, {"title": "", "day": ""})))["places"] = places


def _place(row: AttendanceRow) -> tuple:
    arrived, left = (moment.isoformat() if moment else "" for moment in (row.arrived, row.left))
    return (row.participant, row.role, row.status, arrived, left, row.minutes, row.established)


def _noted(place: Mapping[str, Any], side: str) -> list[tuple]:
    """The same out of a correction: none when there was no such place."""
    facts = place[side]
    return [(place["participant"], place["role"], *(facts[name] for name in PLACE))] if facts else []


def _marks(rows: Iterable[AttendanceRow]) -> dict[str, bytes]:
    """A mark of the places of each meeting; rows of one meeting follow each other."""
    return {
        pk: blake2b("\n".join(sorted(map(str, map(_place, group)))).encode(), digest_size=16).digest()
        for pk, group in groupby(rows, key=lambda row: row.meeting)
    }


def _places(rows: Iterable[AttendanceRow], wanted: set[str]) -> dict[str, Counter]:
    return {pk: Counter(map(_place, group)) for pk, group in groupby(rows, key=lambda row: row.meeting) if pk in wanted}


def _pairs(gone: Counter, come: Counter) -> Iterator[dict[str, Any]]:
    """Places that went beside those that came, for one person or role together."""
    gone_by, come_by = _by_person(gone), _by_person(come)
    for who in sorted({**gone_by, **come_by}, key=lambda who: (who[0] is None, who[0] or 0, who[1])):
        old, new = gone_by.get(who, []), come_by.get(who, [])
        for place in range(max(len(old), len(new))):
            pair = [dict(zip(PLACE, side[place], strict=True)) if place < len(side) else None for side in (old, new)]
            yield {"participant": who[0], "role": who[1], "before": pair[0], "after": pair[1]}


def _by_person(places: Counter) -> dict[tuple, list[tuple]]:
    found: dict[tuple, list[tuple]] = {}
    for place in sorted(places.elements(), key=str):
        found.setdefault(place[:2], []).append(place[2:])
    return found


def _add_who_and_why(changed: dict[str, dict[str, Any]], reported: _Reported) -> None:
    """Of each meeting the last change since it was reported, rather one that gives a reason; handing in is none."""
    later = MeetingChange.objects.filter(meeting__in=[UUID(pk) for pk in changed], at__gt=reported.since).order_by("at")
    rows = list(later.exclude(what="state", after=Meeting.State.SUBMITTED).values_list("meeting_id", "by", "at", "reason"))
    roles = _roles(reported.report.programme, {by for _pk, by, _at, _reason in rows if by})
    for pk, by, at, reason in rows:
        row = changed[str(pk)]
        if reason or not row["why"]:
            role = roles.get(by, "") if by else ""
            row.update({"by": str(by or ""), "role": role, "on": timezone.localdate(at).isoformat(), "why": reason})


def _roles(programme: Programme, people: set[UUID]) -> dict[UUID, str]:
    seats = Seat.objects.filter(programme=programme, user__in=people, role__in=[Seat.Role.PROJECT, Seat.Role.COACH])
    return dict(seats.order_by("role").values_list("user_id", "role"))  # who is both is called project team


# -- figures ----------------------------------------------------------------------------------------------------------


def flat(found: Mapping[str, Any]) -> dict[Key, Any]:
    """Every figure of a report by its place in it."""
    others = found["totals"]["others_present"]
    counted = found["indicators"]
    rows = {row["code"]: row for row in counted["rows"] if STRETCH in row} | {name: counted[name] for name in HEADS}
    return {
        **{("totals", name): value for name, value in found["totals"].items() if name != "others_present"},
        **{("totals", "others_present", role): value for role, value in others.items()},
        **{("activities", row["phase"], row["kind"], name): row[name] for row in found["activities"] for name in ACTIVITY},
        **{("sectors", row["sector"]["nl"], name): row[name] for row in found["sectors"] for name in SECTOR},
        **{
            ("indicators", code, scope, who): value
            for code, row in rows.items()
            for scope in (STRETCH, SINCE_START)
            for who, value in row[scope].items()
        },
        **{("own", row["id"], scope): row[scope] for row in found.get("own", ()) for scope in (STRETCH, SINCE_START)},
        **{("people", str(row["number"]), name): row[name] for row in found["people"] for name in ("meetings", "minutes")},
    }


def _titles(found: Mapping[str, Any]) -> dict[Key, dict[str, str]]:
    """The names of figures that are called by the programme, not by a code."""
    return {
        **{("sectors", row["sector"]["nl"]): row["sector"] for row in found["sectors"]},
        **{("own", row["id"]): {"nl": row["title"], "en": row["title"]} for row in found.get("own", ())},
    }


def _effects(then: dict[Key, Any], now: dict[Key, Any], titles: Mapping[Key, dict[str, str]]) -> list[dict[str, Any]]:
    """Figures that differ, as last told and as they are; one that is nowhere is nought."""
    return [
        {"figure": list(key), "title": titles.get(key[:2], {}), "reported": then.get(key) or 0, "now": now.get(key) or 0}
        for key in {**now, **then}
        if (then.get(key) or 0) != (now.get(key) or 0)
    ]


def _sums(reported: _Reported, carried: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """An earlier period beside this one: its sums as reported, and by how much corrections moved them."""
    period, found = reported.document["stretch"], reported.figures
    heads = {name: found["indicators"][head][STRETCH]["total"] for name, head in HEADCOUNT.items()}
    kinds: Counter[str] = Counter()
    for row in found["activities"]:
        kinds[row["kind"]] += row["held"]
    moved, held = Counter[str](), Counter[str]()
    for correction in carried:
        for effect in correction["effects"]:
            name, difference = _added(effect["figure"]), effect["now"] - effect["reported"]
            moved[name] += difference if name else 0
            if effect["figure"][0] == "activities" and effect["figure"][-1] == "held":
                held[effect["figure"][2]] += difference
    return {
        "report": str(reported.report.pk),
        "sha256": reported.report.snapshot.sha256,
        **{name: period[name] for name in ("name", "from", "until")},
        "sums": {name: found["totals"][name] for name in (*ADDED, "took_part")} | heads,
        "held_by_kind": dict(sorted(kinds.items())),
        "corrected": {name: value for name, value in sorted(moved.items()) if name and value},
        "held_corrected": {kind: value for kind, value in sorted(held.items()) if value},
    }


def _added(figure: list[str]) -> str:
    """Under which name of the comparison a figure is added up; none for most."""
    match figure:
        case ["totals", name] if name in ADDED:
            return name
        case ["indicators", head, scope, "total"] if scope == STRETCH:
            return next((name for name, counted in HEADCOUNT.items() if counted == head), "")
    return ""
