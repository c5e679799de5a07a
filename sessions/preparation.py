"""What people bring to a meeting, sealed: questions, homework, cases, the intake of a coaching moment, the tandem's sheet.

An intake is written by each of the pair alone, and opens to the other and to the coaches once both are ready, or when its
author opens it. Questions, homework and cases are read by those whom their author named; the tandem's sheet by its coaches.
A coach's note at a coaching moment is for that coach alone, or for the coaches of the pair whom it names.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.compiled import Compiled
from core.crypto import Unreadable
from core.errors import Conflict, DomainError
from core.text import clean_text, looks_like_national_number
from networks.models import NetworkCoach
from people import keys
from people.models import User
from sessions.models import Brought, BroughtReader, Meeting
from trajectories.models import Seat

Kind = Brought.Kind
# what is asked for each kind, in this order
PARTS: dict[str, tuple[str, ...]] = {
    Kind.QUESTION: ("text",),
    Kind.HOMEWORK: ("text",),
    Kind.CASE: ("question", "context", "people", "gave_back", "take_along"),
    Kind.INTAKE: ("text", "needs"),
    Kind.TOGETHER: ("text",),
    Kind.PLAN: ("text",),
    Kind.DEBRIEF: ("text",),
    Kind.NOTE: ("text",),
}
LONGEST = 20_000
MOST = 40  # of one kind, by one person, for one meeting


class OthersWrote(Conflict):
    """Somebody saved the common text in between; `theirs` is what stands there now."""

    def __init__(self, theirs: Brought, texts: dict[str, str]) -> None:
        super().__init__(_("Somebody else saved this text while you were writing. Put both together and save again."))
        self.theirs, self.texts = theirs, texts


@dataclass(frozen=True)
class Shown:
    """Something brought, opened for a reader; `texts` is empty when its author was erased."""

    row: Brought
    texts: dict[str, str]
    own: bool

    @property
    def first(self) -> str:
        return next((text for text in self.texts.values() if text), "")


@dataclass(frozen=True)
class WhoBrought:
    """Which of the leaders brought something: names for who prepares with them, counts for everybody else."""

    ready: Sequence[User]
    missing: Sequence[User]
    names: bool

    @property
    def all(self) -> int:
        return len(self.ready) + len(self.missing)


def leaders_of(meeting: Meeting) -> QuerySet[User]:
    """The leaders who are asked to this meeting."""
    asked = meeting.attendances.filter(is_invited=True, seat__role=Seat.Role.LEADER).values("user_id")
    return User.objects.filter(pk__in=asked, is_active=True).by_name()


def readers_for(meeting: Meeting, author: User) -> QuerySet[User]:
    """With whom one can share: the other leaders who are asked, and the coaches of the meeting or of the pair."""
    asked = meeting.attendances.filter(is_invited=True, user__isnull=False, seat__role=Seat.Role.LEADER)
    people = Q(pk__in=asked.values("user_id")) | Q(pk__in=_coaches(meeting).values("user_id"))
    return User.objects.filter(people, is_active=True).exclude(pk=author.pk).by_name()


def tandem_of(meeting: Meeting, author: User) -> QuerySet[User]:
    """The other coaches of the meeting, or of the pair."""
    return User.objects.filter(pk__in=_coaches(meeting).values("user_id"), is_active=True).exclude(pk=author.pk).by_name()


def pair_and_coaches(meeting: Meeting) -> QuerySet[User]:
    """Who reads the shared notes of a coaching moment: the pilot's leaders and coaches, as long as their seat lives."""
    seats = Seat.objects.living().filter(pilot_id=meeting.pilot_id, role__in=[Seat.Role.LEADER, Seat.Role.COACH])
    return User.objects.filter(pk__in=seats.values("user_id"), is_active=True).by_name()


@Compiled
def leaders_who_bring(meeting: UUID) -> QuerySet[User]:
    """The leaders who are asked to this meeting, and whether each brought something."""
    rows = Brought.objects.filter(meeting_id=meeting, kind__in=Brought.OWN, author_id=OuterRef("pk"))
    return leaders_of(Meeting(pk=meeting)).annotate(brings=Exists(rows.exclude(kind=Kind.INTAKE, ready_at=None)))


@Compiled
def brought_for_reader(user: User, meeting: UUID) -> QuerySet[Brought]:
    """Everything of this meeting that this person may read."""
    return Brought.objects.visible_to(user).filter(meeting_id=meeting).select_related("author")


def who_brought(meeting: Meeting, *, user: User) -> WhoBrought | None:
    """For sessions and coaching moments (one query); whether somebody brought something is no secret to who prepares too."""
    if meeting.kind not in {Meeting.Kind.NETWORK, Meeting.Kind.COACHING}:
        return None
    leaders = leaders_who_bring.ask(meeting=meeting.pk)
    coaching = any(seat.role == Seat.Role.COACH and seat.programme_id == meeting.programme_id for seat in user.living_seats)
    ready, missing = ([leader for leader in leaders if leader.brings is wanted] for wanted in (True, False))
    return WhoBrought(ready, missing, names=coaching)


