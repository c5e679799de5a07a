"""A programme's own indicators: titles, targets, and what the team notes per period. What was reported keeps its target."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError, Faults
from people.models import User
from reporting.frameworks import framework
from reporting.models import OwnIndicator, OwnResult, ProgressReport, ReportingPeriod
from trajectories.models import Programme

Counts = OwnIndicator.Counts


@transaction.atomic
def save_own_indicator(row: OwnIndicator, *, by: User) -> OwnIndicator:
    """Add or change an own indicator. Refused with every fault at once: a target or way of counting that was reported, a
    code that the framework does not count, another indicator with this title."""
    Programme.objects.select_for_update().get(pk=row.programme_id)
    faults = [*_changed_after_freezing(row), *_unknown_code(row)]
    if OwnIndicator.objects.filter(programme=row.programme, title=row.title).exclude(pk=row.pk).exists():
        faults.append(_("There is another indicator with this title."))
    if not row.target:
        faults.append(_("A target is at least 1."))
    if faults:
        raise Faults([DomainError(fault) for fault in faults])
    if row.counts != Counts.CODE:
        row.code = ""
    row.save()
    audit.record(by=by.pk, verb="own-indicator.saved", target=row, target_value=row.target, counts=row.counts)
    return row


@transaction.atomic
def remove_own_indicator(row: OwnIndicator, *, by: User) -> None:
    """Take it out; refused once a report with it was frozen."""
    if reported := _frozen_periods(row):
        raise DomainError(_("This indicator was reported in %(periods)s, so it stays.") % {"periods": ", ".join(reported)})
    audit.record(by=by.pk, verb="own-indicator.removed", target=row)
    row.delete()


@transaction.atomic
def note_results(period: ReportingPeriod, *, by: User, values: Mapping[OwnIndicator, int | None]) -> int:
    """Keep what the team counted in a period; None takes a value away. Refused once the period was reported."""
    if ProgressReport.objects.filter(period=period, state=ProgressReport.State.FROZEN).exists():
        raise DomainError(_("The report on this period has been frozen, so its figures can no longer change."))
    mine = {row: value for row, value in values.items() if row.programme_id == period.programme_id}
    gone = [row.pk for row, value in mine.items() if value is None]
    OwnResult.objects.filter(period=period, indicator__in=gone).delete()
    for row, value in mine.items():
        if value is not None:
            now = {"value": value, "noted_by": by, "noted_at": timezone.now()}
            OwnResult.objects.update_or_create(indicator=row, period=period, defaults=now)
    audit.record(by=by.pk, verb="own-results.noted", target=period, indicators=len(mine))
    return len(mine)


def _changed_after_freezing(row: OwnIndicator) -> list[str]:
    before = OwnIndicator.objects.filter(pk=row.pk).first()
    if before is None:
        return []
    names = {"target": _("target"), "counts": _("way of counting"), "code": _("official code")}
    changed = [word for name, word in names.items() if getattr(before, name) != getattr(row, name)]
    reported = _frozen_periods(row) if changed else []
    if not reported:
        return []
    told = {"what": ", ".join(changed), "periods": ", ".join(reported)}
    return [_("Reported in %(periods)s, so this can no longer change: %(what)s. Add a new indicator instead.") % told]


def _frozen_periods(row: OwnIndicator) -> list[str]:
    frozen = ProgressReport.objects.filter(
        programme=row.programme_id, state=ProgressReport.State.FROZEN, snapshot__data__contains=str(row.pk)
    )
    return list(frozen.order_by("period__starts_on").values_list("period__name", flat=True))


def _unknown_code(row: OwnIndicator) -> list[str]:
    if row.counts != Counts.CODE:
        return []
    codes = [indicator.code for indicator in framework(row.programme.framework).indicators if indicator.rule]
    if row.code in codes:
        return []
    return [_("The framework counts no %(code)s. It counts: %(codes)s.") % {"code": row.code or "–", "codes": ", ".join(codes)}]
