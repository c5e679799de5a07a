"""The letters of this app: one function each, used by preview, test and sending."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import letters
from core.letters import Letter, Obsolete
from outbox.models import OutgoingMail
from people.mails import letter_to, reader_of
from reporting.completeness import is_complete
from reporting.models import Characteristic, Participant, ProgressReport


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


def esf_questions(mail: OutgoingMail) -> Letter:
    """To a new participant: the funder's questions wait. Obsolete once everything that is needed has been answered."""
    reader = reader_of(mail)
    found = Participant.objects.filter(pk=mail.subject_id, user=reader).select_related("programme").first()
    if found is None or is_complete(found):
        raise Obsolete
    return letter_to(
        reader,
        template="reporting/mail/esf_questions",
        programme=found.programme,
        path=reverse("reports:my_answers", args=[found.pk, Characteristic.Moment.ENTRY]),
        button=_("Answer the questions"),
        participant=found,
    )


letters.declare("esf-questions", esf_questions, title=_("Questions for the funder"))
letters.declare("report-proposed", report_proposed, title=_("A progress report is ready for a second pair of eyes"))
