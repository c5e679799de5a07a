"""The worker's side of the outbox."""

from celery import shared_task

from outbox import services


@shared_task(name="outbox.deliver")
def deliver() -> None:
    """Send what is due; poked after each commit that wrote a letter, and by the tick."""
    services.deliver_all()
