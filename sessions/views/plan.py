"""Planning a meeting, changing and cancelling it: one form page, with doubts beside it and no text lost in a conflict."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Conflict, DomainError
from core.text import clean_text
from networks import access as networks
from people.models import User
from sessions import access, history, invitations, planning
from sessions.doubts import doubts
from sessions.forms import CancelForm, MeetingForm, ToolsForm, initial_of, initial_typed
from sessions.models import Meeting
from trajectories import access as trajectories

DOORS = {
    "network": networks.network_coached_by,
    "pilot": trajectories.pilot_coached_by,
    "advisory": networks.advisory_group_run_by,
    "partner": networks.partner_run_by,
    "programme": trajectories.programme_run_by,
}
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@page_methods
def choose(request: HttpRequest) -> HttpResponse:
    """For whom do you plan? Everything of which this person plans meetings, found by name where there is much of it."""
    query = clean_text(request.GET.get("q", ""))[:100]
    groups, more = access.hosts_planned_by(request.user, query)
    return render(request, "sessions/choose.html", {"groups": groups, "more": more, "query": query})


@page_methods
def new(request: HttpRequest, host: str, pk: UUID) -> HttpResponse:
    """Plan a meeting of this network, pilot, group, partner or programme."""
    if host not in DOORS:
        raise Http404
    found = DOORS[host](request.user, pk)
    draft = planning.draft_for(found)
    form = _form(request, draft)
    if _sent(request) and form.is_valid() and _accepted(form, draft):
        publish = request.POST.get("do") == "plan"
        try:
            meeting = planning.plan_meeting(by=request.user, host=found, publish=publish, **form.values())
        except DomainError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _("Planned. The invitations are on their way.") if publish else _("Kept as a draft."))
            return redirect("sessions:meeting", pk=meeting.pk)
    return _page(request, form, draft)


@page_methods
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a meeting; who saved in between is not overwritten unseen."""
    meeting = access.meeting_run_by(request.user, pk)
    form = _form(request, meeting)
    if _sent(request) and form.is_valid() and _accepted(form, meeting):
        values, publish = form.values(), request.POST.get("do") == "plan"
        wanted = {"version": form.cleaned_data["version"] or 0, "reason": form.cleaned_data.get("reason", "")}
        try:
            changed = planning.change_meeting(meeting, by=request.user, publish=publish, **wanted, **values)
        except DomainError as refusal:
            _refuse(form, refusal)
        else:
            messages.success(request, _who_hears(meeting, changed))
            return redirect("sessions:meeting", pk=pk)
    return _page(request, form, meeting)


def _who_hears(before: Meeting, after: Meeting) -> str:
    """What follows from saving, for who saved: letters or none."""
    if after.state == Meeting.State.PLANNED and not after.has_begun:
        if before.state == Meeting.State.DRAFT:
            return _("Planned. The invitations are on their way.")
        if after.sequence > before.sequence:
            return _("Saved. Everybody who is invited gets one mail about it, in a minute.")
    return _("Saved.")


@page_methods
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel a meeting, with the reason that everybody gets."""
    meeting = access.meeting_run_by(request.user, pk)
    form = CancelForm(request.POST or None, initial={"version": meeting.version})
    if request.method == "POST" and form.is_valid():
        try:
            planning.cancel_meeting(meeting, by=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Cancelled. Everybody who was invited hears so by mail."))
            return redirect("sessions:meeting", pk=pk)
    return render(request, "sessions/cancel.html", {"form": form, "meeting": meeting})


@page_methods
def tools(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take tools of the library along to a meeting."""
    meeting = access.meeting_run_by(request.user, pk)
    taken = [line.tool_id for line in meeting.tools.all()]
    form = ToolsForm(request.POST or None, user=request.user, initial={"tools": taken})
    if request.method == "POST" and form.is_valid():
        planning.set_tools(meeting, by=request.user, tools=list(form.cleaned_data["tools"]))
        messages.success(request, _("Saved."))
        return redirect("sessions:meeting", pk=pk)
    return render(request, "sessions/tools.html", {"form": form, "meeting": meeting})


def _sent(request: HttpRequest) -> bool:
    return request.method == "POST" and request.POST.get("do") not in {"rows", "look"}


def _form(request: HttpRequest, meeting: Meeting) -> MeetingForm:
    people = _owners(meeting)
    if request.method == "POST" and request.POST.get("do") != "rows":
        return MeetingForm(request.POST, meeting=meeting, user=request.user, people=people)
    if request.method == "POST":
        initial = initial_typed(request.POST)
    else:
        initial = _as_last_time(meeting) if meeting._state.adding else initial_of(meeting)
    return MeetingForm(meeting=meeting, user=request.user, people=people, initial=initial)


def _owners(meeting: Meeting) -> list[User]:
    """Who can look after a part of the agenda: who comes, and who already does."""
    if meeting._state.adding:
        return list(User.objects.filter(pk__in=invitations.belonging(meeting)).by_name())
    asked = Q(attendances__meeting=meeting, attendances__is_invited=True)
    return list(User.objects.filter(asked | Q(pk__in=meeting.agenda.values("owner_id"))).distinct().by_name())


def _as_last_time(draft: Meeting) -> dict:
    """A new meeting starts from the hours and the place of the last one of the same host."""
    last = planning.last_of_same_host(draft)
    if last is None:
        return {"mode": Meeting.Mode.ONSITE}
    return {
        "starts": last.local_start.time(),
        "ends": last.local_end.time(),
        "mode": last.mode,
        "place": last.place,
        "break_minutes": last.break_minutes,
    }


def _accepted(form: MeetingForm, meeting: Meeting) -> bool:
    """The planner has seen what may have been overlooked."""
    return form.accepts(doubts(_as_typed(form, meeting), form.lines()))


def _as_typed(form: MeetingForm, meeting: Meeting) -> Meeting:
    """The meeting filled in as far as the form holds, only to look at it."""
    tried = Meeting(**{field.attname: getattr(meeting, field.attname) for field in Meeting._meta.concrete_fields})
    tried._state.adding = meeting._state.adding
    for name in ("starts_at", "ends_at", "mode", "place"):
        setattr(tried, name, form.cleaned_data.get(name) or getattr(meeting, name))
    return tried


def _looked_at(request: HttpRequest, form: MeetingForm, meeting: Meeting) -> HttpResponse:
    """The doubts about what is typed so far, as a piece of the page; nothing is saved. What was shown counts as seen."""
    whole = form.is_valid()
    if {"starts_at", "ends_at"} <= form.cleaned_data.keys() and "ends" not in form.errors:
        form.accepts(doubts(_as_typed(form, meeting), form.lines() if whole else ()))
    return render(request, "sessions/_doubts.html", {"form": form, "looked": True})


def _refuse(form: MeetingForm, refusal: DomainError) -> None:
    """Put the refusal beside its field; after a conflict the form carries on from the version that now stands."""
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
    if isinstance(refusal, Conflict):
        form.now = Meeting.objects.with_host().get(pk=form.meeting.pk)
        form.data = form.data.copy()
        form.data["version"] = str(form.now.version)


def _page(request: HttpRequest, form: MeetingForm, meeting: Meeting) -> HttpResponse:
    if request.POST.get("do") == "look":
        return _looked_at(request, form, meeting)
    now = getattr(form, "now", None)
    shown = {"form": form, "meeting": meeting, "adding": meeting._state.adding, "now": now}
    if now:
        shown |= {"now_when": history.when_words(now), "now_agenda": list(now.agenda.filter(parked_at=None))}
    return render(request, "sessions/plan.html", shown, status=409 if now else 200)
