"""Indicators and hours of one period over 100,000 participants with 1,000,000 rows of attendance, made here, in SQL and by name.

`python -m bench.reporting_scale` on PostgreSQL answers the table as JSON; each measure runs in a process of its own, so that its
peak memory can be read. `bench.reporting_scale one WHAT` is such a process.
"""

import datetime
import json
import os
import random
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import django

PEOPLE, EACH, MEETINGS, SERVICES = 100_000, 10, 25_000, 500
START, DAYS = datetime.date(2025, 1, 1), 180
FIRST = datetime.date(2024, 9, 1)
GOAL, MEMORY = 10.0, 1.5
SLUG = "bench-{}"
FEW = 10_000
EDUCATION = ["primary", "lower-secondary", "upper-secondary", "post-secondary", "associate", "bachelor", "master"]


def main() -> int:
    """Makes a tenth and the whole, then measures both."""
    django.setup()
    table = [["what", "people", "rows", "seconds", "of our processor", "of PostgreSQL's", "goal", "memory", "beyond its goal"]]
    for people in (FEW, PEOPLE):
        make(people)
    for what in ("indicators", "all figures of the page", "the page's list of participants"):
        few, many = (_apart(what, people) for people in (FEW, PEOPLE))
        missed = [f"{GOAL:.0f} s"] * (many["seconds"] > GOAL) + ["constant memory"] * (
            many["megabytes"] > MEMORY * few["megabytes"]
        )
        for found, goal in ((few, ""), (many, f"{GOAL:.0f} s")):
            sizes = [
                f"{found['people']:,}",
                f"{found['people'] * EACH:,}",
                f"{found['seconds']:.2f} s",
                f"{found['processor']:.2f} s",
                f"{found['postgresql']:.2f} s",
                goal,
            ]
            told = ", ".join(missed) if goal else ""
            table.append([what, *sizes, f"{found['megabytes']:.0f} MB", told])
    json.dump(table, sys.stdout)
    return 0


def _apart(what: str, people: int) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.reporting_scale", "one", what, str(people)]
    return json.loads(subprocess.run(command, capture_output=True, check=True, text=True, env=os.environ).stdout)


def one(what: str, people: int) -> int:
    """One measure in this process."""
    django.setup()
    from bench.files import _peak  # noqa: PLC0415
    from reporting import behind, indicators, records, summary  # noqa: PLC0415
    from reporting.frameworks import framework  # noqa: PLC0415
    from reporting.models import ProgressReport  # noqa: PLC0415

    report = ProgressReport.objects.select_related("programme", "period").get(programme__slug=SLUG.format(people))
    programme, period = report.programme, report.period
    backend = _backend()
    begun, processor, served = time.perf_counter(), time.process_time(), _spent_by(backend)
    match what:
        case "indicators":
            counting = indicators.Count(framework(programme.framework), period.starts_on, period.ends_on)
            for member in records.members(programme, period.ends_on):
                counting.add(member.record, member.number)
            found = counting.result()["participants"]["since_start"]["total"]
        case "all figures of the page":
            found = summary.live(report)[0]["indicators"]["participants"]["since_start"]["total"]
        case _:
            found = behind.Behind(report).people({}, 100)[0].paginator.count
    spent = {"seconds": time.perf_counter() - begun, "processor": time.process_time() - processor}
    spent["postgresql"] = _spent_by(backend) - served
    if found != people:
        raise SystemExit(f"{found} of {people} participants were counted")
    json.dump({**spent, "megabytes": _peak(), "people": people}, sys.stdout)
    return 0


