"""Files of a report: asked on the page, made in the background, offered only when complete."""

import tempfile
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, files, jobs
from core.errors import DomainError
from core.models import Job, StoredFile
from people.models import User
from reporting import document, exports
from reporting.models import ProgressReport, ReportFile
from reporting.services.participants import sync_participants

KIND = "reporting.make_file"


@transaction.atomic
def ask_file(report: ProgressReport, *, by: User, format: str, language: str) -> ReportFile:
    """A file of the report. Of a frozen report each file is made once; a draft is made anew, unless that is being done."""
    state = ProgressReport.objects.select_for_update().values_list("state", flat=True).get(pk=report.pk)
    frozen = state == ProgressReport.State.FROZEN  # as it is under the lock, whatever the caller's row says
    same = report.files.filter(format=format, language=language, is_frozen=frozen).select_related("file", "job")
    standing = same.exclude(job__state=Job.State.FAILED).first()
    if standing and (standing.file_id is None or frozen):
        return standing
    wanted = ReportFile.objects.create(report=report, format=format, language=language, is_frozen=frozen, requested_by=by)
    title = _("%(name)s as %(format)s") % {"name": report.period.name, "format": wanted.get_format_display()}
    wanted.job = jobs.ask(KIND, by=by.pk, title=title[:200], file=wanted.pk)
    wanted.save(update_fields=["job"])
    audit.record(by=by.pk, verb="report.file-asked", target=wanted, report=report.pk, format=format, language=language)
    return wanted


def make_file(job: Job) -> None:
    """The worker's part. Done again after a crash it makes the file again; a half one is never kept."""
    wanted = ReportFile.objects.select_related("report__programme", "report__period", "requested_by").get(
        pk=job.arguments["file"]
    )
    if wanted.file_id is not None:
        return
    report = wanted.report
    if not wanted.is_frozen and report.state == ProgressReport.State.FROZEN:
        raise DomainError(
            _("The report was frozen in the meantime. Ask for the file again: it is then made of the frozen figures.")
        )
    if not wanted.is_frozen and report.state == ProgressReport.State.DRAFT:
        sync_participants(report.programme, by=wanted.requested_by)
    jobs.report_progress(job, 1, 3)
    source = document.source_of(report)
    with tempfile.TemporaryFile() as made:
        exports.write(source, wanted.format, made, language=wanted.language)
        jobs.report_progress(job, 2, 3)
        made.seek(0)
        _keep(wanted, job, made.read(), exports.name_of(source, wanted.format))


@transaction.atomic
def _keep(wanted: ReportFile, job: Job, content: bytes, name: str) -> None:
    """The row of the file names the bytes, so that bytes of an attempt that was killed here are replaced by the next one's."""
    locked = ReportFile.objects.select_for_update().get(pk=wanted.pk)
    if locked.file_id is not None:
        return
    format = exports.Format(wanted.format)
    wanted.file = files.store(content, name=name, content_type=exports.TYPES[format], by=job.requested_by, pk=wanted.pk)
    wanted.save(update_fields=["file"])
    job.result = wanted.file
    audit.record(by=job.requested_by, verb="report.file-made", target=wanted, report=wanted.report_id, sha256=wanted.file.sha256)
    if not wanted.is_frozen:
        _forget_older(wanted)


def _forget_older(wanted: ReportFile) -> None:
    """A newer draft takes the place of older ones of the same kind; the sweep removes their bytes."""
    older = ReportFile.objects.filter(
        report_id=wanted.report_id, format=wanted.format, language=wanted.language, is_frozen=False, file__isnull=False
    ).exclude(pk=wanted.pk)
    stored: list[UUID] = list(older.values_list("file_id", flat=True))
    older.delete()
    StoredFile.objects.filter(pk__in=stored).update(expires_at=timezone.now())


def language_of(user: User) -> str:
    """In which language this person probably wants a file."""
    return user.language or translation.get_language() or "nl"
