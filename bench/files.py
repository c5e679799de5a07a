"""Files beside the bare libraries: PDF, XLSX, CSV. `python -m bench.files` answers the table as JSON.

Each table file is made in a process of its own, so that its peak memory can be read.
"""

import csv
import io
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain, islice, repeat
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.utils import translation

SHORT, LONG = 10_000, 100_000
DOCUMENTS = 5
KNOWN = 20_000


def main() -> int:
    """All of it: table files one process each, documents here."""
    django.setup()
    logging.disable()
    table = [["file", "ours", "bare", "ratio", "goal", f"memory at {SHORT:,}", f"memory at {LONG:,}", "beyond its goal"]]
    for kind, goal in (("xlsx", 1.2), ("csv", 1.5)):
        first, bare, ours, few = (
            _apart(kind, *what) for what in (("ours", LONG), ("bare", LONG), ("ours", LONG), ("ours", SHORT))
        )
        ours["seconds"] = min(first["seconds"], ours["seconds"])
        ratio = ours["seconds"] / min(bare["seconds"], _apart(kind, "bare", LONG)["seconds"])
        missed = [f"{goal} ×"] * (ratio > goal) + ["constant memory"] * (ours["megabytes"] > few["megabytes"] * 1.15)
        name = f"{kind.upper()}, {LONG:,} rows of attendance"
        sizes = [f"{few['megabytes']:.0f} MB", f"{ours['megabytes']:.0f} MB"]
        table.append(
            [name, f"{ours['seconds']:.2f} s", f"{bare['seconds']:.2f} s", f"{ratio:.2f}", f"{goal}", *sizes, ", ".join(missed)]
        )
        whole = _apart(kind, "whole", LONG)
        name = f"{kind.upper()} from the database, {whole['rows']:,} rows"
        table.append([name, f"{whole['seconds']:.2f} s", "", "", "", "", f"{whole['megabytes']:.0f} MB", ""])
    table += [_documents(*paper) for paper in _papers()]
    json.dump(table, sys.stdout)
    return 0


# -- documents ------------------------------------------------------------------------------------------------------


def _papers() -> Iterator[tuple[str, str, str]]:
    """The finished HTML of a session's report and of a progress report, and as which PDF the house makes it: archivable and
    accessible in one, a draft only accessible."""
    from core.pdf_marks import ARCHIVABLE  # noqa: PLC0415 - Django is ready only now
    from reporting import document, printing  # noqa: PLC0415
    from reporting.models import ProgressReport  # noqa: PLC0415
    from sessions import report_document  # noqa: PLC0415
    from sessions.models import Meeting, SessionReport  # noqa: PLC0415

    with translation.override("nl"):
        meeting = Meeting.objects.with_host().filter(kind="network", state="checked").latest("starts_at")
        edition = SessionReport.Edition.INTERNAL
        yield "PDF, report of a session", report_document.html(meeting, edition=edition, language="nl"), ARCHIVABLE
        progress = printing.html_of(document.draft_of(ProgressReport.objects.filter(state="draft")[0]), "nl")
        yield "PDF, draft of a progress report", progress, "pdf/ua-1"
        yield "PDF, the same as a frozen one", progress, ARCHIVABLE


def _documents(name: str, html: str, variant: str) -> list[str]:
    """Ours goes to the warm child; WeasyPrint by itself is warm too, and writes the same variant without the second mark: fonts
    and style sheets are parsed once for both."""
    from core import pdf  # noqa: PLC0415

    bare = _weasyprint(html, variant)
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for number in range(DOCUMENTS + 1):
        for side, make in (("ours", lambda: pdf.render(html, variant=variant)), ("bare", bare)):
            begun = time.perf_counter()
            make()
            times[side] += [time.perf_counter() - begun] if number else []
    ours, plain = median(times["ours"]), median(times["bare"])
    ratio = ours / plain
    return [name, f"{ours:.2f} s", f"{plain:.2f} s", f"{ratio:.2f}", "1.2", "", "", "1.2 ×" * (ratio > 1.2)]


