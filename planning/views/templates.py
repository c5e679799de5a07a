"""Templates of trajectories: the list, a page for each, and making, copying and changing one."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.compiled import Compiled
from core.forms import attempt
from people.models import User
from planning import access, templates
from planning.forms_templates import CopyForm, TemplateForm, initial_of_template
from planning.models import Step, TemplateUse, TrajectoryTemplate
from planning.templates_line import chart_of, tell_distances
from planning.templates_plan import programmes_using
from trajectories import access as trajectories

page_methods = require_http_methods(["GET", "HEAD", "POST"])
AT_ONCE = 60


@Compiled
def lines_of_templates(user: User) -> QuerySet[TrajectoryTemplate]:
    """The templates that this person sees, with how many steps they have and whether they are in use where this person plans."""
    rows = TrajectoryTemplate.objects.visible_to(user).select_related("programme")
    rows = rows.only("title_nl", "title_en", "summary_nl", "summary_en", "weeks", "programme__name")
    living, planned = Q(steps__removed_at=None), user.programmes_as("project", "coach")
    used = TemplateUse.objects.filter(template=OuterRef("pk"), programme_id__in=planned, applied_at__isnull=False)
    counted = rows.annotate(
        sessions=Count("steps", filter=living & Q(steps__rhythm=Step.Rhythm.NETWORK)),
        moments=Count("steps", filter=living & Q(steps__rhythm=Step.Rhythm.COACHING)),
        is_used=Exists(used),
    )
    return counted.order_by("position", "title_nl", "pk")[:AT_ONCE]


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The shipped templates, and those of one's programmes."""
    programmes = access.planner(request.user)
    found = lines_of_templates.ask(user=request.user)
    runs = request.user.programmes_as("project")
    own, shipped = [row for row in found if row.programme_id], [row for row in found if not row.programme_id]
    shown = {"own": own, "shipped": shipped, "sets_up": [row for row in programmes if row.pk in runs]}
    return render(request, "planning/templates/list.html", shown)


@require_safe
def page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One template: both rhythms on a line, each step with what belongs to it; who runs it changes it here."""
    template = access.template_for(request.user, pk)
    programmes = access.planner(request.user)
    usable = [template.programme] if template.programme else programmes
    steps = template.living_steps
    tell_distances(template)
    shown = {
        "template": template,
        "chart": chart_of(template, usable[0].starts_on) if steps else None,
        "starts_on": usable[0].starts_on,
        "sessions": [step for step in steps if step.is_session],
        "moments": [step for step in steps if not step.is_session],
        "removed": [step for step in template.steps.all() if step.removed_at],
        "usable": usable,
        "using": programmes_using(template, request.user),
        "runs": template.programme_id in request.user.programmes_as("project"),
        "copies": request.user.has_role("project"),
    }
    return render(request, "planning/templates/page.html", shown)


@page_methods
def new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An own template for this programme."""
    programme = trajectories.programme_run_by(request.user, pk)
    form = TemplateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = templates.make_template(by=request.user, programme=programme, **form.values())
        messages.success(request, _("Saved. Now add sessions and moments."))
        return redirect("planning:template", made.pk)
    shown = {"form": form, "programme": programme, "title": _("A new template")}
    return render(request, "planning/templates/form.html", shown)


@page_methods
def copy(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A copy of a template, to change as one likes: for who sets up a programme."""
    template = access.template_for(request.user, pk)
    programme = access.newest_set_up_by(request.user)
    start = {"title_nl": template.title_nl, "programme": template.programme or programme}
    form = CopyForm(request.POST or None, user=request.user, initial=start)
    if request.method == "POST" and form.is_valid():
        title, target = form.cleaned_data["title_nl"], form.cleaned_data["programme"]
        made = templates.copy_template(template, by=request.user, programme=target, title_nl=title)
        messages.success(request, _("This copy is yours: change what you like."))
        return redirect("planning:template", made.pk)
    return render(request, "planning/templates/form.html", {"form": form, "template": template, "title": _("Make a copy")})


@page_methods
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What an own template says of itself."""
    template = access.template_run_by(request.user, pk)
    form = TemplateForm(request.POST or None, initial=initial_of_template(template))
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        act = lambda: templates.change_template(template, by=request.user, version=version, **form.values())  # noqa: E731
        if attempt(form, act):
            messages.success(request, _("Saved."))
            return redirect("planning:template", pk)
    return form_page(request, "planning/templates/form.html", form, template, _("Change the template"))


def form_page(request: HttpRequest, name: str, form, template: TrajectoryTemplate, title: str, **more) -> HttpResponse:
    """The form, saved not or not yet; after a conflict it carries on from the version that now stands."""
    now = TrajectoryTemplate.objects.values_list("version", flat=True).get(pk=template.pk) if form.is_bound else template.version
    stale = form.is_bound and form.is_valid() is False and form.data.get("version", "") != str(now)
    if stale:
        form.data = form.data.copy()
        form.data["version"] = str(now)
    shown = {"form": form, "template": template, "title": title, **more}
    return render(request, name, shown, status=409 if stale else 200)


def after_change(request: HttpRequest, template: TrajectoryTemplate) -> HttpResponse:
    """A template in use leads on to what its change does to the plan; nothing of the plan has changed yet."""
    using = programmes_using(template, request.user)
    if not using:
        messages.success(request, _("Saved."))
        return redirect("planning:template", template.pk)
    messages.success(request, _("Saved in the template. The plan has not changed yet: look at what would change."))
    return redirect("planning:apply", using[0].pk, template.pk)
