"""Answering an invitation: through the personal link of a letter, without an account, or on the meeting's page."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from sessions import access, ical, invitations, mails
from sessions.forms import ReplyForm
from sessions.models import Attendance, Meeting


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, token: str) -> HttpResponse:
    """The question of a letter and nothing else; only a POST answers, because mail scanners open links."""
    found = mails.place_of(token)
    with translation.override(found[0].user.language if found else translation.get_language()):
        sentence = _closed(found)
        if sentence:
            return render(request, "sessions/reply_closed.html", {"sentence": sentence}, status=410 if found else 404)
        place = found[0]
        form = ReplyForm(request.POST or None, meeting=place.meeting)
        done = request.method == "POST" and form.is_valid()
        if done:
            invitations.answer(place, reply=form.cleaned_data["reply"], by=None)
        shown = {"form": form, "place": place, "meeting": place.meeting, "title": ical.title_of(place.meeting), "done": done}
        return render(request, "sessions/reply.html", shown)


def _closed(found: tuple[Attendance, bool] | None) -> str:
    """Why there is nothing to answer; empty when there is."""
    if found is None:
        return _("This link does not work. Perhaps a piece of it was lost: open it from the mail once more.")
    place, current = found
    if place.meeting.state == Meeting.State.CANCELLED:
        return _("This meeting does not take place, so there is nothing to answer.")
    if place.meeting.state != Meeting.State.PLANNED or not mails.may_come(place):
        return _("You are no longer invited to this meeting, so there is nothing to answer.")
    if place.meeting.has_begun:
        return _("This meeting has already begun, so there is nothing to answer any more.")
    if not current:
        return _("This meeting has changed since that mail. Use the link in the newest mail about it.")
    return ""


@require_POST
def answer(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same answer, given on the meeting's page."""
    meeting = access.meeting_for(request.user, pk)
    place = meeting.attendances.filter(user=request.user, is_invited=True).first()
    if place is None:
        raise PermissionDenied(_("You are not on the list of this meeting."))
    place.meeting = meeting
    form = ReplyForm(request.POST, meeting=meeting)
    if form.is_valid():
        invitations.answer(place, reply=form.cleaned_data["reply"], by=request.user.pk)
        messages.success(request, _("Noted. Thank you for answering."))
    else:
        messages.error(request, _("Choose one of the answers."))
    return redirect("sessions:meeting", pk=pk)
