"""Who may read one's own text: widen, narrow, withdraw; and one more look before it goes wider than the coaches."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from reflections import readers, services, words
from reflections.access import reflection_by
from reflections.forms import ReadersForm
from reflections.models import Reflection

SAVED = "#saved"  # tells the browser that its own copy of the text is no longer needed


@require_http_methods(["GET", "POST"])
def choose_readers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Widen or narrow who may read, with the names in sight. What goes wider than the coaches is looked at once more first."""
    found = reflection_by(request.user, pk)
    form = ReadersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        standing = {grant.audience for grant in found.grants.filter(withdrawn_at=None)}
        wider = readers.WIDE.intersection(given["readers"]) - standing
        services.set_readers(found, by=request.user, audiences=set(given["readers"]) - wider, seen=given["seen"])
        if wider:
            return to_review(found, given["readers"])
        messages.success(request, readers.sentence(readers.reading_now(found)))
        return redirect("reflections:reflection", pk)
    return _readers_page(request, found)


def to_review(found: Reflection, audiences: Collection[str], mark: str = "") -> HttpResponse:
    """On to the page where one looks once more."""
    return redirect(
        f"{reverse('reflections:review', args=[found.pk])}?{urlencode({'readers': sorted(audiences)}, doseq=True)}{mark}"
    )


def _readers_page(request: HttpRequest, found: Reflection) -> HttpResponse:
    members = readers.offered(request.user, found.pilot, of_pair=found.is_of_pair)
    standing = readers.reading_now(found, members)
    chosen = [audience for audience, people in standing.items() if people]
    new = {audience: [p.name for p in members[audience] if p not in standing[audience]] for audience in chosen}
    context = {
        "reflection": found,
        "now": readers.sentence(standing),
        "everybody": readers.everybody(standing),
        "choices": readers.choices(members, chosen),
        "sentences": readers.sentences(members),
        "joining": sorted({name for names in new.values() for name in names}),
        "seen": _seen(members),
    }
    return render(request, "reflections/readers.html", context)


def _seen(members: readers.Members) -> str:
    """The people whose names stand on the page, for its form to send back."""
    seen = {person.pk for people in members.values() for person in people}
    return ",".join(sorted(pk.hex for pk in seen))


@require_http_methods(["GET", "POST"])
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The text as others will read it, with the words marked that look like names; then share it, or change it first."""
    found = reflection_by(request.user, pk)
    form = ReadersForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        services.set_readers(found, by=request.user, audiences=given["readers"], seen=given["seen"])
        messages.success(request, readers.sentence(readers.reading_now(found)))
        return redirect("reflections:reflection", pk)
    text, members = services.text_of(found) or "", readers.offered(request.user, found.pilot, of_pair=found.is_of_pair)
    audiences = _wanted(request.GET)
    context = {
        "reflection": found,
        "pieces": words.marked(text),
        "names": words.names_in(text),
        "audiences": audiences,
        "sentence": readers.sentence(members, audiences),
        "everybody": readers.everybody(members, audiences),
        "for_policy": readers.Audience.POLICY in audiences,
        "seen": _seen(members),
    }
    return render(request, "reflections/review.html", context)


def _wanted(asked: QueryDict) -> list[str]:
    return [str(audience) for audience in readers.AUDIENCES if audience in asked.getlist("readers")]


def after_writing(request: HttpRequest, found: Reflection, audiences: Collection[str]) -> HttpResponse:
    """To the text; or first to the page where one looks once more, when it is asked for or needed for wider than the coaches."""
    wider = readers.WIDE.intersection(audiences)
    if wider:
        messages.success(request, _("Your text is saved. Look once more before others read it."))
        return to_review(found, audiences, SAVED)
    messages.success(request, _("Your text is saved."))
    return redirect(f"{reverse('reflections:reflection', args=[found.pk])}{SAVED}")
