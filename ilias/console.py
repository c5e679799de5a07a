"""What the start commands say: one line per step with its time, in Dutch or English. Standard library only."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 62


class Stop(Exception):
    """Ends the command with one clear line that says what to do; never a stack trace."""


def dutch() -> bool:
    """Whether the terminal's user reads Dutch (LC_ALL, LC_MESSAGES or LANG starts with nl)."""
    language = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return language.lower().startswith("nl")


def words(en: str, nl: str) -> str:
    """The sentence in the user's language."""
    return nl if dutch() else en


def line(text: str = "") -> None:
    """One line, at once, also when the output is a pipe."""
    print(text, flush=True)


def warning(text: str) -> None:
    """One line that asks for attention but stops nothing."""
    print(f"! {text}", file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Prints the step when it begins and its time when it is done."""
    begun = time.monotonic()
    print(f"{text} ".ljust(WIDTH, "."), end="", flush=True)
    try:
        yield
    except BaseException:
        print(flush=True)
        raise
    print(f"{time.monotonic() - begun:7.1f} s", flush=True)
