"""Does a bundle still say what was frozen? Everything is counted again from the file alone (reporting/recount, without any of the
code that made the figures); here the workbook is compared besides, cell by cell, which needs the words of this installation."""

import io
import zipfile
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.utils import translation
from openpyxl import load_workbook

from reporting import rows, sheets
from reporting.document import Source
from reporting.recount import Verdict, check, package


def verify(path: Path) -> Verdict:
    """Check a bundle; raises recount.Unreadable when there is nothing to check."""
    verdict = check(path)
    with zipfile.ZipFile(path) as opened, verdict.reading(package.XLSX):
        if package.XLSX in opened.namelist():
            _check_tables(opened, verdict)
    return verdict


def _check_tables(opened: zipfile.ZipFile, verdict: Verdict) -> None:
    """Every cell of the workbook against the snapshot."""
    manifest = package.manifest_of(opened)
    document = package.snapshot_of(opened, manifest, Verdict())
    content = opened.read(package.ATTENDANCE)
    sha256 = verdict.fingerprint if document["state"] == "frozen" else ""
    source = Source(document, lambda: rows.read_canonical(io.BytesIO(content)), _no_answers, sha256)
    book = load_workbook(io.BytesIO(opened.read(package.XLSX)), read_only=True)
    cells = 0
    with translation.override(manifest["language"]):
        expected = sheets.sheets(source)
    verdict.compare("Sheets of the workbook", len(expected), len(book.worksheets))
    for page, sheet in zip(book.worksheets, expected, strict=False):
        with translation.override(manifest["language"]):
            lines: list[Sequence[object]] = [sheet.headers, *sheet.rows]
        for at, (shown, line) in enumerate(zip_longest(page.iter_rows(values_only=True), lines), start=1):
            for column, (there, wanted) in enumerate(zip_longest(shown or (), line or ()), start=1):
                cells += 1
                if _plain(there) != _plain(wanted):
                    place = f"sheet {page.title}, row {at}, column {column}"
                    verdict.differs(f"{package.XLSX}, {place}: {there} instead of {wanted}.")
    verdict.checked.append(f"{cells} cells of the workbook")


def _no_answers() -> Any:
    raise NotImplementedError("a workbook holds no answers")


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
