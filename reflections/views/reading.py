"""One text: read it, tag it, look back at what others read before, erase it and take that back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.forms import attempt
from reflections import dialogue, readers, services
from reflections.access import erased_reflection_by, reflection_by, reflection_changed_by, reflection_for
from reflections.forms import CommentForm, TagsForm
from reflections.models import Reflection
from reflections.sheet import sheet_of
from sessions.models import Meeting
from trajectories.models import Seat


@require_GET
def reflection(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A text: its author sees who reads it and who opened it; a reader's first opening is noted."""
    found = reflection_for(request.user, pk)
    services.note_opening(found, by=request.user)
    return reading_page(request, found, CommentForm())


def reading_page(request: HttpRequest, found: Reflection, form: CommentForm) -> HttpResponse:
    """The text with what stands around it; `form` holds a comment that was refused."""
    mine = found.author_id == request.user.pk
    leads = found.pilot_id in request.user.pilots_as(Seat.Role.LEADER)
    context: dict[str, object] = {"reflection": found, "sheet": sheet_of(found, request.user), "mine": mine, "form": form}
    context |= {"leads": leads, "stays": found.is_of_pair and not leads}
    if mine:
        standing = readers.reading_now(found)
        context |= {
            "about": found.meeting,
            "sentence": readers.sentence(standing),
            "everybody": readers.everybody(standing),
            "openings": found.openings.select_related("reader").order_by("at"),
            "talks": dialogue.takes_part(request.user, found),
        }
    else:
        context |= {"about": _known_meeting(request, found), "talks": dialogue.takes_part(request.user, found)}
    return render(request, "reflections/reflection.html", context, status=422 if form.errors else 200)


def _known_meeting(request: HttpRequest, found: Reflection) -> Meeting | None:
    """What the text is about, when this reader may know of that meeting."""
    return Meeting.objects.visible_to(request.user).filter(pk=found.meeting_id).first() if found.meeting_id else None


@require_GET
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """For the author: what stood there when others read it."""
    found = reflection_by(request.user, pk)
    context = {"reflection": found, "versions": services.versions_of(found)}
    return render(request, "reflections/versions.html", context)


@require_http_methods(["GET", "POST"])
def tags(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The author's own words for a text, to find it again."""
    found = reflection_by(request.user, pk)
    standing = " ".join(services.tags_with(found, services.keys_by({found.author_id})))
    form = TagsForm(request.POST if request.method == "POST" else None, initial={"tags": standing})
    if request.method == "POST" and form.is_valid():
        attempt(form, lambda: services.set_tags(found, by=request.user, tags=form.cleaned_data["tags"]))
        if form.is_valid():
            return redirect("reflections:reflection", pk)
    return render(request, "reflections/tags.html", {"reflection": found, "form": form}, status=422 if form.errors else 200)


@require_POST
def erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Gone for everybody at once; for ten minutes the list offers the way back."""
    services.erase(reflection_changed_by(request.user, pk), by=request.user)
    messages.success(request, _("Your text is erased. For ten minutes you can take that back below."))
    return redirect("reflections:list")


@require_POST
def restore(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The way back."""
    services.restore(erased_reflection_by(request.user, pk), by=request.user)
    messages.success(request, _("Your text is back, with the same readers."))
    return redirect("reflections:reflection", pk)
