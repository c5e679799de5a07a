"""The files of a report: asked for, and downloaded once they are complete."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from core import files as stored
from core.errors import DomainError
from reporting import access, services
from reporting.forms import FileForm
from reporting.page import FilesPage


@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the files are; with POST, one more is made in the background."""
    report = access.report_filed_by(request.user, pk, request.POST.get("format", ""))
    if request.method == "POST":
        form = FileForm(request.POST)
        if not form.is_valid():
            raise DomainError(next(iter(form.errors.values()))[0])
        services.ask_file(report, by=request.user, **form.cleaned_data)
        return redirect("reports:files", pk)
    template = "reporting/_file_list.html" if request.htmx else "reporting/files.html"
    return render(request, template, {"page": FilesPage(report, request.user), "report": report})


@require_GET
def download(request: HttpRequest, pk: UUID, file: UUID) -> HttpResponse:
    """A complete file of the report."""
    return stored.download(access.file_of(access.report_for(request.user, pk), request.user, file).file)
