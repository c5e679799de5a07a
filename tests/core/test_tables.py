"""Tables out and in: no cell becomes a formula, dates are dates, memory stays flat, hostile workbooks are refused."""

import csv
import io
import tracemalloc
import zipfile
from contextlib import suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from core.tables import MAX_IMPORT_BYTES, RISKY, Sheet, read_table, write_csv, write_xlsx

FORMULAS = [
    "=1+1",
    "+32 470",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20x",
    '=HYPERLINK("https://x")',
]
CELL = st.one_of(
    st.none(),
    st.integers(),
    st.booleans(),
    st.dates(),
    st.decimals(allow_nan=False, allow_infinity=False, places=2),
    st.text(max_size=20),
)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


def as_csv(headers, rows, **options) -> str:
    file = io.BytesIO()
    write_csv(file, headers, rows, **options)
    return file.getvalue().decode("utf-8-sig")


def as_xlsx(*sheets: Sheet) -> bytes:
    file = io.BytesIO()
    write_xlsx(file, sheets)
    return file.getvalue()


def read(name: str, content: bytes, **options):
    return read_table(SimpleUploadedFile(name, content), **options)


def test_a_csv_opens_in_excel_as_belgium_writes():
    rows = [["Zoë", 3, Decimal("7.50"), 0.5, date(2021, 3, 5), datetime(2021, 7, 5, 7, 30, tzinfo=UTC), time(9, 30), True, None]]
    assert as_csv(["naam"], rows) == "naam\r\nZoë;3;7,50;0,5;2021-03-05;2021-07-05 09:30;09:30;1;\r\n"
    assert as_csv(["naam"], rows, delimiter=",", decimal=".").endswith("Zoë,3,7.50,0.5,2021-03-05,2021-07-05 09:30,09:30,1,\r\n")
    file = io.BytesIO()
    write_csv(file, [], [])
    assert file.getvalue().startswith(b"\xef\xbb\xbf")


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_becomes_a_formula(formula):
    row = next(csv.reader(io.StringIO(as_csv([formula], []), newline=""), delimiter=";"))
    assert row[0] == "'" + formula
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(Sheet("x", [formula], [[formula]]))))
    for cell in (book.active["A1"], book.active["A2"]):
        assert (cell.data_type, cell.hyperlink) == ("s", None)


@given(st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=5))
def test_no_cell_of_a_csv_begins_with_what_a_spreadsheet_runs(rows):
    for row, read_row in zip(
        rows, list(csv.reader(io.StringIO(as_csv(["a", "b", "c"], rows), newline=""), delimiter=";"))[1:], strict=True
    ):
        for cell, text in zip(row, read_row, strict=True):
            assert text[:1] not in RISKY or not isinstance(cell, str)


def test_numbers_that_are_negative_stay_numbers():
    assert as_csv([], [[-5, Decimal("-1.5")]]).splitlines()[1] == "-5;-1,5"


def test_a_workbook_has_real_dates_and_numbers_and_a_frozen_heading():
    moment = datetime(2021, 7, 5, 7, 30, tzinfo=UTC)
    row = ["Zoë", 3, Decimal("7.5"), date(2021, 3, 5), moment, time(9, 30), True, None, "x\x01y\ud800"]
    headers = [f"kop {number}" for number in range(len(row))]
    book = openpyxl.load_workbook(
        io.BytesIO(as_xlsx(Sheet("Uren", headers, [row]), Sheet("Uren", headers, []), Sheet("a/b:[c]" * 9, [], [])))
    )
    page = book["Uren"]
    assert page.freeze_panes == "A2"
    name, number, hours, day, stamp, clock, truth, nothing, odd = (cell.value for cell in page[2])
    assert (name, number, hours, truth, nothing) == ("Zoë", 3, 7.5, True, None)
    assert (f"{day:%Y-%m-%d}", f"{stamp:%Y-%m-%d %H:%M}", f"{clock:%H:%M}") == ("2021-03-05", "2021-07-05 09:30", "09:30")
    assert odd.startswith("x")
    assert page["D2"].is_date
    assert book.sheetnames[1] == "Uren 2"
    assert len(book.sheetnames[2]) <= 31


def test_a_text_too_long_for_a_cell_is_visibly_cut():
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(Sheet("x", ["kop"], [["é" * 40_000]]))))
    assert len(book.active["A2"].value) == 32_767
    assert book.active["A2"].value.endswith("…")


