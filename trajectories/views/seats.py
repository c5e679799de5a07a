"""A seat ends, or somebody takes over a place in a pair or tandem."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.forms import attempt
from trajectories import access, invitations, services
from trajectories.forms.people import EndForm, SuccessorForm


@require_http_methods(["GET", "HEAD", "POST"])
def seat_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """From the day after, this person no longer sees anything of the place; what happened stays."""
    seat = access.seat_run_by(request.user, pk)
    back = f"{reverse('trajectories:people')}?programme={seat.programme_id}"
    form = EndForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: services.end_seat(seat, by=request.user, until=form.cleaned_data["until"])) is not None
    ):
        messages.success(request, _("The place of %(name)s has a last day.") % {"name": seat.user.name})
        return redirect(back)
    return render(request, "trajectories/people/seat_end.html", {"form": form, "seat": seat, "back": back})


@require_http_methods(["GET", "HEAD", "POST"])
def seat_replace(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody else takes the same place from the day after, and is invited."""
    seat = access.seat_in_pair_run_by(request.user, pk)
    back = f"{reverse('trajectories:people')}?programme={seat.programme_id}"
    form = SuccessorForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        newer = attempt(form, lambda: invitations.replace(seat, by=request.user, **form.cleaned_data))
        if newer:
            messages.success(request, _("%(name)s takes over and is invited.") % {"name": newer.user.name})
            return redirect(back)
    return render(request, "trajectories/people/seat_replace.html", {"form": form, "seat": seat, "back": back})
