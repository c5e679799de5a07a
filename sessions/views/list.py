"""The meetings that concern one: to come or past, by kind, searched."""

from django.core.paginator import Paginator
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people.models import User
from sessions.models import Attendance, Meeting

PER_PAGE = 20


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Everything that one may see, the nearest first."""
    past = request.GET.get("when") == "past"
    kind = request.GET.get("kind", "")
    query = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = _rows(request.user, past=past, kind=kind, query=query)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
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


def _rows(user: User, *, past: bool, kind: str, query: str) -> QuerySet[Meeting]:
    now = timezone.now()
    rows = Meeting.objects.visible_to(user).as_rows()
    rows = rows.past(now) if past else rows.filter(ends_at__gte=now).order_by("starts_at", "pk")
    if kind in Meeting.Kind.values:
        rows = rows.filter(kind=kind)
    for word in query.split()[:6]:
        rows = rows.filter(
            Q(title__icontains=word)
            | Q(place__icontains=word)
            | Q(network__name__icontains=word)
            | Q(pilot__service__name__icontains=word)
            | Q(partner__name__icontains=word)
        )
    own = Attendance.objects.filter(meeting=OuterRef("pk"), user=user, is_invited=True)
    return rows.annotate(own_reply=Subquery(own.values("reply")[:1]))
