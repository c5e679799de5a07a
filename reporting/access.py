"""Doors to periods, reports, their files, and one's own characteristics."""

import datetime
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from core.doors import through
from people.models import User
from reporting.frameworks import framework
from reporting.indicators import months_later
from reporting.models import Characteristic, Participant, ProgressReport, ReportFile, ReportingPeriod, ReportSection
from trajectories.models import Programme

Moment = Characteristic.Moment


def programme_accounted_by(user: User, pk: UUID) -> Programme:
    """A programme for which this person accounts: the project team's; for everybody else it is not there."""
    return through(Programme.objects.run_by(user), pk=pk)


def period_of(programme: Programme, pk: UUID) -> ReportingPeriod:
    """A period of this programme; the programme has come through its own door."""
    return through(ReportingPeriod.objects.filter(programme=programme).select_related("programme"), pk=pk)


def report_for(user: User, pk: UUID) -> ProgressReport:
    """A report of this person's programme."""
    people = ("programme", "period", "proposed_by", "frozen_by", "snapshot")
    return through(ProgressReport.objects.visible_to(user).select_related(*people), pk=pk)


def section_of(report: ProgressReport, name: str) -> ReportSection:
    """A section of this report; the report has come through its own door."""
    return through(ReportSection.objects.filter(report=report).select_related("updated_by"), name=name)


def file_of(report: ProgressReport, pk: UUID) -> ReportFile:
    """A complete file of this report; the report has come through its own door."""
    return through(ReportFile.objects.filter(report=report, file__isnull=False).select_related("file"), pk=pk)


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
