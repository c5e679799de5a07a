"""What comes with a text: the dialogue with the coaches, photos and files."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import files, uploads
from core.crypto import Unreadable
from core.forms import attempt
from reflections import attached, dialogue
from reflections.access import comment_by, file_of, reflection_changed_by, reflection_for, reflection_talked_about_by
from reflections.forms import CommentForm, FileForm
from reflections.models import Comment, Reflection
from reflections.services import keys_by
from reflections.views.lists import stretch_of
from reflections.views.reading import reading_page


@require_POST
def say(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Add to the dialogue about a text."""
    found = reflection_talked_about_by(request.user, pk)
    form = CommentForm(request.POST)
    if form.is_valid():
        said = attempt(form, lambda: dialogue.say(found, by=request.user, text=form.cleaned_data["comment"]))
        if said is not None:
            messages.success(request, _("Your answer is saved. The others get a mail about it, at most one a day."))
            return redirect("reflections:reflection", pk)
    return reading_page(request, found, form)


@require_POST
def take_back(request: HttpRequest, pk: UUID, comment_pk: UUID) -> HttpResponse:
    """Erase one's own answer."""
    comment = comment_by(request.user, pk, comment_pk)
    dialogue.take_back(comment, by=request.user)
    messages.success(request, _("Your answer is erased."))
    still = Reflection.objects.visible_to(request.user).filter(pk=pk).exists()
    return redirect("reflections:reflection", pk) if still else redirect("reflections:said")


@require_GET
def said(request: HttpRequest) -> HttpResponse:
    """What one said oneself about texts, the newest first; the words of others and the texts stay on their own pages."""
    stretch = stretch_of(Comment.objects.said_by(request.user).select_related("author").order_by("-said_at", "pk"), request)
    opened = keys_by({request.user.pk}) if stretch.rows else {}
    about = {comment.reflection_id for comment in stretch.rows}
    read = set(Reflection.objects.visible_to(request.user).filter(pk__in=about).values_list("pk", flat=True)) if about else set()
    rows = [(dialogue.shown(comment, request.user, opened), comment.reflection_id in read) for comment in stretch.rows]
    return render(request, "reflections/said.html", {"rows": rows, "stretch": stretch})


@require_http_methods(["GET", "POST"])
def manage_files(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The author adds photos and files to a text, or takes them away."""
    found = reflection_changed_by(request.user, pk)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        row = attempt(form, lambda: attached.add(found, by=request.user, checked=_checked(form)))
        if row is not None:
            messages.success(request, _("The file is kept with your text. Who reads the text sees it too."))
            return redirect("reflections:files", pk)
    rows = list(found.files.select_related("file"))
    shown = [attached.shown(row, found.author_id, opened) for opened in [keys_by({found.author_id})] for row in rows]
    context = {"reflection": found, "form": form, "files": shown}
    return render(request, "reflections/files.html", context, status=422 if form.errors else 200)


def _checked(form: FileForm) -> uploads.Checked:
    return uploads.check(form.cleaned_data["upload"], field="upload")


@require_GET
def file(request: HttpRequest, pk: UUID, file_pk: UUID) -> HttpResponse:
    """A photo or file, opened for who may read the text."""
    row = file_of(reflection_for(request.user, pk), file_pk)
    try:
        name, content = attached.content_of(row)
    except Unreadable as error:
        raise Http404 from error
    row.file.name = name
    return files.download(row.file, content)


@require_POST
def remove_file(request: HttpRequest, pk: UUID, file_pk: UUID) -> HttpResponse:
    """Take a photo or file away."""
    found = reflection_changed_by(request.user, pk)
    attached.remove(file_of(found, file_pk), by=request.user)
    messages.success(request, _("The file is gone."))
    return redirect("reflections:files", pk)
