"""The participants of a programme: under which number, since when, and what is still to be answered."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reporting import access, completeness
from reporting.frameworks import framework, in_words
from reporting.models import Participant

PER_PAGE = 50


@require_GET
def participants(request: HttpRequest, programme: UUID) -> HttpResponse:
    """The list; values of answers are nowhere on it."""
    found = access.programme_accounted_by(request.user, programme)
    chosen = framework(found.framework)
    rows = Participant.objects.filter(programme=found).select_related("user", "pilot__service").order_by("number")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "programme": found,
        "page": page,
        "lines": completeness.lines(page.object_list, chosen),
        "questions": [in_words(question.text) for question in completeness.required(chosen)],
    }
    return render(request, "reporting/participants.html", context)
