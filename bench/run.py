"""`manage.py bench`: pages, files and letters, each beside the bare thing in the same run; prints one table.

`bench pages files letters` chooses parts; `--write` keeps the result as docs/benchmarks.md. Nothing here is a test: the exit code
is 0 whatever the figures say, 1 when something could not be measured.
"""

import argparse
import os
import platform
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import load
from bench.pages import GOALS, bare_address
from bench.places import WORKERS, Place, places, site
from ilias.console import Stop, line, step
from ilias.private_services import postgresql_programs

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("phone", "pages", "calls", "saves", "files", "letters", "planner", "lived", "texts", "indicators")
AT_ONCE = 8
SAVED_SHARE = 0.5
SAME_TIME = 1.3  # from the smallest to the largest scale
Cells = list[str]
Sections = list[tuple[str, list[Cells]]]


def main(args: list[str]) -> int:
    """Measures what was asked for and prints it."""
    parser = argparse.ArgumentParser(prog="manage.py bench", description="Pages, files and letters beside the bare thing.")
    parser.add_argument("parts", nargs="*", metavar="part", help="all of them without a name")
    parser.add_argument("--scales", default="1,100", help="of the demo; the ratio to the bare page is that of the largest")
    parser.add_argument("--seconds", type=float, default=1.0, help="of load for a page in a round")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", default="", help="pages whose name holds this")
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--keep", default="", metavar="FOLDER", help="keep the databases there for a next run")
    parser.add_argument("--write", action="store_true", help="keep the result in docs/benchmarks.md")
    asked = parser.parse_args(args)
    wanted = asked.parts or PARTS
    scales = sorted({int(scale) for scale in asked.scales.split(",")})
    sections: Sections = []
    faults: list[str] = []
    with places(scales, asked.keep) as found:
        for part, measure in _measures(found, asked, faults).items():
            if part in wanted:
                try:
                    sections += measure()
                except Stop as fault:  # what was measured before is worth keeping
                    faults.append(str(fault))
    text = "\n\n".join(f"## {title}\n\n{_markdown(table)}" for title, table in sections)
    line()
    line(text)
    for fault in faults:
        line(f"Not measured: {fault}")
    if asked.write:
        (ROOT / "docs" / "benchmarks.md").write_text(_document(text, asked, scales), encoding="utf-8")
    return 1 if faults else 0


def _measures(found: dict[int, Place], asked: argparse.Namespace, faults: list[str]) -> dict[str, Callable[[], Sections]]:
    """How each part is measured, in this order."""
    small, large = found[min(found)], found[max(found)]

    def asks(place: Place, title: str, module: str, *more: str) -> Callable[[], Sections]:
        def measure() -> Sections:
            with step(title):
                return [(title, place.answer("-m", module, *more))]  # type: ignore[list-item]

        return measure

    return {
        "phone": lambda: [("Phone", _phone(small))],
        "pages": lambda: [("Pages", _pages(found, asked, faults))],
        "calls": lambda: [("Pages by function calls", _calls(found, asked))],
        "saves": lambda: [("Saves", _saves(large))],
        "files": asks(small, "Files", "bench.files"),
        "letters": asks(large, "Letters", "bench.letters", str(asked.letters)),
        "planner": asks(small, "Planner", "bench.planner"),
        "lived": lambda: _lived(small),
        "texts": asks(small, "Texts of one leader", "bench.own_list"),
        "indicators": asks(small, "Indicators", "bench.reporting_scale"),
    }


# -- a telephone ----------------------------------------------------------------------------------------------------


def _phone(place: Place) -> list[Cells]:
    """From the mail's link to the first typed letter, as a leader with a browser of their own."""
    looked: dict = place.answer("-m", "bench.pages", "write", "a", "reflection")[0]  # type: ignore[index]
    with step("Phone"), site(place) as port:
        return place.answer("-m", "bench.phone", str(port), looked["cookie"], looked["address"])  # type: ignore[return-value]


def _lived(place: Place) -> Sections:
    """Forty who check in at once, and two hundred reports in a row."""
    with step("Check-in and reports"), site(place) as port:
        return [*place.answer("-m", "bench.lived", str(port)).items()]  # type: ignore[attr-defined]


# -- pages ----------------------------------------------------------------------------------------------------------


def _pages(found: dict[int, Place], asked: argparse.Namespace, faults: list[str]) -> list[Cells]:
    """The table of pages; `faults` gets those that did not answer as they should."""
    words = asked.only.split()
    small, large = min(found), max(found)
    looked: dict[int, list[dict]] = {}
    for scale, place in found.items():
        with step(f"Pages at scale {scale}, one at a time"):
            looked[scale] = place.answer("-m", "bench.pages", *words)  # type: ignore[assignment]
    head = ["page", "kind", "queries", "ms", "kB", "a second", f"p95 of {AT_ONCE}", "bare a second", "of bare", "beyond its goal"]
    table = [head]
    with ExitStack() as stack:
        ports = {scale: stack.enter_context(site(place)) for scale, place in found.items()}
        bare = stack.enter_context(site(found[large], "bench.bare_settings"))
        for first, last in zip(looked[small], looked[large], strict=True):
            if "problem" in last or "problem" in first:
                table.append([last["name"], last["kind"], str(last.get("problem") or first.get("problem"))[:60]] + [""] * 7)
                faults.append(last["name"])
                continue
            with step(last["name"]):
                ours, plain = _loads(ports, bare, {small: first, large: last}, asked)
            if any(one.faults for one in (*ours.values(), plain)):
                faults.append(last["name"])
            table.append(_page_row(first, last, ours[large], plain))
    return table


