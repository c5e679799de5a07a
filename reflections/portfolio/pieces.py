"""What happens to the pieces of a portfolio: chosen, written, changed, put in order, taken out."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.crypto import Unreadable
from core.errors import Conflict, DomainError
from core.rows import save_rows
from people import keys
from people.models import Draft, User
from reflections import devices
from reflections.models import PortfolioPiece, ReflectionFile
from reflections.portfolio.sources import Path, Proposal, path_of, proposals
from reflections.services import MAX_LENGTH, keys_by
from reflections.words import without_numbers

LONGEST_TITLE = 200
MOST = 1_000
Part = PortfolioPiece.Part


class PieceChanged(Conflict):
    """The piece was saved in another window; `standing` is what stands there now."""

    def __init__(self, standing: "Shown") -> None:
        sentence = _("This text was changed in another window. Both versions are here: choose what you keep.")
        super().__init__(sentence, field="text")
        self.standing, self.version = standing, standing.row.version


@dataclass(frozen=True)
class Shown:
    """A piece, opened; title and text are empty when the author's key was erased."""

    row: PortfolioPiece
    title: str
    text: str

    @property
    def key(self) -> str:
        """What its box on the page stands for."""
        return self.row.pk.hex

    @property
    def kind(self) -> str:
        return self.row.kind

    @property
    def on(self) -> date | None:
        return self.row.happened_on

    @property
    def photo(self) -> ReflectionFile | None:
        return self.row.photo

    @property
    def is_empty(self) -> bool:
        return self.row.kind == PortfolioPiece.Kind.TEXT and not self.text.strip()


def place_of(piece: PortfolioPiece) -> str:
    """The place of a piece's drafts, as in people.Draft."""
    return f"portfolio:{piece.pk.hex}"


def shown(pieces: Iterable[PortfolioPiece], opened: dict[UUID, bytes]) -> list[Shown]:
    """One's own pieces, as far as these keys open them."""
    return [_opened(row, opened) for row in pieces]


def _opened(row: PortfolioPiece, opened: dict[UUID, bytes]) -> Shown:
    try:
        said = json.loads(keys.unseal_text(row.author_id, bytes(row.body), about=row.about_body, keys=opened))
    except Unreadable:
        said = {"title": "", "text": ""}
    return Shown(row, said["title"], said["text"])


def own_pieces(user: User) -> list[dict[str, object]]:
    """Every piece of this person, to take along."""
    pieces = shown(PortfolioPiece.objects.of(user), keys_by({user.pk}))
    return [
        {"part": one.row.part, "title": one.title, "text": one.text, "in": one.row.is_in, "on": str(one.row.happened_on or "")}
        for one in pieces
    ]


def _seal(row: PortfolioPiece, title: str, text: str) -> None:
    said = json.dumps({"title": title, "text": text}, ensure_ascii=False)
    row.body = keys.seal_text(row.author_id, said, about=row.about_body)


@transaction.atomic
def choose(*, by: User, seen: Collection[str], wanted: Collection[str]) -> None:
    """Of what stood on the page (`seen`: ids of pieces and sources of proposals) exactly the `wanted` are in the portfolio."""
    mine = list(PortfolioPiece.objects.select_for_update().filter(author=by))
    on_page = [piece for piece in mine if {piece.pk.hex, piece.source} & (set(seen) - {""})]
    chosen = {piece.pk for piece in on_page if {piece.pk.hex, piece.source} & (set(wanted) - {""})}
    PortfolioPiece.objects.filter(pk__in=chosen, is_in=False).update(is_in=True)
    PortfolioPiece.objects.filter(pk__in={piece.pk for piece in on_page} - chosen, is_in=True).update(is_in=False)
    fresh = set(wanted) - {key for piece in mine for key in (piece.pk.hex, piece.source)}
    if fresh:
        _take(by, fresh, mine)
    audit.record(by=by.pk, verb="portfolio.chosen", target=by, seen=len(seen), wanted=len(wanted))


@transaction.atomic
def take(*, by: User, source: str) -> PortfolioPiece:
    """One proposal as a piece, to write on; the piece that there is when it was taken before."""
    mine = list(PortfolioPiece.objects.select_for_update().filter(author=by))
    if not any(piece.source == source for piece in mine):
        _take(by, {source}, mine)
    found = PortfolioPiece.objects.filter(author=by, source=source).first() if source else None
    if found is None:
        raise DomainError(_("This is not there any more."))
    return found


@transaction.atomic
def begin(*, by: User, part: str) -> PortfolioPiece:
    """An empty piece of one's own in a part; DomainError for who never had a place as a leader."""
    path = path_of(by)
    mine = list(PortfolioPiece.objects.select_for_update().filter(author=by))
    if path.newest is None or part not in Part.values:
        raise DomainError(_("A portfolio belongs to a leader."))
    return _add(by, [Proposal("", part, "", on=timezone.localdate(), programme_id=path.newest.programme_id)], mine)[0]


