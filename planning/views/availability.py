"""When people can: one's own list, the working hours of a programme and of a pilot, the school holidays."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.forms import attempt
from planning import access_dates, availability
from planning.forms_dates import AwayForm, HolidayForm, HoursForm
from trajectories import access as trajectories
from trajectories.models import Pilot, Programme

PER_PAGE = 25
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@page_methods
def away(request: HttpRequest) -> HttpResponse:
    """One's own list of when one cannot, and the form to add to it."""
    form = AwayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: availability.say_away(by=request.user, **form.cleaned_data))
        if saved:
            messages.success(request, _("Saved. Planners see that you cannot then, not why."))
            return redirect("planning:away")
    shown = {"form": form, "rows": availability.with_notes(request.user)}
    return render(request, "planning/away.html", shown, status=422 if form.errors else 200)


@require_POST
def away_remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One can after all."""
    availability.take_back(access_dates.own_unavailability(request.user, pk), by=request.user)
    messages.success(request, _("Removed."))
    return redirect("planning:away")


@page_methods
def hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The hours in which one can meet in a programme; below them the pilots, which may have their own."""
    programme = trajectories.programme_run_by(request.user, pk)
    whole, own = availability.hours_of(programme)
    page = Paginator(programme.pilots.select_related("service"), PER_PAGE).get_page(request.GET.get("page"))
    return _hours(request, programme, None, whole, {"page": page, "own": set(own)})


@page_methods
def pilot_hours(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The hours of one pilot's service; all empty: those of the programme."""
    pilot = trajectories.pilot_run_by(request.user, pk)
    _whole, own = availability.hours_of(pilot.programme)
    return _hours(request, pilot.programme, pilot, own.get(pilot.pk, {}), {})


def _hours(
    request: HttpRequest, programme: Programme, pilot: Pilot | None, known: availability.Hours, more: dict
) -> HttpResponse:
    form = HoursForm(request.POST or None, hours=known)
    if request.method == "POST" and form.is_valid():
        availability.set_hours(programme, by=request.user, pilot=pilot, hours=form.hours())
        messages.success(request, _("Saved."))
        return redirect("planning:hours", programme.pk)
    shown = {"form": form, "programme": programme, "pilot": pilot} | more
    return render(request, "planning/hours.html", shown, status=422 if form.errors else 200)


@page_methods
def holidays(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The school holidays that count for a programme, and the form to add one."""
    programme = trajectories.programme_run_by(request.user, pk)
    form = HolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: availability.set_holiday(programme, by=request.user, **form.cleaned_data))
        if saved:
            messages.success(request, _("Saved."))
            return redirect("planning:holidays", pk)
    named, checked_on = availability.source()
    shown = {"form": form, "programme": programme, "source": named, "checked_on": checked_on}
    shown["rows"] = availability.school_holidays(programme)
    return render(request, "planning/holidays.html", shown, status=422 if form.errors else 200)


@page_methods
def holiday(request: HttpRequest, pk: UUID, key: str) -> HttpResponse:
    """Change one holiday; what the team made of it can be taken away again."""
    programme = trajectories.programme_run_by(request.user, pk)
    found = availability.school_holiday(programme, key)
    if found is None:
        raise Http404
    if request.method == "POST" and request.POST.get("do") == "forget":
        availability.forget_holiday(found, by=request.user)
        return redirect("planning:holidays", pk)
    form = HolidayForm(request.POST or None, initial=vars(found))
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: availability.set_holiday(programme, by=request.user, holiday=found, **form.cleaned_data))
        if saved:
            messages.success(request, _("Saved."))
            return redirect("planning:holidays", pk)
    shown = {"form": form, "programme": programme, "holiday": found}
    return render(request, "planning/holiday.html", shown, status=422 if form.errors else 200)
