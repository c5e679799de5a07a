"""Corrections and comparison with earlier periods in the reader's words: for page, print and workbook. They add no figure of
their own but differences and sums."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from core import charts
from core.drawing import Chart
from reporting import words
from reporting.corrections import MEETING, PLACE
from reporting.frameworks import in_words
from reporting.lines import day

EARLIER = 4  # columns of earlier periods beside this one; older ones are taken together
MINUTES = {"minutes", "net_minutes", "person_minutes", "person_onsite", "person_online"}
# the rows of the comparison: name, and whether it may be added up over periods
COMPARED = {
    "planned": True, "held": True, "cancelled": True, "moved": True, "online": True, "net_minutes": True, "person_minutes": True,
    "person_online": True, "took_part": False, "entered": True, "left": True,
}  # fmt: skip


# -- corrections ------------------------------------------------------------------------------------------------------


def told(correction: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """One corrected period in words; `names` says who some people are by id, everybody else is called by role."""
    period = correction["period"]
    return {
        **period,
        "report": correction["report"],
        "first_day": day(period["from"]),
        "last_day": day(period["until"]),
        "frozen": day(correction["frozen_on"]),
        "rows": [_meeting(row, names) for row in correction["meetings"]] + [_person(row) for row in correction["people"]],
        "effects": [_effect(effect) for effect in correction["effects"]],
    }


def people_in(corrections: Iterable[Mapping[str, Any]]) -> set[str]:
    """The ids of who made these corrections."""
    return {row["by"] for correction in corrections for row in correction["meetings"] if row["by"]}


def _meeting(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "meeting": row["meeting"],
        "title": row["title"],
        "on": day(row["day"]),
        "what": [*_facts(row), *(_place(place) for place in row["places"])],
        "who": names.get(row["by"]) or str(words.ROLES.get(row["role"], "")),
        "when": day(row["on"]),
        "why": row["why"],
    }


def _facts(row: Mapping[str, Any]) -> list[str]:
    before, after = row["before"], row["after"]
    if before is None and after is None:
        return []
    if before is None or after is None:
        return [_("no longer in these days") if after is None else _("new in these days")]
    return [f"{words.fact(name)}: {_fact(name, before[name])} → {_fact(name, after[name])}" for name in _in_order(after)]


def _in_order(facts: Mapping[str, Any]) -> list[str]:
    """The same order in a draft, whose facts stand as they were found, as in a snapshot, whose keys are sorted."""
    return [name for name in (*MEETING, *PLACE) if name in facts]


def _fact(name: str, value: Any) -> str:
    match name:
        case "mode":
            return words.mode(value)
        case "state":
            return words.state(value)
        case "starts" | "ends":
            return f"{datetime.datetime.fromisoformat(value):%d/%m/%Y %H:%M}"
        case "day":
            return f"{datetime.date.fromisoformat(value):%d/%m/%Y}"
        case "net_minutes":
            return _("%(n)s minutes") % {"n": value}
        case _:
            return str(value)


def _place(place: Mapping[str, Any]) -> str:
    who = words.pseudonym(place["participant"]) or str(words.ROLES.get(place["role"], place["role"]))
    before, after = place["before"], place["after"]
    if before is None or after is None:
        said = _("added") if before is None else _("taken away")
        there = after or before
        return f"{who}: {said} ({words.status(there['status'])}, {_presence('minutes', there['minutes'])})"
    differs = [name for name in _in_order(after) if before[name] != after[name]]
    changed = [f"{_presence(name, before[name])} → {_presence(name, after[name])}" for name in differs]
    return f"{who}: {', '.join(changed)}"


def _presence(name: str, value: Any) -> str:
    match name:
        case "status":
            return words.status(value)
        case "established":
            return words.established(value)
        case "minutes":
            return _("%(n)s minutes") % {"n": value}
        case _:
            return f"{datetime.datetime.fromisoformat(value):%H:%M}" if value else "–"


def _person(row: Mapping[str, Any]) -> dict[str, Any]:
    before, after = row["before"] or {}, row["after"] or {}
    if row["before"] is None or row["after"] is None:
        what = [_("no longer a participant in these days") if row["after"] is None else _("new as a participant")]
    else:
        heads = {"entered_on": _("entered on"), "left_on": _("left on")}
        what = [f"{heads[name]}: {_shown(before[name])} → {_shown(after[name])}" for name in after]
    title = words.pseudonym(row["participant"]).capitalize()
    return {"meeting": "", "title": title, "on": None, "what": what, "who": "", "when": None, "why": ""}


def _shown(text: str) -> str:
    return f"{datetime.date.fromisoformat(text):%d/%m/%Y}" if text else "–"


def _effect(effect: Mapping[str, Any]) -> dict[str, Any]:
    key = effect["figure"]
    hours = key[-1] in MINUTES and key[0] != "indicators"
    reported, now = (words.hours(effect[name]) if hours else effect[name] for name in ("reported", "now"))
    return {
        "figure": words.figure(key, in_words(effect["title"]) if effect["title"] else ""),
        "reported": reported,
        "now": now,
        "difference": round(now - reported, 2),
    }


# -- comparison -------------------------------------------------------------------------------------------------------


def compared(figures: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """This period (`name`) beside the earlier ones as reported, what was corrected in those, and the sum; None without any."""
    earlier = list(figures.get("earlier", ()))
    if not earlier:
        return None
    columns, mine = _columns(earlier), _mine(figures)
    rows = []
    for what, adds in COMPARED.items():
        before = [column[what] if adds or len(column["of"]) == 1 else None for column in columns]
        moved = sum(one["corrected"].get(what, 0) for one in earlier)
        whole = sum(one["sums"][what] for one in earlier) + moved + mine[what] if adds else None
        cells = [*before, moved if adds else None, mine[what], whole]
        shown = [words.hours(cell) if what in MINUTES and cell is not None else cell for cell in cells]
        rows.append({"name": words.total(what), "cells": shown})
    heads = [*(column["name"] for column in columns), _("corrected since"), name, _("together")]
    return {"heads": heads, "rows": rows, "charts": list(_charts(earlier, figures, name))}


def _columns(earlier: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One column for each of the last periods; what lies before them in one."""
    old, recent = earlier[:-EARLIER], earlier[-EARLIER:]
    groups = ([old] if old else []) + [[one] for one in recent]
    return [
        {"of": group, "name": group[0]["name"] if len(group) == 1 else _("earlier")}
        | {what: sum(one["sums"][what] for one in group) for what in COMPARED}
        for group in groups
    ]


