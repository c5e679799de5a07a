"""The plan of a programme: its line with warnings, a month, an agenda."""

import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from planning import access, availability
from planning.agenda import agenda_of, around
from planning.months import last_of, month_asked, month_of
from planning.plan import MOST, QUIET_MONTHS, Filters, filters_of, meetings_between, rows_of, warnings
from sessions.models import Meeting
from sessions.trajectory import overview_of
from trajectories.models import Programme


@require_safe
def plan(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One programme as its planners see it; a coach sees their own networks and pilots."""
    programme = access.programme_planned_by(request.user, pk)
    view = request.GET.get("view", "line")
    shown = {"month": _month, "agenda": _agenda}.get(view, _line)(request, programme)
    tabs = [("line", _("Line")), ("month", _("Month")), ("agenda", _("Agenda"))]
    view = view if view in dict(tabs) else "line"
    chosen = {name: request.GET[name] for name in ("network", "pilot", "coach") if request.GET.get(name)}
    shown["tabs"] = [
        {"label": label, "url": "?" + urlencode({"view": name} | chosen), "current": name == view} for name, label in tabs
    ]
    shown |= {"programme": programme, "view": view, "runs": programme.pk in request.user.programmes_as("project")}
    return render(request, f"planning/plan_{view}.html", shown)


def _line(request: HttpRequest, programme: Programme) -> dict:
    """The trajectory line of a small programme or of one network of a large one, and what asks for attention there."""
    prefetch_related_objects([programme], "phases")
    overview = overview_of(programme, request.user, request.GET.get("network", ""))
    asked = request.GET.get("months", "")
    months = int(asked) if asked in {str(number) for number in QUIET_MONTHS} else 6
    found = warnings(overview, list(programme.phases.all()), months)
    return {
        "chart": overview.chart(),
        "part": overview.part,
        "hosts": overview.part.networks or overview.pilots,
        "warnings": found,
        "months": months,
        "quiet_months": QUIET_MONTHS,
    }


def _month(request: HttpRequest, programme: Programme) -> dict:
    """A month as a table, holidays marked; unless one is asked for, the nearest in which something stands."""
    chosen, today = filters_of(programme, request.user, request.GET), timezone.localdate()
    asked = month_asked(request.GET.get("month", ""), today)
    first, meetings, near = asked, _meetings_in(request, programme, chosen, asked), None
    if not meetings:
        near = around(programme, request.user, chosen, *programme.midnights(asked, last_of(asked)))
    if near and "month" not in request.GET:
        first = near.nearest(asked) or max(min(today, programme.ends_on), programme.starts_on).replace(day=1)
        meetings = _meetings_in(request, programme, chosen, first)
    rows = rows_of(meetings[:MOST])
    month = month_of(first, rows, lambda row: row.day, availability.closed_days(programme, first, last_of(first)))
    shown = {"month": month, "rows": rows, "more": len(meetings) > MOST, "keep": {"view": "month"} | chosen.asked}
    return {"filters": chosen, "asked": asked, "near": near} | shown


def _meetings_in(request: HttpRequest, programme: Programme, chosen: Filters, first: datetime.date) -> list[Meeting]:
    return meetings_between(programme, request.user, chosen, *programme.midnights(first, last_of(first)))


def _agenda(request: HttpRequest, programme: Programme) -> dict:
    """What comes, from today or a month on, and the way back to what was before."""
    today = timezone.now().astimezone(programme.zone).date()
    first = month_asked(request.GET["month"], today) if request.GET.get("month") else today
    chosen = filters_of(programme, request.user, request.GET)
    found = agenda_of(programme, request.user, chosen, request.GET, programme.midnights(first, first)[0])
    keep = {"view": "agenda"} | chosen.asked
    ways = {
        "earlier": "?" + urlencode(keep | {"before": found.earlier}) if found.earlier else "",
        "later": "?" + urlencode(keep | {"after": found.later}) if found.later else "",
    }
    return {"filters": chosen, "rows": rows_of(found.meetings)} | ways
