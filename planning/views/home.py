"""Where planning begins."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from planning import access
from planning.models import TrajectoryTemplate


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The plan, the templates, the polls and the rules, of each programme in which this person plans."""
    programmes = access.planner(request.user)
    templates = TrajectoryTemplate.objects.visible_to(request.user)
    runs = request.user.programmes_as("project")
    shown = {"programmes": programmes, "templates": templates.count(), "runs": runs}
    return render(request, "planning/home.html", shown)