def shown_to(user: User, meeting: Meeting) -> list[Shown]:
    """Everything of this meeting that this person may read, opened (three queries however many there are)."""
    rows = brought_for_reader.ask(user=user, meeting=meeting.pk)
    opened = keys.keys_of(row.author_id for row in rows)
    return [Shown(row, texts_of(row, opened), own=row.author_id == user.pk) for row in rows]


def with_readers(shown: Iterable[Shown]) -> list[tuple[Shown, list[str]]]:
    """Each with the names of its readers (one query)."""
    shown = list(shown)
    grants = BroughtReader.objects.filter(brought__in=[one.row.pk for one in shown]).select_related("user")
    names: dict[UUID, list[str]] = {}
    for grant in grants.order_by("user__last_name", "user__first_name"):
        names.setdefault(grant.brought_id, []).append(grant.user.name)
    return [(one, names.get(one.row.pk, [])) for one in shown]


def texts_of(row: Brought, opened: Mapping[UUID, bytes] | None = None) -> dict[str, str]:
    """The texts of a row by name; nothing when its author was erased."""
    opened = keys.keys_of([row.author_id]) if opened is None else opened
    try:
        return json.loads(keys.unseal_text(row.author_id, bytes(row.body), about=_about(row.pk), keys=dict(opened)))
    except Unreadable:
        return {}


def own_texts(user: User) -> list[dict[str, object]]:
    """Everything that this person wrote here, opened, for the file with their own data."""
    rows = list(Brought.objects.filter(author=user).order_by("created_at"))
    opened = keys.keys_of([user.pk])
    return [{"meeting": str(row.meeting_id), "kind": row.kind, "texts": texts_of(row, opened)} for row in rows]


def common(meeting: Meeting, kind: str) -> tuple[Brought | None, dict[str, str]]:
    """The text that several write: the pair's common intake, or a side of the tandem's sheet."""
    row = meeting.brought.filter(kind=kind).select_related("author").first()
    return row, texts_of(row) if row else {}


@transaction.atomic
def bring(meeting: Meeting, *, by: User, kind: str, texts: Mapping[str, str], readers: Collection[UUID] = ()) -> Brought:
    """A new text of one's own; `readers` are named persons. An intake has none: it opens to pair and coaches. Sent twice it is
    there once."""
    if kind not in Brought.PERSONAL:
        raise DomainError(_("This cannot be brought."))
    _refuse_closed(meeting)
    if kind == Kind.NOTE and meeting.kind != Meeting.Kind.COACHING:
        raise DomainError(_("Notes belong to a coaching moment."))
    if kind == Kind.INTAKE and meeting.kind != Meeting.Kind.COACHING:
        raise DomainError(_("An intake belongs to a coaching moment."))
    if kind == Kind.INTAKE and not leaders_of(meeting).filter(pk=by.pk).exists():
        raise DomainError(_("An intake is written by each of the pair."))
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    own = list(meeting.brought.filter(author=by, kind=kind).select_related("author", "meeting"))
    said, opened = _cleaned(kind, texts), keys.keys_of([by.pk]) if own else {}
    if same := next((row for row in own if texts_of(row, opened) == said), None):
        return same
    if len(own) >= (1 if kind == Kind.INTAKE else MOST):
        raise DomainError(_("You have written this already: change what is there."))
    row = Brought(meeting=meeting, author=by, kind=kind)
    row.body = _sealed(row, by, texts)
    row.save()
    if kind != Kind.INTAKE:
        set_readers(row, by=by, readers=readers)
    audit.record(by=by.pk, verb="brought.written", target=row, meeting=meeting.pk, kind=kind)
    return row


@transaction.atomic
def change(row: Brought, *, by: User, texts: Mapping[str, str], version: int, readers: Collection[UUID] | None = None) -> Brought:
    """Other words, and with `readers` others who read them. OthersWrote when another window saved in between. Afterwards too:
    what the group gave back is noted later."""
    row = Brought.objects.select_for_update(of=("self",)).select_related("author", "meeting").get(pk=row.pk)
    if row.version != version:
        raise OthersWrote(row, texts_of(row))
    row.body, row.version, row.updated_at = _sealed(row, by, texts), row.version + 1, timezone.now()
    row.save(update_fields=["body", "version", "updated_at"])
    audit.record(by=by.pk, verb="brought.changed", target=row, fields=["body"], version=row.version)
    if readers is not None:
        set_readers(row, by=by, readers=readers)
    return row


