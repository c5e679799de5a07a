"""The people of a programme: who takes part, inviting them one by one or by a list."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.forms import attempt
from core.text import clean_text
from people import services as people_services
from trajectories import access, invitations, people_list
from trajectories.forms.people import COLUMNS, ListForm, PersonForm, as_text, newcomers
from trajectories.models import Programme, Seat

EXAMPLE = [
    ["leidinggevende", "Anna", "Voorbeeld", "anna@voorbeeld.example", "nl", "{pilot}", "", "", "directeur", ""],
    ["coach", "Hilde", "Voorbeeld", "hilde@voorbeeld.example", "nl", "{pilot}", "inhoud", "VBJK", "", ""],
    ["adviseur", "Ada", "Voorbeeld", "ada@voorbeeld.example", "nl", "", "", "Kind en Gezin", "", ""],
]


def _back(programme: Programme) -> str:
    return f"{reverse('trajectories:people')}?programme={programme.pk}"


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody with a seat, found by name, role and state; coaches see the pairs and coaches of their programme."""
    asked = request.GET
    programme = access.programme_of_people(request.user, asked.get("programme"))
    chosen = {name: clean_text(asked.get(name, ""))[:100] for name in ("text", "role", "state", "sort")}
    context = {
        "programme": programme,
        "others": access.coached_beside(request.user, programme),
        "page": people_list.lines(request.user, programme, number=asked.get("page", 1), **chosen),
        "runs": any(seat.role == Seat.Role.PROJECT and seat.programme_id == programme.pk for seat in request.user.living_seats),
        "asked": any(chosen.values()),
        "chosen": chosen,
        "roles": Seat.Role.choices,
        "states": people_list.STATES.items(),
        "sorts": people_list.SORTS.items(),
    }
    return render(request, "trajectories/people/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_invite(request: HttpRequest) -> HttpResponse:
    """One person: account, seat and letter in one form."""
    programme = access.programme_of_people(request.user, request.GET.get("programme"), runs=True)
    form = PersonForm(
        request.POST if request.method == "POST" else None, programme=programme, initial={"pilot": request.GET.get("pilot")}
    )
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: invitations.invite_person(by=request.user, programme=programme, **form.cleaned_data))
        if done is not None:
            seat, invitation = done
            told = _("%(name)s is invited. The letter goes out now.") if invitation else _("%(name)s has a new place.")
            messages.success(request, told % {"name": seat.user.name})
            return redirect(_back(programme))
    return render(request, "trajectories/people/invite.html", {"form": form, "programme": programme, "back": _back(programme)})


@require_http_methods(["GET", "HEAD", "POST"])
def people_csv(request: HttpRequest) -> HttpResponse:
    """A list: first a look at every fault and at what will happen, then one button."""
    programme = access.programme_of_people(request.user, request.GET.get("programme"), runs=True)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    context = {
        "programme": programme,
        "back": _back(programme),
        "columns": [spellings[0] for spellings in COLUMNS.values()],
        "example_url": f"{reverse('trajectories:people_csv_template')}?programme={programme.pk}",
    }
    if request.method == "POST" and form.is_valid():
        rows = form.cleaned_data["rows"]
        lines = newcomers(rows, programme)
        if invitations.try_list(programme, lines, by=request.user, keep="invite" in request.POST):
            letters = len({line.typed["email"].lower() for line in lines if line.gets_letter})
            messages.success(request, _list_told(len(lines), letters))
            return redirect(_back(programme))
        faulty = sum(bool(line.faults) for line in lines)
        context |= {"lines": lines, "faulty": faulty, "letters": sum(line.gets_letter for line in lines)}
        form = ListForm(initial={"pasted": as_text(rows)})
    return render(request, "trajectories/people/csv.html", context | {"form": form})


def _list_told(seats: int, letters: int) -> str:
    places = ngettext("%(count)s place given", "%(count)s places given", seats) % {"count": seats}
    sent = ngettext("%(count)s letter goes out", "%(count)s letters go out", letters) % {"count": letters}
    return f"{places}, {sent}."


@require_GET
def csv_template(request: HttpRequest) -> HttpResponse:
    """An example of a list, with a pilot of this programme."""
    programme = access.programme_of_people(request.user, request.GET.get("programme"), runs=True)
    pilot = programme.pilots.select_related("service").first()
    name = pilot.service.name if pilot else "Naam van de voorziening"
    rows = [dict(zip(COLUMNS, [cell.format(pilot=name) for cell in row], strict=True)) for row in EXAMPLE]
    answer = HttpResponse("\ufeff" + as_text(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="mensen.csv"'
    return answer


@require_POST
def invitation_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new letter with a new link; the old link stops working."""
    invitation, programme = access.invitation_run_by(request.user, pk)
    people_services.invite(invitation.user, by=request.user, programme_id=programme.pk)
    messages.success(request, _("%(name)s gets a new invitation.") % {"name": invitation.user.name})
    return redirect(_back(programme))


@require_POST
def invitation_withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The link stops working; the seat stays until it is ended."""
    invitation, programme = access.invitation_run_by(request.user, pk)
    people_services.withdraw(invitation, by=request.user)
    messages.success(request, _("The invitation of %(name)s is withdrawn.") % {"name": invitation.user.name})
    return redirect(_back(programme))
