"""The minutes of a meeting: read, written, kept while one types, and put together when two people wrote at once."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.templatetags.ui import clock
from sessions import access, minutes, minutes_drafts, preparation
from sessions.forms_record import ActionForm, MinutesForm
from sessions.models import Meeting, Minutes


@require_http_methods(["GET", "HEAD", "POST"])
def minutes_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form for who writes the minutes of an open meeting, the text for who reads them."""
    if request.method == "POST":
        return _save(request, access.meeting_words_run_by(request.user, pk))
    meeting = access.meeting_words_for(request.user, pk)
    standing = minutes.of(meeting)
    if not access.rights_at(request.user, meeting).writes or not meeting.is_noted_now:
        return render(request, "sessions/minutes_shown.html", {"meeting": meeting, "minutes": standing})
    typed = minutes_drafts.typed_by(request.user, meeting, standing.body)
    begun = {"body": standing.body, "version": standing.version, "tab": uuid4().hex}
    return _form_page(request, meeting, MinutesForm(initial=begun), standing, typed)


@require_POST
def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what is being typed, in one line of plain text; or throw a draft away, or go on with it."""
    meeting = access.meeting_words_run_by(request.user, pk)
    if "discard" in request.POST:
        minutes_drafts.throw_away(meeting, by=request.user, pk=request.POST["discard"])
        return redirect("sessions:minutes", pk)
    if "take" in request.POST:
        return _taken_up(request, meeting)
    if "device" in request.POST:  # of minutes, which are several people's, no copy lies on a device
        return HttpResponse(status=204)
    form = MinutesForm(request.POST)
    form.is_valid()
    typed = {"tab": form.cleaned_data["tab"], "version": form.cleaned_data.get("version") or 0}
    try:
        minutes_drafts.keep(meeting, by=request.user, text=request.POST.get("body", ""), **typed)
    except DomainError as refusal:
        return HttpResponse(str(refusal.message), status=422, content_type="text/plain; charset=utf-8")
    said = _("Saved at %(time)s") % {"time": clock(timezone.now())}
    return HttpResponse(said, content_type="text/plain; charset=utf-8")


@require_safe
def versions(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who wrote what."""
    meeting = access.meeting_words_for(request.user, pk)
    context = {"meeting": meeting, "versions": minutes.versions(meeting)}
    return render(request, "sessions/minutes_versions.html", context)


def _taken_up(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The form with a draft in it, on the version on which it was typed: a newer one is compared on saving."""
    standing = minutes.of(meeting)
    typed = minutes_drafts.typed_by(request.user, meeting, standing.body)
    chosen = next((one for one in typed if str(one.pk) == request.POST["take"]), None)
    if chosen is None:
        return redirect("sessions:minutes", meeting.pk)
    begun = {"body": chosen.text, "version": chosen.version, "tab": uuid4().hex, "taken": chosen.pk}
    return _form_page(request, meeting, MinutesForm(initial=begun), standing, [one for one in typed if one != chosen])


def _form_page(request: HttpRequest, meeting: Meeting, form: MinutesForm, standing: Minutes, typed: list) -> HttpResponse:
    readers = preparation.pair_and_coaches(meeting) if meeting.kind == Meeting.Kind.COACHING else []
    context = {"meeting": meeting, "form": form, "minutes": standing, "typed": typed, "readers": readers}
    context["action_form"] = ActionForm(meeting=meeting)
    return render(request, "sessions/minutes.html", context, status=422 if form.errors else 200)


def _save(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    form = MinutesForm(request.POST)
    if form.is_valid() and "together" in request.POST:
        return _side_by_side(request, meeting, form.cleaned_data, minutes.of(meeting))
    if form.is_valid():
        given = form.cleaned_data
        try:
            minutes.save(meeting, by=request.user, body=given["body"], version=given["version"])
        except minutes.OthersWrote as conflict:
            return _side_by_side(request, meeting, given, conflict.theirs)
        except DomainError as refusal:
            form.add_error("body", refusal.message)
        else:
            minutes_drafts.done(meeting, by=request.user, tab=given["tab"])
            minutes_drafts.throw_away(meeting, by=request.user, pk=given["taken"])
            messages.success(request, _("The minutes have been saved."))
            return redirect("sessions:minutes", meeting.pk)
    return _form_page(request, meeting, form, minutes.of(meeting), [])


def _side_by_side(request: HttpRequest, meeting: Meeting, given: dict, theirs: Minutes) -> HttpResponse:
    """Both texts, and the form with mine (or with both, when that was asked); saving from here starts from theirs."""
    body = minutes.together(theirs.body, given["body"]) if "together" in request.POST else given["body"]
    left, right = minutes.compare(theirs.body, body)
    begun = {"body": body, "version": theirs.version, "tab": given["tab"], "taken": given["taken"]}
    context = {"meeting": meeting, "form": MinutesForm(initial=begun), "minutes": theirs, "left": left, "right": right}
    return render(request, "sessions/minutes_conflict.html", context, status=409)
