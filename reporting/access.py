"""Doors to periods, reports, their files, and one's own characteristics."""

import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.compiled import Compiled
from core.doors import let_in, through
from people.models import User
from reporting.behind import Behind
from reporting.frameworks import framework
from reporting.indicators import months_later
from reporting.models import (
    Characteristic,
    CharacteristicReader,
    OwnIndicator,
    Participant,
    ProgressReport,
    ReportFile,
    ReportingPeriod,
    ReportSection,
)
from sessions import guests
from sessions.models import Attendance
from trajectories.models import Programme, Seat

Moment = Characteristic.Moment
BUNDLE = gettext_noop("The bundle holds participants' answers under a number. Only who accounts to the fund opens it.")


def programme_accounted_by(user: User, pk: UUID) -> Programme:
    """A programme for which this person accounts: the project team's; for everybody else it is not there.

    Their living seats, read once per request, tell it without asking again."""
    held = next((seat.programme for seat in user.seats_as(Seat.Role.PROJECT) if seat.programme_id == pk), None)
    return held or through(Programme.objects.run_by(user), pk=pk)


def period_of(programme: Programme, pk: UUID) -> ReportingPeriod:
    """A period of this programme; the programme has come through its own door."""
    return through(ReportingPeriod.objects.filter(programme=programme).select_related("programme"), pk=pk)


@Compiled
def _read(user: User, pk: UUID) -> QuerySet[ProgressReport]:
    found = ProgressReport.objects.visible_to(user).select_related("programme", "period", "snapshot")
    return found.defer("snapshot__answers").filter(pk=pk)


def report_read_by(user: User, pk: UUID) -> ProgressReport:
    """A report of this person's programme, for the rows behind its figures."""
    return let_in(_read, user=user, pk=pk)


def report_for(user: User, pk: UUID) -> ProgressReport:
    """A report of this person's programme."""
    joined = ("programme", "period", "proposed_by", "frozen_by", "snapshot", "kept__job")
    found = ProgressReport.objects.visible_to(user).select_related(*joined)
    return through(found.defer("snapshot__data", "snapshot__answers", "kept__gaps", "kept__behind"), pk=pk)


def behind_of(report: ProgressReport) -> Behind:
    """The rows behind the report's figures; the report has come through its own door."""
    return Behind(report)


def report_opened_by(user: User, pk: UUID) -> ProgressReport:
    """A report of which this person may see who stands behind a figure; the rest of the team gets a sentence."""
    reading = CharacteristicReader.objects.filter(user=user).values("programme")
    seen = ProgressReport.objects.visible_to(user).select_related("programme", "period", "kept").defer("kept__gaps")
    sentence = _("Only who accounts to the fund for this programme sees which participants stand behind a figure.")
    return through(seen, seen.filter(programme__in=reading), pk=pk, sentence=sentence)


def opens_behind(user: User, programme_id: UUID) -> bool:
    """May this member of the team see which participants stand behind a figure?"""
    return CharacteristicReader.objects.filter(user=user, programme=programme_id).exists()


def reader_of(programme: Programme, pk: UUID) -> CharacteristicReader:
    """One who may; the programme has come through its own door."""
    return through(CharacteristicReader.objects.filter(programme=programme), pk=pk)


def own_indicator_of(programme: Programme, pk: UUID) -> OwnIndicator:
    """An own indicator of this programme; the programme has come through its own door."""
    return through(OwnIndicator.objects.filter(programme=programme).select_related("programme"), pk=pk)


def frozen_report_for(user: User, pk: UUID) -> ProgressReport:
    """A report of this person's programme that was frozen."""
    found = report_for(user, pk)
    if found.state != ProgressReport.State.FROZEN:
        raise Http404(_("This report has not been frozen, so there is nothing to compare with."))
    return found


def meeting_in(report: ProgressReport, pk: UUID) -> tuple:
    """A meeting that this report knows, with its presences and proofs."""
    found = Behind(report).meeting(pk)
    if found is None:
        raise Http404(_("The report does not know this meeting."))
    return found


def person_in(report: ProgressReport, number: int) -> tuple:
    """A participant of this report under their number, with their presences."""
    found = Behind(report).person(number)
    if found is None:
        raise Http404(_("The report does not know this participant."))
    return found


def participant_of(programme: Programme, pk: UUID) -> Participant:
    """A participant of this programme; the programme has come through its own door."""
    return through(Participant.objects.filter(programme=programme).select_related("programme", "user"), pk=pk)


def guest_of(programme: Programme, pk: UUID) -> Attendance:
    """The line of a guest who came to a meeting of this programme; the programme has come through its own door."""
    return through(guests.lines_of(programme).select_related("meeting__programme"), pk=pk)


def section_of(report: ProgressReport, name: str) -> ReportSection:
    """A section of this report; the report has come through its own door."""
    return through(ReportSection.objects.filter(report=report).select_related("updated_by"), name=name)


def file_of(report: ProgressReport, user: User, pk: UUID) -> ReportFile:
    """A complete file of this report, which has come through its own door. A bundle opens only for who accounts by name."""
    complete = ReportFile.objects.filter(report=report, file__isnull=False).select_related("file")
    reading = CharacteristicReader.objects.filter(user=user).values("programme")
    open_to = complete.filter(~Q(format=ReportFile.Format.ZIP) | Q(report__programme__in=reading))
    return through(complete, open_to, pk=pk, sentence=_(BUNDLE))


def report_filed_by(user: User, pk: UUID, format: str) -> ProgressReport:
    """A report of which this person may ask a file in this format."""
    report = report_for(user, pk)
    if format == ReportFile.Format.ZIP and not opens_behind(user, report.programme_id):
        raise PermissionDenied(_(BUNDLE))
    return report


def own_participation(user: User, pk: UUID, moment: str) -> Participant:
    """One's own participation, at a moment that has come; nobody else's exists here."""
    found = through(Participant.objects.filter(user=user).select_related("programme"), pk=pk)
    if moment not in moments_of(found, timezone.localdate()):
        raise Http404(_("There is nothing to ask yet."))
    return found


def moments_of(participant: Participant, today: datetime.date) -> list[str]:
    """The moments at which this participant may answer by now."""
    moments = [Moment.ENTRY.value]
    if participant.left_on is not None and participant.left_on <= today:
        moments.append(Moment.EXIT.value)
        later = framework(participant.programme.framework).windows[Moment.SIX_MONTHS]["months"]
        if months_later(participant.left_on, later) <= today:
            moments.append(Moment.SIX_MONTHS.value)
    return moments
