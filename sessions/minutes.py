"""The minutes of a meeting: written together, compared on saving, so that nobody's text is lost (design.md rule 5)."""

from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, DomainError
from people.models import User
from sessions.models import Meeting, Minutes, MinutesVersion

MOST_LINES = 2_000  # comparing is quadratic; longer texts are shown unmarked


class OthersWrote(Conflict):
    """Somebody saved the minutes in between; `theirs` is what stands there now."""

    def __init__(self, theirs: Minutes) -> None:
        super().__init__(
            _(
                "Somebody else saved the minutes while you were writing. "
                "Your text is still here: put both together and save again."
            ),
            field="body",
        )
        self.theirs = theirs


@dataclass(frozen=True)
class Piece:
    """A stretch of one of two texts; `differs` when the other text does not have it."""

    text: str
    differs: bool


def of(meeting: Meeting) -> Minutes:
    """The minutes as they stand; empty, of version 0, when nobody wrote any."""
    return Minutes.objects.filter(meeting=meeting).select_related("updated_by").first() or Minutes(meeting=meeting)


def refuse_closed(meeting: Meeting) -> None:
    """DomainError when the meeting's words may not be written."""
    if meeting.is_locked:
        raise DomainError(_("This meeting has been checked. Reopen it first, with a reason."))
    if not meeting.is_noted_now:
        raise DomainError(_("Minutes and agreements belong to a planned meeting."))


@transaction.atomic
def save(meeting: Meeting, *, by: User, body: str, version: int) -> Minutes:
    """Keep the text. `version` is the one that the writer started from; OthersWrote when a newer one has another text."""
    refuse_closed(Meeting.objects.select_for_update().get(pk=meeting.pk))
    standing = of(meeting)
    if body == standing.body:
        return standing
    if standing.version != version:
        raise OthersWrote(standing)
    standing.body, standing.version = body, version + 1
    standing.updated_at, standing.updated_by = timezone.now(), by
    standing.save()
    MinutesVersion.objects.create(meeting=meeting, version=standing.version, body=body, saved_at=standing.updated_at, saved_by=by)
    digest = sha256(body.encode()).hexdigest()
    audit.record(by=by.pk, verb="minutes.saved", target=meeting, fields=["body"], version=standing.version, sha256=digest)
    return standing


def compare(theirs: str, mine: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces of whole lines, each marked when the other does not have it. Plain text: the template escapes."""
    left, right = theirs.splitlines(keepends=True), mine.splitlines(keepends=True)
    if max(len(left), len(right)) > MOST_LINES:
        return [Piece(theirs, True)], [Piece(mine, True)]
    pieces: tuple[list[Piece], list[Piece]] = ([], [])
    for tag, left_from, left_to, right_from, right_to in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        for side, lines in ((0, left[left_from:left_to]), (1, right[right_from:right_to])):
            if lines:
                pieces[side].append(Piece("".join(lines), tag != "equal"))
    return pieces


def together(theirs: str, mine: str) -> str:
    """One text with everything in both: shared lines once, then theirs, then mine, where they differ."""
    left, right = theirs.splitlines(), mine.splitlines()
    if max(len(left), len(right)) > MOST_LINES:
        return f"{theirs}\n\n{mine}"
    lines: list[str] = []
    for tag, left_from, left_to, right_from, right_to in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        lines += left[left_from:left_to]
        lines += [] if tag == "equal" else right[right_from:right_to]
    return "\n".join(lines)


@dataclass(frozen=True)
class Contribution:
    """What one saved version brought: its lines that were not there before, and how many went."""

    version: MinutesVersion
    added: str
    gone: int


def versions(meeting: Meeting) -> list[Contribution]:
    """Who wrote what: every saved version, the newest first, with what it changed (one query)."""
    rows = list(meeting.minutes_versions.select_related("saved_by").order_by("version"))
    found, before = [], ""
    for row in rows:
        left, right = compare(before, row.body)
        added = "".join(piece.text for piece in right if piece.differs)
        gone = sum(len(piece.text.splitlines()) for piece in left if piece.differs)
        found.append(Contribution(row, added, gone))
        before = row.body
    return found[::-1]


def summary(meeting: Meeting) -> Minutes:
    """The minutes for the meeting's page, in one query; only for who may read the meeting's words."""
    return of(meeting)
