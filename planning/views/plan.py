"""The plan of a programme: its line with warnings, a month, an agenda."""

import datetime
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from planning import access, availability
from planning.months import last_of, month_asked, month_of
from planning.plan import MOST, ON_A_PAGE, QUIET_MONTHS, filters_of, meetings_between, rows_of, warnings
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
        "warnings": found,
        "months": months,
        "quiet_months": QUIET_MONTHS,
    }


def _month(request: HttpRequest, programme: Programme) -> dict:
    """A month as a table, holidays marked."""
    zone = ZoneInfo(programme.time_zone)
    first = month_asked(request.GET.get("month", ""), timezone.localdate())
    last = last_of(first)
    chosen = filters_of(programme, request.user, request.GET)
    begins = datetime.datetime.combine(first, datetime.time(), tzinfo=zone)
    ends = datetime.datetime.combine(last + datetime.timedelta(days=1), datetime.time(), tzinfo=zone)
    meetings = meetings_between(programme, request.user, chosen, begins, ends, MOST)
    rows = rows_of(meetings[:MOST])
    month = month_of(first, rows, lambda row: row.day, availability.closed_days(programme, first, last))
    shown = {"month": month, "rows": rows, "more": len(meetings) > MOST, "keep": {"view": "month"} | chosen.asked}
    return {"filters": chosen} | shown


def _agenda(request: HttpRequest, programme: Programme) -> dict:
    """What comes, from a month on."""
    first = month_asked(request.GET.get("month", ""), timezone.localdate())
    begins = datetime.datetime.combine(first, datetime.time(), tzinfo=ZoneInfo(programme.time_zone))
    chosen = filters_of(programme, request.user, request.GET)
    since = begins if request.GET.get("month") else timezone.now()
    meetings = meetings_between(programme, request.user, chosen, since, None, ON_A_PAGE)
    return {"filters": chosen, "rows": rows_of(meetings[:ON_A_PAGE]), "more": len(meetings) > ON_A_PAGE, "first": first}
