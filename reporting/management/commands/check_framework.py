"""`manage.py check_framework FILE`."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reporting.frameworks import FrameworkFaulty, load


class Command(BaseCommand):
    """Tries a framework file before it is put in reporting/frameworks; lists every fault at once, then the exit code is 1."""

    help = "Check a file with an indicator framework (JSON) and list everything that is wrong with it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **_: object) -> None:
        try:
            found = load(file)
        except FrameworkFaulty as faulty:
            for fault in faulty.faults:
                self.stdout.write(self.style.ERROR(fault))
            raise CommandError(f"{file.name}: {len(faulty.faults)} faults.") from faulty
        counted = sum(indicator.rule is not None for indicator in found.indicators)
        numbers = f"{len(found.questions)} questions, {counted} of {len(found.indicators)} indicators counted here"
        self.stdout.write(self.style.SUCCESS(f"{found.name}: {numbers}, {len(found.checks)} checks. No faults."))
