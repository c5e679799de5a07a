"""Files and links of a meeting."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import files
from core.forms import attempt
from sessions import access, access_around, materials
from sessions.forms_lived import MaterialForm
from sessions.models import Material


@require_http_methods(["GET", "HEAD", "POST"])
def list_(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What goes along and is meant for this person; for who writes the meeting's words, a form for one more."""
    posted = request.method == "POST"
    if posted:
        access.meeting_words_run_by(request.user, pk)
    meeting, rights = access.meeting_and_rights_for(request.user, pk)
    form = MaterialForm(request.POST, request.FILES, meeting=meeting) if posted else MaterialForm(meeting=meeting)
    if posted and form.is_valid() and attempt(form, lambda: materials.add(meeting, by=request.user, **form.cleaned_data)):
        messages.success(request, _("Added."))
        return redirect("sessions:materials", pk)
    rows = Material.objects.visible_to(request.user).filter(meeting=meeting).select_related("file", "added_by")
    context = {"meeting": meeting, "rows": rows, "form": form, "writes": rights.writes}
    return render(request, "sessions/materials.html", context, status=422 if form.errors else 200)


@require_safe
def open_(request: HttpRequest, pk: UUID, material: UUID) -> HttpResponse:
    """The file as an attachment, or the way to the link."""
    row = access_around.material_for(request.user, pk, material)
    return files.download(row.file) if row.file else redirect(row.link)


@require_POST
def remove(request: HttpRequest, pk: UUID, material: UUID) -> HttpResponse:
    """Take it away."""
    meeting = access.meeting_words_run_by(request.user, pk)
    materials.remove(access_around.material_for(request.user, meeting.pk, material), by=request.user)
    messages.success(request, _("Taken away."))
    return redirect("sessions:materials", pk)
