"""One's own texts, and those that others shared."""

from dataclasses import dataclass
from itertools import islice

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from people.models import User
from reflections import drafts
from reflections.forms import OwnFilter
from reflections.models import Opening, Prompt, ReaderGrant, Reflection
from reflections.services import REGRET, texts_of
from sessions.models import Meeting

PAGE = 20
MOST_PAGES = 10_000


@dataclass(frozen=True)
class Stretch:
    """One page of a list that is not counted."""

    rows: list
    number: int
    has_next: bool


@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """What I wrote, the newest first; a coach, who writes nothing here, goes to what was shared."""
    form = OwnFilter(request.GET)
    form.is_valid()
    texts, words = _narrowed(request.user, form.cleaned_data)
    stretch = _stretch(_saying(texts, words) if words else texts, request)
    leads = request.user.has_role("leader")
    asked = any(form.cleaned_data.values())
    if not (stretch.rows or leads or asked) and request.user.has_role("coach"):
        return redirect("reflections:shared")
    rows = list(zip(stretch.rows, texts_of(stretch.rows), strict=True)) if stretch.rows else []
    typing = drafts.begun(request.user) if leads and not asked and stretch.number == 1 else []
    return render(
        request,
        "reflections/list.html",
        {"form": form, "asked": asked, "rows": rows, "stretch": stretch, "leads": leads, "typing": typing, "tabs": _tabs(False)}
        | {"occasions": Prompt.Occasion.choices, "meeting": form.cleaned_data.get("meeting")},
    )


def _narrowed(user: User, wanted: dict):
    """The author's texts that fit, and the words to look for in them. Asked for nothing, also what was just erased."""
    texts = Reflection.objects.filter(author=user).exclude(erased_at__lte=timezone.now() - REGRET)
    filters = {
        "created_at__date__gte": "since",
        "created_at__date__lte": "until",
        "occasion": "occasion",
        "meeting_id": "meeting",
    }
    chosen = {lookup: wanted[name] for lookup, name in filters.items() if wanted.get(name)}
    shared = ReaderGrant.objects.filter(reflection=OuterRef("pk"), withdrawn_at=None)
    texts = texts.filter(**chosen).select_related("meeting", "prompt").annotate(is_shared=Exists(shared))
    words = wanted.get("q", "").strip()
    return (texts.kept() if chosen or words else texts).order_by("-created_at", "pk"), words


def _saying(texts, words: str):
    """Texts in which all the words stand, looked for in memory: there is no index of personal texts."""
    found = list(texts)
    wanted = words.casefold().split()
    for reflection, text in zip(found, texts_of(found), strict=True):
        said = f"{reflection.asked} {text or ''}".casefold()
        if all(word in said for word in wanted):
            yield reflection


def _stretch(rows, request: HttpRequest) -> Stretch:
    asked = request.GET.get("page", "")
    number = min(max(int(asked), 1), MOST_PAGES) if asked.isdecimal() and len(asked) < 9 else 1
    first = (number - 1) * PAGE
    taken = list(rows[first : first + PAGE + 1] if hasattr(rows, "filter") else islice(rows, first, first + PAGE + 1))
    return Stretch(taken[:PAGE], number, len(taken) > PAGE)


def _tabs(shared: bool) -> list[dict[str, object]]:
    return [
        {"label": _("My own"), "url": reverse("reflections:list"), "current": not shared},
        {"label": _("Shared with me"), "url": reverse("reflections:shared"), "current": shared},
    ]


@require_GET
def shared(request: HttpRequest) -> HttpResponse:
    """What others let me read, without a word of it: the text opens on its own page, and its author sees that."""
    opened = Opening.objects.filter(reflection=OuterRef("pk"), reader=request.user)
    texts = Reflection.objects.shared_with(request.user).with_context().annotate(is_read=Exists(opened))
    stretch = _stretch(texts.order_by("-created_at", "pk"), request)
    about = {reflection.meeting_id for reflection in stretch.rows if reflection.meeting_id}
    known = set(Meeting.objects.visible_to(request.user).filter(pk__in=about).values_list("pk", flat=True)) if about else set()
    rows = [(reflection, reflection.meeting if reflection.meeting_id in known else None) for reflection in stretch.rows]
    return render(request, "reflections/shared.html", {"rows": rows, "stretch": stretch, "tabs": _tabs(True)})
