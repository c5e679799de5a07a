"""The steps of an own template: added, changed, put earlier or later, taken out and put back."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.forms import attempt
from planning import access, templates
from planning.forms_templates import StepForm, initial_of, initial_typed
from planning.models import Step
from planning.views.templates import after_change, form_page, page_methods

FORM = "planning/templates/step.html"


@page_methods
def new(request: HttpRequest, pk: UUID, rhythm: str) -> HttpResponse:
    """A session or a moment more."""
    if rhythm not in Step.Rhythm.values:
        raise Http404
    template = access.template_run_by(request.user, pk)
    step = Step(template=template, rhythm=rhythm)
    start = {"version": template.version, "minutes": 180 if step.is_session else 120, "starts": "09:30", "reminders": "7, 1"}
    last = next((row for row in reversed(template.living_steps) if row.rhythm == rhythm), None)
    title = _("A session more") if step.is_session else _("A moment more")
    return _step(request, step, start | ({"anchor": last.pk, "weeks": 12} if last else {}), title)


@page_methods
def change(request: HttpRequest, pk: UUID, step: UUID) -> HttpResponse:
    """One step, all of it on one page."""
    found = access.step_run_by(request.user, pk, step)
    return _step(request, found, initial_of(found), _("Change this step"))


def _step(request: HttpRequest, step: Step, start: dict, title: str) -> HttpResponse:
    more = request.POST.get("do") == "rows"
    sent = request.POST if request.method == "POST" and not more else None
    form = StepForm(sent, step=step, user=request.user, initial=initial_typed(request.POST) if more else start)
    if sent is not None and form.is_valid():
        version = form.cleaned_data["version"] or 0
        saved = attempt(form, lambda: templates.save_step(step, by=request.user, version=version, **form.values()))
        if saved:
            return after_change(request, step.template)
    return form_page(request, FORM, form, step.template, title, step=step)


@require_POST
def move(request: HttpRequest, pk: UUID, step: UUID) -> HttpResponse:
    """One place earlier or later in its rhythm."""
    found = access.step_run_by(request.user, pk, step)
    templates.move_step(found, by=request.user, earlier=request.POST.get("to") != "later")
    return redirect("planning:template", pk)


@require_POST
def remove(request: HttpRequest, pk: UUID, step: UUID) -> HttpResponse:
    """Take a step out; the page keeps it at hand to put it back."""
    found = access.step_run_by(request.user, pk, step)
    templates.remove_step(found, by=request.user)
    said = _("“%(title)s” is taken out. You can put it back at the bottom of this page.")
    messages.success(request, said % {"title": found.title})
    return redirect("planning:template", pk)


@require_POST
def put_back(request: HttpRequest, pk: UUID, step: UUID) -> HttpResponse:
    """The step counts again."""
    found = access.step_run_by(request.user, pk, step)
    templates.put_back_step(found, by=request.user)
    messages.success(request, _("“%(title)s” is back.") % {"title": found.title})
    return redirect("planning:template", pk)
