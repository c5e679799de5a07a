"""One's own texts, and those that others shared."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.compiled import Compiled
from core.templatetags.ui import fields
from people.models import User
from reflections import drafts
from reflections.forms import OwnFilter
from reflections.models import Opening, Prompt, ReaderGrant, Reflection
from reflections.services import REGRET, keys_by, tags_with, text_with
from sessions.models import Meeting
from trajectories.models import Seat

# what a line of the list says of another's text; not the text itself
LINE = (
    *("created_at", "meeting__title", "author__first_name", "author__last_name", "author__email", "pilot__service__name"),
    *("question", "prompt__text_nl", "prompt__text_en"),
)
PAGE = 20
MOST_PAGES = 10_000
LOOKED_THROUGH, AT_ONCE = 5_000, 1_000


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
    texts, words, tag = _narrowed(request.user, form.cleaned_data)
    stretch = stretch_of(_saying(texts, request.user, words, tag) if words or tag else texts, request)
    leads = request.user.has_role("leader")
    asked = any(form.cleaned_data.values())
    if not (stretch.rows or leads or asked) and request.user.has_role("coach", "project"):
        return redirect("reflections:shared" if request.user.has_role("coach") else "reflections:policy")
    opened = keys_by({request.user.pk}) if stretch.rows else {}
    rows = [(reflection, text_with(reflection, opened), tags_with(reflection, opened)) for reflection in stretch.rows]
    typing = drafts.begun(request.user) if leads and not asked and stretch.number == 1 else []
    return render(
        request,
        "reflections/list.html",
        {
            "form": form,
            "blank": "" if asked or form.errors else _blank(get_language()),
            "asked": asked,
            "rows": rows,
            "stretch": stretch,
            "leads": leads,
            "typing": typing,
            "tabs": tabs_for(request.user, "own"),
        }
        | {"occasions": Prompt.Occasion.choices, "meeting": form.cleaned_data.get("meeting")},
    )


@lru_cache(maxsize=8)
def _blank(language: str | None) -> str:
    """The fields in which nothing is asked yet, as nearly everybody gets them: drawn once for each language."""
    return fields(Context(), OwnFilter({}))


def _narrowed(user: User, wanted: dict):
    """The author's texts that fit, and the words to look for in them. Asked for nothing, also what was just erased."""
    texts = Reflection.objects.filter(author=user).exclude(erased_at__lte=timezone.now() - REGRET)
    filters = {
        "created_at__date__gte": "since",
        "created_at__date__lte": "until",
        "occasion": "occasion",
        "theme": "theme",
        "meeting_id": "meeting",
    }
    chosen = {lookup: wanted[name] for lookup, name in filters.items() if wanted.get(name)}
    shared = ReaderGrant.objects.filter(reflection=OuterRef("pk"), withdrawn_at=None)
    texts = texts.filter(**chosen).select_related("meeting", "prompt").annotate(is_shared=Exists(shared))
    words, tag = (wanted.get(name, "").strip() for name in ("q", "tag"))
    return (texts.kept() if chosen or words or tag else texts).order_by("-created_at", "pk"), words, tag


def _saying(texts, user: User, words: str, tag: str):
    """Texts in which all the words stand and that carry the tag, looked for in memory: there is no index of personal texts.

    A thousand at a time and the newest five thousand at most; the lists stop asking when a page is full.
    """
    wanted, label = words.casefold().split(), tag.casefold().lstrip("#")
    opened = keys_by({user.pk})
    for first in range(0, LOOKED_THROUGH, AT_ONCE):
        found = list(texts[first : first + AT_ONCE])
        for reflection in found:
            own = tags_with(reflection, opened)
            said = f"{reflection.asked} {text_with(reflection, opened) or ''} {' '.join(own)}".casefold()
            if all(word in said for word in wanted) and (not label or label in own):
                yield reflection
        if len(found) < AT_ONCE:
            return


def stretch_of(rows, request: HttpRequest) -> Stretch:
    """The page of these rows that the address asks for."""
    number = number_of(request)
    first = (number - 1) * PAGE
    taken = list(rows[first : first + PAGE + 1] if hasattr(rows, "filter") else islice(rows, first, first + PAGE + 1))
    return Stretch(taken[:PAGE], number, len(taken) > PAGE)


def number_of(request: HttpRequest) -> int:
    """Which page of a list the address asks for."""
    asked = request.GET.get("page", "")
    return min(max(int(asked), 1), MOST_PAGES) if asked.isdecimal() and len(asked) < 9 else 1


def tabs_for(user: User, current: str) -> list[dict[str, object]]:
    """The lists of this person: own, shared with them, for the project team what was given for policy."""
    names = [("own", _("My own"), "list"), ("shared", _("Shared with me"), "shared")]
    if user.has_role(Seat.Role.LEADER):
        names.insert(1, ("pair", _("Our pair"), "pair"))
    if current == "portfolio" or user.has_role(Seat.Role.LEADER):
        names.append(("portfolio", _("My portfolio"), "portfolio"))
    if user.has_role(Seat.Role.PROJECT):
        names.append(("policy", _("For policy"), "policy"))
    return [{"label": label, "url": reverse(f"reflections:{at}"), "current": name == current} for name, label, at in names]


@Compiled
def shared_texts(user: User, first: int) -> QuerySet[Reflection]:
    """A page, and one more, of what others let this person read."""
    opened = Opening.objects.filter(reflection=OuterRef("pk"), reader=user)
    texts = Reflection.objects.shared_with(user).with_context().only(*LINE).annotate(is_read=Exists(opened))
    return texts.order_by("-created_at", "pk")[first : first + PAGE + 1]


@Compiled
def known_meetings(user: User, about: set[UUID]) -> QuerySet:
    """Which of these meetings this person may know of."""
    return Meeting.objects.visible_to(user).filter(pk__in=about).values_list("pk", flat=True)


@require_GET
def shared(request: HttpRequest) -> HttpResponse:
    """What others let me read, without a word of it: the text opens on its own page, and its author sees that."""
    number = number_of(request)
    taken = shared_texts.ask(user=request.user, first=(number - 1) * PAGE)
    stretch = Stretch(taken[:PAGE], number, len(taken) > PAGE)
    about = {reflection.meeting_id for reflection in stretch.rows if reflection.meeting_id}
    known = set(known_meetings.ask(user=request.user, about=about))
    rows = [(reflection, reflection.meeting if reflection.meeting_id in known else None) for reflection in stretch.rows]
    return render(
        request, "reflections/shared.html", {"rows": rows, "stretch": stretch, "tabs": tabs_for(request.user, "shared")}
    )
