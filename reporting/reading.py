"""A report's document in the reader's words: what the page, the PDF and the workbook show. It adds no figure of its own."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core import charts
from core.drawing import Chart
from reporting import words
from reporting.frameworks import in_words
from reporting.models import ReportSection

TO_STAY_READABLE = 200
# the figures that stand below a part of the printed narrative
PRINTED = {
    "summary": "reporting/pdf/_summary.html",
    "activities": "reporting/pdf/_activities.html",
    "participants": "reporting/pdf/_participants.html",
    "results": "reporting/pdf/_results.html",
    "deviations": "reporting/pdf/_deviations.html",
}


def day(text: str) -> datetime.date | None:
    """A day of the document."""
    return datetime.date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Reading:
    """One document; every property is made when it is asked."""

    document: dict[str, Any]

    @property
    def figures(self) -> dict[str, Any]:
        return self.document["figures"]

    @property
    def totals(self) -> dict[str, Any]:
        return self.figures["totals"]

    @property
    def first_day(self) -> datetime.date | None:
        return day(self.document["stretch"]["from"])

    @property
    def last_day(self) -> datetime.date | None:
        return day(self.document["stretch"]["until"])

    @property
    def person_hours(self) -> float:
        return words.hours(self.totals["person_minutes"])

    @property
    def participants(self) -> int:
        return self.figures["indicators"]["participants"]["since_start"]["total"]

    @property
    def proposed_on(self) -> datetime.date | None:
        return day(self.document.get("proposed_on", ""))

    @property
    def frozen_on(self) -> datetime.date | None:
        return day(self.document.get("frozen_on", ""))

    @property
    def framework_title(self) -> str:
        return in_words(self.figures["indicators"]["title"])

    @property
    def framework_source(self) -> str:
        return self.figures["indicators"]["source"]

    @cached_property
    def parts(self) -> list[dict[str, Any]]:
        """The parts of the printed report: the narrative with its figures, then the annexes. What says nothing is left out."""
        shown = [section | {"id": section["name"], "template": PRINTED.get(section["name"], "")} for section in self.sections]
        if not self.changed_meetings:
            shown = [part | {"template": ""} if part["name"] == "deviations" else part for part in shown]
        annexes = [
            {"id": "annex-meetings", "title": _("Annex: meetings"), "template": "reporting/pdf/_meetings.html", "annex": True},
            {
                "id": "annex-hours",
                "title": _("Annex: hours per participant"),
                "template": "reporting/pdf/_people.html",
                "annex": True,
            },
            {"id": "annex-proof", "title": _("Annex: proof and method"), "template": "reporting/pdf/_proof.html", "annex": True},
        ]
        return [part for part in shown if part["body"] or part["template"]] + annexes

    @cached_property
    def sections(self) -> list[dict[str, Any]]:
        """Every section of the report, written or not, in its order."""
        written = {section["name"]: section["body"] for section in self.document["sections"]}
        return [
            {"name": name, "title": words.SECTIONS[name], "body": written.get(name, "")} for name in ReportSection.Name.values
        ]

    @cached_property
    def activities(self) -> list[dict[str, Any]]:
        return [
            row
            | {
                "kind_word": words.KINDS[row["kind"]],
                "phase": row["phase"] or _("outside the phases"),
                "hours": words.hours(row["net_minutes"]),
                "live": row["onsite"] + row["hybrid"],
            }
            for row in self.figures["activities"]
        ]

    @cached_property
    def meetings(self) -> list[dict[str, Any]]:
        return [
            row
            | {
                "on": day(row["day"]),
                "from": datetime.datetime.fromisoformat(row["starts"]).time(),
                "till": datetime.datetime.fromisoformat(row["ends"]).time(),
                "kind_word": words.kind(row["kind"]),
                "mode_word": words.mode(row["mode"]),
                "state_word": words.state(row["state"]),
                "hours": words.hours(row["net_minutes"]),
            }
            for row in self.figures["meetings"]
        ]

    @cached_property
    def changed_meetings(self) -> list[dict[str, Any]]:
        """What was cancelled, moved or brought online, with why."""
        changed = [row for row in self.meetings if row["state"] == "cancelled" or row["moved_from"] or row["went_online"]]
        return [
            row | {"what": _what_changed(row), "why": row["reason"] or row["moved_reason"] or row["online_reason"]}
            for row in changed
        ]

    @cached_property
    def people(self) -> list[dict[str, Any]]:
        return [
            row
            | {
                "name": words.pseudonym(row["number"]),
                "sector_word": in_words(row["sector"]),
                "entered": day(row["entered_on"]),
                "left": day(row["left_on"]),
                "hours": words.hours(row["minutes"]),
                "hours_other": words.hours(row["minutes"] - sum(row["by_kind"].get(kind, 0) for kind in ("network", "coaching"))),
                **{f"hours_{kind}": words.hours(row["by_kind"].get(kind, 0)) for kind in ("network", "coaching")},
                **{f"hours_{way}": words.hours(row["by_way"].get(way, 0)) for way in ("onsite", "online")},
            }
            for row in self.figures["people"]
        ]

    @cached_property
    def sectors(self) -> list[dict[str, Any]]:
        return [row | {"name": in_words(row["sector"]), "hours": words.hours(row["minutes"])} for row in self.figures["sectors"]]

    @cached_property
    def genders(self) -> list[tuple[str, str]]:
        """The columns of the indicator table: code and head, the total first."""
        return [(code, words.gender(code)) for code in ("total", *self.figures["indicators"]["genders"])]

    @cached_property
    def indicators(self) -> list[dict[str, Any]]:
        return [self._indicator(row) for row in self.figures["indicators"]["rows"]]

    def _indicator(self, row: dict[str, Any]) -> dict[str, Any]:
        counted = "stretch" in row
        cells = (
            [row[scope].get(code, 0) for scope in ("stretch", "since_start") for code, _head in self.genders] if counted else []
        )
        elsewhere = {
            "sample": _("by a sample of the managing authority"),
            "project": _("once for the whole project, in the funder’s application"),
        }
        return row | {
            "name": in_words(row["title"]),
            "cells": cells,
            "elsewhere": "" if counted else elsewhere.get(row["collected"], ""),
        }

    @cached_property
    def headcounts(self) -> list[dict[str, Any]]:
        """Participants, complete records and people who left, with their break-down."""
        names = {"participants": _("All participants"), "complete": _("With a complete record"), "left": _("Who left")}
        counted = self.figures["indicators"]
        return [
            {
                "name": title,
                "cells": [
                    counted[name][scope].get(code, 0) for scope in ("stretch", "since_start") for code, _head in self.genders
                ],
            }
            for name, title in names.items()
        ]

    @cached_property
    def sensitive(self) -> list[dict[str, Any]]:
        return [row | {"name": in_words(row["text"])} for row in self.figures["indicators"]["sensitive"]]

    @cached_property
    def milestones(self) -> list[dict[str, Any]]:
        return [
            row | {"due": day(row["due_on"]), "reached": day(row["reached_on"]), "word": word, "badge": badge}
            for row in self.figures["milestones"]
            for word, badge in [words.MILESTONES[row["state"]]]
        ]

    @cached_property
    def gaps(self) -> list[dict[str, Any]]:
        return [
            gap | {"sentence": words.gap(gap), "who": words.MENDED_BY[gap["mended_by"]], "on": day(gap.get("day", ""))}
            for gap in self.figures["gaps"]
        ]

    @cached_property
    def gaps_by_kind(self) -> list[dict[str, Any]]:
        """The gaps that are of one kind together: a sentence, who can mend it, and the meetings it is about."""
        groups: dict[str, dict[str, Any]] = {}
        for number, gap in enumerate(self.gaps):
            alone = gap["what"] in {"overlap", "check", "incomplete"}
            key = f"{gap['what']} {number}" if alone else gap["what"]
            group = groups.setdefault(key, {"what": gap["what"], "who": gap["who"], "count": 0, "meetings": [], "first": gap})
            group["count"] += gap.get("count", 0)
            if gap.get("meeting"):
                group["meetings"].append(gap)
        for group in groups.values():
            counted = {"count": group["count"]} if group["count"] else {}
            group["sentence"] = words.gap(group["first"] | counted)
        return list(groups.values())

    @cached_property
    def others(self) -> list[tuple[object, int]]:
        return [(words.ROLES.get(role, role), number) for role, number in self.totals["others_present"].items()]

    @property
    def checked(self) -> int:
        """Held meetings whose list a second person checked."""
        return sum(row["checked"] and not row["checked_by_closer"] for row in self.figures["meetings"])

    @cached_property
    def evidence_count(self) -> int:
        return len(self.document.get("evidence", ()))

    @property
    def is_long(self) -> bool:
        """More rows than a printed table should hold."""
        return max(len(self.figures["meetings"]), len(self.figures["people"])) > TO_STAY_READABLE

    @property
    def printed_meetings(self) -> list[dict[str, Any]]:
        return self.meetings[:TO_STAY_READABLE]

    @property
    def printed_changes(self) -> list[dict[str, Any]]:
        return self.changed_meetings[:TO_STAY_READABLE]

    @property
    def printed_people(self) -> list[dict[str, Any]]:
        return self.people[:TO_STAY_READABLE]

    @cached_property
    def charts(self) -> list[Chart]:
        return [chart for chart in (self.activity_chart, self.hours_chart) if chart]

    @cached_property
    def activity_chart(self) -> Chart | None:
        """Planned meetings per kind, cut into what became of them."""
        rows = _summed(self.figures["activities"], "kind", ("held", "open", "cancelled"))
        if not rows:
            return None
        series = {_("held"): "held", _("still open"): "open", _("cancelled"): "cancelled"}
        held, planned = sum(row["held"] for row in rows.values()), sum(sum(row.values()) for row in rows.values())
        return charts.stacked_bars(
            title=_("What became of the planned meetings"),
            description=_("%(held)s of the %(planned)s planned meetings were held.") % {"held": held, "planned": planned},
            labels=[str(words.KINDS[kind]) for kind in rows],
            series={title: [row[name] for row in rows.values()] for title, name in series.items()},
            heading=_("Kind"),
        )

    @cached_property
    def hours_chart(self) -> Chart | None:
        """Hours of participants per sector, on site and online."""
        sums: dict[str, dict[str, int]] = {}
        for row in self.people:
            cell = sums.setdefault(row["sector_word"] or _("no sector"), {"onsite": 0, "online": 0})
            for way in cell:
                cell[way] += row["by_way"].get(way, 0)
        if not any(sum(cell.values()) for cell in sums.values()):
            return None
        return charts.stacked_bars(
            title=_("Hours of participants per sector"),
            description=_("Together %(hours)s hours, of which %(online)s online.")
            % {"hours": round(self.totals["person_minutes"] / 60), "online": round(self.totals["person_online"] / 60)},
            labels=list(sums),
            series={
                title: [round(cell[way] / 60) for cell in sums.values()]
                for title, way in ((_("on site"), "onsite"), (_("online"), "online"))
            },
            heading=_("Sector"),
        )


def _summed(rows: Iterable[dict[str, Any]], by: str, names: tuple[str, ...]) -> dict[str, dict[str, int]]:
    sums: dict[str, dict[str, int]] = {}
    for row in rows:
        cell = sums.setdefault(row[by], dict.fromkeys(names, 0))
        for name in names:
            cell[name] += row[name]
    return sums


def _what_changed(row: dict[str, Any]) -> str:
    if row["state"] == "cancelled":
        return _("cancelled")
    if row["moved_from"]:
        before = datetime.datetime.fromisoformat(row["moved_from"]).date()
        return _("moved from %(day)s") % {"day": f"{before:%d/%m/%Y}"} if before != row["on"] else _("moved to another hour")
    return _("brought online")
