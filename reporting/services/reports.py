"""A report from draft to frozen: written together, proposed by one member, frozen by a second one."""

import datetime
import tempfile
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, files
from core.errors import Conflict, DomainError
from core.text import clean_text, looks_like_national_number
from outbox import services as outbox
from people.models import User
from reporting import corrections, document, hours, rows, sealing, summary
from reporting.frozen import CANONICAL
from reporting.models import KeptFigures, ProgressReport, ReportFile, ReportingPeriod, ReportSection, Snapshot
from reporting.services.kept import ask_figures
from reporting.services.participants import sync_participants
from sessions import attendance
from trajectories.models import Seat

State = ProgressReport.State


@transaction.atomic
def start_report(period: ReportingPeriod, *, by: User | None) -> ProgressReport:
    """The report of a period, made with its empty sections when it is not there yet."""
    report, made = ProgressReport.objects.get_or_create(period=period, defaults={"programme_id": period.programme_id})
    if made:
        ReportSection.objects.bulk_create([ReportSection(report=report, name=name) for name in ReportSection.Name.values])
        sync_participants(period.programme, by=by)
        audit.record(by=by.pk if by else None, verb="report.started", target=report)
        ask_figures(report, by=by)
    return report


@transaction.atomic
def save_section(report: ProgressReport, *, by: User | None, name: str, body: str, version: int) -> ReportSection:
    """Save one section of a draft. `version` is the one that the writer started from: Conflict when somebody saved in between."""
    _locked(report, State.DRAFT)
    section = ReportSection.objects.select_for_update().get(report=report, name=name)
    body = clean_text(body).strip()
    if section.version != version and section.body != body:
        raise Conflict(
            _("Somebody else saved this part while you were writing. Both texts are here: make one of them and save again.")
        )
    if looks_like_national_number(body):
        raise DomainError(_("This text seems to hold a national register number. Take it out: we may not keep it."), field="body")
    section.body, section.version = body, section.version + 1
    section.updated_at, section.updated_by = timezone.now(), by
    section.save(update_fields=["body", "version", "updated_at", "updated_by"])
    audit.record(by=by.pk if by else None, verb="report.section-saved", target=report, section=name, version=section.version)
    return section


@transaction.atomic
def propose(report: ProgressReport, *, by: User | None, at: datetime.datetime | None = None) -> ProgressReport:
    """One member says (`at` a moment, else now) that the report is ready. The others get a letter; nobody writes any more."""
    report = _locked(report, State.DRAFT)
    if report.period.ends_on >= timezone.localdate():
        raise DomainError(_("This period has not ended yet. You can propose the report once it has."))
    sync_participants(report.programme, by=by)
    report.state, report.proposed_by, report.proposed_at = State.PROPOSED, by, at or timezone.now()
    report.version += 1
    report.save(update_fields=["state", "proposed_by", "proposed_at", "version"])
    audit.record(by=by.pk if by else None, verb="report.proposed", target=report, version=report.version)
    ask_figures(report, by=by)
    _tell_others(report, by)
    return report


@transaction.atomic
def take_back(report: ProgressReport, *, by: User) -> ProgressReport:
    """A proposed report becomes a draft again, so that it can be changed."""
    report = _locked(report, State.PROPOSED)
    report.state, report.proposed_by, report.proposed_at = State.DRAFT, None, None
    report.version += 1
    report.save(update_fields=["state", "proposed_by", "proposed_at", "version"])
    audit.record(by=by.pk, verb="report.taken-back", target=report, version=report.version)
    outbox.make_obsolete(key_prefix=f"report:{report.pk}:")
    return report


def freeze(report: ProgressReport, *, by: User, seen: str = "", at: datetime.datetime | None = None) -> Snapshot:
    """A second member freezes what was proposed: from now on every figure and file comes from the snapshot.

    `seen` is the fingerprint of the figures and texts that stood on the page; with it, figures that changed since are refused,
    and computed again for the page.
    """
    try:
        return _freeze(report, by=by, seen=seen, at=at)
    except FiguresChanged:
        ask_figures(report, by=by)
        raise


class FiguresChanged(DomainError):
    """What is frozen would not be what somebody saw."""


