"""Workers, PostgreSQL and Redis are killed while two schedulers ask for the same letters: each goes out, and once."""

import itertools
import os
import random
import shlex
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from ilias import private_services, processes
from ilias.console import Stop
from tests.outbox.smtp import serving
from tests.waiting import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parents[2]
MAKE = "django.core.management.call_command('migrate', run_syncdb=True, verbosity=0)"
# what was committed is there after a kill, as in production; only the disk is not waited for, and nobody kills the machine
KEEPS_ITS_WORD = tuple(setting for setting in private_services.FAST if "synchronous_commit" not in setting)
WITHOUT_MIGRATIONS = f"import django; django.setup(); {MAKE}"


class House:
    """A PostgreSQL, a Redis, workers and schedulers of its own, any of which can be killed."""

    def __init__(self, stack: ExitStack, mail_port: int, workers: int) -> None:
        self.place = stack.enter_context(private_services.folder())
        self.url = stack.enter_context(private_services.postgresql(self.place, settings=KEEPS_ITS_WORD))
        cache = stack.enter_context(private_services.redis(self.place))
        outside = ("PYTEST_", "ILIAS_TEST_", "DATABASE_URL", "REDIS_URL")
        self.env = {name: value for name, value in os.environ.items() if not name.startswith(outside)} | {
            "DATABASE_URL": self.url,
            "REDIS_URL": cache,
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "ILIAS_TEST_KEEPS": "EMAIL_URL,LOG_LEVEL",
            "ILIAS_TEST_VAR": str(self.place / "var"),
            "DJANGO_SETTINGS_MODULE": "tests.outbox.quick_settings",
            "PYTHONPATH": str(ROOT),
            "LOG_LEVEL": "ERROR",
        }
        self.running: list[subprocess.Popen] = []
        stack.callback(lambda: processes.stop(self.running, patience=0.1))
        self.python("-c", WITHOUT_MIGRATIONS).wait(PATIENCE)
        self.workers = workers

    def python(self, *args: str) -> subprocess.Popen:
        log = self.place / f"log{len(self.running)}"
        self.running.append(processes.start([sys.executable, *args], env=self.env, cwd=ROOT, log=log))
        return self.running[-1]

    def open(self, number: int) -> None:
        assert self.python("-m", "tests.outbox.under_fire", "fill", str(number)).wait(PATIENCE) == 0
        self.at_work = [self.worker() for _each in range(self.workers)]
        for _scheduler in range(2):
            self.python("-m", "tests.outbox.under_fire", "schedule")

    def worker(self) -> subprocess.Popen:
        return self.python("-m", "celery", "-A", "ilias", "worker", "-P", "threads", "-c", "2", "--without-mingle")

    def kill(self, what: str) -> None:
        if what == "worker":
            victim = self.at_work.pop(0)
            os.killpg(victim.pid, signal.SIGKILL)
            victim.wait()
            self.at_work.append(self.worker())
        elif what == "postgresql":
            self.stop_postgresql()
        else:
            self.kill_redis()

    def stop_postgresql(self) -> None:
        """As `pg_ctl stop -m immediate`, and a start on the same port."""
        data = self.place / "postgresql"
        postmaster = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGQUIT)
        command = shlex.split((data / "postmaster.opts").read_text())
        while private_services_alive(postmaster):
            time.sleep(0.02)
        account = private_services._unprivileged()
        self.running.append(processes.start(command, cwd="/", log=self.place / "again.log", **account))

    def kill_redis(self) -> None:
        for pid in _listening("redis-server", self.place):
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.2)
        self.running.append(
            processes.start(["redis-server", self.place / "redis.conf"], cwd=self.place, log=self.place / "r.log")
        )

    def states(self) -> dict[str, int]:
        """How many letters are in which state; nothing while the database is away."""
        try:
            with psycopg.connect(self.url, connect_timeout=2) as database:
                return dict(database.execute("SELECT state, count(*) FROM outbox_outgoingmail GROUP BY state").fetchall())
        except psycopg.Error:
            return {}


def private_services_alive(pid: int) -> bool:
    """Running still; a zombie that its parent has not asked after yet is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _listening(program: str, folder: Path) -> list[int]:
    """Processes of this program that work in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            same = (process / "cwd").resolve() == folder.resolve() and program in (process / "cmdline").read_text()
        except OSError:
            continue
        if same:
            found.append(int(process.name))
    return found


def fire(number: int, kills: list[str], *, workers: int, seconds: float) -> tuple[dict, list[int], float]:
    """Queue and deliver `number` reminders while these are killed, spread over the run: (states, times each came, seconds)."""
    random.Random(7).shuffle(kills)
    with ExitStack() as stack:
        sink = stack.enter_context(serving())
        try:
            house = House(stack, sink.port, workers)
        except Stop as missing:
            pytest.skip(str(missing))
        house.open(number)
        while not sink.taken:
            time.sleep(0.05)
        begun = time.monotonic()
        for turn, what in enumerate(kills, 1):
            share, pause = number * turn // (len(kills) + 1), time.monotonic() + seconds / len(kills) / 1.5
            while len(sink.taken) < share and time.monotonic() < pause:
                time.sleep(0.01)
            house.kill(what)
        wait_until(lambda: house.states() == {"sent": number}, house.states, pause=0.2)
        return house.states(), sorted(sink.taken.values()), time.monotonic() - begun


def mixed(worker: int, postgresql: int, redis: int) -> list[str]:
    return list(itertools.chain(["worker"] * worker, ["postgresql"] * postgresql, ["redis"] * redis))


def judge(number: int, doubles: int, states: dict, times: list[int]) -> None:
    assert states == {"sent": number}  # none lost, and the database agrees with the mail server
    assert len(times) == number
    assert sum(times) - number <= doubles


def test_nothing_is_lost_when_workers_and_servers_are_killed(record_property):
    states, times, seconds = fire(2_000, mixed(6, 2, 2), workers=2, seconds=60)
    record_property("kills", f"{seconds:.0f} s, {sum(times) - len(times)} double")
    judge(2_000, 1, states, times)


@pytest.mark.long
def test_nothing_is_lost_in_ten_thousand_letters_and_thirty_five_kills(record_property):
    states, times, seconds = fire(10_000, mixed(15, 10, 10), workers=3, seconds=150)
    record_property("kills", f"{seconds:.0f} s, {sum(times) - len(times)} double")
    judge(10_000, 35 // 20, states, times)  # one double per twenty kills
