"""What the page of a report shows: its reading, its next step, its files."""

import json
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core.models import Job
from people.models import User
from reporting import corrected, corrections, document
from reporting.access import opens_behind
from reporting.frozen import CANONICAL
from reporting.models import KeptFigures, ProgressReport, ReportFile
from reporting.reading import Reading
from reporting.services import fingerprint, language_of
from reporting.summary import is_computing

State = ProgressReport.State


def kept_of(report: ProgressReport) -> KeptFigures | None:
    """The figures that were computed for the report's page; None when a computation has never ended."""
    kept = getattr(report, "kept", None)
    return kept if kept is not None and kept.computed_at is not None else None


def reading_of(report: ProgressReport) -> Reading | None:
    """The report as its page shows it: the figures that were kept, and the texts as they are."""
    kept, period = kept_of(report), report.period
    if kept is None:
        return None
    return Reading(
        {
            "stretch": {"name": period.name, "from": period.starts_on.isoformat(), "until": period.ends_on.isoformat()},
            "sections": document.narrative(report.sections.all()),
            "figures": json.loads(kept.summary),
        }
    )


def changes_since(report: ProgressReport) -> dict[str, Any]:
    """Everything that differs from a frozen report by now, with the names of who did it, and which report carries it."""
    found = corrections.since(report)
    names = {str(user.pk): user.name for user in User.objects.filter(pk__in=corrected.people_in([found]))}
    carriers = ProgressReport.objects.filter(programme=report.programme_id, period__starts_on__gt=report.period.starts_on)
    return corrected.told(found, names) | {
        "carried_by": carriers.exclude(state=State.FROZEN).select_related("period").order_by("period__starts_on").first(),
        "told_in": [
            row for row in carriers.filter(state=State.FROZEN).select_related("period", "snapshot") if _tells(row, report)
        ],
    }


def _tells(row: ProgressReport, report: ProgressReport) -> bool:
    carried = json.loads(row.snapshot.data)["figures"].get("corrections", ())
    return any(correction["report"] == str(report.pk) for correction in carried)


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

    @cached_property
    def opens_behind(self) -> bool:
        """This member may see which participants stand behind a figure, and open the bundle."""
        return opens_behind(self.user, self.report.programme_id)

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
        self.kept = getattr(report, "kept", None)

    @property
    def is_computing(self) -> bool:
        """A job is computing figures."""
        return is_computing(self.kept)

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
        return fingerprint(self.reading.figures, self.reading.document["sections"]) if self.reading else ""

    @cached_property
    def unwritten(self) -> list[dict[str, Any]]:
        return [section for section in self.reading.sections if not section["body"]] if self.reading else []
