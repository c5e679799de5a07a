"""One text: read it, say who may read it, erase it and take that back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from reflections import readers, services
from reflections.access import erased_reflection_by, reflection_by, reflection_for
from reflections.forms import ReadersForm
from reflections.models import Reflection
from sessions.models import Meeting


@require_GET
def reflection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A text: its author sees who reads it and who opened it; a reader's first opening is noted."""
    found = reflection_for(request.user, pk)
    mine = found.author_id == request.user.pk
    services.note_opening(found, by=request.user)
    about = Meeting.objects.visible_to(request.user).filter(pk=found.meeting_id).first() if found.meeting_id else None
    context: dict[str, object] = {"reflection": found, "text": services.text_of(found), "mine": mine, "about": about}
    if mine:
        context |= {
            "sentence": readers.sentence(readers.reading_now(found)),
            "openings": found.openings.select_related("reader").order_by("at"),
        }
    return render(request, "reflections/reflection.html", context)


@require_http_methods(["GET", "POST"])
def choose_readers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Widen or narrow who may read, with the names in sight."""
    found = reflection_by(request.user, pk)
    form = ReadersForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        services.set_readers(found, by=request.user, audiences=given["readers"], seen=given["seen"])
        messages.success(request, readers.sentence(readers.reading_now(found)))
        return redirect("reflections:reflection", pk)
    return _readers_page(request, found)


def _readers_page(request: HttpRequest, found: Reflection) -> HttpResponse:
    members = readers.members_of(request.user, found.pilot)
    standing = readers.reading_now(found)
    chosen = [audience for audience, people in standing.items() if people]
    seen = {person.pk for people in members.values() for person in people}
    new = {audience: [p.name for p in members[audience] if p not in standing[audience]] for audience in chosen}
    context = {
        "reflection": found,
        "now": readers.sentence(standing),
        "choices": readers.choices(members, chosen),
        "sentences": readers.sentences(members),
        "joining": sorted({name for names in new.values() for name in names}),
        "seen": ",".join(sorted(pk.hex for pk in seen)),
    }
    return render(request, "reflections/readers.html", context)


@require_POST
def erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gone for everybody at once; for ten minutes the list offers the way back."""
    services.erase(reflection_by(request.user, pk), by=request.user)
    messages.success(request, _("Your text is erased. For ten minutes you can take that back below."))
    return redirect("reflections:list")


@require_POST
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The way back."""
    services.restore(erased_reflection_by(request.user, pk), by=request.user)
    messages.success(request, _("Your text is back, with the same readers."))
    return redirect("reflections:reflection", pk)
