"""The programme's own indicators with their targets, and what the team notes per period."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.forms import attempt
from reporting import access, services
from reporting.forms import OwnIndicatorForm, ResultsForm
from reporting.models import OwnIndicator, OwnResult


@require_GET
def listing(request: HttpRequest, programme: UUID) -> HttpResponse:
    """All of them, and the periods for which values can be noted."""
    found = access.programme_accounted_by(request.user, programme)
    context = {"programme": found, "indicators": found.own_indicators.all(), "periods": found.periods.select_related("report")}
    return render(request, "reporting/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, programme: UUID, pk: UUID | None = None) -> HttpResponse:
    """Add or change one."""
    found = access.programme_accounted_by(request.user, programme)
    row = access.own_indicator_of(found, pk) if pk else OwnIndicator(programme=found)
    form = OwnIndicatorForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: _save(request, form)) is not None:
        messages.success(request, _("Saved."))
        return redirect("reports:own", programme)
    context = {"programme": found, "row": row, "form": form, "is_new": pk is None}
    return render(request, "reporting/own_edit.html", context, status=422 if request.method == "POST" else 200)


def _save(request: HttpRequest, form: OwnIndicatorForm) -> OwnIndicator:
    return services.save_own_indicator(form.instance, by=request.user)


@require_POST
def remove(request: HttpRequest, programme: UUID, pk: UUID) -> HttpResponse:
    """Take one out that was never reported."""
    row = access.own_indicator_of(access.programme_accounted_by(request.user, programme), pk)
    services.remove_own_indicator(row, by=request.user)
    messages.success(request, _("The indicator has been removed."))
    return redirect("reports:own", programme)


@require_http_methods(["GET", "HEAD", "POST"])
def results(request: HttpRequest, programme: UUID, pk: UUID) -> HttpResponse:
    """Note what was counted in a period."""
    period = access.period_of(access.programme_accounted_by(request.user, programme), pk)
    noted = list(period.programme.own_indicators.filter(counts=OwnIndicator.Counts.NOTED))
    values = dict(OwnResult.objects.filter(period=period).values_list("indicator_id", "value"))
    form = ResultsForm(request.POST or None, indicators=noted, values=values)
    if request.method == "POST" and form.is_valid():
        saved = attempt(form, lambda: services.note_results(period, by=request.user, values=form.values()))
        if saved is not None:
            messages.success(request, _("Saved."))
            return redirect("reports:own", programme)
    context = {"period": period, "programme": period.programme, "form": form, "noted": noted}
    return render(request, "reporting/own_results.html", context, status=422 if request.method == "POST" else 200)
