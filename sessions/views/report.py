"""The report of a meeting: asked for with one button, followed while it is made, downloaded."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from core import files
from core.forms import attempt
from sessions import access, reports
from sessions.forms_record import ReportForm
from sessions.models import Meeting, SessionReport

Edition = SessionReport.Edition


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The reports of a meeting, and the button; htmx asks for the piece that shows how far the work is."""
    if request.method == "POST":
        return _ask(request, pk)
    meeting, rights = access.meeting_and_rights_for(request.user, pk)
    if not rights.runs:
        access.meeting_words_for(request.user, pk)
    if request.htmx:
        edition = (
            Edition.FUNDER
            if (request.GET.get("edition") == Edition.FUNDER and rights.runs) or not rights.reads
            else Edition.INTERNAL
        )
        piece = {"meeting": meeting, "rights": rights, "summary": reports.summary(meeting, edition), "edition": edition}
        return render(request, "sessions/_report_progress.html", piece)
    return _page(request, meeting, rights, ReportForm(initial={"language": "nl"}))


@require_safe
def download(request: HttpRequest, pk: UUID, report: UUID) -> HttpResponse:
    """One finished report; both ids are followed along the chain."""
    return files.download(access.report_for(request.user, pk, report).file)


def _ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    form = ReportForm(request.POST)
    funder = request.POST.get("edition") == Edition.FUNDER
    meeting = (access.meeting_run_by if funder else access.meeting_words_run_by)(request.user, pk)
    if form.is_valid():
        send = request.POST.get("do") == "send"
        if attempt(form, lambda: reports.ask(meeting, by=request.user, send=send, **form.cleaned_data)):
            return redirect("sessions:report", pk)
    return _page(request, meeting, access.rights_at(request.user, meeting), form, status=422)


def _page(request: HttpRequest, meeting: Meeting, rights: access.Rights, form: ReportForm, status: int = 200) -> HttpResponse:
    context = {
        "meeting": meeting,
        "rights": rights,
        "form": form,
        "internal": reports.summary(meeting) if rights.reads else None,
        "funder": reports.summary(meeting, Edition.FUNDER) if rights.runs else None,
    }
    return render(request, "sessions/report.html", context, status=status)
