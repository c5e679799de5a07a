"""Agreements: one's own list, those of a meeting, one by itself with its one button."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.forms import attempt
from sessions import access, actions, minutes
from sessions.forms_record import ActionForm
from sessions.models import Action


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """What I took on; with `?whose=meetings`, what others took on at meetings that I run."""
    of_meetings = request.GET.get("whose") == "meetings"
    found = actions.of_my_meetings(request.user) if of_meetings else actions.own(request.user)
    tabs = [
        {"label": _("Mine"), "url": "?", "current": not of_meetings},
        {"label": _("Of my meetings"), "url": "?whose=meetings", "current": of_meetings},
    ]
    context = {"found": found, "of_meetings": of_meetings, "undo": _just_settled(request), "back": "meetings" if of_meetings else "own"}
    return render(request, "sessions/actions.html", context | {"tabs": tabs if request.user.has_role("coach", "project") else []})


@require_http_methods(["GET", "POST"])
def of_meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The agreements of a meeting, and a form for one more."""
    door = access.meeting_words_run_by if request.method == "POST" else access.meeting_words_for
    meeting = door(request.user, pk)
    form = ActionForm(request.POST if request.method == "POST" else None, meeting=meeting)
    if request.method == "POST" and form.is_valid() and attempt(form, lambda: actions.add(meeting, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The agreement has been noted."))
        return redirect("sessions:meeting_actions", pk)
    writes = access.rights_at(request.user, meeting).writes and minutes.is_writable(meeting)
    context = {"meeting": meeting, "form": form, "writes": writes, "found": actions.of_meeting(meeting), "undo": _just_settled(request)}
    return render(request, "sessions/meeting_actions.html", context | {"back": "meeting"}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One agreement: the button for its owner, the form for who writes the meeting's words."""
    action = access.action_changeable_by(request.user, pk)
    writes = access.rights_at(request.user, action.meeting).writes and minutes.is_writable(action.meeting)
    form = ActionForm(request.POST if request.method == "POST" else None, meeting=action.meeting, action=action) if writes else None
    if request.method == "POST" and form is None:
        messages.error(request, _("Only the coaches of the meeting change the words of an agreement, as long as it is not checked."))
        return redirect("sessions:action", pk)
    if form is not None and form.is_bound and form.is_valid():
        if attempt(form, lambda: actions.change(action, by=request.user, **form.cleaned_data)):
            messages.success(request, _("The agreement has been changed."))
            return redirect("sessions:meeting_actions", action.meeting_id)
    context = {"action": action, "form": form, "back": "own", "undo": None}
    return render(request, "sessions/action.html", context, status=422 if form is not None and form.errors else 200)


@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Done, dropped or open again; the page that follows offers the way back."""
    action = access.action_changeable_by(request.user, pk)
    actions.settle(action, by=request.user, state=request.POST.get("state", ""))
    places = {
        "meeting": reverse("sessions:meeting_actions", args=[action.meeting_id]),
        "meetings": f"{reverse('sessions:actions')}?whose=meetings",
        "own": reverse("sessions:actions"),
    }
    place = places.get(request.POST.get("back", ""), places["own"])
    return redirect(f"{place}{'&' if '?' in place else '?'}{urlencode({'settled': action.pk})}")


def _just_settled(request: HttpRequest) -> Action | None:
    """The agreement that the press before this page settled, for the undo button."""
    try:
        pk = UUID(request.GET.get("settled", ""))
    except ValueError:
        return None
    return Action.objects.changeable_by(request.user).filter(pk=pk).first()
