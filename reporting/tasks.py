"""Background work of this app: the id comes in, the service does it."""

from celery import shared_task

from core import jobs
from reporting.services import files


@shared_task(name=files.KIND)
def make_file(job_id: str) -> None:
    """Make the file that a job asks for."""
    jobs.run(job_id, files.make_file)
