"""The learning portfolio: chosen piece by piece, put in order, changed where it stands. Read by its author only."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from reflections import access, drafts
from reflections.forms_portfolio import PieceForm
from reflections.models import PortfolioPiece
from reflections.portfolio import board, document, pieces
from reflections.services import keys_by
from reflections.views.lists import tabs_for
from reflections.views.typing import Standing, device_key, kept

Part = PortfolioPiece.Part


@require_http_methods(["GET", "HEAD", "POST"])
def portfolio(request: HttpRequest) -> HttpResponse:
    """The whole portfolio: what is in it, and what could be. Every button keeps the ticks first."""
    access.portfolio_of(request.user)
    if request.method == "POST":
        return _acted(request, "reflections:portfolio")
    shown = {"board": board.of(request.user), "tabs": tabs_for(request.user, "portfolio")}
    return render(request, "reflections/portfolio/portfolio.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def practice(request: HttpRequest) -> HttpResponse:
    """The good practice on a page of its own: five questions, to answer in one's own words."""
    access.portfolio_of(request.user)
    if request.method == "POST":
        return _acted(request, "reflections:portfolio_practice")
    return render(request, "reflections/portfolio/practice.html", {"board": board.of(request.user, only=Part.PRACTICE)})


def _acted(request: HttpRequest, back: str) -> HttpResponse:
    """What a button of the form asks: keep the ticks, tick everything, one place up or down, write."""
    asked = request.POST
    try:
        if "seen" in asked:
            wanted = asked.getlist("seen" if "all" in asked else "take")
            pieces.choose(by=request.user, seen=asked.getlist("seen"), wanted=wanted)
        if asked.get("write") or asked.get("begin"):
            by = {"by": request.user}
            made = pieces.take(source=asked["write"], **by) if asked.get("write") else pieces.begin(part=asked["begin"], **by)
            return redirect("reflections:portfolio_piece", made.pk)
    except DomainError as refusal:
        messages.error(request, refusal.message)
    if request.htmx:
        return HttpResponse(status=204)
    if moved := asked.get("up") or asked.get("down"):
        return _moved(request, moved, back)
    return redirect(back)


def _moved(request: HttpRequest, moved: str, back: str) -> HttpResponse:
    piece = PortfolioPiece.objects.of(request.user).filter(pk=_uuid(moved)).first()
    if piece is not None:
        pieces.move(piece, by=request.user, up="up" in request.POST)
    return redirect(f"{reverse(back)}#piece-{moved}" if piece else back)


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Pieces dragged into another order."""
    access.portfolio_of(request.user)
    pieces.order(by=request.user, ids=request.POST.getlist("item"))
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
def piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change one piece. Saved elsewhere meanwhile: both are shown, and nothing is overwritten unseen."""
    found = access.piece_by(request.user, pk)
    if request.method != "POST":
        return _piece_page(request, found, PieceForm(kind=found.kind, initial=_begun(request, found)))
    form = PieceForm(request.POST, kind=found.kind)
    standing = _change(request, found, form) if form.is_valid() else None
    if not form.is_valid():
        return _piece_page(request, found, form, standing)
    given = form.cleaned_data
    drafts.done(by=request.user, place=pieces.place_of(found), tab=given["tab"], text=given["text"], version=given["draft"])
    back = "reflections:portfolio_practice" if found.part == Part.PRACTICE else "reflections:portfolio"
    return redirect(f"{reverse(back)}#saved-{found.pk.hex}")


def _begun(request: HttpRequest, found: PortfolioPiece) -> dict[str, object]:
    """What stands in the form when it opens: the newest draft, else the piece."""
    one = pieces.shown([found], keys_by({request.user.pk}))[0]
    typed = drafts.typed_at(request.user, pieces.place_of(found))
    begun = {"title": one.title, "text": one.text, "draft": 0}
    if typed:
        title = one.title if typed[0].heading is None else typed[0].heading
        begun = {"title": title, "text": typed[0].text, "draft": typed[0].version}
    return begun | {"tab": uuid4().hex, "version": found.version, "typed": typed}


def _change(request: HttpRequest, found: PortfolioPiece, form: PieceForm) -> pieces.PieceChanged | None:
    """Save; what stands there when another window was first. Refusals go into the form."""
    given = form.cleaned_data
    try:
        words = {"title": given["title"], "text": given["text"], "version": given["version"]}
        pieces.change(found, by=request.user, **words)
    except pieces.PieceChanged as changed:
        form.add_error("text", changed.message)
        return changed
    except DomainError as refusal:
        form.add_error(refusal.field, refusal.message)
    return None


def _piece_page(
    request: HttpRequest, found: PortfolioPiece, form: PieceForm, changed: pieces.PieceChanged | None = None
) -> HttpResponse:
    context = {
        "piece": found,
        "form": form,
        "version": changed.version if changed else form["version"].value(),
        "standing": changed.standing if changed else None,
        "typed": form.initial.get("typed", []),
        "back": reverse("reflections:portfolio_practice" if found.part == Part.PRACTICE else "reflections:portfolio"),
    }
    return render(request, "reflections/portfolio/piece.html", context, status=(409 if changed else 422) if form.errors else 200)


@require_POST
def keep(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep, or throw away, what is being typed in a piece; or give the key for a copy on the device."""
    found = access.piece_by(request.user, pk)
    place = pieces.place_of(found)
    if "discard" in request.POST:
        drafts.throw_away(by=request.user, place=place, pk=request.POST["discard"])
        return redirect("reflections:portfolio_piece", pk)
    if "device" in request.POST:
        return device_key(request, place)
    form = PieceForm(request.POST)
    form.is_valid()
    one = pieces.shown([found], keys_by({request.user.pk}))[0]
    return kept(request, place, form, Standing(one.text, found.version, one.title))


@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take the piece away for good; what it was made from stays."""
    pieces.remove(access.piece_by(request.user, pk), by=request.user)
    messages.success(request, _("The piece is gone. What you made it from is still there."))
    return redirect("reflections:portfolio")


@require_http_methods(["GET", "HEAD"])
def look(request: HttpRequest) -> HttpResponse:
    """How it reads: what is chosen, as in the files that one takes along."""
    access.portfolio_of(request.user)
    return render(request, "reflections/portfolio/look.html", {"document": document.document_of(request.user)})
