"""`manage.py bench`: pages, files and letters, each beside the bare thing in the same run; prints one table.

`bench pages files letters` chooses parts; `--write` keeps the result as docs/benchmarks.md. Nothing here is a test: the exit code
is 0 whatever the figures say, 1 when something could not be measured.
"""

import argparse
import os
import platform
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import load
from bench.pages import GOALS
from bench.places import WORKERS, Place, places, site
from ilias.console import line, step
from ilias.private_services import postgresql_programs

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("pages", "files", "letters")
AT_ONCE = 8
SAME_TIME = 1.3  # from the smallest to the largest scale
Cells = list[str]


def main(args: list[str]) -> int:
    """Measures what was asked for and prints it."""
    parser = argparse.ArgumentParser(prog="manage.py bench", description="Pages, files and letters beside the bare thing.")
    parser.add_argument("parts", nargs="*", metavar="part", help="all of them without a name")
    parser.add_argument("--scales", default="1,100", help="of the demo; the ratio to the bare page is that of the largest")
    parser.add_argument("--seconds", type=float, default=1.0, help="of load for a page in a round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--write", action="store_true", help="keep the result in docs/benchmarks.md")
    asked = parser.parse_args(args)
    wanted = asked.parts or PARTS
    scales = sorted({int(scale) for scale in asked.scales.split(",")})
    sections, faults = [], 0
    with places(scales) as found:
        if "pages" in wanted:
            table, faults = _pages(found, asked)
            sections.append(("Pages", table))
        if "files" in wanted:
            with step("Files"):
                sections.append(("Files", found[scales[0]].answer("-m", "bench.files")))
        if "letters" in wanted:
            with step("Letters"):
                sections.append(("Letters", found[scales[-1]].answer("-m", "bench.letters", str(asked.letters))))
    text = "\n\n".join(f"## {title}\n\n{_markdown(table)}" for title, table in sections)
    line()
    line(text)
    if asked.write:
        (ROOT / "docs" / "benchmarks.md").write_text(_document(text, asked, scales), encoding="utf-8")
    return 1 if faults else 0


# -- pages ----------------------------------------------------------------------------------------------------------


def _pages(found: dict[int, Place], asked: argparse.Namespace) -> tuple[list[Cells], int]:
    """The table of pages, and how many answers were not what was asked for."""
    words = asked.only.split()
    small, large = min(found), max(found)
    looked: dict[int, list[dict]] = {}
    for scale, place in found.items():
        with step(f"Pages at scale {scale}, one at a time"):
            looked[scale] = place.answer("-m", "bench.pages", *words)  # type: ignore[assignment]
    head = ["page", "kind", "queries", "ms", "kB", "a second", f"p95 of {AT_ONCE}", "bare a second", "of bare", "beyond its goal"]
    table, faults = [head], 0
    with ExitStack() as stack:
        ports = {scale: stack.enter_context(site(place)) for scale, place in found.items()}
        bare = stack.enter_context(site(found[large], "bench.bare_settings"))
        for first, last in zip(looked[small], looked[large], strict=True):
            if "problem" in last or "problem" in first:
                table.append([last["name"], last["kind"], str(last.get("problem") or first.get("problem"))[:60]] + [""] * 7)
                faults += 1
                continue
            with step(last["name"]):
                ours, plain = _loads(ports, bare, {small: first, large: last}, asked)
            faults += sum(one.faults for one in (*ours.values(), plain))
            table.append(_page_row(first, last, ours[large], plain))
    return table, faults


def _loads(ports: dict[int, int], bare: int, looked: dict[int, dict], asked: argparse.Namespace) -> tuple[dict, load.Load]:
    """The same load for our page at every scale and for the bare page, in turns."""
    ours, plain = {scale: load.Load() for scale in ports}, load.Load()
    last = looked[max(looked)]
    rows = last["rows"] if last["queries"] else 0
    address = f"/bare/{int(bool(last['who']))}/{last['queries']}/{rows}/{last['bytes']}/"
    for _warm in range(4 * WORKERS):
        load.once(bare, address, last["cookie"])
        for scale, port in ports.items():
            load.once(port, looked[scale]["address"], looked[scale]["cookie"])
    for _round in range(asked.rounds):
        for scale, port in ports.items():
            spent = asked.seconds if scale == max(ports) else asked.seconds / 2
            ours[scale].add(load.run(port, looked[scale]["address"], looked[scale]["cookie"], seconds=spent, at_once=AT_ONCE))
        plain.add(load.run(bare, address, last["cookie"], seconds=asked.seconds, at_once=AT_ONCE))
    return ours, plain


