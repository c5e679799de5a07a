"""The attendance list of a meeting: noted, closed, checked, reopened."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from sessions import access, attendance
from sessions.forms_attendance import Grid, ReopenForm
from sessions.models import Meeting


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The whole list in one form; once the meeting is checked, the list as it stands."""
    meeting = access.meeting_run_by(request.user, pk)
    if request.method != "POST" and not meeting.is_noted_now:
        return _shown(request, meeting, ReopenForm())
    grid = Grid(meeting, request.POST if request.method == "POST" else None, all_=request.GET.get("all", ""))
    if request.method == "POST" and grid.is_valid() and _saved(request, meeting, grid):
        return redirect("sessions:attendance", pk)
    people = attendance.responsible(meeting)
    status = 422 if request.method == "POST" else 200
    context = {"meeting": meeting, "grid": grid, "people": people, "names": grid.names()}
    return render(request, "sessions/attendance.html", context, status=status)


@require_POST
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second person says that the list is right."""
    attendance.check_meeting(access.meeting_run_by(request.user, pk), by=request.user)
    messages.success(request, _("Checked. The list is locked now."))
    return redirect("sessions:attendance", pk)


@require_POST
def reopen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A checked list is opened again, with a reason."""
    meeting = access.meeting_run_by(request.user, pk)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return _shown(request, meeting, form, status=422)
    attendance.reopen(meeting, by=request.user, **form.cleaned_data)
    messages.success(request, _("The list is open again."))
    return redirect("sessions:attendance", pk)


def _saved(request: HttpRequest, meeting: Meeting, grid: Grid) -> bool:
    """Save and, when that button was pressed, close; a refusal is shown in the grid with everything that was typed."""
    try:
        attendance.save_list(meeting, by=request.user, **grid.typed())
    except DomainError as refusal:
        grid.refuse(refusal)
        return False
    if "close" in request.POST:
        attendance.close_list(meeting, by=request.user)
        messages.success(request, _("Saved and closed. Somebody else can check the list now."))
    else:
        messages.success(request, _("Attendance has been saved."))
    return True


def _shown(request: HttpRequest, meeting: Meeting, form: ReopenForm, status: int = 200) -> HttpResponse:
    context = {
        "meeting": meeting,
        "summary": attendance.summary(meeting),
        "people": attendance.responsible(meeting),
        "form": form,
        "reopens": attendance.may_reopen(meeting, request.user),
    }
    return render(request, "sessions/attendance_shown.html", context, status=status)
