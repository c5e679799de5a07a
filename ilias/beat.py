"""Celery's beat, which does the tick itself as long as the broker does not answer: without Redis letters are late, never lost."""

import logging
from datetime import timedelta
from typing import Any

from celery import beat
from django.conf import settings
from django.db import close_old_connections

from ilias.timetable import tick_alone, tick_task

log = logging.getLogger(__name__)


class Scheduler(beat.Scheduler):
    """Publishes each task by a connection of the pool; Celery's own waits until there is a broker.

    Nothing is kept on disk: what is due is asked of the tables, and what fell due while there was no beat has waited long enough.
    """

    producer = None

    def setup_schedule(self) -> None:
        """The timetable of the settings, with all of it due now."""
        super().setup_schedule()
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now() - timedelta(days=1)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Do what is due and show ilias.health that we live; returns the seconds until it must be asked again."""
        seconds = super().tick(*args, **kwargs)
        settings.BEAT_SIGN_OF_LIFE.touch()
        return seconds

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Publish a task that is due; when that cannot be, and it is the tick, do it here."""
        try:
            self.apply_async(entry, advance=False)
        except beat.SchedulingError as error:
            log.warning("%s", error)
            if entry.task == tick_task.name:
                self._tick()

    def _tick(self) -> None:
        close_old_connections()
        try:
            tick_alone()
        except Exception:  # the database is away too; the next tick tries again
            log.exception("the tick failed")
        finally:
            close_old_connections()
