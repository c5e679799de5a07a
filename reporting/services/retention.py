"""When the clocks are kept: once a day, each programme by itself, and never before the project team was told what goes when."""

import datetime
import logging
from collections.abc import Iterator
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from core import audit
from core.models import Pulse
from outbox import services as outbox
from reporting import clocks
from reporting.services.reports import project_team
from trajectories.models import Programme

log = logging.getLogger(__name__)
LETTER = datetime.timedelta(days=30)  # so long before the last day of coaching content the team gets its letter
PATIENCE = datetime.timedelta(days=14)  # and so long after the letter nothing goes, however short a clock was made
DONE, FAILED, TOLD = "clocks", "clock failed", "clock told"


class Ended(NamedTuple):
    """A programme of which something went (how many rows), or of which it failed."""

    programme: Programme
    rows: int
    failed: bool = False


def keep_clocks(*, now: datetime.datetime) -> int:
    """The tick's part, once a day: what a clock has run out for goes. Returns how many rows went."""
    mark, _made = Pulse.objects.get_or_create(name=DONE, defaults={"at": now - datetime.timedelta(days=1)})
    if timezone.localdate(mark.at) >= timezone.localdate(now):
        return 0
    if not Pulse.objects.filter(name=DONE, at=mark.at).update(at=now):  # another tick took it
        return 0
    return sum(ended.rows for ended in run_out(now=now))


def run_out(*, now: datetime.datetime) -> Iterator[Ended]:
    """Every programme is tried by itself: one that fails is logged, shown by /readyz and `manage.py retention`, tried again the
    next day, and holds up no other. A demo has no clocks."""
    ended = []
    for programme in Programme.objects.filter(is_demo=False).order_by("ends_on", "pk"):
        name, rows, done = _mark(FAILED, programme), 0, False
        try:
            with transaction.atomic():
                rows, done = _keep(programme, now)
        except Exception:
            log.exception("the clocks of the programme %s failed", programme.slug)
            Pulse.objects.update_or_create(name=name, defaults={"at": now})
            yield Ended(programme, 0, failed=True)
            continue
        Pulse.objects.filter(name=name).delete()
        ended += [programme.pk] if done else []
        if rows:
            yield Ended(programme, rows)
    _keep_people(ended, now)


def failures() -> list[Pulse]:
    """What failed the last time, one line a programme; empty when all is well."""
    return list(Pulse.objects.filter(name__startswith=FAILED).order_by("at"))


def told_at(programme: Programme) -> datetime.datetime | None:
    """When the team was told that the coaching content goes; None while it has not been."""
    return Pulse.objects.filter(name=_mark(TOLD, programme)).values_list("at", flat=True).first()


def failed_at(programme: Programme) -> datetime.datetime | None:
    """Since when the clocks of this programme fail."""
    return Pulse.objects.filter(name=_mark(FAILED, programme)).values_list("at", flat=True).first()


def _mark(what: str, programme: Programme) -> str:
    return f"{what} {programme.pk.hex}"[:40]


def _keep(programme: Programme, now: datetime.datetime) -> tuple[int, bool]:
    """What goes of one programme today: how many rows, and whether its coaching content has come to its end."""
    today, (content, evidence) = timezone.localdate(now), clocks.clocks(programme)
    goes_on = _warn(programme, content, now)
    done = goes_on is not None and goes_on <= today
    rows = clocks.end_content(programme) if done else 0
    rows += clocks.end_evidence(programme) if evidence < today else 0
    if rows:
        audit.record(by=None, verb="programme.clock-ended", target=programme, rows=rows)
    return rows, done


def _warn(programme: Programme, content: datetime.date, now: datetime.datetime) -> datetime.date | None:
    """The day on which coaching content goes; None while that is far away. The team is told once, a month before."""
    today, name = timezone.localdate(now), _mark(TOLD, programme)
    if today < content - LETTER:
        Pulse.objects.filter(name=name).delete()  # the clock was set later: another letter will go then
        return None
    told = Pulse.objects.filter(name=name).first()
    goes_on = max(content + datetime.timedelta(days=1), timezone.localdate(told.at if told else now) + PATIENCE)
    if told is None:
        Pulse.objects.create(name=name, at=now)
        keys = [(person, f"content-clock:{programme.pk}:{goes_on}:{person}") for person in project_team(programme.pk)]
        letters = [
            outbox.draft("content-clock", key=key, recipient_id=person, subject_id=programme.pk, programme_id=programme.pk)
            for person, key in keys
        ]
        if clocks.has_content(programme):
            outbox.queue_many(letters)
    return goes_on


def _keep_people(ended: list, now: datetime.datetime) -> None:
    name = f"{FAILED} of people"
    try:
        with transaction.atomic():
            clocks.end_of_people(ended)
    except Exception:
        log.exception("what hangs on people whose programmes have ended could not be erased")
        Pulse.objects.update_or_create(name=name, defaults={"at": now})
    else:
        Pulse.objects.filter(name=name).delete()
