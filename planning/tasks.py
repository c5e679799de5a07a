"""Background work of this app: the id comes in, the service does it."""

from celery import shared_task

from core import jobs
from planning import proposals
from planning.solver import solve


@shared_task(name=proposals.KIND)
def propose(job_id: str) -> None:
    """Work out the proposal that a job asks for."""
    jobs.run(job_id, lambda job: proposals.make(job, solve))
