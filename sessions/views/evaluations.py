"""The evaluation of a meeting: coaches open it and show the picture to scan, participants answer once."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core import charts, qr
from core.forms import attempt
from sessions import access, evaluations
from sessions.forms_after import EvaluationForm
from sessions.models import Evaluation, Meeting


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For who runs the meeting: open, show, close, read. For who came: three questions."""
    meeting, rights = access.meeting_and_rights_for(request.user, pk)
    return _led(request, meeting) if rights.runs else _answered(request, meeting)


def _led(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    if request.method == "POST":
        act = evaluations.close if request.POST.get("do") == "close" else evaluations.start
        act(meeting, by=request.user)
        return redirect("sessions:evaluation", meeting.pk)
    found = evaluations.of(meeting)
    shown = {
        "meeting": meeting,
        "evaluation": found,
        "why_not": "" if found else evaluations.why_not(meeting),
        "floor": evaluations.FLOOR,
        "questions": evaluations.QUESTIONS.values(),
    }
    return render(request, "sessions/evaluation_led.html", shown | (_figures(meeting, found) if found else {}))


def _figures(meeting: Meeting, found: Evaluation) -> dict[str, object]:
    url = evaluations.address_of(meeting)
    results = evaluations.results(found)
    chart = results and charts.stacked_bars(
        title=_("What they thought"),
        description=_("How many gave each answer."),
        labels=[result.question for result in results],
        series={str(word): [result.counts[place - 1] for result in results] for place, word in evaluations.SCALE.items()},
    )
    return {"url": url, "qr": qr.picture_of(url), "number": evaluations.answered(found), "chart": chart}


def _answered(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    found = evaluations.of(meeting)
    form = EvaluationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        attempt(form, lambda: evaluations.give(meeting, by=request.user, answers=form.cleaned_data))
        if form.is_valid():
            messages.success(request, _("Thank you. Your answers count."))
            return redirect("sessions:evaluation", meeting.pk)
    shown = {
        "meeting": meeting,
        "evaluation": found,
        "form": form,
        "given": bool(found) and evaluations.has_answered(found, request.user),
        "asked": bool(found) and found.is_open and evaluations.may_answer(meeting, request.user),
        "floor": evaluations.FLOOR,
    }
    return render(request, "sessions/evaluation.html", shown, status=422 if request.method == "POST" else 200)