def _backend() -> int:
    """The process of PostgreSQL that serves this connection; it runs on this machine."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _spent_by(process: int) -> float:
    """Seconds of processor that a process has used: on a busy machine they say more than the clock."""
    told = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


# -- rows ------------------------------------------------------------------------------------------------------------


def make(people: int) -> None:
    """A programme with so many participants, ten presences each, all answers sealed by each person's own key."""
    from django.db import connection  # noqa: PLC0415

    from people.models import Sector, Service  # noqa: PLC0415
    from reporting.models import ProgressReport, ReportingPeriod  # noqa: PLC0415
    from trajectories.models import Pilot, Programme  # noqa: PLC0415

    dice, end = random.Random(people), START + datetime.timedelta(days=DAYS)
    programme = Programme.objects.create(
        slug=SLUG.format(people), name=f"Meting {people}", starts_on=FIRST, ends_on=end + datetime.timedelta(days=365),
        framework="esf-2014-2020",
    )  # fmt: skip
    period = ReportingPeriod.objects.create(programme=programme, name="Meting", starts_on=START, ends_on=end)
    ProgressReport.objects.create(programme=programme, period=period)
    sector = Sector.objects.create(name_nl=f"Sector {people}")
    services = Service.objects.bulk_create(Service(name=f"Dienst {number}", sector=sector) for number in range(SERVICES))
    pilots = Pilot.objects.bulk_create(Pilot(programme=programme, service=service, starts_on=FIRST) for service in services)
    users = [uuid.uuid4() for _number in range(people)]
    _people(programme, users, pilots, dice)
    _attendance(programme, users, people * MEETINGS // PEOPLE, dice)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _people(programme, users: list[uuid.UUID], pilots: list, dice: random.Random) -> None:
    from core import crypto  # noqa: PLC0415
    from people.models import PersonKey, User  # noqa: PLC0415
    from reporting import records  # noqa: PLC0415
    from reporting.models import Participant  # noqa: PLC0415

    keys = [crypto.new_key() for _user in users]
    _copy(
        User, ("id", "email", "first_name", "last_name", "password"),
        ((pk, f"{pk.hex}@bench.example", "Naam", f"{at}", "!") for at, pk in enumerate(users)),
    )  # fmt: skip
    wrapped = (crypto.wrap(key, about=f"person:{pk}") for key, pk in zip(keys, users, strict=True))
    _copy(PersonKey, ("user", "master", "wrapped"), ((pk, *key) for pk, key in zip(users, wrapped, strict=True)))

    def rows() -> Iterator[tuple]:
        for number, (pk, key) in enumerate(zip(users, keys, strict=True), start=1):
            participant = uuid.uuid4()
            entered = FIRST + datetime.timedelta(days=dice.randrange(200))
            born = datetime.date(dice.randrange(1955, 2003), dice.randrange(1, 13), dice.randrange(1, 29))
            answers = {
                "entry.gender": dice.choice(["woman", "man"]),
                "entry.birth_date": born.isoformat(),
                "entry.employment": dice.choice(["employed", "employed", "employed", "unemployed", "inactive"]),
                "entry.education": dice.choice(EDUCATION),
                "entry.in_education": dice.choice(["yes", "no"]),
                "entry.background": dice.choice(["yes", "no"]),
                "entry.disability": dice.choice(["yes", "no"]),
            }
            sealed = records.sealed(key, participant, answers, ["entry.disadvantaged"])
            left = entered + datetime.timedelta(days=150) if number % 5 == 0 else None
            yield participant, programme.pk, pk, pilots[number % len(pilots)].pk, number, entered, left, sealed

    _copy(Participant, ("id", "programme", "user", "pilot", "number", "entered_on", "left_on", "answers"), rows())


def _attendance(programme, users: list[uuid.UUID], number: int, dice: random.Random) -> None:
    from sessions.models import Attendance, Meeting  # noqa: PLC0415

    meetings = [
        (uuid.uuid4(), datetime.datetime(2025, 1, 2, 8 + at % 9, tzinfo=datetime.UTC) + datetime.timedelta(days=at % (DAYS - 5)))
        for at in range(number)
    ]
    hours = datetime.timedelta(hours=2)
    columns = ("id", "programme", "kind", "title", "starts_at", "ends_at", "state", "held_by", "checked_by")
    by = uuid.uuid4()
    _copy(
        Meeting, columns,
        ((pk, programme.pk, "event", "Meting", at, at + hours, "checked", by, uuid.uuid4()) for pk, at in meetings),
    )  # fmt: skip

    def rows() -> Iterator[tuple]:
        for at, user in enumerate(users):
            for turn in range(EACH):
                meeting, begins = meetings[(at * 7 + turn * (number // EACH + 1)) % number]
                late = datetime.timedelta(minutes=dice.randrange(20))
                status = "onsite" if turn % 3 else "online"
                proof = "paper" if at % 50 else "coach"
                minutes = 120 - late.seconds // 60
                yield uuid.uuid4(), meeting, user, status, begins + late, begins + hours, minutes, proof

    names = ("id", "meeting", "user", "status", "arrived_at", "left_at", "minutes", "established")
    _copy(Attendance, names, rows())


def _copy(model, names: Iterable[str], rows: Iterable[tuple]) -> None:
    """PostgreSQL's COPY: the named fields from the rows, every other field's default."""
    from django.db import connection  # noqa: PLC0415

    fields = [model._meta.get_field(name) for name in names]
    others = [
        field
        for field in model._meta.concrete_fields
        if field not in fields and not field.null and field.db_default is django.db.models.NOT_PROVIDED
    ]
    fixed = tuple(field.get_db_prep_save(field.get_default(), connection) for field in others)
    columns = ", ".join(f'"{field.column}"' for field in [*fields, *others])
    connection.ensure_connection()
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as target:
        for row in rows:
            target.write_row((*row, *fixed))


if __name__ == "__main__":
    sys.exit(one(sys.argv[2], int(sys.argv[3])) if sys.argv[1:2] == ["one"] else main())
