"""`manage.py session_report ID -o F.pdf`: the report of a meeting as a file."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import DomainError
from sessions import report_document
from sessions.models import Meeting, SessionReport
from sessions.reports import LANGUAGES


class Command(BaseCommand):
    help = "Writes the report of a meeting as PDF."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", help="the meeting's id, as in its address")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="F.pdf")
        parser.add_argument("--edition", choices=SessionReport.Edition.values, default=SessionReport.Edition.INTERNAL)
        parser.add_argument("--language", choices=LANGUAGES, default="nl")

    def handle(self, *args: Any, **options: Any) -> None:
        """Render and write; CommandError for an unknown meeting and for what cannot be printed."""
        try:
            meeting = Meeting.objects.with_host().get(pk=UUID(options["id"]))
        except (ValueError, Meeting.DoesNotExist):
            raise CommandError(f"There is no meeting {options['id']}.") from None
        try:
            content = report_document.render(meeting, edition=options["edition"], language=options["language"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        options["output"].write_bytes(content)
        self.stdout.write(f"{options['output']}: {len(content)} bytes")
