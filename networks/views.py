"""Learning networks, the advisory group and partners."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from networks import access, services
from networks.forms import AdvisoryGroupForm, NetworkForm, PartnerForm
from networks.models import AdvisoryGroup, LearningNetwork
from trajectories.access import programme_run_by
from trajectories.models import Leader
from trajectories.views.setup import save_part

PER_PAGE = 50


@require_GET
def network_list(request: HttpRequest) -> HttpResponse:
    """One's networks; with only one, straight to it."""
    found = LearningNetwork.objects.visible_to(request.user).select_related("programme")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    if page.paginator.count == 1:
        return redirect("networks:network", page[0].pk)
    return render(request, "networks/list.html", {"page": page})


@require_GET
def network(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who learns together, with whom, and what they agreed."""
    found = access.network_for(request.user, pk)
    memberships = found.memberships.living().select_related("pilot__service__sector")
    pilots = [membership.pilot for membership in memberships]
    leaders = _leaders_of(pilots)
    context = {
        "network": found,
        "pairs": [(pilot, leaders.get(pilot.pk, [])) for pilot in pilots],
        "coaches": [coaching.seat.user for coaching in found.coaching.living().select_related("seat__user")],
        "agreements": found.agreements.all(),
        "may_plan": LearningNetwork.objects.coached_by(request.user).filter(pk=pk).exists(),
        "may_change": request.user.has_role("project"),
    }
    return render(request, "networks/network.html", context)


def _leaders_of(pilots) -> dict:
    leaders: dict = {}
    for seat in Leader.objects.living().filter(pilot__in=pilots).select_related("user").order_by("place"):
        leaders.setdefault(seat.pilot_id, []).append(seat.user)
    return leaders


@require_http_methods(["GET", "POST"])
def network_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new network in the programme `pk`."""
    programme = programme_run_by(request.user, pk)
    form = NetworkForm(request.POST or None, programme=programme)
    act = lambda: services.save_network(None, by=request.user, programme=programme, **form.cleaned_data)  # noqa: E731
    return save_part(request, form, act, programme, _("A learning network"))


@require_http_methods(["GET", "POST"])
def network_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An existing network."""
    found = access.network_run_by(request.user, pk)
    form = NetworkForm(request.POST or None, programme=found.programme, network=found)
    act = lambda: services.save_network(found, by=request.user, programme=found.programme, **form.cleaned_data)  # noqa: E731
    return save_part(request, form, act, found.programme, _("The learning network"))


@require_http_methods(["GET", "POST"])
def group_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new advisory group in the programme `pk`."""
    programme = programme_run_by(request.user, pk)
    form = AdvisoryGroupForm(request.POST or None, instance=AdvisoryGroup(programme=programme))
    act = lambda: services.save_advisory_group(form.save(commit=False), by=request.user)  # noqa: E731
    return save_part(request, form, act, programme, _("An advisory group"))


@require_http_methods(["GET", "POST"])
def group_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An existing advisory group."""
    found = access.advisory_group_run_by(request.user, pk)
    form = AdvisoryGroupForm(request.POST or None, instance=found)
    act = lambda: services.save_advisory_group(form.save(commit=False), by=request.user)  # noqa: E731
    return save_part(request, form, act, found.programme, _("The advisory group"))


@require_http_methods(["GET", "POST"])
def partner_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new partner in the programme `pk`."""
    programme = programme_run_by(request.user, pk)
    form = PartnerForm(request.POST or None, programme=programme)
    act = lambda: services.save_partner(None, by=request.user, programme=programme, **form.cleaned_data)  # noqa: E731
    return save_part(request, form, act, programme, _("A partner"))


@require_http_methods(["GET", "POST"])
def partner_change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """An existing partner."""
    found = access.partner_run_by(request.user, pk)
    form = PartnerForm(request.POST or None, programme=found.programme, partner=found)
    act = lambda: services.save_partner(found, by=request.user, programme=found.programme, **form.cleaned_data)  # noqa: E731
    return save_part(request, form, act, found.programme, _("The partner"))