def _take(by: User, wanted: set[str], mine: Sequence[PortfolioPiece]) -> None:
    path: Path = path_of(by)
    found = proposals(by, path, keys_by({by.pk}), without={piece.source for piece in mine})
    _add(by, [proposal for proposal in found if proposal.source in wanted and proposal.programme_id], mine)


def _add(by: User, fresh: Sequence[Proposal], mine: Sequence[PortfolioPiece]) -> list[PortfolioPiece]:
    """New pieces: a copy of each proposal, in its part at its day."""
    if len(mine) + len(fresh) > MOST:
        raise DomainError(_("Your portfolio is full. Take something out first."))
    made = []
    for proposal in fresh:
        row = PortfolioPiece(
            pk=uuid4(), author=by, programme_id=proposal.programme_id, part=proposal.part, kind=proposal.kind,
            source=proposal.source, happened_on=proposal.on, photo=proposal.photo,
        )  # fmt: skip
        _seal(row, proposal.title[:LONGEST_TITLE], proposal.text[:MAX_LENGTH])
        made.append(row)
    PortfolioPiece.objects.bulk_create(made, ignore_conflicts=True)  # a double click: the other request was first
    for part in {row.part for row in made}:
        _place_among(sorted((row for row in mine if row.part == part), key=_position), [row for row in made if row.part == part])
    return made


def _position(row: PortfolioPiece) -> tuple:
    return row.position, row.created_at, row.pk


def _place_among(standing: list[PortfolioPiece], fresh: list[PortfolioPiece]) -> None:
    """In the journey a new piece stands after the last one of its day or before; elsewhere at the end."""
    rows = list(standing)
    for row in fresh:
        earlier = [place for place, other in enumerate(rows, 1) if _before(other, row)]
        rows.insert(earlier[-1] if earlier else 0, row)
    _number(rows)


def _before(other: PortfolioPiece, row: PortfolioPiece) -> bool:
    if row.part != Part.JOURNEY or row.happened_on is None or other.happened_on is None:
        return True
    return other.happened_on <= row.happened_on


def _number(rows: Sequence[PortfolioPiece]) -> None:
    for place, row in enumerate(rows, 1):
        row.position = place
    save_rows(rows, ["position"])


@transaction.atomic
def change(piece: PortfolioPiece, *, by: User, title: str, text: str, version: int) -> None:
    """Other words for a piece; the original stays as it was. PieceChanged when another window saved since `version`."""
    title, text = without_numbers(title, field="title"), without_numbers(text)
    if len(text) > MAX_LENGTH or len(title) > LONGEST_TITLE:
        field = "text" if len(text) > MAX_LENGTH else "title"
        raise DomainError(_("This is too long for one piece. Make two of it."), field=field)
    row = PortfolioPiece.objects.select_for_update().get(pk=piece.pk, author=by)
    standing = shown([row], keys_by({by.pk}))[0]
    if (standing.title, standing.text) == (title, text):
        return
    if row.version != version:
        raise PieceChanged(standing)
    _seal(row, title, text)
    PortfolioPiece.objects.filter(pk=row.pk).update(
        body=row.body, version=F("version") + 1, updated_at=timezone.now(), is_in=True
    )
    audit.record(by=by.pk, verb="portfolio.changed", target=row, fields=["body"], version=version + 1)


@transaction.atomic
def move(piece: PortfolioPiece, *, by: User, up: bool) -> None:
    """One place up or down among the pieces of its part that are in the portfolio."""
    rows = sorted(PortfolioPiece.objects.select_for_update().filter(author=by, part=piece.part), key=_position)
    places = [place for place, row in enumerate(rows) if row.is_in]
    here = next((place for place in places if rows[place].pk == piece.pk), None)
    beyond = [place for place in places if here is not None and (place < here if up else place > here)]
    if here is None or not beyond:
        return
    there = beyond[-1] if up else beyond[0]
    rows[here], rows[there] = rows[there], rows[here]
    _number(rows)


@transaction.atomic
def order(*, by: User, ids: Sequence[str]) -> None:
    """The pieces of one part in the order of these ids; ids of others mean nothing, pieces that are not named stay behind."""
    wanted = {name: place for place, name in enumerate(ids)}
    rows = list(PortfolioPiece.objects.select_for_update().filter(author=by))
    named = [row for row in rows if row.pk.hex in wanted]
    for part in {row.part for row in named}:
        same = sorted((row for row in rows if row.part == part), key=_position)
        _number(sorted(same, key=lambda row: wanted.get(row.pk.hex, len(wanted))))


@transaction.atomic
def remove(piece: PortfolioPiece, *, by: User) -> None:
    """The piece and its drafts go for good; the original stays, and is proposed again."""
    Draft.objects.filter(user=by, place__startswith=place_of(piece)).delete()
    devices.forget(by, place_of(piece))
    audit.record(by=by.pk, verb="portfolio.removed", target=piece)
    PortfolioPiece.objects.filter(pk=piece.pk, author=by).delete()