def test_memory_does_not_grow_with_the_rows(tmp_path):
    def peak(rows: int) -> int:
        tracemalloc.start()
        try:
            with (tmp_path / "x").open("wb") as file:
                write_csv(file, ["a", "b"], ([f"Anna {number}", number] for number in range(rows)))
                write_xlsx(file, [Sheet("x", ["a", "b"], ([f"Anna {number}", number] for number in range(rows)))])
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(8_000) < peak(1_000) + 300_000


COLUMNS = {"email": ["E-mail", "mailadres"], "first_name": ["Voornaam"], "service": ["Voorziening"]}


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("comma", [",", ";"])
def test_a_list_from_any_spreadsheet_is_read(coding, comma):
    lines = [
        ["E-mail ", "VOORNAAM", "iets anders"],
        ["zoe@school.example", " Zoë ", "x"],
        ["", "", ""],
        ["jan@school.example", "Jan", ""],
    ]
    content = "\r\n".join(comma.join(line) for line in lines).encode(coding)
    rows = read("lijst.csv", content, columns=COLUMNS, required=["email"])
    assert rows == [
        {"email": "zoe@school.example", "first_name": "Zoë", "service": ""},
        {"email": "jan@school.example", "first_name": "Jan", "service": ""},
    ]
    assert [row.line for row in rows] == [2, 4]


def test_a_workbook_is_read_as_texts():
    sheet = Sheet(
        "x", ["E-mail", "Dag", "Uren"], [["a@b.example", date(2021, 3, 5), 3.0], [None, None, None], ["=1+1", None, 7.5]]
    )
    assert read("lijst.xlsx", as_xlsx(sheet)) == [
        {"E-mail": "a@b.example", "Dag": "2021-03-05", "Uren": "3"},
        {"E-mail": "=1+1", "Dag": "", "Uren": "7.5"},
    ]


def test_what_we_write_can_be_read_again():
    rows = [["a@b.example", "Zoë; de eerste"], ["c@d.example", "regel\néén"]]
    file = io.BytesIO()
    write_csv(file, ["e-mail", "naam"], rows)
    assert [list(row.values()) for row in read("x.csv", file.getvalue())] == rows


def changed(content: bytes, part: str, change) -> bytes:
    """The workbook with one part of its package rewritten."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return written.getvalue()


PLAIN = as_xlsx(Sheet("x", ["e-mail"], [["a@b.example"]]))
SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        ("x.csv", b"", "empty"),
        ("x.csv", b"\n\n;;\n", "empty"),
        ("x.csv", b"naam\nAnna", "column .*E-mail.* is missing"),
        ("x.csv", b"e-mail;mailadres\na@b.example;x", "there twice"),
        ("x.csv", b"e-mail\n" + b"a@b.example\n" * 1001, "more than 1000 rows"),
        ("x.csv", b"e-mail\n" + b"x" * 2001, "more than 2000 characters"),
        ("x.csv", b"e-mail" + b";x" * 60, "more than 50 columns"),
        ("x.csv", b"x" * (MAX_IMPORT_BYTES + 1), "larger than 2 MB"),
        ("x.csv", b"\xd0\xcf\x11\xe0\0\0", "cannot be read"),
        ("x.xlsx", PLAIN[:200], "cannot be read"),
        (
            "x.xlsx",
            changed(PLAIN, SHEET, lambda xml: xml.replace(b"<worksheet", b"<!DOCTYPE x [<!ENTITY a 'aaa'>]><worksheet", 1)),
            "cannot be read",
        ),
        ("x.xlsx", changed(PLAIN, SHEET, lambda xml: xml.decode().encode("utf-16")), "cannot be read"),
        ("x.xlsx", changed(PLAIN, SHEET, lambda xml: xml + b" " * 50_000_000), "too large when unpacked"),
    ],
)
def test_other_files_are_refused_with_a_sentence(name, content, sentence):
    with pytest.raises(DomainError, match=sentence) as refusal:
        read(name, content, columns=COLUMNS, required=["email"], field="list")
    assert refusal.value.field == "list"


@given(st.binary(max_size=300))
def test_no_bytes_whatever_are_an_error_of_ours(content):
    for start in (b"", b"PK\x03\x04", b"e-mail;naam\n"):
        with suppress(DomainError):
            read("x.csv", start + content)
