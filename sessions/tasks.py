"""Background work of this app: the id comes in, the service does it."""

from celery import shared_task

from core import jobs
from sessions import certificates, reports


@shared_task(name=reports.KIND)
def make_report(job_id: str) -> None:
    """Make the report that a job asks for."""
    jobs.run(job_id, reports.make)


@shared_task(name=certificates.KIND)
def make_certificate(job_id: str) -> None:
    """Make the certificate that a job asks for."""
    jobs.run(job_id, certificates.make)
