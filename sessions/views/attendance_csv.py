"""Attendance out of a file: first a look at every row, then one button."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.forms import attempt
from sessions import access, attendance_list
from sessions.forms_list import ListForm, as_text


@require_http_methods(["GET", "HEAD", "POST"])
def attendance_csv(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rows of a file or a pasted list with all their faults; saved with the second button, when there are none."""
    meeting = access.meeting_run_by(request.user, pk)
    form = ListForm(request.POST, request.FILES) if request.method == "POST" else ListForm()
    context = {"meeting": meeting, "columns": [names[0] for names in attendance_list.COLUMNS.values()]}
    if request.method == "POST" and form.is_valid():
        rows, established = form.cleaned_data["rows"], form.cleaned_data["established"]
        judged = attendance_list.judge(meeting, rows, established=established)
        faulty = sum(bool(one.faults) for one in judged)
        if "save" in request.POST and not faulty:
            number = attempt(form, lambda: attendance_list.save(meeting, judged, by=request.user))
            if number is not None:
                messages.success(request, ngettext("%(n)s line noted.", "%(n)s lines noted.", number) % {"n": number})
                return redirect("sessions:attendance", pk)
            return render(request, "sessions/attendance_csv.html", context | {"form": form}, status=422)
        context |= {"judged": judged, "faulty": faulty}
        form = ListForm(initial={"pasted": as_text(rows), "established": established})
    return render(request, "sessions/attendance_csv.html", context | {"form": form}, status=422 if form.errors else 200)
