"""The list of reports: per programme its periods, each with a state and what comes next."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from people.models import User
from reporting.models import ProgressReport, ReportingPeriod
from trajectories.models import Programme

State = ProgressReport.State


@dataclass(frozen=True)
class PeriodLine:
    """One period on the list. `badge` and `word` say how its report stands."""

    period: ReportingPeriod
    report: ProgressReport | None
    badge: str
    word: str
    has_ended: bool
    is_late: bool

    @property
    def is_open(self) -> bool:
        """There is something to do: the period has ended and its report is not frozen."""
        return self.has_ended and (self.report is None or self.report.state != State.FROZEN)


@dataclass(frozen=True)
class ProgrammeLines:
    programme: Programme
    lines: list[PeriodLine]


def lines(user: User, *, today: datetime.date) -> list[ProgrammeLines]:
    """Two queries: the programmes of this project member, and all their periods with reports."""
    programmes = list(Programme.objects.run_by(user))
    periods = ReportingPeriod.objects.filter(programme__in=programmes).select_related("report").order_by("starts_on")
    found = {programme.pk: ProgrammeLines(programme, []) for programme in programmes}
    for period in periods:
        found[period.programme_id].lines.append(_line(period, today))
    return list(found.values())


def next_line(programmes: list[ProgrammeLines]) -> PeriodLine | None:
    """The oldest period that still waits for its report."""
    waiting = [line for programme in programmes for line in programme.lines if line.is_open]
    return min(waiting, key=lambda line: line.period.ends_on, default=None)


def _line(period: ReportingPeriod, today: datetime.date) -> PeriodLine:
    report = getattr(period, "report", None)
    badge, word = _standing(report, period, today)
    frozen = report is not None and report.state == State.FROZEN
    is_late = not frozen and period.due_on is not None and period.due_on < today
    return PeriodLine(period, report, badge, word, period.ends_on < today, is_late)


def _standing(report: ProgressReport | None, period: ReportingPeriod, today: datetime.date) -> tuple[str, str]:
    if report is not None and report.state == State.FROZEN:
        return "ok", _("frozen")
    if report is not None and report.state == State.PROPOSED:
        return "wait", _("waits for a second person")
    if period.starts_on > today:
        return "quiet", _("to come")
    if period.ends_on >= today:
        return "now", _("going on")
    return ("next", _("being written")) if report else ("wait", _("to report"))
