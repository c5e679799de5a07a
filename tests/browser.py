"""A real browser: the distribution's Chromium, one per test process, one clean context per person."""

import os
import re
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import expect, sync_playwright

from ilias import distribution

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
PATIENCE = 60_000  # milliseconds for what the page does by itself: a guard against hanging, never a measure
expect.set_options(timeout=PATIENCE)
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
AXE = django_settings.BASE_DIR / "node_modules" / "axe-core" / "axe.min.js"
# all that is wrong, element by element; what is right is not listed, which would take most of the time
RUN_AXE = "([tags, rules]) => axe.run(document, {runOnly: {type: 'tag', values: tags}, rules, resultTypes: ['violations']})"
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
FAILURES = django_settings.BASE_DIR / "var" / "screenshots" / "failed"


@pytest.fixture(scope="session")
def browser():
    """Chromium; without one the test is skipped with a reason (with CI=true: failed)."""
    program = distribution.browser()
    if program is None:
        pytest.skip("No Chromium found: sudo apt install chromium")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "true"  # playwright's loop is in this thread; Django is called beside it, never in it
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser, live_server, settings, request):
    """Makes pages, each with cookies of its own: `new_page()`, `new_page(phone=True, language="en", javascript=False)`.

    After the test: no page saw an error in a script, a refusal of the content policy or an answer of 500 and above.
    """
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    contexts, complaints = [], []

    def make(*, phone: bool = False, language: str = "nl", javascript: bool = True):
        context = browser.new_context(
            base_url=live_server.url,
            viewport=PHONE if phone else WIDE,
            locale={"nl": "nl-BE", "en": "en-GB"}[language],
            timezone_id="Europe/Brussels",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: complaints.append(f"{page.url}: {said.text}") if _is_refusal(said) else None)
        page.on("response", lambda answer: complaints.append(f"{answer.url}: {answer.status}") if answer.status >= 500 else None)
        return page

    yield make
    report = getattr(request.node, "report_call", None)
    if report is not None and report.failed:
        _keep_pictures(contexts, request.node.name)
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


def _is_refusal(said) -> bool:
    return said.type == "error" and "Content Security Policy" in said.text


def _keep_pictures(contexts, test: str) -> None:
    """What the pages showed when the test failed: var/screenshots/failed/."""
    FAILURES.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^\w-]+", "-", test)[:100]
    for number, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=Path(FAILURES) / f"{name}-{number}.png", full_page=True)


@pytest.fixture
def page(new_page):
    """A wide page in Dutch."""
    return new_page()


@cache
def _axe() -> str:
    return AXE.read_text(encoding="utf-8")


def violations(page, *, rules: tuple[str, ...] = RULES, without: tuple[str, ...] = ()) -> list[str]:
    """What axe finds wrong with the page as it stands, `without` some of its checks: one line per element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    found = page.evaluate(RUN_AXE, [list(rules), {check: {"enabled": False} for check in without}])
    return [f"{fault['id']}: {fault['help']}: {node['html'][:160]}" for fault in found["violations"] for node in fault["nodes"]]
