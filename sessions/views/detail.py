"""A meeting on one page, its calendar file, and who is invited."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sessions import access, actions, attendance, history, ical, invitations, minutes, reports, trajectory
from sessions.forms import InviteForm, ReplyForm
from sessions.models import Meeting


@require_safe
def meeting(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about a meeting that this person may know."""
    found, rights = access.meeting_and_rights_for(request.user, pk)
    list_ = attendance.summary(found)
    places = [place for place in list_.rows if place.is_invited]
    own = next((place for place in places if place.user_id == request.user.pk), None)
    agenda = list(found.agenda.filter(parked_at=None).select_related("owner"))
    tools = [line.tool for line in found.tools.select_related("tool").prefetch_related("tool__versions")]
    report = reports.summary(found) if rights.reads and found.took_place else None
    shown = {
        "meeting": found,
        "rights": rights,
        "agenda": agenda,
        "agenda_minutes": sum(line.minutes for line in agenda),
        "tools": tools,
        "places": places,
        "own": own,
        "counts": _counts(places),
        "reply_form": ReplyForm(meeting=found, place=own) if own and _can_answer(found) else None,
        "history": history.of(found) if rights.runs else [],
        "states": history.states_of(found) if rights.runs else [],
        "there": list_,
        "report": report,
        "minutes": minutes.summary(found) if rights.reads else None,
        "agreements": actions.summary(found) if rights.reads else None,
        "shows_record": found.took_place or (found.state == Meeting.State.PLANNED and (found.has_begun or _is_today(found))),
        "can_write": rights.writes and found.is_noted_now,
        "step": _step(found, rights, report),
        "after": trajectory.after(found) if _has_a_next(found) and (rights.runs or rights.reads) else None,
    }
    return render(request, "sessions/meeting.html", shown)


def _can_answer(found: Meeting) -> bool:
    return found.state == Meeting.State.PLANNED and not found.has_begun


def _has_a_next(found: Meeting) -> bool:
    """A coaching moment that goes on or is over: then one thinks of the next."""
    never_was = found.state in {Meeting.State.DRAFT, Meeting.State.CANCELLED}
    return found.kind == Meeting.Kind.COACHING and found.has_begun and not never_was


def _counts(places: list) -> dict[str, int]:
    replies = [place.reply for place in places]
    return {
        "all": len(places),
        "yes": replies.count("yes") + replies.count("online"),
        "no": replies.count("no"),
        "none": replies.count(""),
    }


def _step(found: Meeting, rights: access.Rights, report: reports.Summary | None) -> dict[str, str]:
    """The one thing that this person now does best, if there is one."""
    if not rights.runs or found.state in {Meeting.State.CANCELLED, Meeting.State.SUBMITTED}:
        return {}
    if found.state == Meeting.State.DRAFT:
        return {"title": _("Plan this meeting"), "text": _("It is a draft: nobody has been invited yet."),
                "url": reverse("sessions:edit", args=[found.pk]), "action": _("Look it over and plan")}  # fmt: skip
    if found.state == Meeting.State.PLANNED and (found.has_begun or _is_today(found)):
        return {"title": _("Note who is there"), "text": _("You can do it on your phone, during the meeting."),
                "url": reverse("sessions:attendance", args=[found.pk]), "action": _("Note attendance")}  # fmt: skip
    if report is not None and rights.writes and not report.ready:
        return {"title": _("Make the report"), "text": _("Attendance, minutes and agreements in one PDF."),
                "url": reverse("sessions:report", args=[found.pk]), "action": _("To the report")}  # fmt: skip
    return {}


def _is_today(found: Meeting) -> bool:
    return found.local_start.date() == timezone.localdate(timezone=found.zone)


@require_safe
def calendar(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The meeting as a calendar file."""
    found = access.meeting_for(request.user, pk)
    response = HttpResponse(ical.download(found), content_type="text/calendar; charset=utf-8")
    name = f"{slugify(ical.title_of(found))[:60] or 'ilias'}.ics"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def invited(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who is invited, with more people to ask."""
    found = access.meeting_run_by(request.user, pk)
    form = InviteForm(request.POST or None, meeting=found)
    if request.method == "POST" and form.is_valid():
        number = invitations.invite(found, by=request.user, people=form.cleaned_data["people"])
        messages.success(request, _("Invited: %(number)s.") % {"number": number})
        return redirect("sessions:invited", pk=pk)
    people = found.attendances.filter(is_invited=True, user__isnull=False).select_related("user")
    shown = {"meeting": found, "form": form, "places": people.order_by("user__last_name", "user__first_name")}
    return render(request, "sessions/invited.html", shown)


@require_POST
def withdraw(request: HttpRequest, pk: UUID, place: UUID) -> HttpResponse:
    """Take somebody off the list."""
    found = access.meeting_run_by(request.user, pk)
    gone = access.attendance_of(found, place)
    gone.meeting = found
    invitations.withdraw(gone, by=request.user)
    messages.success(request, _("%(name)s is no longer on the list.") % {"name": gone.name})
    return redirect("sessions:invited", pk=pk)