def _page_row(first: dict, last: dict, ours: load.Load, plain: load.Load) -> Cells:
    goal = GOALS[last["kind"]]
    share = ours.rate / plain.rate if plain.rate else 0.0
    missed = [*_missed(first, last)]
    if share < goal.share:
        missed.append(f"{goal.share} of bare")
    return [
        last["name"],
        last["kind"],
        _pair(first["queries"], last["queries"]),
        _pair(f"{first['milliseconds']:.0f}", f"{last['milliseconds']:.0f}"),
        _pair(f"{first['bytes'] / 1000:.0f}", f"{last['bytes'] / 1000:.0f}"),
        f"{ours.rate:.0f}",
        f"{ours.p95:.0f} ms",
        f"{plain.rate:.0f}",
        f"{share:.2f}",
        ", ".join(missed),
    ]


def _missed(first: dict, last: dict) -> Iterator[str]:
    goal = GOALS[last["kind"]]
    if last["status"] != 200 or first["status"] not in (200, 302):
        yield f"status {last['status']}"
    if max(first["queries"], last["queries"]) > goal.queries:
        yield f"{goal.queries} queries"
    if max(first["bytes"], last["bytes"]) > goal.bytes:
        yield f"{goal.bytes // 1000} kB"
    if first["status"] == 200 and last["milliseconds"] > SAME_TIME * first["milliseconds"] + 1:
        yield f"{SAME_TIME} × the time"


def _pair(first: object, last: object) -> str:
    return str(last) if str(first) == str(last) else f"{first} → {last}"


# -- on paper -------------------------------------------------------------------------------------------------------


def _markdown(table: list[Cells]) -> str:
    head, *rows = table
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def _document(text: str, asked: argparse.Namespace, scales: list[int]) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    goals = "; ".join(f"{kind}: {g.queries} queries, {g.bytes // 1000} kB, {g.share} of bare" for kind, g in GOALS.items())
    return f"""# Benchmarks

`manage.py bench --write` wrote this on {time.strftime("%Y-%m-%d")}: {os.cpu_count()} cores, {memory:.0f} GiB, {_system()},
Python {platform.python_version()}, {_postgresql()}, Redis for sessions and cache, all on one machine.
Load average at the end: {os.getloadavg()[0]:.1f}.

Scales {" and ".join(map(str, scales))} of the demo (8 pilots each); "first → last" where they differ. *ms* is the best of fifteen
in one process; *a second* and *p95* are of gunicorn with {WORKERS} workers and {AT_ONCE} clients at once, {asked.rounds} rounds
of {asked.seconds:g} s in turns with the bare page. The bare page is a Django view on the same database and session with as many
queries, rows (`tr`, `li`, `article`) and bytes, in a plain template without menu, forms, translation and rights.
Use the ratios: the seconds are this machine's.

Goals: {goals};
server time at most {SAME_TIME} × from the first scale to the last. Files: PDF 1.2 × WeasyPrint, XLSX 1.2 × XlsxWriter,
CSV 1.5 × the csv module, memory constant. Letters: 1.5 × a loop of smtplib.

{text}
"""


def _system() -> str:
    try:
        release = platform.freedesktop_os_release()
    except OSError:
        return platform.system()
    return f"{release.get('NAME', '').replace(' GNU/Linux', '')} {release.get('VERSION_ID', '')}".strip()


def _postgresql() -> str:
    programs = postgresql_programs()
    said = subprocess.run([str(programs / "postgres"), "--version"], capture_output=True, text=True).stdout if programs else ""
    return " ".join(said.replace("(PostgreSQL)", "").split()[:2]).replace("postgres", "PostgreSQL")
