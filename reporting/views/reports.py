"""The list of reports, the page of one, and its way from draft to frozen."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.forms import attempt
from reporting import access, prompts, services
from reporting.forms import SectionForm
from reporting.models import ReportSection
from reporting.overview import lines, next_line
from reporting.page import ReportPage, reading_of


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every period of the programmes that one accounts for, with the state of its report and the one to go on with."""
    found = lines(request.user, today=timezone.localdate())
    return render(request, "reporting/list.html", {"programmes": found, "next": next_line(found)})


@require_POST
def start(request: HttpRequest, programme: UUID, pk: UUID) -> HttpResponse:
    """Begin the report of a period."""
    period = access.period_of(access.programme_accounted_by(request.user, programme), pk)
    return redirect("reports:report", services.start_report(period, by=request.user).pk)


@require_GET
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The report: what is missing, the figures, the text, the files."""
    page = ReportPage(access.report_for(request.user, pk), request.user)
    return render(request, "reporting/report.html", {"page": page, "report": page.report, "reading": page.reading})


@require_http_methods(["GET", "HEAD", "POST"])
def section(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Write one part of the narrative; a first text made of the figures stands beside it."""
    found = access.section_of(access.report_for(request.user, pk), name)
    reading = reading_of(found.report)
    suggestion = prompts.first_text(name, reading) if reading else ""
    form = SectionForm.of(found, body=suggestion if "suggestion" in request.GET and not found.body else None)
    if request.method == "POST":
        form = SectionForm(request.POST)
        if form.is_valid() and _saved(request, found, form):
            messages.success(request, _("Saved."))
            return redirect("reports:report", pk)
    context = {
        "report": found.report,
        "section": found,
        "form": form,
        "suggestion": suggestion,
        "question": prompts.question(name),
    }
    return render(request, "reporting/section.html", context, status=422 if request.method == "POST" else 200)


def _saved(request: HttpRequest, found: ReportSection, form: SectionForm) -> bool:
    """Save; when somebody else did so first, the form goes on from their version and their text is shown beside it."""
    typed = form.cleaned_data
    saved = attempt(form, lambda: services.save_section(found.report, by=request.user, name=found.name, **typed))
    found.refresh_from_db(fields=["body", "version", "updated_at", "updated_by"])
    if saved is None and found.version != typed["version"]:
        form.data = form.data.copy()
        form.data["version"] = str(found.version)
        form.conflict = True
    return saved is not None


@require_POST
def figures(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Compute the figures of the page again."""
    services.ask_figures(access.report_for(request.user, pk), by=request.user)
    return redirect("reports:report", pk)


@require_POST
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that the report is ready for a second pair of eyes."""
    services.propose(access.report_for(request.user, pk), by=request.user)
    messages.success(request, _("Proposed. The others of the project team get a mail; one of them freezes the report."))
    return redirect("reports:report", pk)


@require_POST
def take_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a draft of it again."""
    services.take_back(access.report_for(request.user, pk), by=request.user)
    messages.success(request, _("The report is a draft again."))
    return redirect("reports:report", pk)


@require_POST
def freeze(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The second member freezes the report."""
    seen = request.POST.get("seen", "")[:64] or "nothing"  # nobody freezes what they did not see
    services.freeze(access.report_for(request.user, pk), by=request.user, seen=seen)
    messages.success(request, _("Frozen. From now on these figures never change."))
    return redirect("reports:report", pk)
