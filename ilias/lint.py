"""`manage.py lint`: every check that needs no test run; `--fix` lets the formatters write first. Standard library only.

One line per check with its time; what a failed check said follows its line. The exit code tells.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ilias.console import line, words

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".venv" / "bin"
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-fetch.lock", "package-lock.json")
LONGEST = 400
WIDEST = 140  # a line of a template; CONTRIBUTING.md says how one is laid out
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")


def main(args: list[str]) -> int:
    """Runs the checks, or those named; 0 when all hold."""
    parser = argparse.ArgumentParser(prog="manage.py lint", description="Every check that needs no test run.")
    parser.add_argument("checks", nargs="*", metavar="check", help=f"one or more of: {', '.join(CHECKS)}")
    parser.add_argument("--fix", action="store_true", help="let the formatters write")
    asked = parser.parse_args(args)
    if unknown := [name for name in asked.checks if name not in CHECKS]:
        parser.error(f"no such check: {', '.join(unknown)}")
    if asked.fix:
        _fix()
    failed = [name for name in asked.checks or CHECKS if not _holds(name)]
    if failed:
        line(words(f"Failed: {', '.join(failed)}", f"Mislukt: {', '.join(failed)}"))
    return 1 if failed else 0


def _holds(name: str) -> bool:
    begun = time.monotonic()
    fault = CHECKS[name]()
    line(f"{name:<14} {'ok' if fault is None else 'FAILED':<8}{time.monotonic() - begun:6.1f} s")
    if fault:
        line(fault)
    return fault is None


def _fix() -> None:
    _said("ruff", "check", "--fix", "--quiet", ".")
    _said("ruff", "format", "--quiet", ".")
    _said("djade", "--target-version", "5.2", *_tracked("*.html"))


# -- running a tool -------------------------------------------------------------------------------------------------


def _said(program: str, *args: str, env: dict[str, str] | None = None) -> str | None:
    """None when the tool is content, else what it said."""
    where = TOOLS / program
    command = [str(where if where.exists() else program), *args]
    done = subprocess.run(
        command, cwd=ROOT, env=env or _environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    return done.stdout.rstrip() or f"exit code {done.returncode}" if done.returncode else None


def _manage(*args: str, **settings: str) -> str | None:
    return _said(sys.executable, "-W", "ignore", "manage.py", *args, env=_environment(**settings))


def _environment(**settings: str) -> dict[str, str]:
    """No setting of this shell; a throw-away key; what a check asks for on top."""
    kept = ("PATH", "HOME", "TMPDIR", "LANG", "CI", "SYSTEMROOT")
    env = {name: os.environ[name] for name in kept if name in os.environ}
    key = secrets.token_urlsafe(32)[:43] + "="
    return env | {"ILIAS_NO_PREPARE": "1", "SECRET_KEY": secrets.token_urlsafe(64), "FIELD_KEYS": f"1:{key}"} | settings


def _tracked(pattern: str) -> list[str]:
    """Files that git knows or would add."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", pattern]
    names = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    return [name for name in names if (ROOT / name).exists()]


# -- the checks -----------------------------------------------------------------------------------------------------


def _templates() -> str | None:
    return _said("djade", "--check", "--target-version", "5.2", *_tracked("*.html"))


def _layers() -> str | None:
    return _said("lint-imports", "--no-logo", "--no-cache")


def _types() -> str | None:
    """mypy loads the tests' settings and leaves without cleaning up, so it gets a folder that may stay."""
    return _said("mypy", "--no-error-summary", env=_environment(ILIAS_TEST_VAR=str(ROOT / "var" / "types")))


def _pending_migrations() -> str | None:
    return _manage("makemigrations", "--check", "--dry-run")


def _translations() -> str | None:
    return _said(sys.executable, "-m", "core.translations")


def _deploy() -> str | None:
    """Django's checks as on a public address, where a warning is a fault."""
    return _manage(
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        SITE_URL="https://traject.example.org",
        ALLOWED_HOSTS="traject.example.org",
        DATABASE_URL="postgres://ilias:ilias@127.0.0.1:1/ilias",
        REDIS_URL="redis://127.0.0.1:1/0",
        EMAIL_URL="smtp://127.0.0.1:1",
    )


def _locks() -> str | None:
    """Locks name no host, so that they hold behind every mirror; and nobody commits uv's own lock."""
    faults = [f"{name}: names a host" for name in LOCKS if "://" in (ROOT / name).read_text(encoding="utf-8")]
    faults += [f"{name}: not one of ours" for name in _tracked("uv.lock")]
    return "\n".join(faults) or None


def _sizes() -> str | None:
    """Files stay under 400 lines, over it they are split by subject; templates have lines that can be read."""
    names = [name for pattern in ("*.py", "*.css", "*.js") for name in _tracked(pattern)]
    lengths = {name: len((ROOT / name).read_text(encoding="utf-8").splitlines()) for name in names if "/migrations/" not in name}
    faults = [f"{name}: {length} lines" for name, length in lengths.items() if length > LONGEST]
    return "\n".join(faults + [fault for name in _tracked("templates/*.html") for fault in _wide(name)]) or None


def _wide(name: str) -> list[str]:
    """Lines that are too long though they could be broken: between words, or between two tags."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    bare = [TAG.sub("\0", line.replace("{# space #}", "").strip()) for line in lines]
    could = [len(line) > WIDEST and re.search(r"\s|[\0>][\0<]", text) for line, text in zip(lines, bare, strict=True)]
    return [f"{name}:{number}: {len(lines[number - 1])} characters" for number, wide in enumerate(could, 1) if wide]


CHECKS: dict[str, Callable[[], str | None]] = {
    "format": lambda: _said("ruff", "format", "--check", "--quiet", "."),
    "style": lambda: _said("ruff", "check", "--quiet", "--output-format", "concise", "."),
    "templates": _templates,
    "sizes": _sizes,
    "locks": _locks,
    "layers": _layers,
    "types": _types,
    "migrations": _pending_migrations,
    "translations": _translations,
    "deploy": _deploy,
}
