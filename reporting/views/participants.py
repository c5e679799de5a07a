"""The participants of a programme: under which number, since when, and what is still to be answered."""

from functools import lru_cache
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from core.pages import counted_page
from reporting import access, completeness
from reporting.frameworks import framework, in_words
from reporting.services import asking
from sessions import guests


@require_GET
def participants(request: HttpRequest, programme: UUID) -> HttpResponse:
    """The list; values of answers are nowhere on it."""
    found = access.programme_accounted_by(request.user, programme)
    chosen = framework(found.framework)
    page = counted_page(completeness.listed(found), request.GET.get("page"), completeness.A_PAGE)
    lines = completeness.lines(page.object_list, chosen)
    required = completeness.required(chosen)
    questions = [in_words(question.head) for question in required]
    again = asking.may_ask_again(lines, chosen, timezone.localdate())
    context = {
        "programme": found,
        "page": page,
        "rows": [
            (line, again.get(line.participant.pk), _cells(tuple(questions), line.answered, line.asked, get_language()))
            for line in lines
        ],
        "today": timezone.localdate(),
        "guests": guests.guests_of(found),
        "questions": [(in_words(question.head), in_words(question.text)) for question in required],
    }
    return render(request, "reporting/participants.html", context)


@lru_cache(maxsize=1024)
def _cells(questions: tuple[str, ...], answered: tuple[bool, ...], asked: bool, language: str | None) -> str:
    """What is there of a record, as cells of the table: many records look the same, so they are drawn once for each language."""
    return render_to_string("reporting/_answers.html", {"answers": list(zip(questions, answered, strict=True)), "asked": asked})
