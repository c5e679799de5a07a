"""Checking in: the screen on the wall, the code, and the one button on a telephone."""

import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core import qr
from core.errors import DomainError
from sessions import access, access_around, checkin
from sessions.models import Attendance, Meeting


@require_safe
def screen(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The page for the wall: QR, code, and how many are in."""
    meeting = access.meeting_run_by(request.user, pk)
    code = checkin.code_of(meeting.pk)
    context = {
        "meeting": meeting,
        "code": f"{code[:4]}-{code[4:]}",
        "place_to_type": checkin.place_to_type(),
        "qr": qr.picture_of(checkin.address_of(meeting)),
        "window": checkin.window_of(meeting),
        "count": checkin.count(meeting),
    }
    return render(request, "sessions/screen.html", context)


@require_safe
def screen_count(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The number on that page, asked for again every few seconds."""
    meeting = access.meeting_run_by(request.user, pk)
    context = {"meeting": meeting, "window": checkin.window_of(meeting), "count": checkin.count(meeting)}
    return render(request, "sessions/_screen_count.html", context)


@require_http_methods(["GET", "HEAD"])
def typed_code(request: HttpRequest) -> HttpResponse:
    """For who cannot scan: the code typed in."""
    typed = request.GET.get("code", "")[:40]
    meeting = checkin.meeting_of(typed) if typed else None
    if meeting is not None:
        return redirect("sessions:check_in", meeting.pk, checkin.code_of(meeting.pk))
    return render(request, "sessions/check_in_code.html", {"typed": typed}, status=422 if typed else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    """One large button: opens at, you are in since, or closed."""
    meeting, row = access_around.place_by_code(request.user, pk, code)
    refusal = ""
    if request.method == "POST":
        refusal = _arrive(request, meeting)
        if not refusal:
            return redirect("sessions:check_in", pk, checkin.code_of(pk))
    return _page(request, meeting, row, refusal)


def _arrive(request: HttpRequest, meeting: Meeting) -> str:
    """The sentence of a refusal; nothing when the person is in."""
    try:
        checkin.arrive(meeting, by=request.user, way=request.POST.get("way", ""), pressed_at=_pressed(request))
    except DomainError as refusal:
        return str(refusal.message)
    messages.success(request, _("You are in."))
    return ""


def _page(request: HttpRequest, meeting: Meeting, row: Attendance, refusal: str) -> HttpResponse:
    words = dict(Attendance.Status.choices)
    context = {
        "meeting": meeting,
        "row": row,
        "window": checkin.window_of(meeting),
        "opens_today": checkin.opens_today(meeting),
        "ways": [(way, words[way]) for way in checkin.ways(meeting)],
        "refusal": refusal,
    }
    return render(request, "sessions/check_in.html", context, status=422 if refusal else 200)


def _pressed(request: HttpRequest) -> datetime.datetime | None:
    """When the button was pressed, as a telephone that was offline tells it."""
    try:
        moment = parse_datetime(request.POST.get("pressed", "")[:40])
    except ValueError:
        return None
    return moment if moment is not None and timezone.is_aware(moment) else None
