"""`manage.py verify_report F.zip`."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reporting.recount import Unreadable
from reporting.verify import verify


class Command(BaseCommand):
    """Computes hashes and figures of a bundle again, from the file alone, and says where they differ; then the exit code is 1."""

    help = "Check a report bundle (ZIP): its hashes, and every figure that its own rows carry."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("bundle", type=Path)

    def handle(self, *, bundle: Path, **_: object) -> None:
        try:
            verdict = verify(bundle)
        except Unreadable as error:
            raise CommandError(f"{bundle} is no report bundle: {error}") from error
        for line in verdict.checked:
            self.stdout.write(f"checked: {line}")
        self.stdout.write(f"snapshot: {verdict.state}, SHA-256 {verdict.fingerprint}")
        for line in verdict.differences:
            self.stdout.write(self.style.ERROR(f"differs: {line}"))
        if verdict.differences:
            raise CommandError(f"{len(verdict.differences)} differences. This bundle is not what was made.")
        self.stdout.write(self.style.SUCCESS("Everything agrees. Compare the fingerprint with the one printed on the report."))
