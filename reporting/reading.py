"""A report's document in the reader's words: what the page, the PDF and the workbook show. It adds no figure of its own."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from core import charts
from core.drawing import Chart
from reporting import corrected, words
from reporting.frameworks import in_words
from reporting.gaps import grouped
from reporting.lines import day, gap_line, located, meeting_line, person_line
from reporting.models import ReportSection
from reporting.sums import WAYS, summed

TO_STAY_READABLE = 200
# the figures that stand below a part of the printed narrative
PRINTED = {
    "summary": "reporting/pdf/_summary.html",
    "activities": "reporting/pdf/_activities.html",
    "participants": "reporting/pdf/_participants.html",
    "results": "reporting/pdf/_results.html",
    "deviations": "reporting/pdf/_deviations.html",
}


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
        """Everybody who entered since the programme began, until the last day of the period."""
        return self.figures["indicators"]["participants"]["since_start"]["total"]

    @property
    def entered(self) -> int:
        """Those of them who entered in the period."""
        return self.figures["indicators"]["participants"]["stretch"]["total"]

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
        return [part for part in shown if part["body"] or part["template"]] + self._beside + annexes

    @property
    def _beside(self) -> list[dict[str, Any]]:
        """What stands between the narrative and the annexes once a period has been reported before."""
        parts = []
        if self.comparison:
            parts.append({"id": "comparison", "title": _("Beside earlier periods"), "template": "reporting/pdf/_comparison.html"})
        if self.corrections:
            title = _("Corrected from earlier periods")
            parts.append({"id": "corrections", "title": title, "template": "reporting/pdf/_corrections.html"})
        return parts

    @cached_property
    def comparison(self) -> dict[str, Any] | None:
        """This period beside the earlier ones that were reported."""
        return corrected.compared(self.figures, self.document["stretch"]["name"])

    @cached_property
    def corrections(self) -> list[dict[str, Any]]:
        """What was corrected in earlier periods and is reported with this one; who did it is told by role."""
        return [corrected.told(correction, {}) for correction in self.figures.get("corrections", ())]

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
                "phase_asked": row["phase"] or "-",
                "hours": words.hours(row["net_minutes"]),
                "live": row["onsite"] + row["hybrid"],
            }
            for row in self.figures["activities"]
        ]

    @cached_property
    def meetings(self) -> list[dict[str, Any]]:
        return [meeting_line(row) for row in self.figures["meetings"]]

    @cached_property
    def changed_meetings(self) -> list[dict[str, Any]]:
        """What was cancelled, moved or brought online, with why."""
        rows = self.figures["changed"] if "changed" in self.figures else self.figures["meetings"]
        changed = [row for row in rows if row["state"] == "cancelled" or row["moved_from"] or row["went_online"]]
        return [
            row
            | {"on": day(row["day"])}
            | {"what": _what_changed(row, day(row["day"])), "why": row["reason"] or row["moved_reason"] or row["online_reason"]}
            for row in changed
        ]

    @cached_property
    def people(self) -> list[dict[str, Any]]:
        return [person_line(row) for row in self.figures["people"]]

    @cached_property
    def sectors(self) -> list[dict[str, Any]]:
        return [
            row | {"name": in_words(row["sector"]) or _("no sector"), "hours": words.hours(row["minutes"])}
            for row in self.figures["sectors"]
        ]

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
        return [gap_line(gap) for gap in self.figures["gaps"]]

    @cached_property
    def gaps_by_kind(self) -> list[dict[str, Any]]:
        """What a page shows of the gaps: those of one kind together, a sentence, who can mend it, and the first meetings."""
        return [
            group
            | {
                "sentence": words.gap(
                    group["first"] | {"number": group["number"]} | ({"count": group["count"]} if group["count"] else {})
                ),
                "who": words.MENDED_BY[group["mended_by"]],
                "meetings": [located(gap) for gap in group["meetings"]],
                "more": group["number"] - len(group["meetings"]) if group["meetings"] else 0,
            }
            for group in (self.figures["gap_groups"] if "gap_groups" in self.figures else grouped(self.figures["gaps"]))
        ]

    @cached_property
    def own(self) -> list[dict[str, Any]]:
        """The programme's own indicators, each with how far its target has been reached."""
        return [
            row | {"share": min(100, round(100 * (row["since_start"] or 0) / row["target"])) if row["target"] else None}
            for row in self.figures.get("own", ())
        ]

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
        ways = self.figures["ways"] if "ways" in self.figures else summed((), self.figures["people"]).ways()
        sums = {in_words(row["sector"]) or _("no sector"): {way: row[way] for way in WAYS} for row in ways}
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


def _what_changed(row: dict[str, Any], on: datetime.date | None) -> str:
    if row["state"] == "cancelled":
        return _("cancelled")
    if row["moved_from"]:
        before = datetime.datetime.fromisoformat(row["moved_from"]).date()
        return _("moved from %(day)s") % {"day": f"{before:%d/%m/%Y}"} if before != on else _("moved to another hour")
    return _("brought online")
