"""Tables as files: CSV and XLSX out in constant memory, CSV and XLSX in under limits. No cell becomes a formula."""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.text import clean_text

Cell = str | int | float | Decimal | bool | date | datetime | time | None
# what a spreadsheet may read as a formula, also in full-width form
RISKY = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
PLAIN = frozenset({int, date, type(None)})  # the csv module writes these as we want them
MAX_IMPORT_BYTES = 2 * 1024 * 1024
MAX_IMPORT_ROWS = 1_000
MAX_IMPORT_COLUMNS = 50
MAX_IMPORT_CELL = 2_000
MAX_UNPACKED = 40 * 1024 * 1024
SHEET_ROWS = 1_048_576
CELL_CHARACTERS = 32_767


class Sheet(NamedTuple):
    """One sheet of a workbook; `widths` in characters, else taken from the headers. `rows` may be an endless-looking iterator."""

    title: str
    headers: Sequence[str]
    rows: Iterable[Sequence[Cell]]
    widths: Sequence[int] = ()


class Row(dict[str, str]):
    """An imported row: column name to text; `line` is its line in the file."""

    line: int


# -- out ------------------------------------------------------------------------------------------------------------


def write_csv(
    file: BinaryIO, headers: Sequence[str], rows: Iterable[Sequence[Cell]], *, delimiter: str = ";", decimal: str = ","
) -> None:
    """Write the table to a binary file as Excel in Belgium opens it: UTF-8 with a mark, semicolons, decimal commas, ISO dates.

    For machines: `delimiter=",", decimal="."`.
    """
    file.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(file, encoding="utf-8", errors="replace", newline="")
    shown: dict[type, Callable[[Any], object]] = {
        str: _guarded,
        bool: int,
        Decimal: lambda value: format(value, "f").replace(".", decimal),
        float: lambda value: repr(value).replace(".", decimal),
        datetime: lambda value: _local(value).isoformat(" ", "minutes"),
        time: lambda value: value.isoformat("minutes"),
    }
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow([_guarded(header) for header in headers])
    # most cells are harmless text or write themselves well, and go through without a call
    writer.writerows(
        [
            cell
            if ((kind := type(cell)) is str and cell[:1] not in RISKY) or kind in PLAIN  # type: ignore[index]
            else shown.get(kind, _as_text)(cell)
            for cell in row
        ]
        for row in rows
    )
    text.detach()


def write_xlsx(file: BinaryIO, sheets: Iterable[Sheet]) -> None:
    """Write a workbook row by row: typed cells, real dates in local time, a frozen header row. Text stays text."""
    import xlsxwriter  # noqa: PLC0415 - loaded only where a workbook is made

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
        "remove_timezone": True,
    }
    with xlsxwriter.Workbook(file, options) as book:
        taken: set[str] = set()
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        formats = {datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}), time: book.add_format({"num_format": "hh:mm"})}
        for sheet in sheets:
            page = book.add_worksheet(_sheet_title(sheet.title, taken))
            page.freeze_panes(1, 0)
            for column, header in enumerate(sheet.headers):
                width = sheet.widths[column] if column < len(sheet.widths) else min(40, max(10, len(str(header)) + 2))
                page.set_column(column, column, width)
                page.write_string(0, column, _bounded(str(header)), head)
            _fill(page, sheet.rows, formats)


def _fill(page: Any, rows: Iterable[Sequence[Cell]], formats: Mapping[type, Any]) -> None:
    write: dict[type, Callable[[int, int, Any], object]] = {
        str: lambda row, column, cell: page.write_string(row, column, _bounded(cell)),
        type(None): lambda row, column, cell: None,
        bool: page.write_boolean,
        int: page.write_number,
        float: page.write_number,
        Decimal: page.write_number,
        date: page.write_datetime,
        datetime: lambda row, column, cell: page.write_datetime(row, column, _local(cell), formats[datetime]),
        time: lambda row, column, cell: page.write_datetime(row, column, cell, formats[time]),
    }
    for at, row in enumerate(rows, start=1):
        if at >= SHEET_ROWS:
            raise DomainError(_("This list is too long for one Excel sheet. Take the CSV file, or a shorter period."))
        for column, cell in enumerate(row):
            if (kind := type(cell)) in write:
                write[kind](at, column, cell)
            else:
                write[str](at, column, str(cell))


def _guarded(value: str) -> str:
    """Text that a spreadsheet reads as text: an apostrophe goes before what could begin a formula."""
    return "'" + value if value and value[0] in RISKY else value


def _as_text(value: object) -> str:
    return _guarded(str(value))


def _local(value: datetime) -> datetime:
    return timezone.make_naive(value) if timezone.is_aware(value) else value


def _bounded(value: str) -> str:
    """A cell holds 32,767 characters; the cut is visible, and no lone surrogate can break the file."""
    value = value if value.isascii() else value.encode("utf-8", "replace").decode()
    return value if len(value) <= CELL_CHARACTERS else value[: CELL_CHARACTERS - 1] + "…"


def _sheet_title(title: str, taken: set[str]) -> str:
    """A name that Excel takes: at most 31 characters, without its signs, used once."""
    plain = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", title).strip(" '")[:31] or _("Sheet")
    name, number = plain, 1
    while name.lower() in taken or name.lower() == "history":
        number += 1
        name = f"{plain[: 30 - len(str(number))]} {number}"
    taken.add(name.lower())
    return name


