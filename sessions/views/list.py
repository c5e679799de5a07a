"""The meetings that concern one: to come or past, by kind, searched."""

from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.compiled import Compiled
from core.pages import how_many, page_from
from people.models import User
from sessions.models import Attendance, Meeting, MeetingQuerySet

PER_PAGE = 20
EVERYTHING = Q()


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Everything that one may see, the nearest first."""
    past = request.GET.get("when") == "past"
    kind = request.GET.get("kind", "")
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    if kind in Meeting.Kind.values or query:
        rows = _lines(request.user, timezone.now(), past=past, narrowed=_narrowed(kind, query))
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    else:
        page = _page_of_all(request, past=past)
    shown = {
        "page": page,
        "past": past,
        "kind": kind,
        "query": query,
        "kinds": Meeting.Kind.choices,
        "tabs": [
            {"label": _("To come"), "url": "?", "current": not past},
            {"label": _("Past"), "url": "?when=past", "current": past},
        ],
        "plans": request.user.has_role("project", "coach"),
        "answers": dict(Attendance.Reply.choices),
    }
    return render(request, "sessions/list.html", shown)


def _seen(user: User, now: datetime, *, past: bool) -> MeetingQuerySet:
    rows = Meeting.objects.visible_to(user)
    return rows.past(now) if past else rows.filter(ends_at__gte=now).order_by("starts_at", "pk")


def _lines(user: User, now: datetime, *, past: bool, narrowed: Q = EVERYTHING) -> QuerySet[Meeting]:
    own = Attendance.objects.filter(meeting=OuterRef("pk"), user=user, is_invited=True)
    rows = _seen(user, now, past=past).filter(narrowed).as_rows()
    return rows.annotate(own_reply=Subquery(own.values("reply")[:1]))


def _narrowed(kind: str, query: str) -> Q:
    found = Q(kind=kind) if kind in Meeting.Kind.values else EVERYTHING
    for word in query.split()[:6]:
        found &= (
            Q(title__icontains=word)
            | Q(place__icontains=word)
            | Q(network__name__icontains=word)
            | Q(pilot__service__name__icontains=word)
            | Q(partner__name__icontains=word)
        )
    return found


@Compiled
def number_of_meetings(user: User, now: datetime, past: bool) -> QuerySet:
    """How many meetings this person sees, to come or past."""
    return how_many(_seen(user, now, past=past))


@Compiled
def lines_of_meetings(user: User, now: datetime, past: bool, first: int) -> QuerySet[Meeting]:
    """A page of them from this place on."""
    return _lines(user, now, past=past)[first : first + PER_PAGE]


def _page_of_all(request: HttpRequest, *, past: bool) -> Page:
    """The list in which nothing is looked for."""
    asked = {"user": request.user, "now": timezone.now(), "past": past}
    number = number_of_meetings.first(**asked)
    return page_from(number, request.GET.get("page"), PER_PAGE, lambda first: lines_of_meetings.ask(**asked, first=first))
