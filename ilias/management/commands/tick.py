"""`manage.py tick [--now ISO]`: what is due, done here and now, work and letters too; no worker is needed."""

from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core import jobs
from ilias.timetable import tick


class Command(BaseCommand):
    help = "Does what is due now (or at a given moment), letters and waiting work included."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--now", metavar="ISO", help="a moment such as 2026-11-22T09:00; without a zone in the site's own")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line with what each step did; CommandError for a moment that is none, or when a step failed."""
        done = tick(_moment(options["now"]))
        done["jobs"] = jobs.work_off()
        self.stdout.write(", ".join(f"{name}: {number}" for name, number in done.items()))
        if failed := [name for name, number in done.items() if number < 0]:
            raise CommandError(f"Failed: {', '.join(failed)}; the log says why.")


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is no moment.") from None
    return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
