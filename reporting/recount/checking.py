"""The whole check of a bundle, part by part; every difference is named, and one damaged part hides no other."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reporting.recount import earlier, indicators, missing, package, presence
from reporting.recount.verdict import Unreadable, Verdict

FORMULA = tuple("'=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
Row = dict[str, str]


def check(path: Path) -> Verdict:
    """Check a bundle; raises Unreadable when there is nothing to check."""
    try:
        with zipfile.ZipFile(path) as opened:
            return _check(opened)
    except (OSError, zipfile.BadZipFile, NotImplementedError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def _check(opened: zipfile.ZipFile) -> Verdict:
    verdict = Verdict()
    package.check_names(opened, verdict)
    manifest = package.manifest_of(opened)
    package.check_files(opened, manifest, verdict)
    with verdict.reading(package.SNAPSHOT):
        document = package.snapshot_of(opened, manifest, verdict)
        with verdict.reading("A table"):
            package.check_bound(opened, document, verdict)
        with verdict.reading("The list of proofs"):
            package.check_evidence(manifest, document, verdict)
        with verdict.reading(package.ATTENDANCE):
            late = presence.recount(_table(opened, package.ATTENDANCE, document, verdict), document, verdict)
            missing.of_meetings(document, late, verdict)
        with verdict.reading(package.PARTICIPANTS):
            people = _table(opened, package.PARTICIPANTS, document, verdict)
            totals = list(_table(opened, package.SENSITIVE, document, verdict))
            missing.of_people(document, indicators.recount(people, totals, document, verdict), verdict)
        with verdict.reading("An earlier report"):
            earlier.recount(opened, document, verdict)
        with verdict.reading("A milestone"):
            missing.of_milestones(document, verdict)
    return verdict


def _table(opened: zipfile.ZipFile, name: str, document: dict[str, Any], verdict: Verdict) -> Iterator[Row]:
    """The rows of a table by their headers; at the end their number is compared with what the snapshot says."""
    number = 0
    with opened.open(name) as packed:
        for row in csv.DictReader(io.TextIOWrapper(packed, encoding="utf-8", newline=""), strict=True):
            if None in row or None in row.values():
                raise ValueError(f"{name}, row {number + 1}: not as wide as its headers")
            number += 1
            yield {head: _tame(cell) for head, cell in row.items()}
    verdict.compare(f"Number of rows of {name}", number, document[name.partition(".")[0]]["rows"])


def _tame(cell: str) -> str:
    """Without the apostrophe that keeps a spreadsheet from reading a formula."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA and len(cell) > 1 else cell
