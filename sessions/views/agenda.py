"""The agenda of a meeting: read by all who see the meeting, made by who runs it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from core.forms import attempt
from networks.models import GroupAgreement
from sessions import access, access_around, agenda, preparation
from sessions.forms_lived import ItemForm
from sessions.models import Meeting


@require_http_methods(["GET", "HEAD", "POST"])
def agenda_page(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The agenda in its order; for who runs the meeting, a form for one more part, templates and what waits."""
    if request.method == "POST":
        access.meeting_run_by(request.user, pk)
    meeting, rights = access.meeting_and_rights_for(request.user, pk)
    form = ItemForm(request.POST if request.method == "POST" else None, meeting=meeting)
    valid = request.method == "POST" and form.is_valid()
    if valid and attempt(form, lambda: agenda.add(meeting, by=request.user, **form.cleaned_data)):
        return redirect("sessions:agenda", pk)
    return _page(request, meeting, rights, form)


def _page(request: HttpRequest, meeting: Meeting, rights: access.Rights, form: ItemForm) -> HttpResponse:
    items, parked = agenda.items_of(meeting)
    writes = rights.runs and not meeting.is_locked and meeting.state != Meeting.State.CANCELLED
    total = sum(item.minutes for item in items)
    context = {
        "meeting": meeting, "rights": rights, "writes": writes, "items": items, "parked": parked, "form": form,
        "total": total, "left": meeting.length - total,
        "templates": agenda.templates() if writes else [],
        "waiting": agenda.waiting_for(meeting) if writes else [],
        "agreements": GroupAgreement.objects.filter(network_id=meeting.network_id) if meeting.network_id and rights.reads else [],
        "brought": preparation.who_brought(meeting, user=request.user),
    }  # fmt: skip
    return render(request, "sessions/agenda.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: UUID, item: UUID) -> HttpResponse:
    """One part changed."""
    found = access_around.item_of(access.meeting_run_by(request.user, pk), item)
    form = ItemForm(request.POST if request.method == "POST" else None, meeting=found.meeting, item=found)
    valid = request.method == "POST" and form.is_valid()
    if valid and attempt(form, lambda: agenda.change(found, by=request.user, **form.cleaned_data)):
        messages.success(request, _("The agenda has been saved."))
        return redirect("sessions:agenda", pk)
    context = {"meeting": found.meeting, "item": found, "form": form}
    return render(request, "sessions/agenda_item.html", context, status=422 if form.errors else 200)


@require_POST
def move(request: HttpRequest, pk: UUID, item: UUID) -> HttpResponse:
    """Up, down, parked, back, or taken off."""
    found = access_around.item_of(access.meeting_run_by(request.user, pk), item)
    if request.POST.get("to") == "remove":
        agenda.remove(found, by=request.user)
    else:
        agenda.move(found, by=request.user, to=request.POST.get("to", ""))
    return redirect("sessions:agenda", pk)


@require_POST
def order(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The order in which the parts were dragged."""
    agenda.order(access.meeting_run_by(request.user, pk), by=request.user, ids=_ids(request, "item"))
    return redirect("sessions:agenda", pk)


@require_POST
def template(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The parts of a shipped agenda."""
    agenda.use_template(access.meeting_run_by(request.user, pk), by=request.user, slug=request.POST.get("slug", ""))
    messages.success(request, _("The parts are on the agenda. Change what you want."))
    return redirect("sessions:agenda", pk)


@require_POST
def carry_over(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Parked parts of earlier sessions."""
    number = agenda.carry_over(access.meeting_run_by(request.user, pk), by=request.user, items=_ids(request, "item"))
    messages.success(request, ngettext("%(n)s part taken up.", "%(n)s parts taken up.", number) % {"n": number})
    return redirect("sessions:agenda", pk)


def _ids(request: HttpRequest, name: str) -> list[UUID]:
    """What was sent under this name, as far as it is an id."""
    found = []
    for value in request.POST.getlist(name)[: agenda.MOST_ITEMS * 2]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