def _loads(ports: dict[int, int], bare: int, looked: dict[int, dict], asked: argparse.Namespace) -> tuple[dict, load.Load]:
    """The same load for our page at every scale and for the bare page, in turns."""
    ours, plain = {scale: load.Load() for scale in ports}, load.Load()
    last = looked[max(looked)]
    address = bare_address(last)
    for _warm in range(4 * WORKERS):
        load.once(bare, address, last["cookie"])
        for scale, port in ports.items():
            load.once(port, looked[scale]["address"], looked[scale]["cookie"])
    for _round in range(asked.rounds):
        for scale, port in ports.items():
            if looked[scale]["status"] != 200:  # a list of one leads to that one
                continue
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


def _calls(found: dict[int, Place], asked: argparse.Namespace) -> list[Cells]:
    """The same pages beside the bare page by how many functions an answer calls: for a machine that does other things too."""
    small, large = min(found), max(found)
    looked: dict[int, list[dict]] = {}
    for scale, place in found.items():
        with step(f"Function calls of the pages at scale {scale}"):
            looked[scale] = [page for page in place.answer("-m", "bench.pages", *asked.only.split()) if "problem" not in page]  # type: ignore[attr-defined]
            for page, calls in zip(looked[scale], place.answer("-m", "bench.calls", told=looked[scale]), strict=True):  # type: ignore[call-overload]
                page["milliseconds"] = page["calls"] = calls
    plain = [{"address": bare_address(page), "cookie": page["cookie"]} for page in looked[large]]
    bare = found[large].answer("-m", "bench.calls", told=plain, settings="bench.bare_settings")
    table = [["page", "kind", "queries", "kB", "calls", "bare", "of bare", "beyond its goal"]]
    for first, last, calls in zip(looked[small], looked[large], bare, strict=True):  # type: ignore[call-overload]
        share, goal = calls / last["calls"], GOALS[last["kind"]]
        missed = [*_missed(first, last), *[f"{goal.share} of bare"] * (share < goal.share)]
        sizes = _pair(f"{first['bytes'] / 1000:.1f}", f"{last['bytes'] / 1000:.1f}")
        counts = [_pair(first["queries"], last["queries"]), sizes, _pair(first["calls"], last["calls"]), str(calls)]
        table.append([last["name"], last["kind"], *counts, f"{share:.2f}", ", ".join(missed)])
    return table


def _saves(place: Place) -> list[Cells]:
    """Forms that are sent, beside a bare view that reads and writes as often."""
    with step("Saves"):
        ours = place.answer("-m", "bench.saves")
        bare = place.answer("-m", "bench.saves", told=ours, settings="bench.bare_settings")
    head = ["save", "fields", "reads", "writes", "ms", "bare", "of bare", "calls", "bare", "of bare", "beyond its goal"]
    table = [head]
    for one, plain in zip(ours, bare, strict=True):  # type: ignore[call-overload]
        shares = [plain[measure] / one[measure] for measure in ("milliseconds", "calls")]
        table.append([one["name"], *[str(one[count]) for count in ("fields", "reads", "writes")]])
        table[-1] += [f"{one['milliseconds']:.1f}", f"{plain['milliseconds']:.1f}", f"{shares[0]:.2f}"]
        table[-1] += [str(one["calls"]), str(plain["calls"]), f"{shares[1]:.2f}"]
        table[-1] += [f"{SAVED_SHARE} of bare" if max(shares) < SAVED_SHARE else ""]
    return table


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
of {asked.seconds:g} s in turns with the bare page.

The bare page (bench/bare.py) is a Django view on the same database and session, behind the middleware of `startproject` (and
allauth's, which refuses to be left out), with as many queries, rows (`tr`, `li`, `article`) and bytes. Each query reads its
share of the rows by primary key with what they belong to; a row of its template has an address (`url`), a name, an e-mail
address, a choice in words, a service and a day (`date`); the bytes that are missing then are one fixed text, which costs
nothing. It has no menu, forms, translated words, filters and rights, and none of the project's own middleware (language,
security policy, files, devices). Beside sign-in stands Django's own LoginView, its form drawn by Django's form renderer;
beside the front page, which asks the database nothing, an empty table with as many bytes.
A saved form stands beside a bare one with as many fields that reads and writes as many rows, one by one; goal {SAVED_SHARE}.
Use the ratios: the seconds are this machine's.

Goals: {goals};
server time at most {SAME_TIME} × from the first scale to the last. Files: PDF 1.2 × WeasyPrint, XLSX 1.2 × XlsxWriter,
CSV 1.5 × the csv module, memory constant. Letters: 1.5 × a loop of smtplib. Phone: headless Chromium with a
cold cache, 4 × slower, from the mail's link; usable means painted and taking a letter, listening that what is typed is kept.
One page load, 100 kB and 1,500 ms on slow 4G as Lighthouse simulates it; the browser's own preset waits 562 ms an answer.
Check-in: forty at once, each recorded once, p95 under 500 ms. Reports: two hundred queued, no growth of memory.

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