def _mine(figures: Mapping[str, Any]) -> dict[str, int]:
    counted = figures["indicators"]
    heads = {"entered": counted["participants"]["stretch"]["total"], "left": counted["left"]["stretch"]["total"]}
    return {name: figures["totals"][name] for name in COMPARED if name not in heads} | heads


def _charts(earlier: list[dict[str, Any]], figures: Mapping[str, Any], name: str) -> Iterator[Chart]:
    """Meetings held per kind, and hours of participants, in each period; earlier ones with what was corrected since."""
    labels = [*(one["name"] for one in earlier), name]
    held: list[dict[str, int]] = [one["held_by_kind"] for one in earlier] + [{}]
    for row in figures["activities"]:
        held[-1][row["kind"]] = held[-1].get(row["kind"], 0) + row["held"]
    kinds = [kind for kind in words.KINDS if any(row.get(kind) for row in held)]
    if kinds:
        yield charts.stacked_bars(
            title=_("Meetings held in each period"),
            description=_("Earlier periods as they were reported."),
            labels=labels,
            series={str(words.KINDS[kind]): [row.get(kind, 0) for row in held] for kind in kinds},
            heading=_("Period"),
        )
    sums = [
        {way: one["sums"][way] + one["corrected"].get(way, 0) for way in ("person_onsite", "person_online")} for one in earlier
    ]
    sums.append({way: figures["totals"][way] for way in ("person_onsite", "person_online")})
    if any(any(row.values()) for row in sums):
        yield charts.stacked_bars(
            title=_("Hours of participants in each period"),
            description=_("Earlier periods with what was corrected since."),
            labels=labels,
            series={
                title: [round(row[way] / 60) for row in sums]
                for title, way in ((_("on site"), "person_onsite"), (_("online"), "person_online"))
            },
            heading=_("Period"),
        )
