"""`manage.py retention [--run]`."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reporting.clocks import clocks
from reporting.services import retention
from trajectories.models import Programme


class Command(BaseCommand):
    """Lists per programme until when coaching content and evidence are kept, when its team was told, and what failed. The tick
    erases once a day what has run out; `--run` does it now and says of which programme how many rows went. The exit code is 1
    when something fails."""

    help = "List the retention clocks of every programme; --run erases what has run out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--run", action="store_true", help="erase now what has run out, as the tick does")

    def handle(self, *, run: bool, **_: object) -> None:
        for programme, rows, failed in retention.run_out(now=timezone.now()) if run else ():
            self.stdout.write(f"{programme.slug}: " + ("failed, see the log" if failed else f"{rows} rows erased"))
        for programme in Programme.objects.order_by("ends_on"):
            self.stdout.write(f"{programme.slug}: {_standing(programme)}")
        if found := retention.failures():
            raise CommandError(f"{len(found)} failed. The log says why; it is tried again every day.")


def _standing(programme: Programme) -> str:
    told, failed = retention.told_at(programme), retention.failed_at(programme)
    return (
        _days(programme)
        + (" (demo: no clocks)" if programme.is_demo else "")
        + (f"; the team was told on {timezone.localdate(told)}" if told else "")
        + (f"; FAILED on {timezone.localdate(failed)}" if failed else "")
    )


def _days(programme: Programme) -> str:
    try:
        content, evidence = clocks(programme)
    except (ValueError, OverflowError):  # a last day beyond the last year there is
        return "cannot be told"
    return f"texts until {content}, evidence until {evidence}"
