"""Does a bundle still say what was frozen? Hashes and every figure that its rows carry are computed again.

What characteristics decide (indicators) cannot be counted again: the answers stay sealed with each participant. Of those
figures the sums per gender and the official consistency checks are tried.
"""

import io
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import translation
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from reporting import bundle, figures, hours, indicators, rows, sheets
from reporting.document import SCHEMA, Source, canonical, digest
from reporting.frameworks import FrameworkFaulty, framework
from reporting.hours import Stay

MAX_UNPACKED = 4 * 1024**3
REQUIRED = (bundle.PDF, bundle.XLSX, bundle.CSV, bundle.SNAPSHOT)


class Unreadable(Exception):
    """This is no bundle, or one that cannot be opened safely."""


@dataclass
class Verdict:
    """What was found: `checked` in words, `differences` in words, the snapshot's fingerprint."""

    fingerprint: str = ""
    state: str = ""
    checked: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def compare(self, what: str, found: object, noted: object) -> None:
        """Note a difference between what the rows give and what the report says."""
        if found != noted:
            self.differences.append(
                _("%(what)s: the report says %(noted)s, its rows give %(found)s.")
                % {"what": what, "noted": noted, "found": found}
            )

    @contextmanager
    def reading(self, name: str) -> Iterator[None]:
        """A part that cannot be read is a difference, and the other parts are checked all the same."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a damaged part fails in as many ways as there are formats
            self.differences.append(_("%(name)s cannot be read (%(error)s).") % {"name": name, "error": type(error).__name__})


def verify(path: Path) -> Verdict:
    """Check a bundle; raises Unreadable when there is nothing to check."""
    try:
        with zipfile.ZipFile(path) as package:
            return _verify(package)
    except (OSError, zipfile.BadZipFile, ValueError, KeyError, TypeError, NotImplementedError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def _verify(package: zipfile.ZipFile) -> Verdict:
    verdict = Verdict()
    if sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
        raise ValueError(_("the bundle is too large when unpacked"))
    manifest = json.loads(package.read(bundle.MANIFEST))
    if manifest["schema"] != bundle.SCHEMA:
        raise ValueError(manifest["schema"])
    _check_files(package, manifest, verdict)
    if set(REQUIRED) - set(package.namelist()):
        return verdict
    with tempfile.TemporaryFile() as attendance:
        with verdict.reading(bundle.SNAPSHOT):
            document = _snapshot(package, manifest, verdict)
            with verdict.reading(bundle.CSV):
                _unpack(package, bundle.CSV, attendance)
                _check_rows(attendance, document, verdict)
            _check_indicators(document, verdict)
            _check_evidence(manifest, document, verdict)
            with verdict.reading(bundle.XLSX):
                _check_tables(package, attendance, manifest, document, verdict)
    return verdict


def _snapshot(package: zipfile.ZipFile, manifest: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    text = package.read(bundle.SNAPSHOT).decode()
    document = json.loads(text)
    verdict.fingerprint, verdict.state = digest(text), document["state"]
    if document["schema"] != SCHEMA or canonical(document) != text:
        verdict.differences.append(_("snapshot.json is not written as a snapshot is."))
    verdict.compare(_("Fingerprint of the snapshot in the manifest"), verdict.fingerprint, manifest["snapshot_sha256"])
    return document


def _check_files(package: zipfile.ZipFile, manifest: dict[str, Any], verdict: Verdict) -> None:
    names, listed = package.namelist(), {part["name"]: part for part in manifest["files"]}
    for name in sorted(set(names) - set(listed) - {bundle.MANIFEST}):
        verdict.differences.append(_("%(name)s is in the bundle, but not in its manifest.") % {"name": name})
    for name in sorted({name for name in names if names.count(name) > 1}):
        verdict.differences.append(_("%(name)s is in the bundle twice.") % {"name": name})
    for name, part in listed.items():
        if name not in names:
            verdict.differences.append(_("%(name)s is missing.") % {"name": name})
            continue
        total = sha256()
        try:
            with package.open(name) as packed:
                while piece := packed.read(1 << 16):
                    total.update(piece)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            verdict.differences.append(_("%(name)s is damaged.") % {"name": name})
            continue
        if total.hexdigest() != part["sha256"]:
            verdict.differences.append(_("%(name)s is not the file that was put in: its hash differs.") % {"name": name})
    verdict.checked.append(_("%(n)s files against the manifest") % {"n": len(listed)})


def _unpack(package: zipfile.ZipFile, name: str, target: BinaryIO) -> None:
    with package.open(name) as packed:
        while piece := packed.read(1 << 16):
            target.write(piece)
    target.seek(0)


def _check_rows(attendance: BinaryIO, document: dict[str, Any], verdict: Verdict) -> None:
    """Attendance against its hash, then meetings, hours and totals counted again from it."""
    noted, said = document["attendance"], document["figures"]
    total = sha256()
    while piece := attendance.read(1 << 16):
        total.update(piece)
    verdict.compare(_("Hash of attendance.csv"), total.hexdigest(), noted["sha256"])
    attendance.seek(0)
    found = list(_held(attendance))
    attendance.seek(0)
    number = sum(1 for _row in _rows(attendance))
    verdict.compare(_("Number of attendance rows"), number, noted["rows"])
    kinds = {row["id"]: row["kind"] for row in said["meetings"]}
    strange = {str(stay.meeting_id) for stay in found} - set(kinds)
    if strange:
        verdict.differences.append(_("attendance.csv has a meeting that the report does not list: %(id)s") % {"id": min(strange)})
        return
    tally = hours.tally(iter(found), kinds)
    _check_meetings(said, tally, verdict)
    _check_people(said, tally, verdict)
    for name, value in figures.totals(said["meetings"], said["people"], tally).items():
        verdict.compare(_("Total “%(name)s”") % {"name": name}, value, said["totals"][name])
    order = list(dict.fromkeys(row["phase"] for row in said["activities"]))
    verdict.compare(_("Planned and held, per phase and kind"), figures.activities(said["meetings"], order), said["activities"])
    verdict.compare(_("Figures per sector"), figures.sectors(said["people"]), said["sectors"])
    verdict.checked.append(_("presence, hours and totals from %(n)s attendance rows") % {"n": number})


def _rows(attendance: BinaryIO) -> Iterator[rows.AttendanceRow]:
    return rows.read_canonical(io.BytesIO(attendance.read()))


def _held(attendance: BinaryIO) -> list[Stay]:
    """The rows of held meetings as they are counted: each participant's in the order of time."""
    stays = [
        Stay(
            row.meeting, row.participant, row.role or None, False, row.status,
            row.arrived, row.left, row.minutes, row.established,
        )
        for row in _rows(attendance)
        if row.state in hours.HELD
    ]  # fmt: skip
    return sorted(
        stays, key=lambda stay: (stay.number or 0, stay.arrived_at.timestamp() if stay.arrived_at else 0, stay.meeting_id)
    )


