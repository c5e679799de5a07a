"""The figures that a report's page shows: computed once and kept with the time, again when somebody asks or rows have changed."""

import datetime
import json

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, jobs
from core.models import AuditEntry, Job
from core.rows import save_rows
from people.models import User
from reporting import records, summary
from reporting.hours import attendance_of
from reporting.models import KeptFigures, Participant, ProgressReport, Snapshot

KIND = "reporting.compute_figures"
AT_ONCE = 3_000  # rows of attendance that are summed while somebody waits
FRESH = datetime.timedelta(minutes=10)
State = ProgressReport.State


@transaction.atomic
def ask_figures(report: ProgressReport, *, by: User | None) -> KeptFigures:
    """The figures anew: of a small programme at once, of a large one in the background."""
    kept, _made = KeptFigures.objects.select_for_update(of=("self",)).select_related("job").get_or_create(report=report)
    audit.record(by=by.pk if by else None, verb="report.figures-asked", target=report)
    if _is_small(report):
        return compute(report)
    if not summary.is_computing(kept):
        title = _("Figures of %(name)s") % {"name": report.period.name}
        kept.job = jobs.ask(KIND, by=by.pk if by else None, title=title[:200], report=report.pk)
        kept.save(update_fields=["job"])
    return kept


def make_figures(job: Job) -> None:
    """The worker's part; done again after a crash, it computes again."""
    report = ProgressReport.objects.select_related("programme", "period").get(pk=job.arguments["report"])
    jobs.report_progress(job, 1, 3)
    bring_together(report)
    jobs.report_progress(job, 2, 3)
    compute(report)


def compute(report: ProgressReport) -> KeptFigures:
    """Compute and keep: live rows of a draft, the snapshot of a frozen report (who counts for what stays as it was kept then)."""
    kept = KeptFigures.objects.filter(report=report).first() or KeptFigures(report=report)
    frozen = Snapshot.objects.filter(report=report).first()
    if frozen is not None:
        summary.fill(kept, *summary.of_figures(json.loads(frozen.data)["figures"]), None)
    else:
        summary.fill(kept, *summary.live(report))
    kept.computed_at = timezone.now()
    kept.save()
    return kept


@transaction.atomic
def bring_together(report: ProgressReport) -> int:
    """Seal the answers of those whose answers stand singly only (from before they were kept together); returns how many."""
    waiting = Participant.objects.filter(programme=report.programme_id, answers=None, user__key__isnull=False)
    rows = waiting.exclude(characteristics=None).select_for_update(of=("self",)).select_related("user__key")
    done = list(rows.order_by("number")[: records.BATCH])
    keys = {row.pk: (row.pk, row.user.pk, row.user.key.master, bytes(row.user.key.wrapped)) for row in done if row.user}
    single = records.singly(keys.values())
    done = [row for row in done if row.pk in single]
    for row in done:
        row.answers = records.sealed_for(keys[row.pk], *single[row.pk])
    save_rows(done, ["answers"])
    return len(done)


def open_behind(report: ProgressReport, *, by: User, code: str, scope: str) -> list[int]:
    """The numbers of the participants that a figure is made of; the trail says who looked at which figure. Of a sensitive
    indicator there are none: those answers were given for totals alone."""
    kept = KeptFigures.objects.filter(report=report).first()
    marks = summary.marks_of(kept) if kept is not None else None
    if marks is None or code not in marks.bits:
        return []
    audit.record(by=by.pk, verb="characteristics.opened", target=report, code=code, scope=scope)
    return marks.behind(code, scope)


def refresh_figures(*, now: datetime.datetime) -> int:
    """The tick's part: figures of open reports that are older than ten minutes and than the last change; returns how many."""
    changed = AuditEntry.objects.exclude(verb="report.figures-asked").order_by("-pk").values_list("at", flat=True).first()
    kept = KeptFigures.objects.filter(report=OuterRef("pk"))
    reports = ProgressReport.objects.annotate(computed=Subquery(kept.values("computed_at")))
    stale = Q(computed=None)
    if changed is not None:
        stale |= Q(computed__lt=min(changed, now - FRESH)) & ~Q(state=State.FROZEN)
    waiting = list(reports.filter(stale).select_related("programme", "period")[:50])
    for report in waiting:
        ask_figures(report, by=None)
    return len(waiting)


def _is_small(report: ProgressReport) -> bool:
    rows = attendance_of(report.programme, report.period.starts_on, report.period.ends_on).order_by().values("pk")[: AT_ONCE + 1]
    people = Participant.objects.filter(programme=report.programme_id).order_by().values("pk")[: AT_ONCE + 1]
    return len(rows) <= AT_ONCE and len(people) <= AT_ONCE
