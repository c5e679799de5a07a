"""How far background work is, for the person who asked for it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import access


@require_GET
def job(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The progress of one's own job: a page, or the piece of it that htmx asks for."""
    found = access.job_for(request.user, pk)
    template = "ui/_progress.html" if request.htmx else "core/job.html"
    return render(request, template, {"job": found})
