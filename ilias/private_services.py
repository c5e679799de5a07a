"""A PostgreSQL and a Redis of our own, on free ports in a temporary folder, for tests and benchmarks. Standard library only."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ilias import processes
from ilias.console import Stop, words

PATIENCE = 30
POSTGRESQL_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
# what makes a throw-away database quick; it need not survive a power cut
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=128MB")


@contextmanager
def folder() -> Iterator[Path]:
    """A temporary folder through which another user can reach what belongs to it."""
    place = Path(tempfile.mkdtemp(prefix="ilias-"))
    place.chmod(0o711)
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def postgresql_programs() -> Path | None:
    """The folder of the newest installed PostgreSQL server; None without one."""
    found = [path for pattern in POSTGRESQL_FOLDERS for path in Path("/").glob(pattern.lstrip("/"))]
    servers = [path for path in found if (path / "initdb").exists()]
    if servers:
        return max(servers, key=_version)
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def _version(programs: Path) -> float:
    digits = "".join(sign for sign in programs.parent.name if sign.isdigit() or sign == ".")
    return float(digits or 0)


@contextmanager
def postgresql(place: Path, *, settings: tuple[str, ...] = FAST) -> Iterator[str]:
    """Runs a private PostgreSQL in `place`; gives its DATABASE_URL and takes the server away afterwards.

    PostgreSQL refuses root, so under root it runs as the user postgres, else nobody.
    Data of an earlier run in the same place is used again.
    """
    programs = postgresql_programs()
    if programs is None:
        raise Stop(words("PostgreSQL is missing.", "PostgreSQL ontbreekt."))
    account = _unprivileged()
    data, port = place / "postgresql", processes.free_port()
    password = _made(data, programs, account)
    options = [part for setting in (*settings, f"unix_socket_directories={data}") for part in ("-c", setting)]
    log = place / "postgresql.log"
    command: list[str | Path] = [programs / "postgres", "-D", data, "-h", "127.0.0.1", "-p", str(port), *options]
    # SIGINT ends it at once; SIGTERM would wait until every client has left
    server = processes.start(command, log=log, cwd="/", orphan_signal=signal.SIGINT, **account)
    try:
        _await_port(port, server, log)
        url = f"postgres://ilias:{password}@127.0.0.1:{port}/postgres"
        _await_answer([programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)], server, log)
        yield url
    finally:
        processes.stop([server], gentle=signal.SIGINT)


def _made(data: Path, programs: Path, account: dict[str, Any]) -> str:
    """The password of the data in this folder, which is made when there is none."""
    secret = data.with_suffix(".secret")
    if (data / "PG_VERSION").exists():
        return secret.read_text(encoding="ascii")
    data.mkdir(mode=0o700)
    password = secrets.token_hex(16)
    secret.write_text(password, encoding="ascii")
    for path in (data, secret):
        if account:
            shutil.chown(path, account["user"], account["group"])
    initdb = [programs / "initdb", "-D", data, "-U", "ilias", "--auth=scram-sha-256", f"--pwfile={secret}"]
    initdb += ["-E", "UTF8", "--locale=C", "--no-sync"]
    done = subprocess.run([str(part) for part in initdb], capture_output=True, text=True, cwd="/", **account)
    if done.returncode:
        raise Stop(f"initdb: {done.stderr.strip()}")
    return password


def _unprivileged() -> dict[str, Any]:
    """How subprocess becomes a user PostgreSQL accepts; nothing to do when we are not root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def redis(place: Path) -> Iterator[str]:
    """Runs a private Redis that keeps nothing on disk; gives its REDIS_URL (database 0)."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        raise Stop(words("Redis is missing.", "Redis ontbreekt."))
    password, port, log = secrets.token_hex(16), processes.free_port(), place / "redis.log"
    wanted = place / "redis.conf"
    wanted.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ""\nappendonly no\ndir {place}\n', encoding="ascii"
    )
    wanted.chmod(0o600)
    server = processes.start([program, wanted], log=log, cwd=place)
    try:
        _await_port(port, server, log)
        yield f"redis://:{password}@127.0.0.1:{port}/0"
    finally:
        processes.stop([server])


def _await_port(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            _give_up_when_late(until, server, log)


def _await_answer(question: list[str | Path], server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while subprocess.run([str(part) for part in question], cwd="/").returncode:
        _give_up_when_late(until, server, log)


def _give_up_when_late(until: float, server: subprocess.Popen[bytes], log: Path) -> None:
    if server.poll() is not None or time.monotonic() > until:
        raise Stop(f"{log.stem}: {processes.last_line(log)}")
    time.sleep(0.05)
