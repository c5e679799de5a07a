"""The portfolio's files and self-assessments: taken along at any time, without anybody's permission."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import files as stored
from core.crypto import Unreadable
from core.errors import DomainError
from core.forms import attempt
from core.models import Job
from reflections import access
from reflections.forms_portfolio import AssessmentForm
from reflections.portfolio import assessments, exports
from reflections.portfolio.document import WHOLE


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """What one can take along; htmx asks for the piece that shows how far the files are."""
    access.portfolio_of(request.user)
    if request.method == "POST":
        which, shape = request.POST.get("which", WHOLE), request.POST.get("shape", exports.PDF)
        try:
            exports.ask(by=request.user, which=which, shape=shape, language=get_language() or "nl")
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect("reflections:portfolio_files")
        return redirect(f"{reverse('reflections:portfolio_files')}#made")
    template = "reflections/portfolio/_made.html" if request.htmx else "reflections/portfolio/files.html"
    made = [(job, exports.shape_of(job).word) for job in exports.recent(request.user)]
    busy = any(job.state in (Job.State.QUEUED, Job.State.RUNNING) for job, _word in made)
    return render(request, template, {"made": made, "busy": busy})


@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A finished file, opened with its author's key."""
    job = access.portfolio_file_by(request.user, pk, exports.KIND)
    try:
        return stored.download(job.result, exports.opened(job))
    except Unreadable as error:
        raise Http404 from error


@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: HttpRequest) -> HttpResponse:
    """How I saw myself, with the drawing; and a new moment."""
    access.portfolio_of(request.user)
    form = AssessmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["made_on"]
        if attempt(form, lambda: assessments.note(by=request.user, scores=form.scores, on=day)):
            messages.success(request, _("Noted. Only you see this."))
            return redirect("reflections:portfolio_assessment")
    moments = assessments.moments_of(request.user)
    shown = {"form": form, "moments": moments, "charts": assessments.drawn(moments)}
    return render(request, "reflections/portfolio/assessment.html", shown, status=422 if form.errors else 200)


@require_POST
def forget(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take one moment away."""
    assessments.remove(access.assessment_by(request.user, pk), by=request.user)
    messages.success(request, _("That moment is gone."))
    return redirect("reflections:portfolio_assessment")
