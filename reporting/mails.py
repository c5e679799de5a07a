"""The letters of this app: one function each, used by preview, test and sending."""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import letters
from core.letters import Letter, Obsolete, TooLate
from outbox.models import OutgoingMail
from people.mails import letter_to, reader_of
from reporting import links
from reporting.clocks import clocks
from reporting.completeness import missing
from reporting.models import Asking, ProgressReport
from trajectories.models import Programme


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
    """To a participant: the funder's questions of a moment wait behind a personal link. Obsolete once everything that is needed
    has been answered, too late when the link no longer takes answers."""
    return _asked(mail, "reporting/mail/esf_questions")


def esf_reminder(mail: OutgoingMail) -> Letter:
    """The same a second and last time."""
    return _asked(mail, "reporting/mail/esf_reminder")


def _asked(mail: OutgoingMail, template: str) -> Letter:
    reader, moment = reader_of(mail), mail.key.rpartition(":")[2]
    rows = Asking.objects.filter(participant=mail.subject_id, participant__user=reader, moment=moment)
    asking = rows.select_related("participant__programme").first()
    if asking is None or not missing(asking.participant, moment):
        raise Obsolete
    if asking.closes_on < timezone.localdate():
        raise TooLate
    return letter_to(
        reader,
        template=template,
        programme=asking.participant.programme,
        path=reverse("reports:asked", args=[links.token_of(asking)]),
        button=_("Answer the questions"),
        participant=asking.participant,
        moment=moment,
        closes_on=asking.closes_on,
    )


def content_clock(mail: OutgoingMail) -> Letter:
    """To the project team, a month before: on this day the coaching content of a programme goes. Obsolete when the clock was set
    later since, too late once it has gone."""
    reader = reader_of(mail)
    programme = Programme.objects.run_by(reader).filter(pk=mail.subject_id).first()
    goes_on = datetime.date.fromisoformat(mail.key.split(":")[2])
    if programme is None or clocks(programme)[0] >= goes_on:
        raise Obsolete
    if goes_on <= timezone.localdate():
        raise TooLate
    return letter_to(
        reader,
        template="reporting/mail/content_clock",
        programme=programme,
        path=reverse("trajectories:basics", args=[programme.pk]),
        button=_("See or change how long texts are kept"),
        goes_on=goes_on,
        evidence_until=clocks(programme)[1],
    )


letters.declare("content-clock", content_clock, title=_("Coaching texts are erased soon"))
letters.declare("esf-questions", esf_questions, title=_("Questions for the funder"))
letters.declare("esf-reminder", esf_reminder, title=_("Reminder of the questions for the funder"))
letters.declare("report-proposed", report_proposed, title=_("A progress report is ready for a second pair of eyes"))
