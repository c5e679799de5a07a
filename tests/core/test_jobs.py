"""Background work that goes wrong, and files whose time has come."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from core import files, jobs
from core.errors import DomainError
from core.models import Job, Pulse, StoredFile
from ilias import timetable
from sessions.models import Evidence, Meeting
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db


def left_behind(attempts: int) -> Job:
    """A job whose worker is gone and whose lease has run out."""
    gone = timezone.now() - datetime.timedelta(minutes=1)
    return Job.objects.create(kind="core.nothing", state=Job.State.RUNNING, attempts=attempts, lease_until=gone)


def test_work_left_behind_is_taken_up_again_and_its_refusal_is_the_answer():
    job = left_behind(1)

    def refuse(_job):
        raise DomainError("Dat kan niet.")

    jobs.run(job.pk, refuse)

    job.refresh_from_db()
    assert (job.state, job.problem, job.attempts) == ("failed", "Dat kan niet.", 2)


def test_work_that_took_three_workers_with_it_is_not_begun_a_fourth_time():
    job, begun = left_behind(jobs.ATTEMPTS), []

    jobs.run(job.pk, begun.append)

    job.refresh_from_db()
    assert begun == []
    assert job.state == "failed"


def test_who_was_overtaken_writes_nothing_more():
    """Another worker took the job while this one was still at it: neither progress, nor answer, nor a retry is written."""
    for ending in (None, DomainError("Te laat."), ValueError("kapot")):
        job = Job.objects.create(kind="core.nothing")

        def overtaken(mine, ending=ending):
            Job.objects.filter(pk=mine.pk).update(attempts=2, progress=7)
            with pytest.raises(jobs.Overtaken):
                jobs.report_progress(mine, 1, 3)
            if ending:
                raise ending

        jobs.run(job.pk, overtaken)
        job.refresh_from_db()
        assert (job.state, job.problem, job.attempts, job.progress) == ("running", "", 2, 7)


@pytest.mark.django_db(transaction=True)
def test_a_long_step_keeps_its_lease(monkeypatch):
    monkeypatch.setattr(jobs, "BEAT", 0.02)
    job = Job.objects.create(kind="core.nothing")
    seen = []

    def long_step(mine):
        Job.objects.filter(pk=mine.pk).update(lease_until=timezone.now() - datetime.timedelta(seconds=1))
        wait_until(lambda: not Job.objects.claimable().filter(pk=mine.pk).exists(), "nobody renews the lease", pause=0.02)
        seen.append(mine.pk)

    jobs.run(job.pk, long_step)
    job.refresh_from_db()
    assert seen == [job.pk] and job.state == "done"


def test_two_schedulers_do_not_tick_at_once(monkeypatch):
    """Beat's task leaves the letters to a task of their own, and a second one leaves the tick to the first."""
    ticks = []

    def ticking(**how):
        ticks.append(how["letters"]())
        timetable.tick_task()
        how["between"]()

    monkeypatch.setattr(timetable, "tick", ticking)
    timetable.tick_task()
    assert ticks == [0]
    timetable.tick_task()
    assert ticks == [0, 0]
    Pulse.objects.filter(name=timetable.LOCK).update(at=timezone.now() + datetime.timedelta(minutes=1))
    timetable.tick_task()  # somebody ticks
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=3), tick=False):
        timetable.tick_task()  # no longer: its process ended without a word
    assert ticks == [0, 0, 0]


def test_the_sweep_takes_what_has_expired_and_leaves_what_is_still_in_use(cast):
    now = timezone.now()
    used, unused = (files.store(b"%PDF-", name="bewijs.pdf", content_type="application/pdf", by=None, days=1) for _ in "ab")
    StoredFile.objects.update(expires_at=now - datetime.timedelta(hours=1))
    meeting = Meeting.objects.create(
        programme=cast.programme, kind="network", network=cast.network, title="Sessie",
        starts_at=now, ends_at=now + datetime.timedelta(hours=1),
    )  # fmt: skip
    Evidence.objects.create(meeting=meeting, file=used)

    assert files.sweep() == 1

    assert not StoredFile.objects.filter(pk=unused.pk).exists()
    assert files.read(used) == b"%PDF-"
