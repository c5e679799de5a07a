"""The moment after this one: proposed on one page, settled with one button."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import DomainError
from planning import access_dates
from planning import following as next_moment
from sessions.models import Meeting


@require_http_methods(["GET", "HEAD", "POST"])
def following(request: HttpRequest, pk: UUID) -> HttpResponse:
    """When the next moment could be: kept as a draft, planned, or asked."""
    moment = access_dates.moment_followed_by(request.user, pk)
    refusal = ""
    if request.method == "POST":
        try:
            return _settled(request, moment)
        except DomainError as error:
            refusal = str(error.message)
    shown = {"found": next_moment.following(moment), "meeting": moment, "refusal": refusal}
    return render(request, "planning/following.html", shown, status=422 if refusal else 200)


def _settled(request: HttpRequest, moment: Meeting) -> HttpResponse:
    if request.POST.get("do") == "ask":
        poll = next_moment.ask(moment, by=request.user)
        messages.success(request, _("The question is on its way to everybody."))
        return redirect("planning:poll", pk=poll.pk)
    publish = request.POST.get("do") == "plan"
    meeting = next_moment.settle(moment, by=request.user, starts_at=_typed(request.POST.get("starts", "")), publish=publish)
    messages.success(request, _("Planned. The invitations are on their way.") if publish else _("Kept as a draft."))
    return redirect("sessions:meeting", pk=meeting.pk)


def _typed(text: str):
    """A moment in ISO 8601, or nothing."""
    try:
        return parse_datetime(text[:40])
    except ValueError:
        return None
