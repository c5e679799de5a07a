"""Where it is measured: a private PostgreSQL and Redis, a database for each scale of the demo, gunicorn on top of them."""

import base64
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.load import once
from ilias import private_services, processes
from ilias.console import Stop, step

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
# as PostgreSQL comes, apart from its memory
POSTGRESQL = ("max_connections=60", "shared_buffers=128MB")
MAKE = """
import os, psycopg
with psycopg.connect(os.environ["BENCH_SERVER"], autocommit=True) as server:
    server.execute('CREATE DATABASE "' + os.environ["BENCH_NAME"] + '"')
"""
ANALYZE = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
    server.execute("VACUUM ANALYZE")
"""


@dataclass(frozen=True)
class Place:
    """One database with a demo of some scale, and the environment of processes that work on it."""

    scale: int
    env: dict[str, str]

    def python(self, *args: str, told: object = None, settings: str = "ilias.settings") -> str:
        """What a Python process of this place said, which is told something as JSON; a Stop with its last line when it failed."""
        env = dict(self.env, DJANGO_SETTINGS_MODULE=settings)
        command = [sys.executable, "-W", "ignore", *args]
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, input=json.dumps(told))
        if done.returncode:
            raise Stop(f"{' '.join(args[:3])}: {(done.stderr.strip().splitlines() or ['no word'])[-1]}")
        return done.stdout

    def answer(self, *args: str, told: object = None, settings: str = "ilias.settings") -> object:
        """The JSON on the last line of what it said."""
        return json.loads(self.python(*args, told=told, settings=settings).strip().splitlines()[-1])


@contextmanager
def places(scales: list[int], keep: str = "") -> Iterator[dict[int, Place]]:
    """Servers and databases, taken away afterwards or kept in a folder for a next run."""
    with _kept(keep) if keep else private_services.folder() as folder:
        with private_services.postgresql(folder, settings=POSTGRESQL) as server, private_services.redis(folder) as cache:
            shared = {**_keys(folder), "BENCH_SERVER": server}
            found = {}
            for number, scale in enumerate(scales):
                env = dict(os.environ, **shared, **_own(folder, server, cache, scale, number))
                found[scale] = Place(scale, env)
                with step(f"Demo at scale {scale}"):
                    _fill(found[scale])
            with step("Static files"):
                found[scales[0]].python("manage.py", "collectstatic", "--noinput", "--verbosity", "0")
            yield found


@contextmanager
def _kept(keep: str) -> Iterator[Path]:
    folder = Path(keep).resolve()
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    yield folder


def _keys(folder: Path) -> dict[str, str]:
    """The keys of the databases in this folder."""
    file = folder / "keys.json"
    if not file.exists():
        key = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
        file.touch(mode=0o600)
        file.write_text(json.dumps({"SECRET_KEY": secrets.token_urlsafe(64), "FIELD_KEYS": f"1:{key}"}), encoding="ascii")
    return json.loads(file.read_text(encoding="ascii"))


def _own(folder: Path, server: str, cache: str, scale: int, number: int) -> dict[str, str]:
    name = f"scale{scale}"
    return {
        "ILIAS_NO_PREPARE": "1",
        "DJANGO_SETTINGS_MODULE": "ilias.settings",
        "DEMO": "1",
        "LANG": "C.UTF-8",
        "LOG_LEVEL": "WARNING",
        "VAR_DIR": str(folder / name),
        "STATIC_ROOT": str(folder / "static"),
        "BENCH_NAME": name,
        "DATABASE_URL": f"{server.rpartition('/')[0]}/{name}",
        "REDIS_URL": f"{cache.rpartition('/')[0]}/{number}",
    }


def _fill(place: Place) -> None:
    done = Path(place.env["VAR_DIR"]) / "filled"
    if done.exists():
        place.python("manage.py", "migrate", "--verbosity", "0")
        return
    place.python("-c", MAKE)
    place.python("manage.py", "migrate", "--verbosity", "0")
    place.python("manage.py", "demo", "--scale", str(place.scale), "--now")
    place.python("-m", "bench.fill", str(place.scale))
    place.python("-c", ANALYZE)
    done.touch()


@contextmanager
def site(place: Place, settings: str = "ilias.settings") -> Iterator[int]:
    """The site of this place under gunicorn; gives its port."""
    port = processes.free_port()
    log = Path(place.env["VAR_DIR"]) / f"{settings}.log"
    command = [sys.executable, "-m", "gunicorn", "ilias.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    command += ["--no-control-socket", "--log-level", "warning"]
    env = dict(place.env, DJANGO_SETTINGS_MODULE=settings, PYTHONPATH=str(ROOT))
    server = processes.start(command, log=log, cwd=ROOT, env=env)
    try:
        _await(port, server, log)
        yield port
    finally:
        processes.stop([server])


def _await(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while not once(port, "/healthz", ""):
        if server.poll() is not None or time.monotonic() > until:
            raise Stop(f"gunicorn: {processes.last_line(log)}")
        time.sleep(0.1)
