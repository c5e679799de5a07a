"""Agreements: one's own list, those of a meeting, one by itself with its one button."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.forms import attempt
from sessions import access, actions
from sessions.forms_record import ActionForm
from sessions.models import Action


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """What I took on; with `?whose=meetings`, what others took on at meetings that I run."""
    of_meetings = request.GET.get("whose") == "meetings"
    found = actions.of_my_meetings(request.user) if of_meetings else actions.own(request.user)
    tabs = [
        {"label": _("Mine"), "url": "?", "current": not of_meetings},
        {"label": _("Of my meetings"), "url": "?whose=meetings", "current": of_meetings},
    ]
    context = {
        "found": found,
        "of_meetings": of_meetings,
        "undo": _just_settled(request),
        "back": "meetings" if of_meetings else "own",
    }
    return render(request, "sessions/actions.html", context | {"tabs": tabs if request.user.has_role("coach", "project") else []})


@require_http_methods(["GET", "HEAD", "POST"])
def of_meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The agreements of a meeting, and a form for one more."""
    posted = request.method == "POST"
    meeting = (access.meeting_words_run_by if posted else access.meeting_words_for)(request.user, pk)
    form = ActionForm(request.POST if posted else None, meeting=meeting)
    added = None
    if posted and form.is_valid():
        added = attempt(form, lambda: actions.add(meeting, by=request.user, **form.cleaned_data))
    if added is not None:
        messages.success(request, _("The agreement has been noted."))
        return redirect("sessions:meeting_actions", pk)
    context = {
        "meeting": meeting,
        "form": form,
        "writes": access.rights_at(request.user, meeting).writes and meeting.is_noted_now,
        "found": actions.of_meeting(meeting),
        "undo": _just_settled(request),
        "back": "meeting",
    }
    return render(request, "sessions/meeting_actions.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One agreement: the button for its owner, the form for who writes the meeting's words."""
    if request.method == "POST":
        return _change(request, access.action_worded_by(request.user, pk))
    action = access.action_changeable_by(request.user, pk)
    writes = access.rights_at(request.user, action.meeting).writes and action.meeting.is_noted_now
    form = ActionForm(meeting=action.meeting, action=action) if writes else None
    return render(request, "sessions/action.html", {"action": action, "form": form})


def _change(request: HttpRequest, action: Action) -> HttpResponse:
    form = ActionForm(request.POST, meeting=action.meeting, action=action)
    saved = attempt(form, lambda: actions.change(action, by=request.user, **form.cleaned_data)) if form.is_valid() else None
    if saved is not None:
        messages.success(request, _("The agreement has been changed."))
        return redirect("sessions:meeting_actions", action.meeting_id)
    return render(request, "sessions/action.html", {"action": action, "form": form}, status=422)


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
