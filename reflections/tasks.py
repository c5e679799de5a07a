"""Background work of this app: the id comes in, the service does it."""

from celery import shared_task

from core import jobs
from reflections.portfolio import exports


@shared_task(name=exports.KIND)
def make_portfolio(job_id: str) -> None:
    """Make the file of a portfolio that a job asks for."""
    jobs.run(job_id, exports.make)
