"""The pair's page: three lines as one picture and what stands on the shared one; and a text put on that line, or taken off."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import DomainError
from core.forms import attempt
from reflections import pair, readers
from reflections.access import pair_line_of, pair_text_moved_by
from reflections.forms import PairForm
from reflections.models import Reflection
from reflections.views.lists import stretch_of, tabs_for
from trajectories.models import Seat


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """To the line of the pair to which this person belongs; who leads several pilots chooses on the page."""
    seats = request.user.seats_as(Seat.Role.LEADER)
    if not seats:
        raise PermissionDenied(_("The line of a pair is read by who leads the pilot."))
    return redirect("reflections:pair_line", seats[0].pilot_id)


@require_GET
def line(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The three lines, what to prepare and what was agreed, the texts on the shared line. Their authors see who opened them."""
    pilot = pair_line_of(request.user, pk)
    others = pair.co_leaders(request.user, pilot)
    stretch = stretch_of(pair.beginnings(pilot), request)
    before, agreed = pair.before_next_moment(request.user, pilot), pair.agreements(request.user, pilot)
    context = {
        "pilot": pilot,
        "others": others,
        "names": readers.listed([person.name for person in others]),
        "elsewhere": [seat.pilot for seat in request.user.seats_as(Seat.Role.LEADER) if seat.pilot_id != pilot.pk],
        "dots": pair.three_lines(request.user, pilot, others, agreed=agreed, before=before),
        "before": before,
        "agreements": agreed,
        "stretch": stretch,
        "entries": pair.entries(stretch.rows, request.user),
        "tabs": tabs_for(request.user, "pair"),
    }
    return render(request, "reflections/pair.html", context)


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Put one's own text on the shared line, with in sight who reads it there; or take it off again.

    The button says which of both: a form that is sent twice asks twice for the same.
    """
    found = pair_text_moved_by(request.user, pk)
    do = request.POST.get("do", "") if request.method == "POST" else None
    if do not in (None, "put", "take"):
        raise DomainError(_("Nothing has been saved yet. Change it, or press the button again to go on."))
    if do == "take":
        pair.take_off_line(found, by=request.user)
        return _moved(request, found)
    form = PairForm(request.POST if do == "put" else None, initial={"part": "reflection"})
    if form.is_valid() and attempt(form, lambda: pair.put_on_line(found, by=request.user, part=form.cleaned_data["part"])):
        return _moved(request, found)
    members = readers.offered(request.user, found.pilot, of_pair=True)
    context = {"reflection": found, "form": form, "sentence": readers.sentence(members, ())}
    return render(request, "reflections/pair_move.html", context, status=422 if form.errors else 200)


def _moved(request: HttpRequest, found: Reflection) -> HttpResponse:
    messages.success(request, readers.sentence(readers.reading_now(found)))
    return redirect("reflections:reflection", found.pk)
