"""Background work: rows in, claimed under a lease, resumed after a crash. Celery carries pokes, never work."""

import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.models import Job

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=3)
ATTEMPTS = 3


def poke(task: str, *arguments: str) -> None:
    """After the commit, tell the worker that there is work. A broker that is away costs only time: the tick finds the row."""

    def send() -> None:
        try:
            current_app.send_task(task, args=arguments, retry=False, expires=600)
        except Exception:  # noqa: BLE001 - any broker failure is the same to the person who saved
            log.warning("poke %s went unheard; the tick will find the work", task)

    transaction.on_commit(send)


def ask(kind: str, *, by: UUID | None, title: str = "", **arguments: object) -> Job:
    """Queue a job inside the caller's transaction; asked again while the same one is still open, that one is returned."""
    texts = {name: str(value) for name, value in arguments.items()}
    same = Job.objects.open().filter(kind=kind, arguments=texts, requested_by=by).first()
    if same:
        return same
    job = Job.objects.create(kind=kind, arguments=texts, requested_by=by, title=title)
    poke(kind, str(job.pk))
    return job


def run(job_id: str | UUID, work: Callable[[Job], None]) -> None:
    """Claim the job and do `work(job)`; who finds it claimed leaves it. A DomainError is the answer, other errors are retried."""
    lease = timezone.now() + LEASE
    claimed = Job.objects.claimable().filter(pk=job_id).update(state=Job.State.RUNNING, lease_until=lease)
    if not claimed:
        return
    job = Job.objects.get(pk=job_id)
    job.attempts += 1
    job.save(update_fields=["attempts"])
    if job.attempts > ATTEMPTS:  # each attempt before took its worker with it
        _finish(job, Job.State.FAILED, problem=_("This did not work. The project team can see that it failed."))
        return
    try:
        work(job)
    except DomainError as refusal:
        _finish(job, Job.State.FAILED, problem=str(refusal.message)[:300])
    except Exception:
        log.exception("job %s %s failed, attempt %s", job.kind, job.pk, job.attempts)
        if job.attempts >= ATTEMPTS:
            _finish(job, Job.State.FAILED, problem=_("This did not work. The project team can see that it failed."))
        else:
            wait = timezone.now() + timedelta(minutes=job.attempts)
            Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED, not_before=wait, lease_until=None)
    else:
        _finish(job, Job.State.DONE)


def report_progress(job: Job, done: int, total: int) -> None:
    """Show how far the work is, and keep the lease."""
    Job.objects.filter(pk=job.pk).update(progress=done, total=total, lease_until=timezone.now() + LEASE)


def resume() -> int:
    """Poke every job that waits or was left behind; the tick calls this. Returns how many."""
    waiting = list(Job.objects.claimable().order_by("not_before").values_list("kind", "pk")[:500])
    for kind, pk in waiting:
        poke(kind, str(pk))
    return len(waiting)


def _finish(job: Job, state: str, *, problem: str = "") -> None:
    Job.objects.filter(pk=job.pk).update(
        state=state, problem=problem, lease_until=None, finished_at=timezone.now(), result=job.result
    )