def _check_meetings(said: dict[str, Any], tally: hours.Tally, verdict: Verdict) -> None:
    for row in said["meetings"]:
        sums = tally.meetings.get(row["id"])
        for name in ("present", "participants", "onsite", "online", "unknown", "open_ended", "weak") if row["held"] else ():
            what = _("%(title)s (%(day)s), %(name)s") % {"title": row["title"], "day": row["day"], "name": name}
            verdict.compare(what, sums[name] if sums else 0, row[name])


def _check_people(said: dict[str, Any], tally: hours.Tally, verdict: Verdict) -> None:
    listed = {row["number"]: row for row in said["people"]}
    for number in sorted(set(tally.people) - set(listed)):
        verdict.differences.append(_("Participant %(number)s has hours, but is not in the report.") % {"number": number})
    for number, row in listed.items():
        person = tally.people.get(number, hours.Person())
        found = {
            "meetings": person.meetings,
            "minutes": person.minutes,
            "doubled": person.doubled,
            "by_kind": dict(sorted(person.by_kind.items())),
            "by_way": dict(sorted(person.by_way.items())),
        }
        for name, value in found.items():
            verdict.compare(_("Participant %(number)s, %(name)s") % {"number": number, "name": name}, value, row[name])


def _check_indicators(document: dict[str, Any], verdict: Verdict) -> None:
    """What can be tried without answers: who entered, sums per gender, and the framework's own checks."""
    said, stretch = document["figures"]["indicators"], document["stretch"]
    entered = sum(row["entered_on"] >= stretch["from"] for row in document["figures"]["people"])
    verdict.compare(_("Participants who entered in the period"), entered, said["participants"]["stretch"]["total"])
    counted = {row["code"]: row for row in said["rows"] if "stretch" in row}
    for name, row in {**counted, **{name: said[name] for name in ("participants", "complete", "left")}}.items():
        for scope in ("stretch", "since_start"):
            parts = sum(number for who, number in row[scope].items() if who != "total")
            verdict.compare(_("%(code)s, sum of the genders") % {"code": name}, parts, row[scope]["total"])
    try:
        checks = list(indicators.failed(framework(said["framework"]), lambda code, scope: counted[code][scope]))
    except FrameworkFaulty:
        verdict.differences.append(_("The framework %(name)s is not known here.") % {"name": said["framework"]})
        return
    verdict.compare(_("Official consistency checks"), checks, said["checks"])
    verdict.checked.append(
        _("sums and consistency checks of %(n)s indicators (the answers behind them stay sealed)") % {"n": len(counted)}
    )


