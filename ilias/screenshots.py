"""`manage.py screenshots`: the main pages as each role sees them, on a phone and on a desk, in Dutch and English.

It starts the site with a fresh demo of its own, moved to today, and leaves the pictures in var/screenshots. `--readme` takes only
the two pictures of README.md, into docs/img. The exit code is 1 when a page did not answer with 200.
"""

from __future__ import annotations

import argparse
import base64
import os
import re
import secrets
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from core.words import compile_messages
from ilias import distribution, private_services, processes
from ilias.console import Stop, line, step, words

ROOT = Path(__file__).resolve().parent.parent
SHOTS, IMAGES = ROOT / "var" / "screenshots", ROOT / "docs" / "img"
PASSWORD = "ilias-demo"  # noqa: S105 - the demo's, printed for everybody
SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
LOCALES = {"nl": "nl-BE", "en": "en-GB"}
MOST_BYTES = 250_000
ID = r"[0-9a-f]{8}-[0-9a-f-]{27}"
# name -> address; with a second part the first link on that page that fits, and what follows it
PAGES: dict[str, dict[str, tuple[str, str, str]]] = {
    "": {"front": ("/", "", ""), "sign-in": ("/accounts/login/", "", ""), "help": ("/help/", "", "")},
    "team": {
        "home": ("/", "", ""),
        "programme": ("/trajectories/", "", ""),
        "setup": ("/", f"/trajectories/{ID}/setup/", ""),
        "people": ("/people/", "", ""),
        "sessions": ("/sessions/", "", ""),
        "reports": ("/reports/", "", ""),
        "network": ("/networks/", "", ""),
        "letters": ("/outbox/", "", ""),
    },
    "coach": {
        "home": ("/", "", ""),
        "programme": ("/trajectories/", "", ""),
        "session": ("/sessions/?when=past&kind=network", f"/sessions/{ID}/", ""),
        "attendance": ("/sessions/?when=past&kind=network", f"/sessions/{ID}/", "attendance/"),
        "minutes": ("/sessions/?when=past&kind=network", f"/sessions/{ID}/", "minutes/"),
        "plan": ("/sessions/new/", f"/sessions/new/network/{ID}/", ""),
        "shared": ("/reflections/shared/", "", ""),
    },
    "leader": {
        "home": ("/", "", ""),
        "sessions": ("/sessions/", "", ""),
        "session": ("/sessions/?when=past&kind=network", f"/sessions/{ID}/", ""),
        "reflections": ("/reflections/", "", ""),
        "write": ("/reflections/new/", "", ""),
        "tools": ("/tools/", "", ""),
        "tool": ("/tools/", f"/tools/{ID}/", ""),
    },
    "advisor": {"home": ("/", "", ""), "programme": ("/trajectories/", "", "")},
    "partner": {"home": ("/", "", "")},
}
README = {"leader-phone.png": ("leader", "home", "phone"), "programme.png": ("team", "programme", "desk")}


def main(args: list[str]) -> int:
    """Takes the pictures; 0 when every page answered."""
    parser = argparse.ArgumentParser(prog="manage.py screenshots", description="Pictures of the main pages.")
    parser.add_argument("--readme", action="store_true", help="only the two of README.md, into docs/img")
    asked = parser.parse_args(args)
    program = distribution.browser()
    if program is None:
        raise Stop(words("No Chromium found: sudo apt install chromium", "Geen Chromium gevonden: sudo apt install chromium"))
    compile_messages(ROOT)
    with private_services.folder() as folder, _site(folder) as site, sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=program, args=options)
        try:
            failed = _readme(browser, site) if asked.readme else _everything(browser, site)
        finally:
            browser.close()
    for said in failed:
        line(said)
    return 1 if failed else 0


# -- the site -------------------------------------------------------------------------------------------------------