@transaction.atomic
def set_readers(row: Brought, *, by: User, readers: Collection[UUID]) -> None:
    """Exactly these people read it from now on; only the author decides. DomainError for somebody who is not of the meeting."""
    if row.kind == Kind.INTAKE:
        raise DomainError(_("An intake opens to the pair and their coaches."))
    wanted = set(readers)
    people = tandem_of if row.kind == Kind.NOTE else readers_for
    allowed = set(people(row.meeting, row.author).filter(pk__in=wanted).values_list("pk", flat=True))
    if wanted - allowed:
        raise DomainError(_("Choose people of this meeting."), field="readers")
    row.readers.exclude(user_id__in=wanted).delete()
    _grant(row, wanted)
    Brought.objects.filter(pk=row.pk).update(opened_at=(row.opened_at or timezone.now()) if wanted else None)
    audit.record(by=by.pk, verb="brought.readers-set", target=row, readers=len(wanted))


@transaction.atomic
def ready(row: Brought, *, by: User, now: bool = False) -> Brought:
    """My part of the intake is ready. It opens to the other of the pair and the coaches when theirs is ready too, or `now`."""
    meeting = Meeting.objects.select_for_update().get(pk=row.meeting_id)
    if row.kind != Kind.INTAKE:
        raise DomainError(_("Only an intake waits for the other."))
    Brought.objects.filter(pk=row.pk, ready_at=None).update(ready_at=timezone.now())
    parts = list(meeting.brought.filter(kind=Kind.INTAKE).select_related("author", "meeting"))
    leaders = set(leaders_of(meeting).values_list("pk", flat=True))
    together = leaders <= {part.author_id for part in parts if part.ready_at}
    for part in parts:
        if (together and part.ready_at) or (now and part.pk == row.pk):
            _grant(part, set(readers_for(meeting, part.author).values_list("pk", flat=True)))
            Brought.objects.filter(pk=part.pk, opened_at=None).update(opened_at=timezone.now())
    audit.record(by=by.pk, verb="brought.ready", target=row, meeting=meeting.pk, opened=together or now)
    return Brought.objects.select_related("meeting", "author").get(pk=row.pk)


@transaction.atomic
def remove(row: Brought, *, by: User) -> None:
    """Its author takes it away; nothing of the text stays."""
    audit.record(by=by.pk, verb="brought.removed", target=row, meeting=row.meeting_id, kind=row.kind)
    row.delete()


@transaction.atomic
def write_common(meeting: Meeting, *, by: User, kind: str, text: str, version: int) -> Brought:
    """Save a text that several write; sealed with the key of who wrote last. OthersWrote when a newer one stands there."""
    if kind not in Brought.COMMON:
        raise DomainError(_("This cannot be brought."))
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    row = meeting.brought.filter(kind=kind).select_related("author").first()
    if row is not None and row.version != version:
        raise OthersWrote(row, texts_of(row))
    row = row or Brought(meeting=meeting, kind=kind, version=0)
    row.author = by
    row.body, row.version, row.updated_at = _sealed(row, by, {"text": text}), row.version + 1, timezone.now()
    row.opened_at = row.opened_at or row.updated_at
    try:
        row.save()
    except IntegrityError:
        raise DomainError(_("Somebody else began this text just now. Load the page again.")) from None
    audit.record(by=by.pk, verb="brought.written", target=row, meeting=meeting.pk, kind=kind)
    return row


# -- inside -----------------------------------------------------------------------------------------------------------


def _coaches(meeting: Meeting) -> QuerySet[Seat]:
    coaches = Seat.objects.living().filter(role=Seat.Role.COACH)
    if meeting.pilot_id:
        return coaches.filter(pilot_id=meeting.pilot_id)
    return coaches.filter(pk__in=NetworkCoach.objects.living().filter(network_id=meeting.network_id).values("seat_id"))


def _about(pk: UUID) -> str:
    return f"brought:{pk}:body"


def _cleaned(kind: str, texts: Mapping[str, str]) -> dict[str, str]:
    return {name: clean_text(texts.get(name, "")) for name in PARTS[kind]}


def _sealed(row: Brought, by: User, texts: Mapping[str, str]) -> bytes:
    kept = _cleaned(row.kind, texts)
    if not any(text.strip() for text in kept.values()):
        raise DomainError(_("Write something first."), field=PARTS[row.kind][0])
    for name, text in kept.items():
        if len(text) > LONGEST:
            raise DomainError(_("This text is too long: 20,000 signs at most."), field=name)
        if looks_like_national_number(text):
            sentence = _("This looks like a national register number. Leave it out: it does not belong here.")
            raise DomainError(sentence, field=name)
    return keys.seal_text(by.pk, json.dumps(kept), about=_about(row.pk))


def _grant(row: Brought, people: Iterable[UUID]) -> None:
    BroughtReader.objects.bulk_create([BroughtReader(brought=row, user_id=pk) for pk in people], ignore_conflicts=True)


def _refuse_closed(meeting: Meeting) -> None:
    if meeting.state in {Meeting.State.CANCELLED, Meeting.State.DRAFT}:
        raise DomainError(_("One prepares for a planned meeting."))
