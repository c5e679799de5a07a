"""What the page of a report shows: its reading, its next step, its files."""

from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Job
from people.models import User
from reporting import document, figures
from reporting.document import CANONICAL
from reporting.models import ProgressReport, ReportFile
from reporting.reading import Reading
from reporting.services import fingerprint, language_of

SHOWN = 25
State = ProgressReport.State


def reading_of(report: ProgressReport) -> Reading:
    """The report as it stands: the snapshot once it is frozen, live figures and texts before."""
    if report.state == State.FROZEN:
        return Reading(document.source_of(report).document)
    period = report.period
    return Reading(
        {
            "stretch": {"name": period.name, "from": period.starts_on.isoformat(), "until": period.ends_on.isoformat()},
            "sections": document.narrative(report.sections.all()),
            "figures": figures.collect(report.programme, period.starts_on, period.ends_on),
        }
    )


class FilesPage:
    """The files of one report for one member of the project team."""

    def __init__(self, report: ProgressReport, user: User) -> None:
        self.report = report
        self.user = user

    @property
    def is_draft(self) -> bool:
        return self.report.state == State.DRAFT

    @property
    def is_proposed(self) -> bool:
        return self.report.state == State.PROPOSED

    @property
    def is_frozen(self) -> bool:
        return self.report.state == State.FROZEN

    @property
    def language(self) -> str:
        """In which language a file is offered first."""
        return language_of(self.user)

    @cached_property
    def files(self) -> list[ReportFile]:
        """The newest file of each format and language, for the state in which the report is."""
        rows = self.report.files.filter(is_frozen=self.is_frozen).exclude(language=CANONICAL).select_related("file", "job")
        newest: dict[tuple[str, str], ReportFile] = {}
        for row in rows[:50]:
            newest.setdefault((row.format, row.language), row)
        return list(newest.values())

    @property
    def is_busy(self) -> bool:
        """A file is being made."""
        return any(
            row.file_id is None and row.job and row.job.state in {Job.State.QUEUED, Job.State.RUNNING} for row in self.files
        )


class ReportPage(FilesPage):
    """The whole report."""

    def __init__(self, report: ProgressReport, user: User) -> None:
        super().__init__(report, user)
        self.reading = reading_of(report)

    @property
    def is_mine(self) -> bool:
        """This member proposed it, so somebody else freezes it."""
        return self.report.proposed_by_id == self.user.pk

    @property
    def has_ended(self) -> bool:
        return self.report.period.ends_on < timezone.localdate()

    @property
    def badge(self) -> tuple[str, str]:
        """State and word."""
        return {
            State.DRAFT: ("next", _("being written")),
            State.PROPOSED: ("wait", _("waits for a second person")),
            State.FROZEN: ("ok", _("frozen")),
        }[State(self.report.state)]

    @property
    def seen(self) -> str:
        """The fingerprint of what stands on this page."""
        return fingerprint(self.reading.document)

    @cached_property
    def unwritten(self) -> list[dict[str, Any]]:
        return [section for section in self.reading.sections if not section["body"]]

    @property
    def shown_meetings(self) -> list[dict[str, Any]]:
        return self.reading.meetings[:SHOWN]

    @property
    def shown_people(self) -> list[dict[str, Any]]:
        return self.reading.people[:SHOWN]

    @property
    def more_meetings(self) -> int:
        return max(0, len(self.reading.meetings) - SHOWN)

    @property
    def more_people(self) -> int:
        return max(0, len(self.reading.people) - SHOWN)
