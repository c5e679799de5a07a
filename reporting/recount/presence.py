"""Meetings, hours and totals counted again from the rows of attendance.csv.

Hours are net minutes of held meetings. Where two meetings of one person overlap, the shared time counts once: of the later
one at most what lies after the earlier.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from reporting.recount.verdict import Verdict

HELD = {"held", "checked", "submitted"}
PRESENT = {"onsite", "online"}
UNPROVEN, ON_PAPER, SIGNED = {"", "coach"}, {"paper", "mail"}, "signed"
PROOF = ("open_ended", "weak", "unscanned", "undated")
SAME = ("title", "day", "kind", "state", "mode", "host")  # what a row repeats of its meeting
NEVER = datetime.datetime.min.replace(tzinfo=datetime.UTC)
Figures = dict[str, Any]


class Presence:
    """What the rows give."""

    def __init__(self) -> None:
        self.meetings: dict[str, Counter[str]] = defaultdict(Counter)
        self.others: Counter[str] = Counter()
        self.stays: dict[int, list[tuple]] = defaultdict(list)
        self.rows = 0

    def add(self, row: Mapping[str, str]) -> None:
        """One row of a held meeting."""
        sums, present = self.meetings[row["meeting"]], row["status"] in PRESENT
        sums["asked"] += row["invited"] == "1"
        sums["unknown"] += not row["status"]
        if not present:
            return
        sums["present"] += 1
        sums[row["status"]] += 1
        if not row["participant"]:
            self.others[row["role"] or "guest"] += 1
            return
        sums["participants"] += 1
        sums["open_ended"] += not (row["arrived"] and row["left"])
        sums["weak"] += row["established"] in UNPROVEN
        sums["unscanned"] += row["established"] in ON_PAPER
        sums["undated"] += not row["dated"] and row["established"] != SIGNED
        stay = (_moment(row["arrived"]), row["meeting"], _moment(row["left"]), int(row["minutes"]), row["kind"], row["status"])
        self.stays[int(row["participant"])].append(stay)

    def person(self, number: int) -> dict[str, Any]:
        """A participant's meetings and minutes, shared time once."""
        minutes, kinds, ways, doubled, until = 0, Counter[str](), Counter[str](), 0, None
        stays = sorted(self.stays.get(number, ()), key=lambda stay: (stay[0] or NEVER, stay[1]))
        for arrived, _meeting, left, said, kind, way in stays:
            counts = said
            if arrived and left and until and until > arrived:
                counts = max(0, min(said, (left - until) // datetime.timedelta(minutes=1)))
            minutes, doubled = minutes + counts, doubled + said - counts
            kinds[kind] += counts
            ways[way] += counts
            if left and (until is None or left > until):
                until = left
        sums = {"meetings": len(stays), "minutes": minutes, "doubled": doubled}
        return sums | {"by_kind": dict(kinds), "by_way": dict(ways)}


def recount(rows: Iterable[Mapping[str, str]], document: dict[str, Any], verdict: Verdict) -> list[int]:
    """Count the rows and compare everything that follows from them; who was present after their last day."""
    said, found = document["figures"], Presence()
    known = {row["id"]: row for row in said["meetings"]}
    if len(known) < len(said["meetings"]):
        verdict.differs("The report lists a meeting twice.")
    for row in rows:
        found.rows += 1
        meeting = known.get(row["meeting"])
        if meeting is None:
            verdict.differs(f"attendance.csv has a meeting that the report does not list: {row['meeting']}")
            continue
        for name in SAME:
            if row[name] != meeting[name]:
                verdict.compare(f"{meeting['title']} ({meeting['day']}), {name}", row[name], meeting[name])
        for name in ("starts", "ends"):
            if _minute(row[name]) != _minute(meeting[name]):
                verdict.compare(f"{meeting['title']} ({meeting['day']}), {name}", row[name], meeting[name])
        if _longer(row):
            verdict.differs(f"attendance.csv, row {found.rows}: {row['minutes']} minutes do not fit from arriving to leaving.")
        if row["state"] in HELD:
            found.add(row)
    stretch = document["stretch"]
    _meetings(said, found, stretch, verdict)
    _people(said, found, verdict)
    _totals(said, found, verdict)
    _own(said, stretch, verdict)
    verdict.checked.append(f"presence, hours and totals from {found.rows} attendance rows")
    return list(_late(said, found))


def _late(said: Figures, found: Presence) -> Iterable[int]:
    days = {row["id"]: row["day"] for row in said["meetings"]}
    for row in said["people"]:
        if row["left_on"] and any(days[stay[1]] > row["left_on"] for stay in found.stays.get(row["number"], ())):
            yield row["number"]


def _moment(text: str) -> datetime.datetime | None:
    return datetime.datetime.fromisoformat(text) if text else None


def _minute(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).replace(second=0, microsecond=0)


def _longer(row: Mapping[str, str]) -> bool:
    """More minutes than from arriving to leaving, less than none, or any of somebody who was not there."""
    arrived, left, minutes = _moment(row["arrived"]), _moment(row["left"]), int(row["minutes"])
    if minutes and row["status"] not in PRESENT:
        return True
    return minutes < 0 or bool(arrived and left and datetime.timedelta(minutes=minutes) > left - arrived)


def _meetings(said: Figures, found: Presence, stretch: Mapping[str, str], verdict: Verdict) -> None:
    for row in said["meetings"]:
        name = f"{row['title']} ({row['day']})"
        verdict.compare(f"{name}, held", row["state"] in HELD, row["held"])
        if not stretch["from"] <= row["day"] <= stretch["until"]:
            verdict.differs(f"{name} does not lie in the period.")
        sums = found.meetings.get(row["id"], Counter())
        gross = (_minute(row["ends"]) - _minute(row["starts"])) // datetime.timedelta(minutes=1)
        verdict.compare(f"{name}, net minutes", max(0, gross - row["break_minutes"]), row["net_minutes"])
        for what in ("asked", "present", "participants", "onsite", "online", "unknown", *PROOF) if row["held"] else ():
            verdict.compare(f"{name}, {what}", sums[what], row[what])


def _people(said: Figures, found: Presence, verdict: Verdict) -> None:
    listed = {row["number"]: row for row in said["people"]}
    for number in sorted(set(found.stays) - set(listed)):
        verdict.differs(f"Participant {number} has hours, but is not in the report.")
    for number, row in listed.items():
        for what, value in found.person(number).items():
            verdict.compare(f"Participant {number}, {what}", value, row[what])


def _totals(said: Figures, found: Presence, verdict: Verdict) -> None:
    meetings, people = said["meetings"], said["people"]
    held = [row for row in meetings if row["held"]]
    online = sum(row["mode"] == "online" for row in held)
    totals = {
        "planned": len(meetings),
        "held": len(held),
        "cancelled": sum(row["state"] == "cancelled" for row in meetings),
        "moved": sum(bool(row["moved_from"]) for row in meetings),
        "live": len(held) - online,
        "online": online,
        "net_minutes": sum(row["net_minutes"] for row in held),
        "person_minutes": sum(row["minutes"] for row in people),
        "person_onsite": sum(row["by_way"].get("onsite", 0) for row in people),
        "person_online": sum(row["by_way"].get("online", 0) for row in people),
        "took_part": sum(row["meetings"] > 0 for row in people),
        "others_present": dict(found.others),
    }
    for name in {**said["totals"], **totals}:
        verdict.compare(f"Total “{name}”", totals.get(name), said["totals"].get(name))
    _activities(said, verdict)
    _sectors(said, verdict)


def _activities(said: Figures, verdict: Verdict) -> None:
    counted: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for row in said["meetings"]:
        sums = counted[row["phase"], row["kind"]]
        sums.update(["planned"] + ["moved"] * bool(row["moved_from"]))
        sums["held" if row["held"] else "cancelled" if row["state"] == "cancelled" else "open"] += 1
        if row["held"]:
            sums[row["mode"]] += 1
            sums["net_minutes"] += row["net_minutes"]
            sums["presences"] += row["participants"]
    listed = {(row["phase"], row["kind"]): row for row in said["activities"]}
    for key in {**listed, **counted}:
        row = {name: number for name, number in listed.get(key, {}).items() if name not in ("phase", "kind")}
        for name in {**row, **counted.get(key, {})}:
            verdict.compare(f"{' / '.join(key)}, {name}", counted.get(key, Counter())[name], row.get(name, 0))


def _sectors(said: Figures, verdict: Verdict) -> None:
    counted: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in said["people"]:
        counted[row["sector"]["nl"]].append(row)
    listed = {row["sector"]["nl"]: row for row in said["sectors"]}
    for name in {**listed, **counted}:
        people, row = counted.get(name, []), listed.get(name, {})
        sums = {
            "services": len({person["service"] for person in people if person["service"]}),
            "participants": len(people),
            "minutes": sum(person["minutes"] for person in people),
        }
        for what, value in sums.items():
            verdict.compare(f"Sector “{name}”, {what}", value, row.get(what))


def _own(said: Figures, stretch: Mapping[str, str], verdict: Verdict) -> None:
    """The programme's own indicators of this period that count meetings, hours and services."""
    kinds = Counter(row["kind"] for row in said["meetings"] if row["held"])
    entered = [row for row in said["people"] if stretch["from"] <= row["entered_on"] <= stretch["until"]]
    found = {
        "network": kinds["network"],
        "coaching": kinds["coaching"],
        "hours": round(said["totals"]["person_minutes"] / 60),
        "services": len({row["service"] for row in entered if row["service"]}),
    }
    for row in said.get("own", ()):
        if row["counts"] in found:
            verdict.compare(f"Own indicator “{row['title']}”", found[row["counts"]], row["stretch"])
