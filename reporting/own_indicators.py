"""A programme's own indicators with their targets: what was reached in a period and since the start."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Sum

from reporting.hours import HELD, bounds, overlaps
from reporting.hours import people as hours_of
from reporting.indicators import SINCE_START, STRETCH
from reporting.models import OwnIndicator, OwnResult, ReportingPeriod
from reporting.records import leading
from sessions.models import Meeting
from trajectories.models import Programme

Counts = OwnIndicator.Counts


def reached(programme: Programme, period: ReportingPeriod, counted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each own indicator with its target, the figure of the period and the one since the start of the programme; `counted` is
    the result of the official indicators. One query when there are none."""
    rows = list(programme.own_indicators.all())
    codes = {row["code"]: row for row in counted["rows"] if STRETCH in row}
    noted = _noted(rows, period)
    found = []
    for row in rows:
        if row.counts == Counts.NOTED:
            values = noted.get(row.pk, {})
        elif row.counts == Counts.CODE:
            values = {scope: codes[row.code][scope]["total"] for scope in (STRETCH, SINCE_START)} if row.code in codes else {}
        elif row.counts == Counts.PARTICIPANTS:
            values = {scope: counted["participants"][scope]["total"] for scope in (STRETCH, SINCE_START)}
        else:
            values = {
                STRETCH: _counted(programme, row.counts, period.starts_on, period.ends_on),
                SINCE_START: _counted(programme, row.counts, first_day(programme), period.ends_on),
            }
        found.append(
            {
                "id": str(row.pk),
                "title": row.title,
                "unit": row.unit,
                "counts": row.counts,
                "code": row.code,
                "target": row.target,
                STRETCH: values.get(STRETCH),
                SINCE_START: values.get(SINCE_START),
            }
        )
    return found


def first_day(programme: Programme) -> datetime.date:
    """From which day "since the start" counts meetings: the programme's first, or that of a period that begins before it."""
    return min([programme.starts_on, *programme.periods.values_list("starts_on", flat=True)])


def _noted(rows: list[OwnIndicator], period: ReportingPeriod) -> dict[Any, dict[str, int]]:
    mine = [row.pk for row in rows if row.counts == Counts.NOTED]
    if not mine:
        return {}
    results = OwnResult.objects.filter(indicator__in=mine)
    found: dict[Any, dict[str, int]] = {}
    upto = results.filter(period__starts_on__lte=period.starts_on).order_by().values("indicator").annotate(sum=Sum("value"))
    for pk, total in upto.values_list("indicator", "sum"):
        found.setdefault(pk, {})[SINCE_START] = total
    for pk, value in results.filter(period=period).values_list("indicator", "value"):
        found.setdefault(pk, {})[STRETCH] = value
    return found


def _counted(programme: Programme, what: str, start, end) -> int:
    first, after = bounds(programme, start, end)
    held = Meeting.objects.filter(programme=programme, state__in=HELD, starts_at__gte=first, starts_at__lt=after)
    match what:
        case Counts.NETWORK | Counts.COACHING:
            return held.filter(kind=what).count()
        case Counts.LEADERS:
            return programme.participants.filter(leading(), entered_on__range=(start, end)).count()
        case Counts.SERVICES:
            entered = programme.participants.filter(entered_on__range=(start, end), pilot__isnull=False)
            return entered.order_by().values("pilot__service__name").distinct().count()
        case _:
            twice = overlaps(programme, start, end)
            return round(sum(person.minutes for _number, person in hours_of(programme, start, end, twice)) / 60)
