"""A person's own certificate of attendance, which the project team can make for them too."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core import files
from core.forms import attempt
from sessions import access, certificates
from sessions.forms_after import CertificateForm


@require_http_methods(["GET", "HEAD", "POST"])
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What somebody took part in, and the PDF of it."""
    seat = access.seat_certified_for(request.user, pk)
    form = CertificateForm(request.POST if request.method == "POST" else None, initial={"language": seat.user.language})
    if form.is_valid() and attempt(form, lambda: certificates.ask(seat, by=request.user, **form.cleaned_data)):
        return redirect("sessions:certificate", pk)
    shown = {
        "seat": seat,
        "form": form,
        "taken": certificates.taken(seat),
        "certificates": certificates.of(seat),
        "own": seat.user_id == request.user.pk,
    }
    return render(request, "sessions/certificate.html", shown, status=422 if form.errors else 200)


@require_safe
def download(request: HttpRequest, pk: UUID, certificate: UUID) -> HttpResponse:
    """One certificate; both ids are followed along the chain."""
    return files.download(access.certificate_of(access.seat_certified_for(request.user, pk), certificate).file)
