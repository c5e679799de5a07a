"""Setting up a programme in forms: a hub with what is there and what is missing, and one page for each part."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import files, uploads
from core.forms import attempt
from people.models import Sector
from trajectories import access, services
from trajectories.forms.setup import EmblemForm, MilestoneForm, PhaseForm, PilotForm, ProgrammeForm, SectorForm
from trajectories.models import Emblem, Milestone, Phase, Programme

ON_A_CARD = 24


@require_GET
def programmes(request: HttpRequest) -> HttpResponse:
    """The programmes of this person; with only one, straight to it."""
    found = list(Programme.objects.visible_to(request.user)[:50])
    if len(found) == 1:
        return redirect("sessions:programme", found[0].pk)
    return render(request, "trajectories/list.html", {"programmes": found})


@require_GET
def setup(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that a programme consists of, each with its own page."""
    programme = access.programme_run_by(request.user, pk)
    context = {
        "programme": programme,
        "phases": programme.phases.all(),
        "milestones": programme.milestones.all(),
        "sectors": programme.sectors.all(),
        "emblems": programme.emblems.all(),
        "pilots": _some(request, "pilots", programme.pilots.select_related("service__sector")),
        "networks": _some(request, "networks", programme.networks.all()),
        "groups": programme.advisory_groups.all(),
        "partners": programme.partners.all(),
    }
    return render(request, "trajectories/setup.html", context)


def _some(request: HttpRequest, name: str, rows: QuerySet) -> dict[str, object]:
    """As many rows as a card holds, with the addresses of those before and after them; they are not counted."""
    asked = request.GET.get(name, "")
    number = max(int(asked), 1) if asked.isdecimal() and len(asked) < 6 else 1
    found = list(rows[(number - 1) * ON_A_CARD : number * ON_A_CARD + 1])
    before = f"?{name}={number - 1}" if number > 1 else ""
    return {"rows": found[:ON_A_CARD], "previous": before, "next": f"?{name}={number + 1}" if found[ON_A_CARD:] else ""}


def save_part(request: HttpRequest, form, act, programme: Programme, title: str) -> HttpResponse:
    """Every setup page is one form: saved, back to the hub; refused, the same page with what was typed."""
    if request.method == "POST" and form.is_valid() and attempt(form, act) is not None:
        messages.success(request, _("Saved."))
        return redirect("trajectories:setup", programme.pk)
    return render(request, "trajectories/setup_form.html", {"form": form, "programme": programme, "title": title})


@require_http_methods(["GET", "POST"])
def basics(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name, days, funder."""
    programme = access.programme_run_by(request.user, pk)
    form = ProgrammeForm(request.POST or None, instance=programme)

    def act() -> Programme:
        fields = {name: value for name, value in form.cleaned_data.items() if name != "sectors"}
        return services.change_programme(programme, by=request.user, sectors=form.cleaned_data["sectors"], **fields)

    return save_part(request, form, act, programme, _("The programme in short"))


@require_http_methods(["GET", "POST"])
def sector(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new sector."""
    programme = access.programme_run_by(request.user, pk)
    form = SectorForm(request.POST or None, instance=Sector())
    act = lambda: services.save_sector(form.save(commit=False), by=request.user, programme=programme)  # noqa: E731
    return save_part(request, form, act, programme, _("A sector"))


@require_http_methods(["GET", "POST"])
def phase(request: HttpRequest, pk: UUID, part: UUID | None = None) -> HttpResponse:
    """A new phase, or an existing one."""
    programme = access.programme_run_by(request.user, pk)
    found = access.part_run_by(request.user, Phase, pk, part) if part else Phase(programme=programme)
    form = PhaseForm(request.POST or None, instance=found)
    act = lambda: services.save_phase(form.save(commit=False), by=request.user)  # noqa: E731
    return save_part(request, form, act, programme, _("A phase"))


@require_http_methods(["GET", "POST"])
def milestone(request: HttpRequest, pk: UUID, part: UUID | None = None) -> HttpResponse:
    """A new milestone, or an existing one."""
    programme = access.programme_run_by(request.user, pk)
    found = access.part_run_by(request.user, Milestone, pk, part) if part else Milestone(programme=programme)
    form = MilestoneForm(request.POST or None, instance=found)
    act = lambda: services.save_milestone(form.save(commit=False), by=request.user)  # noqa: E731
    return save_part(request, form, act, programme, _("A milestone"))


@require_http_methods(["GET", "POST"])
def emblem(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new emblem."""
    programme = access.programme_run_by(request.user, pk)
    form = EmblemForm(request.POST or None, request.FILES or None)

    def act() -> Emblem:
        checked = uploads.check(form.cleaned_data["file"], accept=(uploads.PICTURE,), field="file")
        return services.add_emblem(programme, by=request.user, checked=checked, alt=form.cleaned_data["alt"])

    return save_part(request, form, act, programme, _("An emblem"))


@require_GET
def emblem_picture(request: HttpRequest, pk: UUID, part: UUID) -> HttpResponse:
    """The picture itself, for the setup page."""
    found = access.part_run_by(request.user, Emblem, pk, part)
    return files.download(found.file)


PARTS = {"phase": Phase, "milestone": Milestone, "emblem": Emblem}


@require_POST
def remove(request: HttpRequest, pk: UUID, kind: str, part: UUID) -> HttpResponse:
    """Take a phase, milestone or emblem away."""
    services.remove_part(access.part_run_by(request.user, PARTS[kind], pk, part), by=request.user)
    messages.success(request, _("Removed."))
    return redirect("trajectories:setup", pk)


@require_http_methods(["GET", "POST"])
def pilot(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new pilot."""
    programme = access.programme_run_by(request.user, pk)
    form = PilotForm(request.POST or None, programme=programme)
    act = lambda: services.add_service_as_pilot(by=request.user, programme=programme, **form.cleaned_data)  # noqa: E731
    return save_part(request, form, act, programme, _("A pilot"))


@require_http_methods(["GET", "POST"])
def pilot_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An existing pilot."""
    found = access.pilot_run_by(request.user, pk)
    form = PilotForm(request.POST or None, programme=found.programme, pilot=found)
    act = lambda: services.change_pilot(found, by=request.user, **form.cleaned_data)  # noqa: E731
    return save_part(request, form, act, found.programme, _("The pilot"))
