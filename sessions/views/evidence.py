"""Proofs of who was there: the list to sign, and its scan."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import files
from core.forms import attempt
from sessions import access, attendance, clock, evidence
from sessions.forms_record import EvidenceForm
from sessions.letterhead import letterhead

BLANK_LINES = 6


@require_safe
def sign_in_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A page to print and sign on the day itself, one list a date: one line a person, some lines for guests."""
    meeting = access.meeting_run_by(request.user, pk)
    rows = attendance.rows_of(meeting)
    context = {
        "meeting": meeting,
        "rows": rows,
        "days": clock.dates(meeting.local_start, meeting.local_end),
        "blank": range(len(rows) + 1, len(rows) + BLANK_LINES + 1),
        **letterhead(meeting.programme),
    }
    return render(request, "sessions/sign_in_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def proofs(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The proofs of a meeting, and a form for one more."""
    meeting = access.meeting_run_by(request.user, pk)
    posted = request.method == "POST"
    form = EvidenceForm(request.POST, request.FILES) if posted else EvidenceForm()
    if posted and form.is_valid():
        typed = form.cleaned_data
        if attempt(form, lambda: evidence.add(meeting, by=request.user, checked=typed["upload"], kind=typed["kind"])):
            messages.success(request, _("The proof is kept with this meeting."))
            return redirect("sessions:evidence", pk)
    rows = meeting.evidence.select_related("file", "added_by")
    return render(
        request, "sessions/evidence.html", {"meeting": meeting, "form": form, "rows": rows}, status=422 if form.errors else 200
    )


@require_safe
def download(request: HttpRequest, pk: UUID, proof: UUID) -> HttpResponse:
    """One proof, for who runs the meeting."""
    return files.download(access.evidence_of(access.meeting_run_by(request.user, pk), proof).file)


@require_POST
def remove(request: HttpRequest, pk: UUID, proof: UUID) -> HttpResponse:
    """Take a wrong file away."""
    evidence.remove(access.evidence_of(access.meeting_run_by(request.user, pk), proof), by=request.user)
    messages.success(request, _("The file has been taken away."))
    return redirect("sessions:evidence", pk)
