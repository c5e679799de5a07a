"""What a report says of earlier periods, and of everything since the start, tried against the snapshots of those periods.

They lie in the bundle as they were frozen, each pinned by the hash that the report notes. What a period's rows say by now is in
no bundle; so of a correction is checked that it starts from what was last told, and that its effects agree with each other.
"""

import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from reporting.recount.package import EARLIER
from reporting.recount.verdict import Verdict

SUMS = (
    "planned", "held", "cancelled", "moved", "live", "online", "net_minutes", "person_minutes", "person_onsite", "person_online",
)  # fmt: skip
HEADS = {"entered": "participants", "left": "left"}
ADDED = ("planned", "held", "cancelled", "moved", "net_minutes")  # totals that activities add up to
Document = dict[str, Any]
Row = Mapping[str, Any]


def recount(package: zipfile.ZipFile, document: Document, verdict: Verdict) -> None:
    """Compare earlier periods, corrections, and own indicators since the start."""
    figures = document["figures"]
    snapshots = _snapshots(package, figures, verdict)
    told = [correction for one in snapshots.values() for correction in one["figures"].get("corrections", ())]
    for row in figures.get("earlier", ()):
        if row["report"] in snapshots:
            before = [one for one in told if one["report"] == row["report"]]
            carried = [one for one in figures["corrections"] if one["report"] == row["report"]]
            _period(row, snapshots[row["report"]], [*before, *carried], verdict)
            for correction in carried:
                _correction(correction, snapshots[row["report"]]["figures"], before, verdict)
    known = {row["report"] for row in figures.get("earlier", ())}
    if strange := {one["report"] for one in figures.get("corrections", ())} - known:
        verdict.differs(f"Corrections of reports that are not among the earlier ones: {', '.join(sorted(strange))}.")
    _own(figures, [snapshots.get(pk, {}).get("figures", {}) for pk in sorted(known)], verdict)
    verdict.checked.append(f"{len(known)} earlier periods with {len(figures.get('corrections', ()))} corrections")


def _snapshots(package: zipfile.ZipFile, figures: Document, verdict: Verdict) -> dict[str, Document]:
    """The earlier snapshots by report, in the order in which they were frozen."""
    wanted = {row["sha256"]: row["report"] for row in (*figures.get("earlier", ()), *figures.get("told_elsewhere", ()))}
    found, read = dict[str, Document](), list[tuple[str, str, Document]]()
    for name in sorted(name for name in package.namelist() if name.startswith(EARLIER)):
        content = package.read(name)
        report = wanted.pop(sha256(content).hexdigest(), None)
        if report is None:
            verdict.differs(f"{name} is no earlier report that this one names.")
        else:
            data = json.loads(content)
            read.append((data["frozen_on"], data["stretch"]["from"], data))
            found[report] = data
    for report in sorted(wanted.values()):
        verdict.differs(f"The earlier report {report} is not in the bundle as it was frozen.")
    order = [data for _frozen, _from, data in sorted(read, key=lambda one: one[:2])]
    return dict(sorted(found.items(), key=lambda one: next(place for place, data in enumerate(order) if data is one[1])))


def _period(row: Row, snapshot: Document, corrections: Iterable[Row], verdict: Verdict) -> None:
    """The sums of an earlier period as reported, and by how much corrections moved them."""
    said, stretch = snapshot["figures"], snapshot["stretch"]
    for name in ("name", "from", "until"):
        verdict.compare(f"Earlier period {row['name']}, {name}", stretch[name], row[name])
    sums = {name: said["totals"][name] for name in (*SUMS, "took_part")}
    sums |= {name: said["indicators"][head]["stretch"]["total"] for name, head in HEADS.items()}
    for name in {**sums, **row["sums"]}:
        verdict.compare(f"Earlier period {row['name']}, {name} as reported", sums.get(name), row["sums"].get(name))
    kinds, moved, held = Counter[str](), Counter[str](), Counter[str]()
    for activity in said["activities"]:
        kinds[activity["kind"]] += activity["held"]
    for effect in (effect for correction in corrections for effect in correction["effects"]):
        match effect["figure"]:
            case ["totals", name] if name in SUMS:
                moved[name] += _by(effect)
            case ["indicators", head, "stretch", "total"] if head in HEADS.values():
                moved["entered" if head == "participants" else head] += _by(effect)
            case ["activities", _phase, kind, "held"]:
                held[kind] += _by(effect)
    for what, counted in (("held_by_kind", kinds), ("corrected", moved), ("held_corrected", held)):
        for name in {**counted, **row[what]}:
            verdict.compare(f"Earlier period {row['name']}, {what} {name}", counted[name], row[what].get(name, 0))


