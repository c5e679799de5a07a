"""What a report says of earlier periods, of everything since the start, and of what was noted by hand, tried against the
snapshots of those periods and the rows that it brings.

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
    _own(figures, document["stretch"], [snapshots[pk] for pk in sorted(known & set(snapshots))], verdict)
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


def _own(figures: Document, stretch: Row, snapshots: list[Document], verdict: Verdict) -> None:
    """Own indicators since the start that count meetings and hours, and what the team noted."""
    told = _since_start(figures, stretch, verdict)
    for row in figures.get("own", ()):
        where = f"Own indicator “{row['title']}”"
        if row["counts"] in told:
            verdict.compare(f"{where} since the start", told[row["counts"]], row["since_start"])
        elif row["counts"] == "":
            _noted(where, row, stretch, snapshots, verdict)


def _since_start(figures: Document, stretch: Row, verdict: Verdict) -> dict[str, int]:
    """Meetings and hours since the start: earlier periods as corrected and this one, where these are everything there is; else
    the rows of earlier meetings that the report brings. Nothing where it has neither."""
    kinds = Counter(row["kind"] for row in figures["meetings"] if row["held"])
    minutes = figures["totals"]["person_minutes"]
    if figures.get("adds_up"):
        for row in figures["earlier"]:
            kinds.update(row["held_by_kind"])
            kinds.update(row["held_corrected"])
            minutes += row["sums"]["person_minutes"] + row["corrected"].get("person_minutes", 0)
    elif "before" in figures:
        for row in figures["before"]:
            kinds[row["kind"]] += 1
            minutes += row["minutes"]
            if row["day"] >= stretch["from"]:
                verdict.differs(f"A meeting of {row['day']} does not lie before the period.")
    else:
        if figures.get("own"):
            verdict.checked.append("own indicators since the start: not those of meetings and hours, for a period lacks")
        return {}
    return {"network": kinds["network"], "coaching": kinds["coaching"], "hours": round(minutes / 60)}


def _noted(where: str, row: Row, stretch: Row, snapshots: list[Document], verdict: Verdict) -> None:
    """What was noted by hand against the noted rows, and these against what was reported of their periods. A report that was
    frozen before such rows were kept has but the figures of earlier snapshots."""
    reported = {_days(one["stretch"]): _figure(one["figures"], ("own", row["id"], "stretch")) for one in snapshots}
    if "noted" not in row:
        values = [value for value in (*reported.values(), row["stretch"]) if value is not None]
        verdict.compare(f"{where} since the start", sum(values) if values else None, row["since_start"])
        return
    noted = {_days(one): one["value"] for one in row["noted"]}
    if len(noted) < len(row["noted"]) or any(first > stretch["from"] for first, _last in noted):
        verdict.differs(f"{where}: rows were noted twice for a period, or for a later one.")
    verdict.compare(f"{where}, noted in this period", noted.get(_days(stretch)), row["stretch"])
    verdict.compare(f"{where}, noted since the start", sum(noted.values()) if noted else None, row["since_start"])
    for days, value in reported.items():
        verdict.compare(f"{where}, noted from {days[0]} until {days[1]} as reported", value, noted.get(days))


def _days(row: Row) -> tuple[str, str]:
    return row["from"], row["until"]
