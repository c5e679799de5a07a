"""What happens every minute. Each step stands alone: one that fails is logged and the others go on."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from celery import shared_task
from django.utils import timezone

from core import audit, files, jobs
from core.models import Pulse
from outbox import services as outbox
from planning import polls, rules
from reflections import services as reflections
from reporting import services as reporting
from sessions import services as sessions

log = logging.getLogger(__name__)
LOCK, LEASE = "tick lock", timedelta(seconds=55)  # a tick that was killed costs one other tick at most
Step = Callable[[], int]


def tick(
    now: datetime | None = None, *, letters: Step | None = None, between: Callable[[], object] | None = None
) -> dict[str, int]:
    """Do what is due at `now` (aware; default the present). Returns how much each step did; a failed step counts -1.

    Beat has the letters delivered by a task of their own (`letters`), so that a slow mail server holds up nothing else, and
    keeps its lock `between` the steps.
    """
    now = now or timezone.now()
    steps = {
        "questions": lambda: reflections.ask_the_question(now=now),
        "quiet leaders": lambda: reflections.remind_who_went_quiet(now=now),
        "readers who left": lambda: reflections.close_lapsed(now=now),
        "erased reflections": lambda: reflections.finish_erasing(now=now),
        "sessions": lambda: sessions.keep_up(now=now),
        "polls": lambda: polls.keep_up(now=now),
        "participants": lambda: reporting.keep_up(now=now),
        "figures": lambda: reporting.refresh_figures(now=now),
        "clocks": lambda: reporting.keep_clocks(now=now),
        "rules": lambda: rules.keep_up(now=now),
        "letters": letters or (lambda: outbox.deliver_all(now=now)),
        "jobs": jobs.resume,
        "seals": audit.seal,
        "files": files.sweep,
        "sent letters": lambda: outbox.sweep(now=now),
    }
    done = {}
    for name, step in steps.items():
        if between:
            between()
        try:
            done[name] = step()
        except Exception:
            log.exception("the tick's step %r failed", name)
            done[name] = -1
    Pulse.objects.update_or_create(name="tick", defaults={"at": timezone.now()})
    return done


def _take() -> bool:
    """Take the tick's lock: one row with a lease, so that two schedulers do not tick at once."""
    now = timezone.now()
    if Pulse.objects.filter(name=LOCK, at__lte=now).update(at=now + LEASE):
        return True
    return Pulse.objects.get_or_create(name=LOCK, defaults={"at": now + LEASE})[1]


def _set_lock(until: datetime) -> None:
    Pulse.objects.filter(name=LOCK).update(at=until)


def _poke_letters() -> int:
    jobs.poke("outbox.deliver")
    return 0


@shared_task(name="ilias.tick")
def tick_task() -> None:
    """Beat's one task; who finds another one ticking leaves it."""
    _tick_once(letters=_poke_letters)


def tick_alone() -> None:
    """The tick when no worker can be poked: letters and waiting work are done here and now."""
    if _tick_once():
        jobs.work_off()


def _tick_once(*, letters: Step | None = None) -> bool:
    if not _take():
        return False
    try:
        tick(letters=letters, between=lambda: _set_lock(timezone.now() + LEASE))
    finally:
        _set_lock(timezone.now())
    return True
