"""The worker is killed while it makes files, and again when their bytes are written but not yet named: no half file is ever
offered, the work goes on, and one file of each stands there at the end."""

import io
import os
import signal
import sys
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

import openpyxl
import pikepdf
import psycopg
import pytest
from celery import current_app
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from core.models import Job, StoredFile
from ilias import processes
from reporting import services
from reporting.models import ReportFile
from reporting.verify import verify
from tests import environment
from tests.waiting import wait_until

FORMATS = ["xlsx", "zip", "pdf"]


class Workers:
    """Celery workers on the tests' database, with a broker that no other worker listens to."""

    def __init__(self) -> None:
        self.broker = urlsplit(os.environ["REDIS_URL"])._replace(path="/15").geturl()
        self.running: list = []

    def start(self) -> None:
        env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        env |= {
            "ILIAS_TEST_VAR": str(environment.VAR),
            "ILIAS_TEST_DATABASE": str(connection.settings_dict["NAME"]),
            "REDIS_URL": self.broker,
            "PYTHONPATH": str(settings.BASE_DIR),
        }
        command = [sys.executable, "-m", "celery", "-A", "ilias", "worker", "-P", "threads", "-c", "3", "--without-mingle"]
        self.log = environment.VAR / f"killed{len(self.running)}.log"
        self.running.append(processes.start(command, log=self.log, env=env, cwd=settings.BASE_DIR))

    def poke(self, jobs) -> None:
        """What the tick does with work that waits or was left behind."""
        with current_app.connection_for_write(self.broker) as broker:
            for pk in jobs:
                current_app.send_task("reporting.make_file", args=[str(pk)], connection=broker)

    def until(self, so, jobs) -> None:
        """Pokes now and then, as the tick does, until it is so."""

        def poked() -> bool:
            self.poke(jobs)
            return so()

        def said() -> tuple:
            return list(Job.objects.values_list("kind", "state", "attempts", "problem")), self.log.read_text()[-3000:]

        wait_until(poked, said, pause=1)

    def kill(self) -> None:
        victim = self.running[-1]
        os.killpg(victim.pid, signal.SIGKILL)
        victim.wait()


@pytest.fixture
def workers(transactional_db):
    found = Workers()
    yield found
    processes.stop([one for one in found.running if one.poll() is None], patience=3)


@contextmanager
def held(mode: str):
    """Another connection holds the table of files: whoever reads it (or writes to it) waits."""
    said = connection.settings_dict
    place = {"host": said["HOST"], "port": said["PORT"], "user": said["USER"], "password": said["PASSWORD"] or None}
    with psycopg.connect(dbname=said["NAME"], **place) as other, other.transaction():
        other.execute(f"LOCK TABLE core_storedfile IN {mode} MODE")
        asleep = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'core_storedfile'::regclass"
        yield lambda: other.execute(asleep).fetchone()[0]


@pytest.mark.postgresql
def test_killed_twice_while_files_are_made_each_is_made_once(workers, scene, report, client_of):
    services.propose(report, by=scene.tess)
    services.freeze(report, by=scene.tom)
    report.refresh_from_db()
    services.name_reader(scene.programme, by=scene.tom, user=scene.tess)
    browser, hour = client_of(scene.tess), timedelta(hours=1)
    with transaction.atomic():  # a worker of other tests that hears the poke finds nothing to do yet
        asked = [services.ask_file(report, by=scene.tess, format=format, language="nl") for format in FORMATS]
        jobs = [row.job_id for row in asked]
        Job.objects.filter(pk__in=jobs).update(not_before=timezone.now() + hour)
    addresses = [reverse("reports:file", args=[report.pk, row.pk]) for row in asked]
    known = set(StoredFile.objects.values_list("path", flat=True))
    for mode in ("ACCESS EXCLUSIVE", "SHARE ROW EXCLUSIVE"):
        workers.start()
        with held(mode) as waiting:
            Job.objects.filter(pk__in=jobs).update(not_before=timezone.now())
            workers.until(lambda waiting=waiting: waiting() == len(jobs), jobs)
            workers.kill()
        assert set(Job.objects.filter(pk__in=jobs).values_list("state", flat=True)) == {Job.State.RUNNING}
        assert not ReportFile.objects.filter(pk__in=[row.pk for row in asked], file__isnull=False).exists()
        assert {browser.get(address).status_code for address in addresses} == {404}
        assert set(StoredFile.objects.values_list("path", flat=True)) == known
        Job.objects.filter(pk__in=jobs).update(lease_until=timezone.now() - hour)
    left = [row.pk.hex for row in asked if default_storage.exists(f"{row.pk.hex[:2]}/{row.pk.hex}")]
    assert len(left) == len(jobs), "the second kill came when the bytes were written"
    workers.start()
    workers.until(lambda: Job.objects.filter(pk__in=jobs, state=Job.State.DONE).count() == len(jobs), [*jobs, *jobs])
    made = {row.format: browser.get(address) for row, address in zip(asked, addresses, strict=True)}
    assert {answer.status_code for answer in made.values()} == {200}
    assert openpyxl.load_workbook(io.BytesIO(made["xlsx"].content)).sheetnames
    with pikepdf.open(io.BytesIO(made["pdf"].content)) as book:
        assert len(book.pages) >= 4
    bundle = environment.VAR / "killed.zip"
    bundle.write_bytes(made["zip"].content)
    assert verify(bundle).differences == []
    assert len(set(StoredFile.objects.values_list("path", flat=True)) - known) == len(FORMATS)
    assert ReportFile.objects.filter(report=report, is_frozen=True, format__in=FORMATS, language="nl").count() == len(FORMATS)
    for row in asked:
        assert [name for name in default_storage.listdir(row.pk.hex[:2])[1] if row.pk.hex in name] == [row.pk.hex]