@transaction.atomic
def _freeze(report: ProgressReport, *, by: User, seen: str, at: datetime.datetime | None) -> Snapshot:
    report = _locked(report, State.PROPOSED)
    if report.proposed_by_id == by.pk:
        raise DomainError(_("You proposed this report yourself. Somebody else of the project team freezes it."))
    report.state, report.frozen_by, report.frozen_at = State.FROZEN, by, at or timezone.now()
    report.version += 1
    with tempfile.TemporaryFile() as canonical:
        draft = document.draft_of(report)
        number, sha256 = rows.write_canonical(canonical, draft.rows())
        answers = draft.answers()
        data = document.frozen_document(report, {"attendance": {"rows": number, "sha256": sha256}, **answers.bound})
        found, gaps = summary.of_figures(data["figures"])
        if seen and seen != fingerprint(found, data["sections"]):
            raise FiguresChanged(
                _("Something changed since you opened this page. Look at the figures again before you freeze them.")
            )
        report.save(update_fields=["state", "frozen_by", "frozen_at", "version"])
        _keep_rows(report, canonical, by)
    text = document.canonical(data)
    snapshot = Snapshot(report=report, data=text, sha256=document.digest(text))
    sealing.seal(snapshot, answers)
    snapshot.save(force_insert=True)
    _keep_figures(report, found, gaps)
    _submit_meetings(report, by)
    audit.record(by=by.pk, verb="report.frozen", target=report, sha256=snapshot.sha256, proposed_by=report.proposed_by_id)
    return snapshot


def _submit_meetings(report: ProgressReport, by: User) -> None:
    """The checked meetings of this period are with the funder now; and those of earlier periods that were checked, or checked
    again, after they were reported: this report says so."""
    for period in (report.period, *corrections.carried_by(report)):
        covered = hours.meetings_of(report.programme, period.starts_on, period.ends_on)
        attendance.submit_meetings(covered, by=by, at=report.frozen_at)


def _keep_figures(report: ProgressReport, found: dict, gaps: list[dict]) -> None:
    """The page's figures are the snapshot's from now on; who counts for what is noted a last time."""
    kept = KeptFigures.objects.filter(report=report).first() or KeptFigures(report=report)
    summary.fill(kept, found, gaps, summary.live(report)[2])
    kept.computed_at = timezone.now()
    kept.save()


def fingerprint(figures: dict, sections: list[dict]) -> str:
    """A mark of the figures and texts of a page, to tell whether they are still what somebody saw."""
    return document.digest(document.canonical({"figures": figures, "sections": sections}))


def project_team(programme_id: UUID) -> list[UUID]:
    """The people with a living seat in the project team."""
    seats = Seat.objects.living().filter(programme_id=programme_id, role=Seat.Role.PROJECT)
    return list(dict.fromkeys(seats.values_list("user_id", flat=True)))


def _locked(report: ProgressReport, state: str) -> ProgressReport:
    """The report under a lock, when it is in this state; else a sentence that says what it is."""
    found = ProgressReport.objects.select_for_update(of=("self",)).select_related("programme", "period").get(pk=report.pk)
    if found.state == state:
        return found
    match found.state:
        case State.FROZEN:
            raise DomainError(_("This report has been frozen. It can no longer change."))
        case State.PROPOSED:
            raise DomainError(_("This report has been proposed. Take it back first if something must change."))
        case _:
            raise DomainError(_("This report has not been proposed yet."))


def _keep_rows(report: ProgressReport, canonical: BinaryIO, by: User) -> None:
    canonical.seek(0)
    name = f"attendance-{report.period.starts_on}-{report.period.ends_on}.csv"
    stored = files.store(canonical.read(), name=name, content_type="text/csv; charset=utf-8", by=by.pk)
    ReportFile.objects.create(
        report=report, format=ReportFile.Format.CSV, language=CANONICAL, is_frozen=True, file=stored, requested_by=by
    )


def _tell_others(report: ProgressReport, by: User | None) -> None:
    others = [person for person in project_team(report.programme_id) if by is None or person != by.pk]
    outbox.queue_many(
        [
            outbox.draft(
                "report-proposed", key=f"report:{report.pk}:v{report.version}:proposed:{person}", recipient_id=person,
                subject_id=report.pk, programme_id=report.programme_id,
            )
            for person in others
        ]
    )  # fmt: skip
