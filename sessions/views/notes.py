"""A coach's notes at a coaching moment, beside what pair and coaches note together."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.forms import attempt
from sessions import access_around, minutes, preparation
from sessions.forms_preparation import NoteForm, together
from sessions.models import Brought, Meeting
from sessions.views.preparation import attempt_beside_others, write_page

Kind = Brought.Kind


@require_http_methods(["GET", "HEAD", "POST"])
def notes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One's own notes, those of the tandem, the shared ones; and a new note."""
    meeting = access_around.moment_coached_by(request.user, pk)
    form = _form(request, meeting)
    if request.method == "POST" and form.is_valid():
        noted = {"kind": Kind.NOTE, "texts": form.texts(), "readers": form.readers()}
        if attempt(form, lambda: preparation.bring(meeting, by=request.user, **noted)):
            messages.success(request, _("Saved."))
            return redirect("sessions:notes", pk)
    shown = [one for one in preparation.shown_to(request.user, meeting) if one.row.kind == Kind.NOTE]
    context = {
        "meeting": meeting,
        "form": form,
        "notes": preparation.with_readers(shown),
        "shared": minutes.of(meeting),
        "readers": preparation.pair_and_coaches(meeting),
    }
    return render(request, "sessions/notes.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, pk: UUID, note: UUID) -> HttpResponse:
    """Other words, other readers; both texts side by side when another window saved in between."""
    meeting = access_around.moment_coached_by(request.user, pk)
    row = access_around.note_by(request.user, meeting, note)
    chosen = together(row.readers.values_list("user_id", flat=True))
    form = _form(request, meeting, preparation.texts_of(row) | {"version": row.version, "for": chosen})
    theirs = None
    if request.method == "POST" and form.is_valid():
        said = {"by": request.user, "texts": form.texts(), "version": form.cleaned_data["version"] or 0}
        saved, theirs = attempt_beside_others(form, lambda: preparation.change(row, **said, readers=form.readers()))
        if saved is not None:
            messages.success(request, _("Saved."))
            return redirect("sessions:notes", pk)
    return write_page(request, "sessions/note.html", {"row": row, "meeting": meeting}, form, theirs)


@require_POST
def remove(request: HttpRequest, pk: UUID, note: UUID) -> HttpResponse:
    """Its author takes it away."""
    meeting = access_around.moment_coached_by(request.user, pk)
    preparation.remove(access_around.note_by(request.user, meeting, note), by=request.user)
    messages.success(request, _("Taken away. Nothing of the text is kept."))
    return redirect("sessions:notes", pk)


def _form(request: HttpRequest, meeting: Meeting, begun: dict | None = None) -> NoteForm:
    typed = request.POST if request.method == "POST" else None
    tandem = list(preparation.tandem_of(meeting, request.user))
    return NoteForm(typed, author=request.user, tandem=tandem, initial=begun or {})
