"""Proofs of who was there: the list to sign, and its scan."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sessions import access, attendance
from sessions.letterhead import letterhead

BLANK_LINES = 6


@require_GET
def sign_in_list(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A page to print and sign on the day itself: one line a person, some lines for guests."""
    meeting = access.meeting_run_by(request.user, pk)
    rows = list(attendance.rows_of(meeting))
    context = {"meeting": meeting, "rows": rows, "blank": range(len(rows) + 1, len(rows) + BLANK_LINES + 1), **letterhead(meeting.programme)}
    return render(request, "sessions/sign_in_list.html", context)
