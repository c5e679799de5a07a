"""`python3 manage.py up`: the whole platform on this machine, with an embedded database and without Redis.

Prepares words, database, demo and static files, starts the web server and a Celery worker with beat, tells where to look and
who to be, and ends everything on SIGINT or SIGTERM. Only the standard library at import: a taken port is seen first.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import importlib
import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from ilias import distribution, processes
from ilias.console import Stop, line, step, warning, words

ROOT = Path(__file__).resolve().parent.parent
WEB_PATIENCE = 60
ACCOUNTS = ("team", "coach", "leader", "advisor", "partner")
PASSWORD = "ilias-demo"  # noqa: S105 - the demo's, printed for everybody; without DEMO no such account exists


def main(args: list[str]) -> int:
    """Starts everything and waits; 0 after SIGINT or SIGTERM, 1 with a clear line when a part cannot start or dies."""
    asked = _asked(args)
    os.environ["HOST"], os.environ["PORT"] = asked.host, str(asked.port)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ilias.settings")
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        settings = _prepare()
        _start(children, asked, settings.VAR_DIR / "log")
        _tell(asked, demo=settings.DEMO, letters=settings.LETTERS_ON_SCREEN)
        _watch(children, settings.VAR_DIR / "log")
    except (KeyboardInterrupt, SystemExit):  # what bootstrap makes of the signals
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if children:
            with step(words("Stopping", "Stoppen")):
                processes.stop(children.values())
    return 0


def refuse_taken_port(args: list[str]) -> None:
    """A Stop when the address cannot be had; asked before minutes of preparation."""
    asked = _asked(args)
    try:
        _bind(asked.host, asked.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            free = _next_free(asked.host, asked.port)
            raise Stop(
                words(
                    f"Port {asked.port} is taken by another program. Choose another one: PORT={free} python3 manage.py up",
                    f"Poort {asked.port} is bezet door een ander programma. Kies een andere: PORT={free} python3 manage.py up",
                )
            ) from None
        raise Stop(
            words(
                f"Cannot listen on {asked.host}:{asked.port} ({error.strerror}). Choose another HOST or PORT.",
                f"Luisteren op {asked.host}:{asked.port} lukt niet ({error.strerror}). Kies een andere HOST of PORT.",
            )
        ) from None


def _bind(host: str, port: int) -> None:
    """Takes the address for a moment; OSError when it cannot be had."""
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)


def _next_free(host: str, port: int) -> int:
    for candidate in range(port + 1, min(port + 50, 65536)):
        with suppress(OSError):
            _bind(host, candidate)
            return candidate
    return processes.free_port()


def _asked(args: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py up", description="Start the platform with its demo on this machine.")
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--port", type=_port, default=os.environ.get("PORT") or "8000")
    return parser.parse_args(args)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(words(f"{text!r} is no port (1 to 65535)", f"{text!r} is geen poort (1 tot 65535)"))
    return int(text)


# -- before the servers ---------------------------------------------------------------------------------------------


def _prepare() -> Any:
    """Everything up to the servers; gives Django's settings."""
    with _clear_failure(words("The words of the screens", "De woorden op de schermen")):
        importlib.import_module("core.words").compile_messages(ROOT)
    with _clear_failure(words("Settings", "Instellingen")):
        importlib.import_module("django").setup()
        settings = importlib.import_module("django.conf").settings
        manage = importlib.import_module("django.core.management")
    statics = _collect_static(settings)
    try:
        with step(words("Database", "Databank")), _clear_failure(words("The database", "De databank")):
            _migrate(manage.call_command)
        if settings.DEMO and "demo" in manage.get_commands():
            with step(words("Demo programme", "Demoprogramma")), _clear_failure(words("The demo", "De demo")):
                manage.call_command("demo", if_empty=True, stdout=io.StringIO())
        if statics:
            with step(words("Style sheets and fonts", "Stijlbladen en lettertypes")):
                _await_static(*statics)
    finally:
        if statics:
            processes.stop([statics[0]])
        importlib.import_module("django.db").connections.close_all()
    if not distribution.pango():
        remedy = "brew install pango" if sys.platform == "darwin" else "sudo apt install libpango-1.0-0 libpangoft2-1.0-0"
        warning(
            words(
                f"PDFs cannot be made on this computer yet; everything else works. To get them: {remedy}",
                f"PDF's maken lukt nog niet op deze computer; al de rest werkt. Zo komt het in orde: {remedy}",
            )
        )
    return settings


@contextmanager
def _clear_failure(what: str) -> Iterator[None]:
    """Whatever goes wrong becomes one line; the whole story goes to the log folder."""
    try:
        yield
    except Stop:
        raise
    except Exception as error:  # noqa: BLE001 - one clear line for whatever it is; the rest is in the log
        log = Path(os.environ.get("VAR_DIR", ROOT / "var")) / "log" / "start.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_text(traceback.format_exc(), encoding="utf-8")
        reason = " ".join(str(error).split()) or type(error).__name__
        raise Stop(words(f"{what}: {reason} (details: {log})", f"{what}: {reason} (meer in {log})")) from None


