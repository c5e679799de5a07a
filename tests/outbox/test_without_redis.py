"""No Redis, all the time: letters go out all the same, each once, two ticks late at most."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ilias import processes
from tests.outbox.smtp import serving
from tests.outbox.test_kills import ROOT, WITHOUT_MIGRATIONS
from tests.waiting import PATIENCE, wait_until

TICK = 5.0  # seconds
LETTERS = 50
CELERY = ("-m", "celery", "-A", "ilias")
AS_UP = ("worker", "-B", "-P", "threads", "-c", "3")  # without REDIS_URL the queue is a folder, and one process does all
# as docker-compose.yml does, at an address where nobody answers
NOBODY_ANSWERS = "redis://127.0.0.1:1/0"


class House:
    """A database in a file, and whatever processes are started on it."""

    def __init__(self, folder: Path, mail_port: int, redis: str) -> None:
        outside = ("PYTEST_", "ILIAS_TEST_", "DATABASE_URL", "REDIS_URL")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(outside)} | {
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "ILIAS_TEST_KEEPS": "EMAIL_URL",
            "ILIAS_TEST_VAR": str(folder),
            "ILIAS_TEST_TICK": str(TICK),
            "DJANGO_SETTINGS_MODULE": "tests.outbox.quick_settings",
            "PYTHONPATH": str(ROOT),
        }
        if redis:
            self.env["REDIS_URL"] = redis
        self.folder = folder
        self.running: list[subprocess.Popen] = []

    def python(self, *args: str) -> subprocess.Popen:
        log = self.folder / f"log{len(self.running)}"
        self.running.append(processes.start([sys.executable, *args], env=self.env, cwd=ROOT, log=log))
        return self.running[-1]

    def read(self, question: str) -> list[tuple]:
        with closing(sqlite3.connect(f"file:{self.folder / 'ilias.sqlite3'}?mode=ro", uri=True, timeout=20)) as database:
            return database.execute(question).fetchall()

    def last_tick(self) -> str:
        return next((at for (at,) in self.read("SELECT at FROM core_pulse WHERE name = 'tick'")), "")

    def ticks_until_sent(self) -> set[str]:
        """The ticks that end before the last letter is gone."""
        before, seen = self.last_tick(), set()

        def sent() -> bool:
            seen.add(self.last_tick())
            return self.read("SELECT state, count(*) FROM outbox_outgoingmail GROUP BY state") == [("sent", LETTERS)]

        wait_until(sent, self.logs)
        return seen - {before}

    def logs(self) -> list[str]:
        return [log.read_text()[-2000:] for log in self.folder.glob("log*")]


@pytest.mark.parametrize(
    ("redis", "commands"),
    [("", [AS_UP]), (NOBODY_ANSWERS, [("worker", "-P", "threads", "-c", "2"), ("beat",)])],
    ids=["a folder", "an address where nobody answers"],
)
def test_letters_go_out_within_two_ticks(tmp_path, redis, commands):
    with serving() as sink:
        house = House(tmp_path, sink.port, redis)
        try:
            assert house.python("-c", WITHOUT_MIGRATIONS).wait(PATIENCE) == 0
            assert house.python("-m", "tests.outbox.under_fire", "fill", str(LETTERS)).wait(PATIENCE) == 0
            at_work = [house.python(*CELERY, *command) for command in commands]
            wait_until(house.last_tick, house.logs)
            assert house.python("-m", "tests.outbox.under_fire", "ask").wait(PATIENCE) == 0
            ticks = house.ticks_until_sent()
            assert [process.poll() for process in at_work] == [None] * len(at_work)
        finally:
            processes.stop(house.running, patience=0.1)
    assert len(ticks) <= 2
    assert set(sink.taken.values()) == {1} and len(sink.taken) == LETTERS
