"""`manage.py demo`: the ILIAS programme with invented people."""

import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from reporting.demo import accounts, build, shift
from trajectories.models import Programme


class Command(BaseCommand):
    """Build the demo programme once; `--now` also moves one that is there already."""

    help = "Builds the demo programme ILIAS 2020–2022 with invented people."

    def add_arguments(self, parser) -> None:
        parser.add_argument("--scale", type=int, default=1, help="how many groups of eight pilots (100 for the benchmark)")
        parser.add_argument("--now", action="store_true", help="move all days so that there is a session in the coming weeks")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when there is a programme already")

    def handle(self, *args, scale: int, now: bool, if_empty: bool, **options) -> None:
        if not settings.DEMO:
            raise CommandError("The demo has accounts with an open password. Set DEMO=1 if that is what you want.")
        if not 1 <= scale <= 1000:
            raise CommandError("--scale lies between 1 and 1000.")
        if if_empty and Programme.objects.exists():
            return
        started = time.monotonic()
        programme = Programme.objects.filter(is_demo=True).first() if now else None
        try:
            programme = programme or build.build(scale)
        except DomainError as refusal:
            raise CommandError(f"{refusal} `demo --now` moves it to today.") from refusal
        if now:
            shift.move(programme, build.shift_of(programme))
        accounts.build(programme)
        self.stdout.write(f"{programme.name}: {programme.pilots.count()} pilots, {time.monotonic() - started:.1f} s")
