"""Celery's beat, which does the tick itself as long as the broker does not answer: without Redis letters are late, never lost."""

import logging
from typing import Any

from celery.beat import PersistentScheduler, SchedulingError
from django.db import close_old_connections

from ilias.timetable import tick_alone, tick_task

log = logging.getLogger(__name__)


class Scheduler(PersistentScheduler):
    """Publishes each task by a connection of the pool; Celery's own waits until there is a broker."""

    producer = None

    def apply_entry(self, entry: Any, producer: Any = None) -> None:
        """Publish a task that is due; when that cannot be, and it is the tick, do it here."""
        try:
            self.apply_async(entry, advance=False)
        except SchedulingError as error:
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
