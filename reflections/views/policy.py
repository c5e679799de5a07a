"""What leaders gave for policy: the words without name, pilot or meeting; of everything else only how much there is."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from reflections import services
from reflections.access import policy_text_for
from reflections.models import Opening, ReaderGrant, Reflection
from reflections.views.lists import stretch_of, tabs_for
from trajectories.models import Seat


@require_GET
def texts(request: HttpRequest) -> HttpResponse:
    """The texts in an order that says nothing, and how many leaders wrote how many."""
    programmes = request.user.programmes_as(Seat.Role.PROJECT)
    if not programmes:
        raise PermissionDenied(_("Only the project team reads what was given for policy."))
    opened = Opening.objects.filter(reflection=OuterRef("reflection_id"), reader=request.user)
    grants = ReaderGrant.objects.for_policy(request.user).select_related("reflection__prompt").annotate(is_read=Exists(opened))
    wrote = Reflection.objects.kept().filter(programme_id__in=programmes)
    context = {
        "stretch": stretch_of(grants.order_by("pk"), request),
        "counts": wrote.aggregate(texts=Count("pk"), leaders=Count("author", distinct=True)),
        "tabs": tabs_for(request.user, "policy"),
    }
    return render(request, "reflections/policy.html", context)


@require_GET
def text(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One text for policy; its author sees who opened it."""
    grant = policy_text_for(request.user, pk)
    services.note_opening(grant.reflection, by=request.user)
    context = {"grant": grant, "text": services.text_of(grant.reflection)}
    return render(request, "reflections/policy_text.html", context)
