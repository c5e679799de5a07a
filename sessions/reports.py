"""Session reports: asked for with one button, made in the background, kept with their hash, mailed to those they concern."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit, files, jobs
from core.errors import DomainError
from core.models import Job
from outbox import services as outbox
from people.models import User
from sessions import minutes, report_document
from sessions.models import Meeting, SessionReport, Signature

KIND = "sessions.make_report"
LETTER = "session-report"
LANGUAGES = ("nl", "en")
Edition = SessionReport.Edition
SHOWN = 20


@dataclass(frozen=True)
class Summary:
    """The reports of a meeting as its page shows them: the newest of the asked edition first."""

    meeting: Meeting
    reports: list[SessionReport]
    state: str

    @property
    def newest(self) -> SessionReport | None:
        return self.reports[0] if self.reports else None

    @property
    def ready(self) -> list[SessionReport]:
        return [report for report in self.reports if report.file_id]

    @property
    def latest(self) -> SessionReport | None:
        return self.ready[0] if self.ready else None

    @property
    def is_stale(self) -> bool:
        """The meeting changed since the newest one was made."""
        return self.latest is not None and _state_in(self.latest) != self.state

    @property
    def job(self) -> Job | None:
        """Work that is going on, or that failed after the latest report."""
        newest = self.newest
        return newest.job if newest is not None and not newest.file_id else None


def state_of(meeting: Meeting, edition: str) -> str:
    """What a report is made of, as a short mark: another mark is another report."""
    if edition == Edition.FUNDER:
        signed = Signature.objects.filter(attendance__meeting=meeting).aggregate(last=Max("signed_at"))["last"]
        moments = [f".{name}{when:%Y%m%d%H%M%S}" for name, when in (("c", meeting.checked_at), ("s", signed)) if when]
        return f"{meeting.version}{''.join(moments)}"
    return f"{meeting.version}.{minutes.of(meeting).version}"


def summary(meeting: Meeting, edition: str = Edition.INTERNAL) -> Summary:
    """The reports of one edition, in two queries; only for who may read the meeting's words (funder: who runs it)."""
    found = meeting.reports.filter(edition=edition).select_related("file", "job").order_by("-created_at")[:SHOWN]
    return Summary(meeting, list(found), state_of(meeting, edition))


@transaction.atomic
def ask(meeting: Meeting, *, by: User, edition: str = Edition.INTERNAL, language: str = "nl", send: bool = True) -> SessionReport:
    """A report of the meeting as it is now. Asked twice it is made once; one that is ready and the same is only sent.

    `send` counts for the internal edition. DomainError when the attendance list is not closed yet.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not meeting.took_place:
        raise DomainError(_("Close the attendance list first: a report says who was there."))
    if edition not in Edition.values or language not in LANGUAGES:
        raise DomainError(_("Choose one of the answers."), field="language")
    send = send and edition == Edition.INTERNAL
    state = state_of(meeting, edition)
    report = _standing(meeting, edition, language, state)
    if report is None:
        report = _queue(meeting, by=by, edition=edition, language=language, state=state, send=send)
    elif send and report.file_id is None:
        job = Job.objects.get(pk=report.job_id)
        Job.objects.filter(pk=job.pk).update(arguments=job.arguments | {"send": "yes"})
    elif send and report.sent_at is None:
        _send(report, by=by)
    return report


def make(job: Job) -> None:
    """The worker's part: render, keep, and send when that was asked. Done again after a crash it continues where it stopped."""
    report = SessionReport.objects.select_related("requested_by").get(pk=job.arguments["report"])
    meeting = Meeting.objects.with_host().get(pk=report.meeting_id)
    jobs.report_progress(job, 1, 3)
    if report.file_id is None:
        with translation.override(report.language):
            content = report_document.render(meeting, edition=report.edition, language=report.language)
        name = report_document.name_of(meeting, edition=report.edition, language=report.language)
        with transaction.atomic():
            report.file = files.store(content, name=name, content_type="application/pdf", by=job.requested_by)
            report.made_at = timezone.now()
            report.save(update_fields=["file", "made_at"])
            audit.record(by=job.requested_by, verb="report.made", target=report, meeting=meeting.pk, sha256=report.file.sha256)
    jobs.report_progress(job, 2, 3)
    with transaction.atomic():
        Meeting.objects.select_for_update().get(pk=meeting.pk)  # who asks to send meanwhile holds it too
        report.refresh_from_db(fields=["sent_at"])
        if Job.objects.get(pk=job.pk).arguments["send"] == "yes" and report.sent_at is None:
            report.meeting = meeting
            _send(report, by=report.requested_by)
    jobs.report_progress(job, 3, 3)


def _standing(meeting: Meeting, edition: str, language: str, state: str) -> SessionReport | None:
    """A report of this very state: ready, or still being made."""
    same = meeting.reports.filter(edition=edition, language=language, job__arguments__state=state).select_related(
        "job", "meeting"
    )
    return same.exclude(job__state=Job.State.FAILED).order_by("-created_at").first()


def _queue(meeting: Meeting, *, by: User, edition: str, language: str, state: str, send: bool) -> SessionReport:
    report = SessionReport.objects.create(meeting=meeting, edition=edition, language=language, requested_by=by)
    title = _("Report: %(title)s") % {"title": meeting.title}
    report.job = jobs.ask(KIND, by=by.pk, title=title[:200], report=report.pk, state=state, send="yes" if send else "no")
    report.save(update_fields=["job"])
    audit.record(by=by.pk, verb="report.asked", target=report, meeting=meeting.pk, edition=edition, language=language)
    return report


def _send(report: SessionReport, *, by: User | None) -> None:
    """One letter per person concerned, in this transaction."""
    people = report_document.readers_of(report.meeting).values_list("pk", flat=True)
    outbox.queue_many(
        [
            outbox.draft(
                LETTER,
                key=f"report:{report.pk}:{pk}",
                recipient_id=pk,
                subject_id=report.pk,
                programme_id=report.meeting.programme_id,
            )
            for pk in people
        ]
    )
    report.sent_at = timezone.now()
    report.save(update_fields=["sent_at"])
    audit.record(by=by.pk if by else None, verb="report.sent", target=report, meeting=report.meeting_id)


def _state_in(report: SessionReport) -> str:
    return report.job.arguments.get("state", "") if report.job else ""
