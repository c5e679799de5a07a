"""A session as it is lived, under load: forty telephones that check in at once, two hundred reports queued for one worker.

`python -m bench.lived PORT` answers two tables as JSON; PORT is where gunicorn serves this place. Goals: everybody recorded once,
p95 under 500 ms; every report made, and no more memory in the last quarter than in the second one.
"""

import http.client
import json
import re
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import django
from django.utils import timezone

from bench.load import TIMEOUT
from bench.pages import BACKEND
from bench.places import WORKERS
from ilias import processes

PHONES, ROUNDS, GOAL = 40, 5, 500
REPORTS, GROWTH, PATIENCE = 200, 1.1, 1800
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')
ROOT = Path(__file__).resolve().parent.parent
Table = list[list[str]]


def main(port: int) -> int:
    """Both tables."""
    django.setup()
    json.dump({"Check-in": _check_ins(port), "Reports queued": _reports()}, sys.stdout)
    return 0


# -- forty telephones -----------------------------------------------------------------------------------------------


@dataclass
class Phone:
    """One person with their session; what their scan and their press took, in milliseconds."""

    cookie: str
    took: dict[str, list[float]] = field(default_factory=lambda: {"warm": [], "scan": [], "press": []})
    faults: int = 0

    def ask(self, port: int, path: str, what: str, *, body: str = "", expected: int = 200) -> bytes:
        """One request over a connection of its own, timed until its last byte."""
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        begun = time.perf_counter()
        try:
            connection.request("POST" if body else "GET", path, body=body or None, headers=headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.faults += 1
            return b""
        finally:
            connection.close()
        self.took[what].append((time.perf_counter() - begun) * 1000)
        self.faults += answer.status != expected
        for morsel in answer.msg.get_all("Set-Cookie") or []:
            if morsel.startswith("csrftoken="):
                self.cookie = re.sub(r"; csrftoken=[^;]*", "", self.cookie) + "; " + morsel.partition(";")[0]
        return content


def _check_ins(port: int) -> Table:
    """Rounds of one session each: everybody scans at once, then everybody presses at once."""
    from sessions.checkin import code_of  # noqa: PLC0415 - Django is ready only now
    from sessions.models import Attendance  # noqa: PLC0415

    people = _people()
    phones = [_phone(person) for person in people]
    once = 0
    for _warm in range(4 * WORKERS):
        phones[0].ask(port, "/", "warm")
    for _round in range(ROUNDS):
        meeting = _session_now(people)
        path = f"/sessions/{meeting.pk}/in/{code_of(meeting.pk)}/"
        tokens: dict[int, str] = {}

        def scan(place: int, path: str = path, tokens: dict[int, str] = tokens) -> None:
            found = TOKEN.search(phones[place].ask(port, path, "scan"))
            tokens[place] = found[1].decode() if found else ""

        def press(place: int, path: str = path, tokens: dict[int, str] = tokens) -> None:
            phones[place].ask(port, path, "press", body=f"csrfmiddlewaretoken={tokens[place]}", expected=302)

        _at_once(scan)
        _at_once(press)
        in_now = meeting.attendances.filter(status__in=Attendance.PRESENT, established=Attendance.Established.SELF)
        once += in_now.values("user").distinct().count()
    faults = sum(phone.faults for phone in phones)
    head = ["forty telephones at once", "median", "p95", "slowest", "recorded once", "faults", "beyond its goal"]
    return [head, *(_row(what, phones, once, faults) for what in ("scan", "press"))]


def _row(what: str, phones: list[Phone], once: int, faults: int) -> list[str]:
    took = [value for phone in phones for value in phone.took[what]]
    p95 = statistics.quantiles(took, n=20)[18]
    missed = [f"p95 {GOAL} ms"] * (p95 > GOAL) + ["once each"] * (once != PHONES * ROUNDS) + ["faults"] * bool(faults)
    times = [f"{value:.0f} ms" for value in (statistics.median(took), p95, max(took))]
    return [f"{what}, {ROUNDS} rounds", *times, f"{once} of {PHONES * ROUNDS}", str(faults), ", ".join(missed)]


def _at_once(act) -> None:
    gate = threading.Barrier(PHONES)

    def run(place: int) -> None:
        gate.wait()
        act(place)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(PHONES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _people() -> list:
    from people import services as people  # noqa: PLC0415
    from people.models import User  # noqa: PLC0415
    from trajectories import services as trajectories  # noqa: PLC0415
    from trajectories.models import Programme  # noqa: PLC0415

    programme, found = Programme.objects.get(slug="ilias"), []
    for number in range(PHONES):
        person = User.objects.create_user(
            f"phone{number}-{time.time_ns()}@bench.example",
            first_name="Phone",
            last_name=str(number),
            activated_at=timezone.now(),
        )
        people.acknowledge_notice(person)
        since = timezone.localdate() - timedelta(days=30)
        trajectories.seat_person(by=None, user=person, programme=programme, role="adviser", since=since)
        found.append(person)
    return found


def _phone(person) -> Phone:
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(person, backend=BACKEND)
    return Phone(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")


def _session_now(people: list):
    from people.models import User  # noqa: PLC0415
    from sessions import services as sessions  # noqa: PLC0415
    from trajectories.models import Programme  # noqa: PLC0415

    starts = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=5)
    meeting = sessions.plan_meeting(
        by=None, host=Programme.objects.get(slug="ilias"), title="Bench", starts_at=starts, ends_at=starts + timedelta(hours=3)
    )
    sessions.invite(meeting, by=User.objects.get(email="team@ilias.example"), people=people)
    return meeting


# -- two hundred reports --------------------------------------------------------------------------------------------


def _reports() -> Table:
    """Both editions in both languages of every held session, again and again until there are enough, for one worker."""
    from core.models import Job  # noqa: PLC0415
    from sessions.models import SessionReport  # noqa: PLC0415

    Job.objects.open().delete()
    for place in _wanted():
        _ask(*place)
    open_ones = Job.objects.filter(kind="sessions.make_report").open()
    asked = open_ones.count()
    samples: list[tuple[int, float]] = []
    begun = time.perf_counter()
    with _worker() as group:
        while (left := open_ones.count()) and time.perf_counter() - begun < PATIENCE:
            samples.append((asked - left, _megabytes(group)))
            time.sleep(0.5)
    took = time.perf_counter() - begun
    made = SessionReport.objects.filter(job__state=Job.State.DONE, file__isnull=False).order_by("-created_at")[:asked].count()
    quarters = [statistics.mean(_between(samples, asked, quarter)) for quarter in (1, 3)]
    growth = quarters[1] / quarters[0]
    missed = ["memory"] * (growth > GROWTH) + [f"only {made} made"] * (made < asked)
    head = ["reports", "took", "a second", "memory, second quarter", "memory, last quarter", "most", "growth", "beyond its goal"]
    sizes = [f"{size:.0f} MB" for size in (*quarters, max(size for _done, size in samples))]
    row = [f"{asked} queued for one worker", f"{took:.0f} s", f"{made / took:.1f}", *sizes, f"{growth:.2f}", ", ".join(missed)]
    return [head, row]


def _between(samples: list[tuple[int, float]], asked: int, quarter: int) -> list[float]:
    low, high = asked * quarter / 4, asked * (quarter + 1) / 4
    return [size for done, size in samples if low <= done < high] or [samples[-1][1]]


def _wanted() -> Iterator[tuple[Any, str, str]]:
    from sessions.models import Meeting  # noqa: PLC0415

    held, number = list(Meeting.objects.filter(kind="network", state__in=Meeting.TOOK_PLACE)), 0
    while True:
        for meeting in held:  # another version is another report
            Meeting.objects.filter(pk=meeting.pk).update(version=meeting.version + 1 + number)
            for edition in ("internal", "funder"):
                for language in ("nl", "en"):
                    if number == REPORTS:
                        return
                    number += 1
                    yield meeting, edition, language


def _ask(meeting, edition: str, language: str) -> None:
    from people.models import User  # noqa: PLC0415
    from sessions import reports  # noqa: PLC0415

    coach = User.objects.get(email="coach@ilias.example")
    reports.ask(meeting, by=coach, edition=edition, language=language, send=False)


@contextmanager
def _worker() -> Iterator[int]:
    """The worker as `up` starts it; gives its process group, in which its PDF processes are too."""
    from django.conf import settings  # noqa: PLC0415

    command = [sys.executable, "-m", "celery", "-A", "ilias", "worker", "-P", "threads", "-c", "3", "--loglevel", "WARNING"]
    worker = processes.start(command, log=Path(settings.VAR_DIR) / "worker.log", cwd=ROOT)
    try:
        yield worker.pid
    finally:
        processes.stop([worker])


def _megabytes(group: int) -> float:
    """What the processes of a group hold of their own, pages that they share counted by share."""
    total = 0
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if int((place / "stat").read_text().rpartition(")")[2].split()[2]) == group:
                told = (place / "smaps_rollup").read_text().splitlines()
                total += next(int(text.split()[1]) for text in told if text.startswith("Pss:"))
        except (OSError, ValueError, StopIteration):  # it ended meanwhile
            continue
    return total / 1024


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
