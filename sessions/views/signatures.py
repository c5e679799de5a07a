"""Signing on a screen: one's own line, or the list on the coach's tablet."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import files
from core.forms import attempt
from sessions import access, access_around, attendance, signatures
from sessions.forms_lived import SignatureForm


@require_safe
def signed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who has signed and who not yet; from here the tablet goes round."""
    meeting = access.meeting_run_by(request.user, pk)
    found = signatures.signatures_of(meeting)
    rows = [row for row in attendance.rows_of(meeting) if row.is_present]
    lines = [(row, found.get(row.pk), signatures.may_sign(meeting, row)) for row in rows]
    context = {"meeting": meeting, "lines": lines, "missing": sum(row.pk not in found for row in rows)}
    return render(request, "sessions/signatures.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, pk: UUID, place: UUID) -> HttpResponse:
    """One person's signature."""
    meeting, row = access_around.place_signed_by(request.user, pk, place)
    own = row.user_id == request.user.pk
    form = SignatureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        picture = form.cleaned_data["drawing"]
        if attempt(form, lambda: signatures.sign(row, by=request.user, picture=picture)):
            messages.success(request, _("Signed. Thank you."))
            return redirect("sessions:sign", pk, place) if own else redirect("sessions:signatures", pk)
    context = {
        "meeting": meeting,
        "row": row,
        "own": own,
        "form": form,
        "signature": signatures.signatures_of(meeting).get(row.pk),
        "open": signatures.may_sign(meeting, row),
    }
    return render(request, "sessions/sign.html", context, status=422 if form.errors else 200)


@require_safe
def picture(request: HttpRequest, pk: UUID, place: UUID) -> HttpResponse:
    """A signature as it was drawn."""
    return files.download(access_around.signature_for(request.user, pk, place).file)
