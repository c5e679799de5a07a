"""What leaders bring to a meeting, the pair's intake, and the tandem's own sheet."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.forms import attempt
from networks.models import GroupAgreement
from sessions import access_around, agenda, preparation
from sessions.forms_preparation import LABELS, BroughtForm, SharingForm, kinds_for
from sessions.models import Brought, Meeting

Kind = Brought.Kind


@require_safe
def overview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What is there: one's own, what others shared, who has not brought anything yet."""
    meeting = access_around.meeting_prepared_by(request.user, pk)
    shown = preparation.shown_to(request.user, meeting)
    leads = any(seat.role == "leader" and seat.programme_id == meeting.programme_id for seat in request.user.living_seats)
    context = {
        "meeting": meeting,
        "own": [one for one in shown if one.own and one.row.kind in Brought.OWN],
        "others": [one for one in shown if not one.own and one.row.kind in Brought.OWN],
        "together": next((one for one in shown if one.row.kind == Kind.TOGETHER), None),
        "is_coaching": meeting.kind == Meeting.Kind.COACHING,
        "kinds": kinds_for(meeting) if leads else [],
        "leads": leads,
        "brought": preparation.who_brought(meeting, user=request.user),
        "agreements": GroupAgreement.objects.filter(network_id=meeting.network_id) if meeting.network_id else [],
    }
    return render(request, "sessions/preparation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: HttpRequest, pk: UUID, kind: str) -> HttpResponse:
    """A new question, case, homework or part of the intake."""
    meeting = access_around.meeting_prepared_by(request.user, pk)
    if kind not in Brought.OWN:
        raise Http404
    people = None if kind == Kind.INTAKE else list(preparation.readers_for(meeting, request.user))
    form = BroughtForm(request.POST if request.method == "POST" else None, kind=kind, people=people)
    if request.method == "POST" and form.is_valid():
        readers = [UUID(value) for value in form.cleaned_data.get("readers", [])]
        row = attempt(form, lambda: preparation.bring(meeting, by=request.user, kind=kind, texts=form.texts(), readers=readers))
        if row is not None:
            messages.success(request, _("Saved."))
            return redirect("sessions:brought", row.pk)
    context = {"meeting": meeting, "form": form, "kind": Kind(kind)}
    return render(request, "sessions/bring.html", context, status=422 if form.errors else 200)


@require_safe
def brought(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One thing that somebody brought; for its author also who reads it."""
    row = access_around.brought_for(request.user, pk)
    own = row.author_id == request.user.pk and row.kind in Brought.OWN
    texts = preparation.texts_of(row)
    context = {
        "row": row,
        "own": own,
        "parts": [(LABELS[Kind(row.kind), name], texts[name]) for name in preparation.PARTS[row.kind] if texts.get(name)],
        "readers": [grant.user for grant in row.readers.select_related("user")] if own else [],
        "sharing": _sharing(row) if own and row.kind != Kind.INTAKE else None,
    }
    return render(request, "sessions/brought.html", context)


def _sharing(row: Brought) -> SharingForm:
    chosen = [str(pk) for pk in row.readers.values_list("user_id", flat=True)]
    return SharingForm(people=list(preparation.readers_for(row.meeting, row.author)), initial={"readers": chosen})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Other words; both texts side by side when another window saved in between."""
    row = access_around.brought_by(request.user, pk)
    begun = preparation.texts_of(row) | {"version": row.version}
    form = BroughtForm(request.POST if request.method == "POST" else None, kind=row.kind, initial=begun)
    theirs = None
    if request.method == "POST" and form.is_valid():
        change = {"by": request.user, "texts": form.texts(), "version": form.cleaned_data["version"] or 0}
        saved, theirs = attempt_beside_others(form, lambda: preparation.change(row, **change))
        if saved is not None:
            messages.success(request, _("Saved."))
            return redirect("sessions:brought", pk)
    return write_page(request, "sessions/brought_edit.html", {"row": row, "meeting": row.meeting}, form, theirs)


def attempt_beside_others(form, act) -> tuple[Brought | None, preparation.OthersWrote | None]:
    """What was saved; or what others saved in between, which is shown beside one's own and is no fault of the form."""
    others: list[preparation.OthersWrote] = []

    def tried() -> Brought | None:
        try:
            return act()
        except preparation.OthersWrote as conflict:
            others.append(conflict)
            return None

    return attempt(form, tried), others[0] if others else None


def write_page(request: HttpRequest, template: str, context: dict, form, theirs) -> HttpResponse:
    """The form; with what stands there now beside it when somebody else saved first, so that the next save counts."""
    if theirs is not None:
        form.data = form.data.copy()
        form.data["version"] = str(theirs.theirs.version)
    status = 409 if theirs else 422 if form.errors else 200
    return render(request, template, context | {"form": form, "theirs": theirs}, status=status)


@require_POST
def readers(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who reads it from now on."""
    row = access_around.brought_by(request.user, pk)
    form = SharingForm(request.POST, people=list(preparation.readers_for(row.meeting, row.author)))
    if form.is_valid():
        preparation.set_readers(row, by=request.user, readers=[UUID(value) for value in form.cleaned_data["readers"]])
        messages.success(request, _("Who may read this has been saved."))
    else:
        messages.error(request, _("Choose people of this meeting."))
    return redirect("sessions:brought", pk)


@require_POST
def ready(request: HttpRequest, pk: UUID) -> HttpResponse:
    """My part of the intake is ready, or opens now."""
    row = preparation.ready(access_around.brought_by(request.user, pk), by=request.user, now="now" in request.POST)
    opened = _("Your part is open to your colleague and your coaches.")
    messages.success(request, opened if row.opened_at else _("Ready. It opens when the other is too."))
    return redirect("sessions:brought", pk)


@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its author takes it away."""
    row = access_around.brought_by(request.user, pk)
    meeting = row.meeting_id
    preparation.remove(row, by=request.user)
    messages.success(request, _("Taken away. Nothing of the text is kept."))
    return redirect("sessions:preparation", meeting)


@require_http_methods(["GET", "HEAD", "POST"])
def together(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the pair brings together; read and written by the pair and their coaches."""
    meeting = access_around.moment_of_pair_by(request.user, pk)
    parts = [one for one in preparation.shown_to(request.user, meeting) if one.row.kind == Kind.INTAKE]
    return _common(request, meeting, Kind.TOGETHER, "sessions/together.html", {"parts": parts})


@require_http_methods(["GET", "HEAD", "POST"])
def tandem(request: HttpRequest, pk: UUID, kind: str = Kind.PLAN) -> HttpResponse:
    """How the coaches guide the meeting, and how it went; who takes content and who process at each part."""
    meeting = access_around.meeting_coached_by(request.user, pk)
    if kind not in Brought.TANDEM:
        raise Http404
    items, _parked = agenda.items_of(meeting)
    other = Kind.DEBRIEF if kind == Kind.PLAN else Kind.PLAN
    _row, texts = preparation.common(meeting, other)
    context = {
        "lines": agenda.with_roles(items),
        "coaches": agenda.coaches_of(meeting),
        "other": texts.get("text", ""),
        "kind": kind,
    }
    return _common(request, meeting, kind, "sessions/tandem.html", context)


@require_POST
def roles(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who guides content and who process, for all parts at once."""
    meeting = access_around.meeting_coached_by(request.user, pk)
    agenda.set_all_roles(meeting, by=request.user, chosen=request.POST)
    messages.success(request, _("Saved."))
    return redirect("sessions:tandem", pk)


def _common(request: HttpRequest, meeting: Meeting, kind: str, template: str, context: dict) -> HttpResponse:
    """A text that several write, with its version."""
    row, texts = preparation.common(meeting, kind)
    begun = texts | {"version": row.version if row else 0}
    form = BroughtForm(request.POST if request.method == "POST" else None, kind=kind, initial=begun)
    theirs = None
    if request.method == "POST" and form.is_valid():
        written = {"kind": kind, "text": form.cleaned_data["text"], "version": form.cleaned_data["version"] or 0}
        saved, theirs = attempt_beside_others(form, lambda: preparation.write_common(meeting, by=request.user, **written))
        if saved is not None:
            messages.success(request, _("Saved."))
            return redirect(request.path)
    return write_page(request, template, context | {"meeting": meeting, "row": row}, form, theirs)
