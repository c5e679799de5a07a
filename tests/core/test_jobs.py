"""Background work that goes wrong, and files whose time has come."""

import datetime

import pytest
from django.utils import timezone

from core import files, jobs
from core.errors import DomainError
from core.models import Job, StoredFile
from sessions.models import Evidence, Meeting

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
