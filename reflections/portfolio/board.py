"""The author's table: for each part of the portfolio what is in it, what was taken out, and what could come in."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.models import User
from reflections.models import PortfolioPiece
from reflections.portfolio.pieces import Shown, shown
from reflections.portfolio.sources import Path, Presence, Proposal, path_of, proposals
from reflections.services import keys_by

Part = PortfolioPiece.Part
EXPLAINED: dict[str, Promise] = {
    Part.AUTHOR: _("Who you are, where you work, what drives you."),
    Part.PATHWAY: _("What the programme was, and where you took part."),
    Part.JOURNEY: _("What you wrote, brought along, tried out and did, in order of time."),
    Part.ASSESSMENT: _("How you saw yourself at the start and later, and what changed."),
    Part.PRACTICE: _("One situation that you are proud of, to present at the end."),
}


@dataclass(frozen=True)
class Column:
    """One part: `chosen` in their order, `out` with their own changes, `proposed` as they stand elsewhere."""

    part: str
    title: str
    why: Promise
    chosen: list[Shown]
    out: list[Shown]
    proposed: list[Proposal]
    questions: list[Proposal]

    @property
    def is_empty(self) -> bool:
        return not (self.chosen or self.out or self.proposed or self.questions)


@dataclass(frozen=True)
class Board:
    """The whole table."""

    path: Path
    columns: list[Column]

    @property
    def been(self) -> list[Presence]:
        return self.path.been

    @property
    def chosen(self) -> int:
        return sum(len(column.chosen) for column in self.columns)

    @property
    def waiting(self) -> int:
        """How much is proposed and not ticked."""
        return sum(len(column.proposed) for column in self.columns)


def of(user: User, *, only: str = "") -> Board:
    """The table of one's own portfolio, or of one part; the number of queries does not grow with what there is."""
    path, opened = path_of(user), keys_by({user.pk})
    rows = shown(PortfolioPiece.objects.of(user), opened)
    found = proposals(user, path, opened, without={one.row.source for one in rows})
    return Board(path, [_column(part, rows, found) for part in Part if only in ("", part)])


def _column(part: Part, rows: Sequence[Shown], found: Sequence[Proposal]) -> Column:
    mine = [one for one in rows if one.row.part == part]
    here = [proposal for proposal in found if proposal.part == part]
    return Column(
        part=part.value,
        title=str(part.label),
        why=EXPLAINED[part],
        chosen=[one for one in mine if one.row.is_in],
        out=[one for one in mine if not one.row.is_in],
        proposed=[proposal for proposal in here if not proposal.is_question],
        questions=[proposal for proposal in here if proposal.is_question],
    )
