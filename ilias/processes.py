"""Child processes that never outlive their parent. Standard library only."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1


def _die_with_parent(number: int) -> None:
    """On Linux the kernel signals the child when its parent is killed without a chance to clean up."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)


def start(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    orphan_signal: int = signal.SIGTERM,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Starts a command in a process group of its own; its output goes to the log file, else to ours."""
    options |= {"stdin": subprocess.DEVNULL, "env": env, "start_new_session": True}
    options["preexec_fn"] = lambda: _die_with_parent(orphan_signal)
    words = [str(part) for part in command]
    if log is None:
        return subprocess.Popen(words, **options)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, **options)


def stop(children: Iterable[subprocess.Popen[bytes]], *, patience: float = 10, gentle: int = signal.SIGTERM) -> None:
    """Ends whole process groups: first asked, after `patience` seconds killed. Nothing stays behind."""
    children = list(children)
    for child in children:
        _signal_group(child.pid, gentle)
    until = time.monotonic() + patience
    for child in children:
        with suppress(subprocess.TimeoutExpired):
            child.wait(max(0.0, until - time.monotonic()))
        _signal_group(child.pid, signal.SIGKILL)
        child.wait()


def _signal_group(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # already gone; macOS says EPERM of a group of zombies
        os.killpg(group, number)


def free_port() -> int:
    """A port of the loopback address that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def last_line(log: Path) -> str:
    """The last line with words in a log file."""
    if not log.exists():
        return ""
    lines = [part.strip() for part in log.read_text(encoding="utf-8", errors="replace").splitlines()]
    return next((part for part in reversed(lines) if part), "")
