"""Who of the team may see which participants stand behind a figure."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.forms import attempt
from reporting import access, services
from reporting.forms import ReaderForm


@require_http_methods(["GET", "HEAD", "POST"])
def readers(request: HttpRequest, programme: UUID) -> HttpResponse:
    """Who may now, and with POST one more."""
    found = access.programme_accounted_by(request.user, programme)
    form = ReaderForm(request.POST or None, programme=found, by=request.user)
    if request.method == "POST" and form.is_valid():
        user = form.cleaned_data["user"]
        if attempt(form, lambda: services.name_reader(found, by=request.user, user=user)):
            messages.success(request, _("From now on %(name)s sees who stands behind a figure.") % {"name": user.name})
            return redirect("reports:readers", programme)
    rows = found.characteristic_readers.select_related("user", "named_by").order_by("since")
    context = {"programme": found, "form": form, "rows": rows}
    return render(request, "reporting/readers.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def withdraw(request: HttpRequest, programme: UUID, pk: UUID) -> HttpResponse:
    """Take the right away."""
    services.withdraw_reader(access.reader_of(access.programme_accounted_by(request.user, programme), pk), by=request.user)
    messages.success(request, _("The right has been taken away."))
    return redirect("reports:readers", programme)