def _by(effect: Row) -> int:
    return effect["now"] - effect["reported"]


def _correction(correction: Row, figures: Document, before: list[Row], verdict: Verdict) -> None:
    """A correction starts from what was last told, and its effects agree with each other."""
    name, told = f"Correction of {correction['period']['name']}", dict[tuple[str, ...], Any]()
    for earlier in before:
        told |= {tuple(effect["figure"]): effect["now"] for effect in earlier["effects"]}
    moved = dict[tuple[str, ...], int]()
    for effect in correction["effects"]:
        key = tuple(effect["figure"])
        last = told.get(key, _figure(figures, key)) or 0
        verdict.compare(f"{name}, {' / '.join(key)} as last told", last, effect["reported"])
        moved[key] = _by(effect)
    for total in ADDED:
        parts = sum(by for key, by in moved.items() if key[0] == "activities" and key[-1] == total)
        verdict.compare(f"{name}, {total} of all activities", parts, moved.get(("totals", total), 0))
    minutes = moved.get(("totals", "person_minutes"), 0)
    for part in ("people", "sectors"):
        parts = sum(by for key, by in moved.items() if key[0] == part and key[-1] == "minutes")
        verdict.compare(f"{name}, minutes of all {part}", parts, minutes)
    for code, scope in sorted({(key[1], key[2]) for key in moved if key[0] == "indicators"}):
        parts = sum(by for key, by in moved.items() if key[:3] == ("indicators", code, scope) and key[3] != "total")
        verdict.compare(f"{name}, {code} {scope} of all genders", parts, moved.get(("indicators", code, scope, "total"), 0))
    changed = any(row["before"] or row["after"] or row["places"] for row in correction["meetings"]) or correction["people"]
    if any(key[0] in ("totals", "people", "activities") for key in moved) and not changed:
        verdict.differs(f"{name}: hours or meetings differ, but no meeting and nobody was corrected.")


def _figure(figures: Document, key: tuple[str, ...]) -> Any:
    """A figure of a snapshot by its place; None when it is not there."""
    match key:
        case ("totals", "others_present", role):
            return figures["totals"]["others_present"].get(role)
        case ("totals", name):
            return figures["totals"].get(name)
        case ("activities", phase, kind, name):
            rows = [row for row in figures["activities"] if (row["phase"], row["kind"]) == (phase, kind)]
        case ("sectors", sector, name):
            rows = [row for row in figures["sectors"] if row["sector"]["nl"] == sector]
        case ("people", number, name):
            rows = [row for row in figures["people"] if str(row["number"]) == number]
        case ("own", pk, name):
            rows = [row for row in figures.get("own", ()) if row["id"] == pk]
        case ("indicators", code, scope, name):
            listed = [figures["indicators"][code]] if code in figures["indicators"] else figures["indicators"]["rows"]
            rows = [row.get(scope, {}) for row in listed if row.get("code", code) == code]
        case _:
            return None
    return rows[0].get(name) if rows else None


def _own(figures: Document, snapshots: list[Document], verdict: Verdict) -> None:
    """Own indicators since the start: earlier periods as corrected, and this one. Only where these are everything there is."""
    if not figures.get("adds_up"):
        if figures.get("own"):
            verdict.checked.append("own indicators since the start: not those of meetings, hours and notes, for a period lacks")
        return
    kinds = Counter(row["kind"] for row in figures["meetings"] if row["held"])
    minutes = figures["totals"]["person_minutes"]
    for row in figures["earlier"]:
        kinds.update(row["held_by_kind"])
        kinds.update(row["held_corrected"])
        minutes += row["sums"]["person_minutes"] + row["corrected"].get("person_minutes", 0)
    for row in figures.get("own", ()):
        where = f"Own indicator “{row['title']}” since the start"
        match row["counts"]:
            case "network" | "coaching":
                verdict.compare(where, kinds[row["counts"]], row["since_start"])
            case "hours":
                verdict.compare(where, round(minutes / 60), row["since_start"])
            case "":
                noted = [_figure(one, ("own", row["id"], "stretch")) for one in snapshots if one]
                values = [value for value in (*noted, row["stretch"]) if value is not None]
                verdict.compare(where, sum(values) if values else None, row["since_start"])
            case "services" if (row["since_start"] or 0) < (row["stretch"] or 0):
                verdict.differs(f"{where} is less than in this period alone.")
