"""A programme's own indicators with their targets: what was reached in a period and since the start."""

import datetime
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from reporting.hours import HELD, meetings_of, minutes_of, overlaps
from reporting.hours import people as hours_of
from reporting.indicators import SINCE_START, STRETCH
from reporting.models import OwnIndicator, OwnResult, ReportingPeriod
from reporting.records import leading
from sessions.models import Meeting
from trajectories.models import Programme

Counts = OwnIndicator.Counts


def reached(programme: Programme, period: ReportingPeriod, counted: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each own indicator with its target, the figure of the period and the one since the start of the programme; `counted` is
    the result of the official indicators. What the team noted stands beside it, a row for each period (`noted`). One query when
    there are none."""
    rows = list(programme.own_indicators.all())
    codes = {row["code"]: row for row in counted["rows"] if STRETCH in row}
    noted = _noted(rows, period)
    found = []
    for row in rows:
        if row.counts == Counts.NOTED:
            values = _summed(noted.get(row.pk, []), period)
        elif row.counts == Counts.CODE:
            values = {scope: codes[row.code][scope]["total"] for scope in (STRETCH, SINCE_START)} if row.code in codes else {}
        elif row.counts == Counts.PARTICIPANTS:
            values = {scope: counted["participants"][scope]["total"] for scope in (STRETCH, SINCE_START)}
        else:
            values = {
                STRETCH: _counted(programme, row.counts, period.starts_on, period.ends_on),
                SINCE_START: _counted(programme, row.counts, None, period.ends_on),
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
                **({"noted": noted.get(row.pk, [])} if row.counts == Counts.NOTED else {}),
            }
        )
    return found


def first_day(programme: Programme) -> datetime.date:
    """From which day "since the start" counts meetings: the programme's first, or that of a period that begins before it."""
    return min([programme.starts_on, *programme.periods.values_list("starts_on", flat=True)])


def before(programme: Programme, period: ReportingPeriod) -> list[dict[str, Any]]:
    """The held meetings since the start that lie before a period, with the minutes of participants that count: from these and
    the period's own rows whoever counts again finds the figures since the start."""
    start, end = first_day(programme), period.starts_on - datetime.timedelta(days=1)
    minutes, zone = Counter(dict(minutes_of(programme, start, end))), programme.zone
    for overlap in overlaps(programme, start, end):
        minutes[overlap.meeting_id] -= overlap.minutes - overlap.counted
    held = meetings_of(programme, start, end).filter(state__in=HELD).order_by("starts_at", "pk")
    return [
        {"day": starts.astimezone(zone).date().isoformat(), "kind": kind, "minutes": minutes[pk]}
        for pk, kind, starts in held.values_list("pk", "kind", "starts_at")
    ]


def _noted(rows: list[OwnIndicator], period: ReportingPeriod) -> dict[Any, list[dict[str, Any]]]:
    """What was noted of each indicator until this period, a row for each period in their order."""
    mine, found = [row.pk for row in rows if row.counts == Counts.NOTED], dict[Any, list[dict[str, Any]]]()
    results = OwnResult.objects.filter(indicator__in=mine, period__starts_on__lte=period.starts_on).order_by("period__starts_on")
    columns = ("indicator", "period__name", "period__starts_on", "period__ends_on", "value", "noted_at")
    for pk, name, first, last, value, at in results.values_list(*columns) if mine else ():
        days = {"from": first.isoformat(), "until": last.isoformat(), "on": timezone.localdate(at).isoformat()}
        found.setdefault(pk, []).append({"period": name, "value": value} | days)
    return found


def _summed(noted: list[dict[str, Any]], period: ReportingPeriod) -> dict[str, int]:
    """The figures that noted rows give; none where nothing was noted."""
    here = [row["value"] for row in noted if row["from"] == period.starts_on.isoformat()]
    since = {SINCE_START: sum(row["value"] for row in noted)} if noted else {}
    return since | ({STRETCH: here[0]} if here else {})


def _counted(programme: Programme, what: str, start: datetime.date | None, end: datetime.date) -> int:
    """Counted from the rows; without `start` since the start: of meetings from the first day on, of people whoever entered."""
    since = start or first_day(programme)
    entered = programme.participants.filter(entered_on__lte=end)
    entered = entered.filter(entered_on__gte=start) if start else entered
    match what:
        case Counts.NETWORK | Counts.COACHING:
            first, after = programme.midnights(since, end)
            held = Meeting.objects.filter(programme=programme, state__in=HELD, starts_at__gte=first, starts_at__lt=after)
            return held.filter(kind=what).count()
        case Counts.LEADERS:
            return entered.filter(leading()).count()
        case Counts.SERVICES:
            return entered.filter(pilot__isnull=False).order_by().values("pilot__service__name").distinct().count()
        case _:
            twice = overlaps(programme, since, end)
            return round(sum(person.minutes for _number, person in hours_of(programme, since, end, twice)) / 60)
