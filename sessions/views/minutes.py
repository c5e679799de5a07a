"""The minutes of a meeting: read, written, and put together when two people wrote at once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from sessions import access, minutes
from sessions.forms_record import MinutesForm
from sessions.models import Meeting, Minutes


@require_http_methods(["GET", "HEAD", "POST"])
def minutes_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form for who writes the minutes of an open meeting, the text for who reads them."""
    if request.method == "POST":
        return _save(request, access.meeting_words_run_by(request.user, pk))
    meeting = access.meeting_words_for(request.user, pk)
    standing = minutes.of(meeting)
    if not access.rights_at(request.user, meeting).writes or not minutes.is_writable(meeting):
        return render(request, "sessions/minutes_shown.html", {"meeting": meeting, "minutes": standing})
    form = MinutesForm(initial={"body": standing.body, "version": standing.version})
    return render(request, "sessions/minutes.html", {"meeting": meeting, "form": form, "minutes": standing})


def _save(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    form = MinutesForm(request.POST)
    if form.is_valid() and "together" in request.POST:
        return _side_by_side(request, meeting, form.cleaned_data["body"], minutes.of(meeting))
    if form.is_valid():
        try:
            minutes.save(meeting, by=request.user, **form.cleaned_data)
        except minutes.OthersWrote as conflict:
            return _side_by_side(request, meeting, form.cleaned_data["body"], conflict.theirs)
        except DomainError as refusal:
            form.add_error("body", refusal.message)
        else:
            messages.success(request, _("The minutes have been saved."))
            return redirect("sessions:minutes", meeting.pk)
    return render(
        request, "sessions/minutes.html", {"meeting": meeting, "form": form, "minutes": minutes.of(meeting)}, status=422
    )


def _side_by_side(request: HttpRequest, meeting: Meeting, mine: str, theirs: Minutes) -> HttpResponse:
    """Both texts, and the form with mine (or with both, when that was asked); saving from here starts from theirs."""
    body = minutes.together(theirs.body, mine) if "together" in request.POST else mine
    left, right = minutes.compare(theirs.body, body)
    form = MinutesForm(initial={"body": body, "version": theirs.version})
    context = {"meeting": meeting, "form": form, "minutes": theirs, "left": left, "right": right}
    return render(request, "sessions/minutes_conflict.html", context, status=409)
