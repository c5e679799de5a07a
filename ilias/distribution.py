"""What the tests need from the distribution: found, installed where we may, else named in one line. Standard library only."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from ilias import private_services
from ilias.console import Stop, step, warning, words

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PANGO = ("pango-1.0", "pangoft2-1.0", "gobject-2.0")
LIBRARY = {"darwin": "lib{}.dylib"}.get(sys.platform, "lib{}.so.0")


def browser() -> str | None:
    """The path of an installed Chromium."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def pango() -> bool:
    """Whether the libraries that WeasyPrint loads are there."""
    return all(_library(name) for name in PANGO)


def _library(name: str) -> bool:
    try:
        ctypes.CDLL(LIBRARY.format(name))
    except OSError:
        return bool(ctypes.util.find_library(name))
    return True


# what -> is it there, its packages on Debian and Ubuntu
NEEDS: dict[str, tuple[Callable[[], object], tuple[str, ...]]] = {
    "PostgreSQL": (private_services.postgresql_programs, ("postgresql",)),
    "Redis": (lambda: shutil.which("redis-server") or shutil.which("valkey-server"), ("redis-server",)),
    "Chromium": (browser, ("chromium",)),
    "Pango": (pango, ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")),
    "gettext": (lambda: shutil.which("xgettext"), ("gettext",)),
    "poppler": (lambda: shutil.which("pdftotext"), ("poppler-utils",)),
}


def missing() -> list[str]:
    """The names in NEEDS that are not on this machine."""
    return [name for name, (there, _) in NEEDS.items() if not there()]


def complete() -> list[str]:
    """Installs what is missing where apt lets us; returns what is still missing, after one line about it.

    With CI=true a gap is a Stop: there nothing is skipped.
    """
    gaps = missing()
    if gaps and (apt := _apt()):
        with step(words(f"Installing {', '.join(gaps)}", f"{', '.join(gaps)} installeren")):
            _install(apt, [package for name in gaps for package in NEEDS[name][1]])
        gaps = missing()
    if gaps:
        packages = " ".join(package for name in gaps for package in NEEDS[name][1])
        text = words(
            f"Missing: {', '.join(gaps)}. On Debian and Ubuntu: sudo apt install {packages}",
            f"Ontbreekt: {', '.join(gaps)}. Op Debian en Ubuntu: sudo apt install {packages}",
        )
        if os.environ.get("CI") == "true":
            raise Stop(text)
        warning(text)
    return gaps


def _apt() -> list[str]:
    """The beginning of an apt-get command that needs nobody at the keyboard; empty where we may not."""
    if not shutil.which("apt-get"):
        return []
    if os.geteuid() == 0:
        return ["apt-get"]
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]
    return []


def _install(apt: list[str], packages: list[str]) -> None:
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
        subprocess.run([*apt, *command], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