def _weasyprint(html: str, variant: str) -> Callable[[], bytes]:
    import weasyprint  # noqa: PLC0415 - only here
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
    from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

    from core import pdf  # noqa: PLC0415
    from core.pdf_child import TYPES, picture  # noqa: PLC0415

    class Fetcher(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            if not url.startswith("static:"):
                return URLFetcherResponse(url, *_typed(picture(url)))
            kind = TYPES.get(url.rpartition(".")[2], "application/octet-stream")
            return URLFetcherResponse(url, pdf.static_file(url.removeprefix("static:")) or b"", {"Content-Type": kind})

    fonts, fetcher, sheets = FontConfiguration(), Fetcher(allowed_protocols=("static", "data")), {}

    def make() -> bytes:
        document = weasyprint.HTML(string=html, url_fetcher=fetcher)
        wanted = []
        for link in document.etree_element.iter("link"):
            if link.get("rel") == "stylesheet":
                href = link.get("href")
                if href not in sheets:
                    sheets[href] = weasyprint.CSS(url=href, font_config=fonts, url_fetcher=fetcher)
                wanted.append(sheets[href])
                link.set("rel", "parsed")
        return document.write_pdf(pdf_variant=variant, stylesheets=wanted, font_config=fonts)

    return make


def _typed(found: tuple[bytes, str]) -> tuple[bytes, dict[str, str]]:
    return found[0], {"Content-Type": found[1]}


# -- tables ---------------------------------------------------------------------------------------------------------


def _apart(kind: str, side: str, rows: int) -> dict[str, float]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.files", kind, side, str(rows)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True, env=os.environ).stdout)


def one(kind: str, side: str, number: int) -> int:
    """One table file in this process: seconds of writing and peak memory as JSON."""
    django.setup()
    from reporting import sheets  # noqa: PLC0415
    from reporting.rows import attendance_rows  # noqa: PLC0415
    from trajectories.models import Programme  # noqa: PLC0415

    programme = Programme.objects.get(slug="ilias")
    with translation.override("nl"):
        read = lambda: sheets.attendance_table(attendance_rows(programme, programme.starts_on, programme.ends_on))  # noqa: E731
        headers, counted = sheets.attendance_headers(), _Counted()
        if side == "whole":
            rows = counted(islice(chain.from_iterable(read() for _again in repeat(None)), number))
        else:
            known = list(islice(read(), KNOWN))
            rows = counted(islice(chain.from_iterable(repeat(known)), number))
        begun = time.perf_counter()
        with tempfile.TemporaryFile() as file:
            {"ours": _ours, "whole": _ours, "bare": _bare}[side](kind, file, headers, rows)
        seconds = time.perf_counter() - begun
    json.dump({"seconds": seconds, "megabytes": _peak(), "rows": counted.number}, sys.stdout)
    return 0


def _peak() -> float:
    """The most memory this process had; getrusage would count the parent's too."""
    told = Path("/proc/self/status")
    if not told.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(next(text for text in told.read_text().splitlines() if text.startswith("VmHWM")).split()[1]) / 1024


class _Counted:
    number = 0

    def __call__(self, rows):
        for row in rows:
            self.number += 1
            yield row


def _ours(kind: str, file, headers, rows) -> None:
    from core.tables import Sheet, write_csv, write_xlsx  # noqa: PLC0415

    if kind == "csv":
        write_csv(file, headers, rows)
    else:
        write_xlsx(file, [Sheet("Attendance", headers, rows)])


def _bare(kind: str, file, headers, rows) -> None:
    """What a short script would do with the same rows."""
    if kind == "csv":
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        writer = csv.writer(text, delimiter=";")
        writer.writerow(headers)
        writer.writerows(rows)
        text.detach()
        return
    import xlsxwriter  # noqa: PLC0415

    with xlsxwriter.Workbook(file, {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, headers)
        for at, row in enumerate(rows, start=1):
            page.write_row(at, 0, row)


if __name__ == "__main__":
    sys.exit(one(sys.argv[1], sys.argv[2], int(sys.argv[3])) if sys.argv[1:] else main())
