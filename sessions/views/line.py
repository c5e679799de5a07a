"""A programme on one line, and the page of a pilot."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sessions.models import Meeting
from sessions.trajectory import MOMENTS, overview_of, pilot_page
from tools.models import Tool
from trajectories import access
from trajectories.models import Pilot, Programme

INSIDE = {"project", "coach", "leader"}


@require_safe
def programme(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The programme for who works in it, a large one a network at a time; in short for advisers and partners."""
    found = access.programme_for(request.user, pk)
    roles = {seat.role for seat in request.user.living_seats if seat.programme_id == found.pk}
    if not roles & INSIDE:
        return _in_short(request, found)
    overview = overview_of(found, request.user, request.GET.get("network", ""))
    shown = {
        "programme": found,
        "overview": overview,
        "chart": overview.chart(),
        "coming": overview.coming[:5],
        "part": overview.part,
        "milestones": found.milestones.all(),
        "plans": bool(roles & {"project", "coach"}),
        "sets_up": "project" in roles,
        "moments": MOMENTS,
    }
    return render(request, "sessions/programme.html", shown)


def _in_short(request: HttpRequest, found: Programme) -> HttpResponse:
    """Summary, phases, the meetings to which one is invited, tools: no path to a person's text."""
    mine = list(Meeting.objects.visible_to(request.user).filter(programme=found).with_host())
    now = timezone.now()
    shown = {
        "programme": found,
        "phases": found.phases.all(),
        "coming": [row for row in mine if row.ends_at >= now],
        "past": [row for row in reversed(mine) if row.ends_at < now],
        "tools": Tool.objects.visible_to(request.user).with_texts()[:8],
    }
    return render(request, "sessions/programme_short.html", shown)


@require_safe
def pilot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One pilot: its pair, its tandem, its moments, what was agreed."""
    found = access.pilot_for(request.user, pk)
    shown = {
        "pilot": found,
        "page": pilot_page(found, request.user),
        "plans": Pilot.objects.coached_by(request.user).filter(pk=found.pk).exists(),
        "moments": MOMENTS,
    }
    return render(request, "sessions/pilot.html", shown)
