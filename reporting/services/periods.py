"""Reporting periods, from the project agreement: they do not overlap, and a reported one is closed for good."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import formats
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError, Faults
from people.models import User
from reporting.models import ProgressReport, ReportingPeriod
from trajectories.models import Programme


@transaction.atomic
def save_period(period: ReportingPeriod, *, by: User | None) -> ReportingPeriod:
    """Add or change a period. Refused, with every fault at once, when it ends before it starts, overlaps others, or its report
    would be due too early; refused as a whole when its report is frozen."""
    Programme.objects.select_for_update().get(pk=period.programme_id)
    _refuse_reported(period)
    if faults := list(_faults(period)):
        raise Faults(faults)
    period.save()
    audit.record(by=by.pk if by else None, verb="period.saved", target=period, start=period.starts_on, end=period.ends_on)
    return period


@transaction.atomic
def remove_period(period: ReportingPeriod, *, by: User) -> None:
    """Take a period out; refused once there is a report on it."""
    if ProgressReport.objects.filter(period=period).exists():
        raise DomainError(_("There is a report on this period, so it stays."))
    audit.record(by=by.pk, verb="period.removed", target=period)
    period.delete()


def _faults(period: ReportingPeriod) -> Iterator[DomainError]:
    if period.ends_on < period.starts_on:
        yield DomainError(_("The last day lies before the first."), field="ends_on")
    first, last = sorted((period.starts_on, period.ends_on))
    others = period.programme.periods.exclude(pk=period.pk).filter(starts_on__lte=last, ends_on__gte=first)
    for clash in others.select_related("report").order_by("starts_on"):
        yield DomainError(_overlap(clash), field="starts_on")
    if period.due_on and period.due_on < period.ends_on:
        yield DomainError(_("The report cannot be due before the period has ended."), field="due_on")


def _refuse_reported(period: ReportingPeriod) -> None:
    if ProgressReport.objects.filter(period=period, state=ProgressReport.State.FROZEN).exists():
        raise DomainError(_("The report on this period has been frozen, so the period can no longer change."))


def _overlap(other: ReportingPeriod) -> str:
    words = {
        "name": other.name,
        "start": formats.date_format(other.starts_on, "SHORT_DATE_FORMAT"),
        "end": formats.date_format(other.ends_on, "SHORT_DATE_FORMAT"),
    }
    if getattr(other, "report", None) and other.report.state == ProgressReport.State.FROZEN:
        return _("These days overlap with “%(name)s” (%(start)s to %(end)s), which has been reported and is closed.") % words
    return _("These days overlap with “%(name)s” (%(start)s to %(end)s). Each day belongs to one period.") % words
