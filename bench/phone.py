"""From the mail's link to the first typed letter, on a telephone: one page load, how many bytes, how soon one types.

Headless Chromium with a cold cache, 4 × slower, on two lines: "slow 4G" as Lighthouse simulates it (150 ms there and back,
1.6 Mbit/s down) and the browser's own harsher preset of that name (562 ms before each answer, 1.44 Mbit/s).
`python -m bench.phone PORT COOKIE ADDRESS` answers JSON on stdout.
"""

import json
import statistics
import sys
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from ilias import distribution

PHONE = {"width": 390, "height": 844}
SLOWER = 4
TIMES = 5
MOST_BYTES, MOST_MILLISECONDS = 100_000, 1_500
# usable: the field is painted and takes a letter; listening: what is typed from here on is kept by itself
WATCH = """
new PerformanceObserver((list) => {
  for (const paint of list.getEntriesByName('first-contentful-paint')) window.usable = paint.startTime;
}).observe({ type: 'paint', buffered: true });
addEventListener('DOMContentLoaded', () => { window.listening = performance.now(); });
addEventListener('input', () => { window.typed = window.typed || performance.now(); }, true);
"""


@dataclass(frozen=True)
class Line:
    """A line to the site: what comes before each answer, and bytes a second."""

    name: str
    latency: float
    down: float
    up: float


LINES = (
    Line("slow 4G (Lighthouse)", 150, 1_638.4 * 1024 / 8, 750 * 1024 / 8),
    Line("slow 4G (browser's preset)", 562.5, 1_474.56 * 1024 / 8, 675 * 1024 / 8),
)


@dataclass
class Seen:
    """One opening of the page."""

    loads: int = 0
    bytes: int = 0
    files: int = 0
    usable: float = 0.0
    typed: float = 0.0
    listening: float = 0.0


def open_once(browser: Browser, base: str, cookie: str, address: str, line: Line | None = None) -> Seen:
    """A fresh browser follows the link and types a letter; without a line it is as fast as it can be."""
    name, _is, value = cookie.partition("=")
    context = browser.new_context(base_url=base, viewport=PHONE, is_mobile=True, has_touch=True, locale="nl-BE")
    context.add_cookies([{"name": name, "value": value, "url": base}])
    try:
        return _typed(context.new_page(), address, line)
    finally:
        context.close()


def _typed(page: Page, address: str, line: Line | None) -> Seen:
    seen, session = Seen(), page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    if line is not None:
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        speed = {"latency": line.latency, "downloadThroughput": line.down, "uploadThroughput": line.up}
        session.send("Network.emulateNetworkConditions", {"offline": False, **speed})
    session.on("Network.loadingFinished", lambda told: _add(seen, told["encodedDataLength"]))
    page.on("request", lambda asked: _count(seen, asked.is_navigation_request()))
    page.add_init_script(WATCH)
    page.goto(address, wait_until="commit")
    field = page.locator("#id_text")
    page.wait_for_function("() => window.usable && document.querySelector('#id_text')")
    field.press("a")
    page.wait_for_function("() => window.typed && window.listening")
    seen.usable, seen.typed, seen.listening = page.evaluate("[window.usable, window.typed, window.listening]")
    if "a" not in field.input_value():  # what an opening before typed may be there: nothing is ever lost
        raise RuntimeError("the letter does not stand in the field")
    page.wait_for_load_state("load")
    page.wait_for_timeout(700 if line is None else 100)  # what the page fetches later counts too
    return seen


def _add(seen: Seen, length: float) -> None:
    seen.bytes += int(length)
    seen.files += 1


def _count(seen: Seen, is_page: bool) -> None:
    seen.loads += is_page


def measure(port: int, cookie: str, address: str) -> list[list[str]]:
    """The table: for each line the bytes, files and page loads, and the middle and slowest of some openings."""
    table = [["line", "page loads", "files", "kB", "usable, middle", "quickest", "letter typed", "listening", "beyond its goal"]]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=distribution.browser(), args=["--no-sandbox", "--disable-gpu"])
        whole = open_once(browser, f"http://127.0.0.1:{port}", cookie, address)
        for line in LINES:
            found = [open_once(browser, f"http://127.0.0.1:{port}", cookie, address, line) for _time in range(TIMES)]
            table.append(_row(line, whole, found))
        browser.close()
    return table


def _row(line: Line, whole: Seen, found: list[Seen]) -> list[str]:
    times = sorted(one.usable for one in found)
    middle, typed = statistics.median(times), statistics.median(one.typed for one in found)
    listening = statistics.median(one.listening for one in found)
    missed = [f"{MOST_BYTES // 1000} kB"] if whole.bytes > MOST_BYTES else []
    missed += ["1 page load"] if whole.loads != 1 else []
    missed += [f"{MOST_MILLISECONDS} ms"] if middle > MOST_MILLISECONDS else []
    figures = [f"{middle:.0f} ms", f"{times[0]:.0f} ms", f"{typed:.0f} ms", f"{listening:.0f} ms"]
    return [line.name, str(whole.loads), str(whole.files), f"{whole.bytes / 1000:.1f}", *figures, ", ".join(missed)]


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1]), sys.argv[2], sys.argv[3]), sys.stdout)
