"""A proposal for the whole plan: asked for, followed while it is made, looked at by month, moved, pinned, accepted."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from core.compiled import Compiled
from core.errors import DomainError
from core.forms import attempt
from people.models import User
from planning import access, access_dates, proposal_page, proposals
from planning.forms_dates import MoveForm, ProposalForm, ToldForm, VersionForm
from planning.models import Proposal, ProposedMeeting

page_methods = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = 20


@Compiled
def lines_of_proposals(user: User, programme: UUID) -> QuerySet[Proposal]:
    """The newest proposals of a programme that this person sees."""
    rows = Proposal.objects.visible_to(user).filter(programme=programme).select_related("asked_by")
    person = ("asked_by__first_name", "asked_by__last_name", "asked_by__email")
    return rows.only("asked_at", "state", "programme_id", *person)[:SHOWN]


@page_methods
def listing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a proposal, and those that were asked before."""
    programme = access.programme_planned_by(request.user, pk)
    form = ProposalForm(request.POST or None, programme=programme)
    if request.method == "POST" and form.is_valid():
        proposal = attempt(form, lambda: proposals.ask(programme, by=request.user, **form.cleaned_data))
        if proposal:
            return redirect("planning:proposal", proposal.pk)
    rows = lines_of_proposals.ask(user=request.user, programme=programme.pk)
    shown = {"form": form, "programme": programme, "rows": rows}
    return render(request, "planning/proposals.html", shown, status=422 if form.errors else 200)


@page_methods
def proposal(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One proposal by month, or how far the work is; asks again, accepts it, or puts it away."""
    found = access_dates.proposal_for(request.user, pk)
    if request.method == "POST":
        return _settle(request, found)
    if found.is_being_made:
        name = "planning/_proposal_progress.html" if request.htmx else "planning/proposal_busy.html"
        return render(request, name, {"proposal": found, "job": found.job})
    response = _page(request, found)
    if request.htmx:
        response["HX-Refresh"] = "true"
    return response


def _page(request: HttpRequest, found: Proposal, told: proposals.Letters | None = None) -> HttpResponse:
    shown = {"proposal": found, "failed": found.state == Proposal.State.ASKED, "told": told}
    page = proposal_page.page_of(found, request.user, request.GET.get("month", ""))
    return render(request, "planning/proposal.html", shown | {"page": page})


def _settle(request: HttpRequest, found: Proposal) -> HttpResponse:
    form, do = VersionForm(request.POST), request.POST.get("do", "")
    version = form.cleaned_data["version"] if form.is_valid() else 0
    try:
        if do == "count":
            return _page(request, found, proposals.letters_of(found, by=request.user, version=version))
        if do in {"draft", "plan"}:
            return _accept(request, found, version, publish=do == "plan")
        if do == "away":
            proposals.put_away(found, by=request.user, version=version)
            return redirect("planning:proposals", found.programme_id)
        proposals.again(found, by=request.user, version=version)
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    return redirect("planning:proposal", found.pk)


def _accept(request: HttpRequest, found: Proposal, version: int, *, publish: bool) -> HttpResponse:
    """As drafts at once; with invitations only what was told before."""
    if publish:
        told = ToldForm(request.POST)
        seen = [told.cleaned_data.get(name, -1) if told.is_valid() else -1 for name in proposals.Letters._fields]
        number = proposals.invite_all(found, by=request.user, version=version, told=proposals.Letters(*seen))
        messages.success(request, ngettext("%(count)d meeting is planned. The letters are on their way.",
            "%(count)d meetings are planned. The letters are on their way.", number) % {"count": number})  # fmt: skip
    else:
        number = proposals.accept(found, by=request.user, version=version, publish=False)
        words = ngettext("%(n)s meeting has its day now.", "%(n)s meetings have their day now.", number)
        messages.success(request, words % {"n": number})
    return redirect("planning:plan", found.programme_id)


@page_methods
def proposed(request: HttpRequest, pk: UUID, entry: UUID) -> HttpResponse:
    """Move one meeting to another day or hour (by these fields, or dropped on a day), pin it or let it go."""
    found = access_dates.proposed_for(request.user, pk, entry)
    form = MoveForm(request.POST or None, initial=proposal_page.initial_of(found))
    do = request.POST.get("do")
    if do in {"pin", "unpin"}:
        return _pin(request, found, do == "pin")
    if request.method == "POST" and form.is_valid():
        moved = attempt(form, lambda: proposals.move(found, by=request.user, **form.cleaned_data))
        if moved:
            month = form.cleaned_data["day"].strftime("%Y-%m")
            return redirect(f"{reverse('planning:proposal', args=[pk])}?month={month}")
    shown = {"form": form, "entry": found, "proposal": found.proposal}
    return render(request, "planning/proposed.html", shown, status=422 if form.errors else 200)


def _pin(request: HttpRequest, entry: ProposedMeeting, pinned: bool) -> HttpResponse:
    form = VersionForm(request.POST)
    try:
        version = form.cleaned_data["version"] if form.is_valid() else 0
        proposals.pin(entry, by=request.user, version=version, pinned=pinned)
        messages.success(request, _("Pinned: it keeps its day.") if pinned else _("It may move again."))
    except DomainError as refusal:
        messages.error(request, str(refusal.message))
    return redirect(proposal_page.address_of(entry))
