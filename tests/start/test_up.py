"""`manage.py up`: starts, tells, refuses with one clear line, and leaves nothing behind. Real processes on free ports."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.conf import settings

from ilias import processes
from tests.waiting import wait_until


@pytest.fixture
def up(tmp_path):
    """Starts `manage.py up` with data of its own on a free port; gives (process, port, lines printed so far)."""
    started = []

    def start(*, language="en_GB.UTF-8", **more):
        port = processes.free_port()
        env = _environment(tmp_path) | {"LANG": language, "PORT": str(port)} | more
        said = tmp_path / f"output-{len(started)}"
        command = [sys.executable, "manage.py", "up"]
        with said.open("wb") as output:
            child = subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=output, stderr=subprocess.STDOUT)
        started.append(child)
        return child, port, lambda: said.read_text(encoding="utf-8")

    yield start
    for child in started:
        child.kill()
        child.wait()


def _environment(place):
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return kept | {"VAR_DIR": str(place), "SECRET_KEY": "s" * 64, "FIELD_KEYS": os.environ["FIELD_KEYS"], "ILIAS_NO_PREPARE": "1"}


def _until_ready(child, said):
    wait_until(lambda: child.poll() is not None or "Ctrl-C" in said(), said)
    assert child.poll() is None, said()


def _family(pid):
    """The process and everything that came out of it."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {pid}.union(*(_family(int(child)) for child in children))


def _alive(pids):
    def runs(pid):
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except FileNotFoundError:
            return False

    return {pid for pid in pids if runs(pid)}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_up_serves_pages_with_style_and_ends_all_its_processes(up, number):
    child, port, said = up()
    _until_ready(child, said)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/") as answer:
        page = answer.read().decode()
    style = next(part for part in page.split('"') if part.startswith("/static/") and ".css" in part)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{style}") as answer:
        assert answer.headers["Content-Type"].startswith("text/css")
    family = _family(child.pid)
    assert len(family) >= 5, "parent, web server with two workers, Celery"
    child.send_signal(number)
    assert child.wait(30) == 0
    assert _alive(family) == set()
    assert "Traceback" not in said()


def test_when_a_part_dies_up_ends_with_one_line_that_names_it(up):
    child, _, said = up(language="nl_BE.UTF-8")
    _until_ready(child, said)
    family = _family(child.pid)
    worker = next(pid for pid in family if b"celery" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(worker, signal.SIGKILL)
    assert child.wait(30) == 1
    assert _alive(family) == set()
    assert "Het proces worker stopte vanzelf" in said()
    assert "Traceback" not in said()


def test_a_killed_parent_takes_its_children_along(up):
    child, _, said = up()
    _until_ready(child, said)
    family = _family(child.pid)
    child.kill()
    child.wait()
    wait_until(lambda: not _alive(family), "a child outlives its parent")


def test_a_taken_port_is_one_line_that_names_a_free_one(up):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        child, _, said = up(PORT=str(other.getsockname()[1]))
        assert child.wait(30) == 1
    assert said().count("\n") == 1
    assert "PORT=" in said()


@pytest.mark.parametrize(
    "wrong",
    [{"PORT": "eighty"}, {"HOST": "0.0.0.0"}, {"FIELD_KEYS": ""}, {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_wrong_settings_are_refused_without_a_stack_trace(up, wrong):
    child, _, said = up(**wrong)
    assert child.wait(30) in (1, 2)
    assert said().strip()
    assert "Traceback" not in said()
