"""The portfolio as one document: what the page, the PDF, the web file and the data file have in common."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from core.drawing import Chart
from people.models import User
from reflections.models import PortfolioPiece
from reflections.portfolio import assessments
from reflections.portfolio.pieces import Shown, shown
from reflections.portfolio.sources import Path, Presence, path_of
from reflections.services import keys_by

Part, Kind = PortfolioPiece.Part, PortfolioPiece.Kind
WHOLE, PRACTICE = "portfolio", "practice"


@dataclass(frozen=True)
class Entry:
    """A piece as a reader sees it; meetings and drawings are of the day on which the document is made."""

    piece: Shown
    been: Sequence[Presence] = ()
    charts: Sequence[Chart] = ()
    moments: Sequence[assessments.Moment] = ()
    src: str = ""  # the photo itself, in a file that stands alone

    @property
    def minutes(self) -> int:
        return sum(one.minutes for one in self.been)


@dataclass(frozen=True)
class Chapter:
    """A part of the index with its pieces."""

    part: str
    title: str
    entries: list[Entry]


@dataclass(frozen=True)
class Document:
    """A whole portfolio, or the good practice alone."""

    which: str
    author: User
    path: Path
    chapters: list[Chapter]
    title: str = ""
    made_on: datetime.date = field(default_factory=timezone.localdate)

    @property
    def is_demo(self) -> bool:
        return bool(self.path.newest and self.path.newest.programme.is_demo)

    @property
    def hours(self) -> int:
        """Minutes in meetings, together."""
        return sum(one.minutes for one in self.path.been)

    @property
    def texts(self) -> int:
        return sum(entry.piece.row.kind == Kind.TEXT for chapter in self.chapters for entry in chapter.entries)

    @property
    def is_empty(self) -> bool:
        return not self.chapters


def document_of(user: User, *, which: str = WHOLE, chosen: Sequence[Shown] | None = None) -> Document:
    """What this person chose; parts without a piece are left out. `chosen`: the pieces, when they are opened already."""
    path = path_of(user)
    if chosen is None:
        chosen = shown(PortfolioPiece.objects.of(user).chosen(), keys_by({user.pk}))
    wanted = [part for part in Part if which == WHOLE or part == Part.PRACTICE]
    chapters = [Chapter(part.value, str(part.label), _entries(user, path, chosen, part)) for part in wanted]
    title = _("My learning portfolio") if which == WHOLE else _("A good practice")
    return Document(which, user, path, [chapter for chapter in chapters if chapter.entries], title)


def _entries(user: User, path: Path, chosen: Sequence[Shown], part: str) -> list[Entry]:
    return [_entry(user, path, one) for one in chosen if one.row.part == part and not one.is_empty]


def _entry(user: User, path: Path, one: Shown) -> Entry:
    if one.row.kind == Kind.MEETINGS:
        return Entry(one, been=path.been)
    if one.row.kind == Kind.GROWTH:
        moments = assessments.moments_of(user)
        return Entry(one, charts=assessments.drawn(moments), moments=moments)
    return Entry(one)
