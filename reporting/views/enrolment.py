"""Enrolling participants other than leaders: by form, out of the guests who came, from a list; and asking them again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.forms import attempt
from reporting import access, services
from reporting.forms_enrolment import COLUMNS, EnrolForm, EnrolListForm, newcomers
from reporting.models import Participant
from sessions import guests
from sessions.models import Attendance
from trajectories.forms.people import as_text
from trajectories.models import Programme

EXAMPLE = [
    "Fatima",
    "Voorbeeld",
    "fatima@voorbeeld.example",
    "{day:%d/%m/%Y}",
    "",
    "nl",
    "Stad Gent",
    "pedagogisch coach",
    "{pilot}",
]


@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: HttpRequest, programme: UUID, guest: UUID | None = None) -> HttpResponse:
    """One participant; a guest who came starts with their name and first day."""
    found = access.programme_accounted_by(request.user, programme)
    line = access.guest_of(found, guest) if guest else None
    form = EnrolForm(request.POST or None, programme=found, guest=line, initial=_of_guest(line) if line else None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: services.enrol(found, by=request.user, **form.cleaned_data))
        if made is not None:
            messages.success(request, _enrolled(made, found))
            return redirect("reports:participants", programme)
    context = {"programme": found, "form": form, "guest": line}
    return render(request, "reporting/enrol.html", context, status=422 if request.method == "POST" else 200)


def _of_guest(line: Attendance) -> dict[str, Any]:
    first, _space, last = line.guest_name.partition(" ")
    day = guests.first_day_of(guests.same_as(line), line.meeting.programme)
    return {"first_name": first, "last_name": last, "organisation": line.guest_organisation, "entered_on": day}


def _enrolled(made: Participant, programme: Programme) -> str:
    words = {"name": made.user.name if made.user else "", "number": made.number}
    if made.askings.exists():
        return _("%(name)s takes part as number %(number)s. The letter with the questions goes out now.") % words
    return _("%(name)s takes part as number %(number)s.") % words


@require_http_methods(["GET", "HEAD", "POST"])
def enrol_list(request: HttpRequest, programme: UUID) -> HttpResponse:
    """A list: first a look at every fault and at what will happen, then one button."""
    found = access.programme_accounted_by(request.user, programme)
    form = EnrolListForm(request.POST, request.FILES) if request.method == "POST" else EnrolListForm()
    context: dict[str, Any] = {
        "programme": found,
        "back": reverse("reports:participants", args=[found.pk]),
        "columns": [spellings[0] for spellings in COLUMNS.values()],
        "example_url": reverse("reports:enrol_example", args=[found.pk]),
    }
    if request.method == "POST" and form.is_valid():
        rows = form.cleaned_data["rows"]
        lines = newcomers(rows, found)
        if services.enrol_list(found, lines, by=request.user, keep="enrol" in request.POST):
            told = ngettext("%(count)s participant enrolled.", "%(count)s participants enrolled.", len(lines))
            messages.success(request, told % {"count": len(lines)})
            return redirect("reports:participants", programme)
        faulty = sum(bool(line.faults) for line in lines)
        context |= {"lines": lines, "faulty": faulty, "letters": sum(line.gets_letter for line in lines)}
        form = EnrolListForm(initial={"pasted": as_text(rows, COLUMNS)})
    return render(request, "reporting/enrol_list.html", context | {"form": form}, status=422 if form.errors else 200)


@require_GET
def example(request: HttpRequest, programme: UUID) -> HttpResponse:
    """An example of a list, with a pilot of this programme."""
    found = access.programme_accounted_by(request.user, programme)
    pilot = found.pilots.select_related("service").first()
    day = max(found.starts_on, min(found.ends_on, timezone.localdate()))
    cells = [cell.format(day=day, pilot=pilot.service.name if pilot else "") for cell in EXAMPLE]
    answer = HttpResponse("\ufeff" + as_text([dict(zip(COLUMNS, cells, strict=True))], COLUMNS), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="deelnemers.csv"'
    return answer


@require_POST
def ask_again(request: HttpRequest, programme: UUID, pk: UUID) -> HttpResponse:
    """A new personal link by letter; the older one stops working. Refused when nothing is open, or when asked lately."""
    participant = access.participant_of(access.programme_accounted_by(request.user, programme), pk)
    services.ask_again(participant, by=request.user)
    name = participant.user.name if participant.user else ""
    messages.success(request, _("%(name)s gets a new letter with the questions.") % {"name": name})
    return redirect("reports:participants", programme)
