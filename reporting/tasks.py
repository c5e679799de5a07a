"""Background work of this app: the id comes in, the service does it."""

from celery import shared_task

from core import jobs
from reporting.services import files, kept


@shared_task(name=files.KIND)
def make_file(job_id: str) -> None:
    """Make the file that a job asks for."""
    jobs.run(job_id, files.make_file)


@shared_task(name=kept.KIND)
def compute_figures(job_id: str) -> None:
    """Compute the figures of a report's page."""
    jobs.run(job_id, kept.make_figures)
