"""The letters of this app: one function each, used by preview, test and sending."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import letters
from core.letters import Letter, Obsolete
from outbox.models import OutgoingMail
from people.mails import letter_to, reader_of
from reporting.models import ProgressReport


def report_proposed(mail: OutgoingMail) -> Letter:
    """To the other project members: a report waits for a second pair of eyes. Obsolete when it no longer does."""
    reader = reader_of(mail)
    visible = ProgressReport.objects.visible_to(reader).select_related("programme", "period", "proposed_by")
    report = visible.filter(pk=mail.subject_id, state=ProgressReport.State.PROPOSED).first()
    if report is None or mail.key.split(":")[2] != f"v{report.version}":
        raise Obsolete
    return letter_to(
        reader,
        template="reporting/mail/report_proposed",
        programme=report.programme,
        path=reverse("reports:report", args=[report.pk]),
        button=_("Read the report"),
        report=report,
    )


letters.declare("report-proposed", report_proposed, title=_("A progress report is ready for a second pair of eyes"))