def _migrate(call_command: Callable[..., object]) -> None:
    """Applies what is pending; nothing pending costs one query (a full `migrate` takes a second)."""
    connection = importlib.import_module("django.db").connection
    executor = importlib.import_module("django.db.migrations.executor").MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def _collect_static(settings: Any) -> tuple[subprocess.Popen[bytes], Path, str] | None:
    """Starts collecting beside the other steps when a static file changed since the last time."""
    finders = importlib.import_module("django.contrib.staticfiles.finders")
    seen = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in finders.get_finders():
        for name, storage in finder.list(["CVS", ".*", "*~"]):
            about = os.stat(storage.path(name))
            seen.update(f"{name} {about.st_mtime_ns} {about.st_size}\n".encode())
    done = Path(settings.STATIC_ROOT) / ".collected"
    if done.exists() and done.read_text(encoding="utf-8") == seen.hexdigest():
        return None
    command = [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity", "0"]
    child = processes.start(command, log=settings.VAR_DIR / "log" / "static.log", cwd=ROOT, env=_child_environment())
    return child, done, seen.hexdigest()


def _await_static(child: subprocess.Popen[bytes], done: Path, seen: str) -> None:
    if child.wait():
        reason = processes.last_line(Path(os.environ.get("VAR_DIR", ROOT / "var")) / "log" / "static.log")
        raise Stop(words(f"Collecting the static files failed: {reason}", f"De statische bestanden verzamelen mislukt: {reason}"))
    done.write_text(seen, encoding="utf-8")


# -- the servers ----------------------------------------------------------------------------------------------------


def _child_environment() -> dict[str, str]:
    return dict(os.environ, PYTHONPATH=str(ROOT), PYTHONUNBUFFERED="1")


def _start(children: dict[str, subprocess.Popen[bytes]], asked: argparse.Namespace, logs: Path) -> None:
    """The web server first, then the worker: nobody waits for the worker, and both at once would slow the first page."""
    host = _in_address(asked.host)
    web = ["gunicorn", "ilias.wsgi", "--bind", f"{host}:{asked.port}", "--workers", "2", "--threads", "4", "--preload"]
    web += ["--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"]
    worker = ["celery", "-A", "ilias", "worker", "-B", "-P", "threads", "-c", "3", "--loglevel", "WARNING"]
    with step(words("Web server and worker", "Webserver en worker")):
        children["web"] = _server(web, logs / "web.log")
        until = time.monotonic() + WEB_PATIENCE
        while not _answers(asked):
            _refuse_the_dead(children, logs)
            if time.monotonic() > until:
                log = logs / "web.log"
                raise Stop(words(f"The web server does not answer; see {log}", f"De webserver antwoordt niet; zie {log}"))
            time.sleep(0.05)
        children["worker"] = _server(worker, logs / "worker.log")


def _server(command: list[str], log: Path) -> subprocess.Popen[bytes]:
    return processes.start([sys.executable, "-m", *command], log=log, cwd=ROOT, env=_child_environment())


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _answers(asked: argparse.Namespace) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(asked.host, _in_address(asked.host))  # noqa: S104 - read, not bound
    try:
        with urllib.request.urlopen(f"http://{host}:{asked.port}/healthz", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True  # an answer, whatever it says
    except OSError:
        return False


def _refuse_the_dead(children: dict[str, subprocess.Popen[bytes]], logs: Path) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            log = logs / f"{name}.log"
            raise Stop(
                words(
                    f"The {name} process ended by itself ({child.returncode}): {processes.last_line(log)} (all of it: {log})",
                    f"Het proces {name} stopte vanzelf ({child.returncode}): {processes.last_line(log)} (alles: {log})",
                )
            )


def _watch(children: dict[str, subprocess.Popen[bytes]], logs: Path) -> None:
    pause = threading.Event()
    while True:
        _refuse_the_dead(children, logs)
        pause.wait(0.5)


def _tell(asked: argparse.Namespace, *, demo: bool, letters: bool) -> None:
    """Where to look and who to be."""
    address = os.environ.get("SITE_URL") or f"http://{asked.host}:{asked.port}"
    total = time.time() - float(os.environ.get("ILIAS_STARTED", time.time()))
    line()
    line(words(f"ILIAS-traject is ready after {total:.1f} s: {address}/", f"ILIAS-traject is klaar na {total:.1f} s: {address}/"))
    if demo:
        line(words(f"Demo accounts (password {PASSWORD}):", f"Demoaccounts (wachtwoord {PASSWORD}):"))
        for name in ACCOUNTS:
            line(f"  {name}@ilias.example")
    if letters:
        screen = address + importlib.import_module("django.urls").reverse("outbox:screen")
        line(words(f"Letters and sign-in codes: {screen}", f"Brieven en aanmeldcodes: {screen}"))
    line(words("Ctrl-C stops everything.", "Ctrl-C stopt alles."))
