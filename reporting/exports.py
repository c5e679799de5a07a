"""A report as a file in one of five formats; each is written from the same source, live or frozen."""

from typing import BinaryIO

from django.utils import translation
from django.utils.text import slugify

from core.tables import write_csv, write_xlsx
from reporting import bundle, printing, sheets
from reporting.document import Source, canonical
from reporting.models import ReportFile

Format = ReportFile.Format
TYPES = {
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSON: "application/json",
    Format.ZIP: "application/zip",
}


def write(source: Source, format: str, file: BinaryIO, *, language: str = "nl") -> None:
    """Write the report to a binary file. Raises the refusals of core.pdf and core.tables, each with a sentence for the reader."""
    with translation.override(language):
        match Format(format):
            case Format.PDF:
                file.write(printing.pdf_of(source, language))
            case Format.XLSX:
                write_xlsx(file, sheets.sheets(source))
            case Format.CSV:
                write_csv(file, sheets.list_headers(), sheets.list_table(source))
            case Format.JSON:
                file.write(canonical(source.document).encode())
            case Format.ZIP:
                bundle.write(source, file, language=language)


def name_of(source: Source, format: str) -> str:
    """The name under which the file is downloaded: programme, days, and whether it is a draft."""
    document = source.document
    stretch = document["stretch"]
    state = "" if source.is_frozen else "-draft"
    return f"{slugify(document['programme']['slug'])}-{stretch['from']}-{stretch['until']}{state}.{format}"
