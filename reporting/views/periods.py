"""The reporting periods of a programme."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.forms import attempt
from reporting import access, services
from reporting.forms import PeriodForm
from reporting.models import ReportingPeriod


@require_GET
def periods(request: HttpRequest, programme: UUID) -> HttpResponse:
    """All periods, in order, with what became of their report."""
    found = access.programme_accounted_by(request.user, programme)
    return render(request, "reporting/periods.html", {"programme": found, "periods": found.periods.select_related("report")})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, programme: UUID, pk: UUID | None = None) -> HttpResponse:
    """Add or change a period."""
    found = access.programme_accounted_by(request.user, programme)
    period = access.period_of(found, pk) if pk else ReportingPeriod(programme=found)
    form = PeriodForm(request.POST or None, instance=period)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: services.save_period(form.instance, by=request.user)) is not None
    ):
        messages.success(request, _("The period has been saved."))
        return redirect("reports:periods", programme)
    context = {"programme": found, "period": period, "form": form, "is_new": pk is None}
    return render(request, "reporting/period.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def remove(request: HttpRequest, programme: UUID, pk: UUID) -> HttpResponse:
    """Take a period out that nobody reported on."""
    period = access.period_of(access.programme_accounted_by(request.user, programme), pk)
    services.remove_period(period, by=request.user)
    messages.success(request, _("The period has been removed."))
    return redirect("reports:periods", programme)
