"""Sums over the rows of a report, made row by row: the same for live rows, for those of a snapshot and for those of a bundle."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sessions.models import Meeting

State, Mode = Meeting.State, Meeting.Mode
WAYS = ("onsite", "online")


class Sums:
    """Totals, activities and sectors of a stretch. Feed it meetings and people in any order."""

    def __init__(self) -> None:
        self.meetings: Counter[str] = Counter()
        self.people: Counter[str] = Counter()
        self._activities: dict[tuple[str, str], Counter[str]] = {}
        self._sectors: dict[str, dict[str, Any]] = {}

    def add_meeting(self, row: Mapping[str, Any]) -> None:
        """One planned, held or cancelled meeting."""
        activity = self._activities.setdefault((row["phase"], row["kind"]), Counter())
        for sums in (self.meetings, activity):
            sums["planned"] += 1
            sums["cancelled"] += row["state"] == State.CANCELLED
            sums["moved"] += bool(row["moved_from"])
            if row["held"]:
                sums["held"] += 1
                sums[row["mode"]] += 1
                sums["net_minutes"] += row["net_minutes"]
                sums["presences"] += row["participants"]

    def add_person(self, row: Mapping[str, Any]) -> None:
        """One participant with their hours."""
        self.people["minutes"] += row["minutes"]
        self.people["took_part"] += row["meetings"] > 0
        name = row["sector"]["nl"]
        if name not in self._sectors:
            fresh = {"sector": row["sector"], "services": set(), "participants": 0, "minutes": 0, "ways": Counter()}
            self._sectors[name] = fresh
        sector = self._sectors[name]
        if row["service"]:  # who was enrolled may come from none
            sector["services"].add(row["service"])
        sector["participants"] += 1
        sector["minutes"] += row["minutes"]
        for way in WAYS:
            self.people[way] += row["by_way"].get(way, 0)
            sector["ways"][way] += row["by_way"].get(way, 0)

    def totals(self, others: Mapping[str, int]) -> dict[str, Any]:
        """The sums of the stretch; `others` counts presences of people who are no participants, by role."""
        return {
            "planned": self.meetings["planned"],
            "held": self.meetings["held"],
            "cancelled": self.meetings["cancelled"],
            "moved": self.meetings["moved"],
            "live": self.meetings["held"] - self.meetings[Mode.ONLINE],
            "online": self.meetings[Mode.ONLINE],
            "net_minutes": self.meetings["net_minutes"],
            "person_minutes": self.people["minutes"],
            "person_onsite": self.people["onsite"],
            "person_online": self.people["online"],
            "took_part": self.people["took_part"],
            "others_present": dict(sorted(others.items())),
        }

    def activities(self, order: list[str]) -> list[dict[str, Any]]:
        """Planned against held, per phase (in this order) and kind."""
        kinds = list(Meeting.Kind.values)
        place = {key: (order.index(key[0]) if key[0] in order else len(order), kinds.index(key[1])) for key in self._activities}
        return [
            {
                "phase": phase,
                "kind": kind,
                **{name: sums[name] for name in ("planned", "held", "cancelled")},
                "open": sums["planned"] - sums["held"] - sums["cancelled"],
                **{name: sums[name] for name in ("moved", *Mode.values, "net_minutes", "presences")},
            }
            for phase, kind in sorted(self._activities, key=place.__getitem__)
            for sums in [self._activities[phase, kind]]
        ]

    def sectors(self) -> list[dict[str, Any]]:
        """Services, participants and hours per sector."""
        return [
            {
                "sector": sums["sector"],
                "services": len(sums["services"]),
                "participants": sums["participants"],
                "minutes": sums["minutes"],
            }
            for _name, sums in sorted(self._sectors.items())
        ]

    def ways(self) -> list[dict[str, Any]]:
        """Minutes of participants per sector, on site and online."""
        return [
            {"sector": sums["sector"], **{way: sums["ways"][way] for way in WAYS}}
            for _name, sums in sorted(self._sectors.items())
        ]


def summed(meetings: Iterable[Mapping[str, Any]], people: Iterable[Mapping[str, Any]]) -> Sums:
    """The sums of rows that are all there."""
    sums = Sums()
    for meeting in meetings:
        sums.add_meeting(meeting)
    for person in people:
        sums.add_person(person)
    return sums