def _check_evidence(manifest: dict[str, Any], document: dict[str, Any], verdict: Verdict) -> None:
    packed = {part["sha256"] for part in manifest["files"] if part["name"].startswith("evidence/")}
    for proof in document["evidence"]:
        if proof["sha256"] not in packed:
            verdict.differences.append(_("The proof %(name)s is not in the bundle as it was.") % {"name": proof["name"]})
    verdict.checked.append(_("%(n)s proofs") % {"n": len(document["evidence"])})


def _check_tables(
    package: zipfile.ZipFile, attendance: BinaryIO, manifest: dict[str, Any], document: dict[str, Any], verdict: Verdict
) -> None:
    """Every cell of the workbook against the snapshot."""
    attendance.seek(0)
    content = attendance.read()
    source = Source(
        document, lambda: rows.read_canonical(io.BytesIO(content)), verdict.fingerprint if document["state"] == "frozen" else ""
    )
    book = load_workbook(io.BytesIO(package.read(bundle.XLSX)), read_only=True)
    cells = 0
    with translation.override(manifest["language"]):
        expected = sheets.sheets(source)
    verdict.compare(_("Sheets of the workbook"), len(book.worksheets), len(expected))
    for page, sheet in zip(book.worksheets, expected, strict=False):
        with translation.override(manifest["language"]):
            lines: list[Sequence[object]] = [sheet.headers, *sheet.rows]
        for at, (shown, line) in enumerate(zip_longest(page.iter_rows(values_only=True), lines), start=1):
            for column, (there, wanted) in enumerate(zip_longest(shown or (), line or ()), start=1):
                cells += 1
                if _plain(there) != _plain(wanted):
                    place = {"sheet": page.title, "row": at, "column": column, "there": there, "wanted": wanted}
                    verdict.differences.append(
                        _("tables.xlsx, sheet %(sheet)s, row %(row)s, column %(column)s: %(there)s instead of %(wanted)s.")
                        % place
                    )
    verdict.checked.append(_("%(n)s cells of the workbook") % {"n": cells})


def _plain(value: Any) -> Any:
    """A cell as it can be compared: nothing is empty text, a moment is its day, numbers to a millionth."""
    match value:
        case None:
            return ""
        case bool():
            return value
        case int() | float():
            return round(float(value), 6)
        case _ if hasattr(value, "date") and callable(value.date):
            return value.date()
        case _ if hasattr(value, "isoformat"):
            return value
        case _:
            return str(value).replace("\r\n", "\n")
