"""From a figure down to its rows and proofs, a page at a time."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from reporting import access, services, words
from reporting.behind import PER_PAGE
from reporting.lines import gap_line, meeting_line, person_line, presence_line
from reporting.page import changes_since, reading_of


def _asked(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.GET[name][:200] for name in names if request.GET.get(name)}


@require_GET
def meetings(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The meetings behind a figure: of a kind, a phase, and of what became of them."""
    report = access.report_read_by(request.user, pk)
    asked = _asked(request, "kind", "phase", "what")
    page, rows = access.behind_of(report).meetings(asked, request.GET.get("page"))
    context = {"report": report, "page": page, "rows": [meeting_line(row) for row in rows], "asked": words.asked(asked)}
    return render(request, "reporting/meetings.html", context)


@require_GET
def meeting(request: HttpRequest, pk: UUID, meeting: UUID) -> HttpResponse:
    """One meeting: who was there under which number, from when till when, how that is known, and the proofs."""
    report = access.report_read_by(request.user, pk)
    row, places, proofs = access.meeting_in(report, meeting)
    context = {
        "report": report,
        "row": meeting_line(row),
        "places": [presence_line(place) for place in places],
        "proofs": [proof | {"word": words.proof(proof["kind"])} for proof in proofs],
    }
    return render(request, "reporting/meeting.html", context)


@require_GET
def people(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The participants behind the hours."""
    report = access.report_read_by(request.user, pk)
    asked = _asked(request, "sector")
    page, rows = access.behind_of(report).people(asked, request.GET.get("page"))
    context = {"report": report, "page": page, "rows": [person_line(row) for row in rows], "asked": list(asked.values())}
    return render(request, "reporting/people.html", context)


@require_GET
def person(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """One participant under their number: every presence that counts, and the certificates that were made of them."""
    report = access.report_read_by(request.user, pk)
    row, places = access.person_in(report, number)
    certificates = access.behind_of(report).certificates(number)
    context = {"report": report, "row": person_line(row), "places": [presence_line(place) for place in places]}
    context["certificates"] = certificates
    return render(request, "reporting/person.html", context)


@require_GET
def gaps(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything that an auditor would miss, each with who can mend it and where."""
    report = access.report_for(request.user, pk)
    asked = _asked(request, "what")
    page = access.behind_of(report).gaps(asked, request.GET.get("page"))
    context = {"report": report, "page": page, "rows": [gap_line(gap) for gap in page.object_list], "asked": asked}
    return render(request, "reporting/gaps.html", context)


@require_GET
def indicator(request: HttpRequest, pk: UUID, code: str) -> HttpResponse:
    """Which participants count for an indicator: numbers alone, for who accounts to the fund; that they looked is noted."""
    report = access.report_opened_by(request.user, pk)
    scope = "stretch" if request.GET.get("scope") == "stretch" else "since_start"
    numbers = services.open_behind(report, by=request.user, code=code, scope=scope)
    page = Paginator(numbers, PER_PAGE).get_page(request.GET.get("page"))
    context = {"report": report, "page": page, "code": code, "scope": words.scope(scope)}
    return render(request, "reporting/indicator.html", context)


@require_GET
def checks(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every official consistency check with its figures, and what it means when one does not add up."""
    report = access.report_for(request.user, pk)
    reading = reading_of(report)
    context = {"report": report, "rows": words.checks(reading.figures["indicators"]) if reading else []}
    return render(request, "reporting/checks.html", context)


@require_GET
def changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What changed since the report was frozen, by whom, why, and what it does to each figure."""
    report = access.frozen_report_for(request.user, pk)
    return render(request, "reporting/changes.html", {"report": report, "told": changes_since(report)})
