"""From a template to meetings: first what would happen, then that; drafts that become planned; the next edition."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.errors import DomainError
from core.forms import attempt
from planning import access, editions, publishing, templates_plan
from planning.forms_templates import ApplyForm, DoForm, DraftsForm, EditionForm
from planning.models import TemplateUse
from planning.views.templates import page_methods
from trajectories import access as trajectories


@page_methods
def apply(request: HttpRequest, programme: UUID, pk: UUID) -> HttpResponse:
    """What this template would make and change here, for whom and when; sent with the mark of what was seen, it is done."""
    found, template = access.template_applied_by(request.user, programme, pk)
    use = templates_plan.use_of(template, found)
    use.programme, use.template = found, template  # as they came through their door
    start = {"starts_on": use.starts_on, "language": use.language}
    sent = DoForm(request.POST or None)
    if request.method == "POST" and sent.is_valid():
        return _do(request, use, sent)
    typed = request.POST if sent.is_bound else request.GET if "starts_on" in request.GET else None
    form = ApplyForm(typed, initial=start)
    if form.is_bound and form.is_valid():
        start = form.cleaned_data
    return _preview(request, use, form, start)


def _do(request: HttpRequest, use: TemplateUse, sent: DoForm) -> HttpResponse:
    asked = sent.cleaned_data
    try:
        plan = templates_plan.apply_template(use.template, by=request.user, programme=use.programme, **asked)
    except DomainError as refusal:
        messages.warning(request, refusal.message)
        start = {"starts_on": asked["starts_on"], "language": asked["language"]}
        return _preview(request, use, ApplyForm(initial=start), start, status=409)
    words = {"made": len(plan.to_make), "changed": len(plan.to_change)}
    messages.success(request, _("Done: %(made)s drafts made, %(changed)s meetings changed.") % words)
    return redirect("planning:drafts", use.programme_id)


def _preview(request: HttpRequest, use: TemplateUse, form: ApplyForm, start: dict, status: int = 200) -> HttpResponse:
    plan = templates_plan.plan_of(use.template, use.programme, user=request.user, use=use, **start)
    shown = {"plan": plan, "form": form, "programme": use.programme, "template": use.template}
    shown["runs"] = use.programme.pk in request.user.programmes_as("project")
    return render(request, "planning/templates/apply.html", shown, status=status)


@page_methods
def drafts(request: HttpRequest, pk: UUID) -> HttpResponse:
    """All drafts of a programme that this person runs: chosen, counted in letters, planned."""
    programme = access.programme_planned_by(request.user, pk)
    every = publishing.drafts_of(programme, request.user)
    form = DraftsForm(request.POST or None, drafts=every)
    chosen = list(form.cleaned_data["drafts"]) if request.method == "POST" and form.is_valid() else []
    if chosen and request.POST.get("do") == "plan":
        mark = form.cleaned_data["mark"]
        count = attempt(form, lambda: publishing.plan_drafts(programme, by=request.user, drafts=chosen, mark=mark))
        if count:
            messages.success(request, ngettext("%(count)d meeting is planned. The letters are on their way.",
                "%(count)d meetings are planned. The letters are on their way.", count) % {"count": count})  # fmt: skip
            return redirect("planning:drafts", pk)
    shown = {"programme": programme, "drafts": list(every), "form": form, "chosen": chosen}
    ticked = {row.pk for row in chosen} if form.is_bound else {row.pk for row in shown["drafts"]}
    counted = {"letters": publishing.letters_of(chosen), "people": publishing.people_of(chosen)}
    return render(request, "planning/drafts.html", shown | counted | {"mark": publishing.mark_of(chosen), "ticked": ticked})


@page_methods
def edition(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next edition of a programme, by who sets it up."""
    programme = trajectories.programme_run_by(request.user, pk)
    form = EditionForm(request.POST or None, initial={"name": programme.name})
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: editions.copy_programme(programme, by=request.user, **form.cleaned_data))
        if made:
            messages.success(request, _("The next edition stands. Check what came along and invite its people."))
            return redirect("trajectories:setup", made.pk)
    return render(request, "planning/edition.html", {"form": form, "programme": programme})