@contextmanager
def _site(folder: Path) -> Iterator[str]:
    """A site with a fresh demo, moved to today; gives its address."""
    port = processes.free_port()
    key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    env = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "SITE_URL")
    }
    env |= {"SECRET_KEY": secrets.token_urlsafe(64), "FIELD_KEYS": f"1:{key}", "DEMO": "1", "VAR_DIR": str(folder / "var")}
    env |= {"HOST": "127.0.0.1", "PORT": str(port), "ILIAS_NO_PREPARE": "1", "DJANGO_SETTINGS_MODULE": "ilias.settings"}
    env |= {"STATIC_ROOT": str(folder / "static"), "PYTHONPATH": str(ROOT), "LOG_LEVEL": "WARNING"}
    with step(words("A fresh demo", "Een verse demo")):
        for command in (["migrate"], ["demo", "--now"], ["collectstatic", "--noinput"]):
            _manage(*command, "--verbosity", "0", env=env)
    serve = [sys.executable, "-m", "gunicorn", "ilias.wsgi", "--bind", f"127.0.0.1:{port}", "--threads", "4"]
    log = folder / "web.log"
    server = processes.start([*serve, "--no-control-socket", "--log-level", "warning"], log=log, cwd=ROOT, env=env)
    try:
        _await(f"http://127.0.0.1:{port}", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        processes.stop([server])


def _manage(*args: str, env: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "manage.py", *args], cwd=ROOT, env=env, capture_output=True, text=True)
    if done.returncode:
        raise Stop(f"{args[0]}: {(done.stderr.strip().splitlines() or [''])[-1]}")


def _await(site: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{site}/healthz", timeout=5).close()  # noqa: S310 - our own address
            return
        except OSError:
            if server.poll() is not None or time.monotonic() > until:
                raise Stop(f"gunicorn: {processes.last_line(log)}") from None
            time.sleep(0.1)


# -- the pictures ---------------------------------------------------------------------------------------------------


def _everything(browser: Any, site: str) -> list[str]:
    """Every page of every role, in both sizes and both languages: var/screenshots/ROLE-PAGE-SIZE-LANGUAGE.png."""
    failed = []
    SHOTS.mkdir(parents=True, exist_ok=True)
    for role, pages in PAGES.items():
        with step(role or words("a visitor", "een bezoeker")):
            for language in LOCALES:
                for size in SIZES:
                    tab = _tab(browser, site, role, size, language)
                    for name, where in pages.items():
                        target = SHOTS / f"{role or 'visitor'}-{name}-{size}-{language}.png"
                        failed += _taken(tab, where, target, whole=True)
                    tab.context.close()
    return failed


def _readme(browser: Any, site: str) -> list[str]:
    failed = []
    IMAGES.mkdir(parents=True, exist_ok=True)
    for file, (role, name, size) in README.items():
        with step(file):
            tab = _tab(browser, site, role, size, "nl")
            failed += _taken(tab, PAGES[role][name], IMAGES / file, whole=False)
            tab.context.close()
            with Image.open(IMAGES / file) as picture:
                few = picture.convert("RGB").quantize(128)
            few.save(IMAGES / file, optimize=True)
            if (IMAGES / file).stat().st_size > MOST_BYTES:
                failed.append(f"{file}: more than {MOST_BYTES // 1000} kB")
    return failed


def _tab(browser: Any, site: str, role: str, size: str, language: str) -> Any:
    """A page of somebody who has signed in and reads this language."""
    context = browser.new_context(
        base_url=site,
        viewport=SIZES[size],
        locale=LOCALES[language],
        timezone_id="Europe/Brussels",
        reduced_motion="reduce",
        device_scale_factor=1,
    )
    tab = context.new_page()
    tab.goto("/accounts/login/")
    if role:
        tab.locator("#id_login").fill(f"{role}@ilias.example")
        tab.locator("#id_password").fill(PASSWORD)
        tab.locator("#id_password").press("Enter")
        tab.wait_for_url(re.compile(r"^(?!.*/accounts/login)"))
    if tab.locator("html").get_attribute("lang") != language:
        tab.locator(f'.lang button[value="{language}"]').click()
        tab.wait_for_load_state()
    return tab


def _taken(tab: Any, where: tuple[str, str, str], target: Path, *, whole: bool) -> list[str]:
    """Takes one picture; says what went wrong."""
    address, link, after = where
    answer = tab.goto(address)
    if link:
        found = (a.get_attribute("href") or "" for a in tab.locator("main a[href]").all())
        fitting = next((href.partition("?")[0] for href in found if re.fullmatch(link, href.partition("?")[0])), "")
        if not fitting:
            return [f"{target.name}: no link like {link} on {address}"]
        answer = tab.goto(fitting + after)
    tab.evaluate("document.fonts.ready")
    tab.screenshot(path=target, full_page=whole)
    return [] if answer and answer.status == 200 else [f"{target.name}: {answer.status if answer else 'no answer'}"]
