"""How the programme stands, for the project team."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reporting import access
from reporting.standing import Standing


@require_GET
def dashboard(request: HttpRequest, programme: UUID) -> HttpResponse:
    """Pilots, sessions, hours, targets, and what the next report still misses."""
    found = access.programme_accounted_by(request.user, programme)
    standing = Standing(found)
    context = {"programme": found, "standing": standing, "reading": standing.reading, "report": standing.report}
    return render(request, "reporting/dashboard.html", context)
