"""The letter that brings a session report; the right to read it is asked again when the letter goes."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import files, letters
from core.letters import Attachment, Letter, Obsolete
from outbox.models import OutgoingMail
from people.mails import letter_to, reader_of
from sessions import reports
from sessions.models import Meeting, SessionReport


def session_report(mail: OutgoingMail) -> Letter:
    """The report of a network session as an attachment; of a coaching moment only the way to it, behind the door.

    Obsolete when a newer one was sent, or when the reader may no longer read the meeting's words.
    """
    reader = reader_of(mail)
    report = SessionReport.objects.select_related("file").filter(pk=mail.subject_id, file__isnull=False).first()
    if report is None or report.file is None or _has_newer(report):
        raise Obsolete
    meeting = Meeting.objects.words_readable_by(reader).with_host().filter(pk=report.meeting_id).first()
    if meeting is None:
        raise Obsolete
    letter = letter_to(
        reader,
        template="sessions/mail/report",
        programme=meeting.programme,
        path=reverse("sessions:report", args=[meeting.pk]),
        button=_("Open the report"),
        meeting=meeting,
        attached=meeting.kind == Meeting.Kind.NETWORK,
        own=meeting.actions.open().filter(owner=reader).count(),
    )
    if meeting.kind != Meeting.Kind.NETWORK:
        return letter
    return replace(letter, attachments=(Attachment(report.file.name, files.read(report.file), report.file.content_type),))


def _has_newer(report: SessionReport) -> bool:
    return (
        report.sent_at is not None
        and SessionReport.objects.filter(
            meeting_id=report.meeting_id, edition=report.edition, sent_at__gt=report.sent_at
        ).exists()
    )


letters.declare(reports.LETTER, session_report, title=_("The report of a session"))
