"""`manage.py esf_report PROGRAMME --from D --until D --format pdf|xlsx|csv|json|zip -o F`."""

import datetime
import os
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from reporting import document, exports, services
from reporting.models import ProgressReport
from trajectories.models import Programme


class Command(BaseCommand):
    """Writes the progress report of a programme. The days of a listed period give its report: frozen from the snapshot, else as
    it stands now; any other days give a draft that says so."""

    help = "Write the progress report of a programme (slug or id) over a stretch of days to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("programme", help="slug or id, for example ilias")
        parser.add_argument("--from", dest="start", required=True, type=datetime.date.fromisoformat, help="first day, YYYY-MM-DD")
        parser.add_argument("--until", dest="end", required=True, type=datetime.date.fromisoformat, help="last day, YYYY-MM-DD")
        parser.add_argument("--format", default="pdf", choices=exports.Format.values)
        parser.add_argument("--language", default="nl", choices=["nl", "en"])
        parser.add_argument("-o", "--output", required=True, type=Path)

    def handle(
        self, *, programme: str, start: datetime.date, end: datetime.date, format: str, language: str, output: Path, **_: object
    ) -> None:
        if end < start:
            raise CommandError("--until lies before --from.")
        try:
            source = _source(_programme(programme), start, end)
            _write_whole(source, format, output, language)
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        state = "frozen" if source.is_frozen else "draft"
        self.stdout.write(f"{output}: {state}, {output.stat().st_size} bytes")


def _programme(name: str) -> Programme:
    found = Programme.objects.filter(slug=name).first()
    if found is None:
        try:
            found = Programme.objects.filter(pk=UUID(name)).first()
        except ValueError:
            found = None
    if found is None:
        raise CommandError(f"There is no programme {name!r}.")
    return found


def _source(programme: Programme, start: datetime.date, end: datetime.date) -> document.Source:
    report = (
        ProgressReport.objects.filter(programme=programme, period__starts_on=start, period__ends_on=end)
        .select_related("programme", "period", "snapshot")
        .first()
    )
    if report is not None and report.state == ProgressReport.State.FROZEN:
        return document.source_of(report)
    services.sync_participants(programme, by=None)
    if report is not None:
        return document.draft_of(report)
    period = programme.periods.filter(starts_on=start, ends_on=end).first()
    return document.live(programme, start, end, name=period.name if period else "", is_period=period is not None)


def _write_whole(source: document.Source, format: str, output: Path, language: str) -> None:
    """The file appears whole or not at all."""
    handle, draft = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    try:
        with open(handle, "wb") as part:
            exports.write(source, format, part, language=language)
        os.chmod(draft, 0o644)
        os.replace(draft, output)
    except BaseException:
        os.unlink(draft)
        raise
