"""Background work: rows in, claimed under a lease, resumed after a crash. Celery carries pokes, never work.

The number of the attempt is the worker's token: who was overtaken by another attempt writes nothing more about the job.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.db import DatabaseError, connection, transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.models import Job

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=3)
BEAT = 45.0  # seconds between two renewals of the lease while the work goes on
LONGEST = 60 * 60.0  # seconds after which work that never ends is left to another worker
ATTEMPTS = 3


class Overtaken(Exception):
    """Another worker has taken the job; this one stops."""


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
    claimable = Job.objects.claimable().filter(pk=job_id)
    if not claimable.update(state=Job.State.RUNNING, lease_until=lease, attempts=F("attempts") + 1):
        return
    job = Job.objects.get(pk=job_id)
    if job.attempts > ATTEMPTS:  # each attempt before took its worker with it
        _finish(job, Job.State.FAILED, problem=_("This did not work. The project team can see that it failed."))
        return
    try:
        with _heartbeat(job):
            work(job)
    except Overtaken:
        log.warning("job %s %s was taken by another worker, attempt %s stops", job.kind, job.pk, job.attempts)
    except DomainError as refusal:
        _finish(job, Job.State.FAILED, problem=str(refusal.message)[:300])
    except Exception:
        log.exception("job %s %s failed, attempt %s", job.kind, job.pk, job.attempts)
        if job.attempts >= ATTEMPTS:
            _finish(job, Job.State.FAILED, problem=_("This did not work. The project team can see that it failed."))
        else:
            wait = timezone.now() + timedelta(minutes=job.attempts)
            _owned(job).update(state=Job.State.QUEUED, not_before=wait, lease_until=None)
    else:
        _finish(job, Job.State.DONE)


def report_progress(job: Job, done: int, total: int) -> None:
    """Show how far the work is, and keep the lease. Raises Overtaken when another worker has the job."""
    if not _owned(job).update(progress=done, total=total, lease_until=timezone.now() + LEASE):
        raise Overtaken


def _owned(job: Job) -> QuerySet[Job]:
    """The job's row as long as this attempt is the one that has it."""
    return Job.objects.filter(pk=job.pk, state=Job.State.RUNNING, attempts=job.attempts)


@contextmanager
def _heartbeat(job: Job) -> Iterator[None]:
    """Renews the lease from a thread of its own: one long step loses no job to another worker."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(job, ended), daemon=True, name=f"job {job.pk}")
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(job: Job, ended: threading.Event) -> None:
    until = time.monotonic() + LONGEST
    try:
        while not ended.wait(BEAT) and time.monotonic() < until:
            try:
                if not _owned(job).update(lease_until=timezone.now() + LEASE):
                    return
            except DatabaseError:  # away for a moment; the lease outlasts a few of these
                connection.close()
    finally:
        connection.close()


def resume() -> int:
    """Poke every job that waits or was left behind; the tick calls this. Returns how many."""
    waiting = list(Job.objects.claimable().order_by("not_before").values_list("kind", "pk")[:500])
    for kind, pk in waiting:
        poke(kind, str(pk))
    return len(waiting)


def work_off() -> int:
    """Do every job that waits, here and now, without a worker. Returns how many."""
    waiting = list(Job.objects.claimable().order_by("not_before").values_list("kind", "pk"))
    for kind, pk in waiting:
        if kind in current_app.tasks:
            current_app.tasks[kind].run(str(pk))
    return len(waiting)


def _finish(job: Job, state: str, *, problem: str = "") -> None:
    _owned(job).update(state=state, problem=problem, lease_until=None, finished_at=timezone.now(), result=job.result)
