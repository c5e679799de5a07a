"""What happens every minute. Each step stands alone: one that fails is logged and the others go on."""

import logging
from datetime import datetime

from celery import shared_task
from django.utils import timezone

from core import audit, files, jobs
from core.models import Pulse
from outbox import services as outbox
from reflections import services as reflections
from reporting import services as reporting
from sessions import services as sessions

log = logging.getLogger(__name__)


def tick(now: datetime | None = None) -> dict[str, int]:
    """Do what is due at `now` (aware; default the present). Returns how much each step did; a failed step counts -1."""
    now = now or timezone.now()
    steps = {
        "questions": lambda: reflections.ask_the_question(now=now),
        "erased reflections": lambda: reflections.finish_erasing(now=now),
        "sessions": lambda: sessions.keep_up(now=now),
        "participants": lambda: reporting.keep_up(now=now),
        "letters": lambda: outbox.deliver_all(now=now),
        "jobs": jobs.resume,
        "seals": audit.seal,
        "files": files.sweep,
        "sent letters": lambda: outbox.sweep(now=now),
    }
    done = {}
    for name, step in steps.items():
        try:
            done[name] = step()
        except Exception:
            log.exception("the tick's step %r failed", name)
            done[name] = -1
    Pulse.objects.update_or_create(name="tick", defaults={"at": timezone.now()})
    return done


@shared_task(name="ilias.tick")
def tick_task() -> None:
    """Beat's one task."""
    tick()