# -- in -------------------------------------------------------------------------------------------------------------


def read_table(
    upload: UploadedFile,
    *,
    columns: Mapping[str, Sequence[str]] | None = None,
    required: Sequence[str] = (),
    max_rows: int = MAX_IMPORT_ROWS,
    field: str | None = None,
) -> list[Row]:
    """The rows of a CSV (UTF-8 or Windows, comma or semicolon) or XLSX file (first sheet) as texts under their headers.

    Empty rows are left out. `columns` names each wanted column and the headers people use for it; then only these are kept, under
    these names, missing ones as "". Case, spaces and signs in headers do not matter.
    DomainError, beside `field`, when the file is too large, unreadable or without a required column.
    """
    content = upload.read(MAX_IMPORT_BYTES + 1)
    try:
        if len(content) > MAX_IMPORT_BYTES:
            raise DomainError(_("This file is larger than 2 MB. Send the list in parts."))
        lines = _xlsx_lines(content) if content.startswith(b"PK\x03\x04") else _csv_lines(content)
        filled = ((line, cells) for line, cells in lines if any(cells))
        found = next(filled, None)
        if found is None:
            raise DomainError(_("This file is empty."))
        names = _names(found[1], columns, required)
        return list(_rows(filled, names, columns, max_rows))
    except DomainError as refusal:
        refusal.field = field
        raise


def _rows(
    lines: Iterable[tuple[int, list[str]]], names: list[str], columns: Mapping[str, Sequence[str]] | None, max_rows: int
) -> Iterator[Row]:
    for count, (line, cells) in enumerate(lines, start=1):
        if count > max_rows:
            raise DomainError(_("This file has more than %(rows)s rows. Send the list in parts.") % {"rows": max_rows})
        row = Row(dict.fromkeys(columns or (), ""))
        row.update({name: cell for name, cell in zip(names, cells, strict=False) if name})
        row.line = line
        yield row


def _names(headers: list[str], columns: Mapping[str, Sequence[str]] | None, required: Sequence[str]) -> list[str]:
    """The name under which each column is kept; "" for a column that is not."""
    if columns is None:
        names = headers
    else:
        known = {_plain(spelling): name for name, spellings in columns.items() for spelling in (name, *spellings)}
        names = [known.get(_plain(header), "") for header in headers]
    kept = [name for name in names if name]
    if doubled := {name for name in kept if kept.count(name) > 1}:
        raise DomainError(_("The column “%(name)s” is there twice.") % {"name": min(doubled)})
    if missing := [name for name in required if name not in kept]:
        wanted = (columns or {}).get(missing[0]) or [missing[0]]
        sentence = _("The column “%(name)s” is missing. The first row holds the names of the columns.")
        raise DomainError(sentence % {"name": wanted[0]})
    return names


def _plain(header: str) -> str:
    return re.sub(r"[\W_]+", "", header).casefold()


def _text(value: object) -> str:
    """One cell as text."""
    match value:
        case None:
            return ""
        case float() if value.is_integer():
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(" ", "minutes")
    text = clean_text(str(value)).strip()
    if len(text) > MAX_IMPORT_CELL:
        raise DomainError(_("A cell in this file holds more than %(signs)s characters.") % {"signs": MAX_IMPORT_CELL})
    return text


def _csv_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    if b"\0" in content:
        raise DomainError(_("This file cannot be read. Save it as CSV or as Excel workbook (.xlsx)."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    head = next((line for line in text.splitlines() if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=head.count))
    try:
        for cells in reader:
            if len(cells) > MAX_IMPORT_COLUMNS:
                raise DomainError(_("This file has more than %(columns)s columns.") % {"columns": MAX_IMPORT_COLUMNS})
            yield reader.line_num, [_text(cell) for cell in cells]
    except csv.Error:
        raise DomainError(_("This file cannot be read. Save it as CSV or as Excel workbook (.xlsx).")) from None


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # noqa: PLC0415 - loaded only where a workbook is read

    try:
        _check_package(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        rows = book.worksheets[0].iter_rows(values_only=True, max_col=MAX_IMPORT_COLUMNS)
        for line, cells in enumerate(rows, start=1):
            yield line, [_text(cell) for cell in cells]
    except DomainError:
        raise
    except Exception:  # noqa: BLE001 - a broken workbook fails in openpyxl in many ways
        raise DomainError(_("This file cannot be read. Save it as CSV or as Excel workbook (.xlsx).")) from None


def _check_package(content: bytes) -> None:
    """An XLSX file is an archive: bound what unpacking costs, and let no document type (entities) in."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = package.infolist()
        if len(parts) > 500 or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise DomainError(_("This workbook is too large when unpacked. Copy the list to a new workbook."))
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                with package.open(part) as xml:
                    head = xml.read(2048).lstrip(b"\xef\xbb\xbf \r\n\t")
                if not head.startswith(b"<") or b"\0" in head or b"<!DOCTYPE" in head:
                    raise DomainError(_("This file cannot be read. Save it as CSV or as Excel workbook (.xlsx)."))
