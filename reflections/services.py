"""What happens to reflections; reading along, questions and drafts have modules of their own."""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.crypto import Unreadable
from core.errors import Conflict, DomainError
from core.text import clean_text, looks_like_national_number
from outbox import services as outbox
from people import keys
from people.models import User
from reflections.asking import ask_the_question
from reflections.drafts import forget_drafts_of
from reflections.models import Opening, ReaderGrant, Reflection
from reflections.prompts import Question, load_prompts
from reflections.readers import AUDIENCES, members_of, readers_of
from sessions import clock
from sessions.models import Meeting
from trajectories.models import Pilot, Seat

__all__ = [
    "ChangedMeanwhile", "Question", "ask_the_question", "change", "erase", "finish_erasing", "load_prompts", "note_opening",
    "own_texts", "readers_of", "restore", "set_readers", "text_of", "texts_of", "withdraw", "write",
]  # fmt: skip

MAX_LENGTH = 50_000
REGRET = timedelta(minutes=10)
SHARED_LETTER_HOUR = time(16)


class ChangedMeanwhile(Conflict):
    """The text was saved elsewhere since it was opened; `text` and `version` are what stands there now."""

    def __init__(self, text: str, version: int) -> None:
        super().__init__(
            _("This text was changed in another window. Both versions are here: choose what you keep."), field="text"
        )
        self.text, self.version = text, version


@transaction.atomic
def write(
    *,
    by: User,
    pilot: Pilot,
    text: str,
    meeting: Meeting | None = None,
    question: Question | None = None,
    audiences: Collection[str] = (),
    seen: Collection[UUID] | None = None,
    pk: UUID | None = None,
    at: datetime | None = None,
) -> Reflection:
    """Keep a new text, sealed, and let those audiences read it (see `set_readers` for `seen`).

    `pk` is chosen when the form is opened: sent twice, it stays one text, and what was sent last stands. `at` writes down
    something of earlier, about which nobody gets a letter. Raises DomainError when `by` does not lead the pilot on that day.
    """
    text = _checked(text)
    sent_before = Reflection.objects.written_by(by).filter(pk=pk).first() if pk else None
    if sent_before is not None:
        return _sent_again(sent_before, by, text, audiences, seen)
    _refuse_others(by, pilot, at)
    question = question or Question()
    taken = pk is None or Reflection.objects.filter(pk=pk).exists()
    reflection = Reflection(
        pk=uuid4() if taken else pk, author=by, programme_id=pilot.programme_id, pilot=pilot, meeting=meeting,
        prompt=question.prompt, question=question.text, occasion=question.occasion,
    )  # fmt: skip
    reflection.created_at = reflection.updated_at = at or timezone.now()
    reflection.body = keys.seal_text(by.pk, text, about=reflection.about_body)
    try:
        with transaction.atomic():
            reflection.save(force_insert=True)
    except IntegrityError:  # a double click: the other request was first
        return _sent_again(Reflection.objects.written_by(by).get(pk=pk), by, text, audiences, seen)
    audit.record(by=by.pk, verb="reflection.written", target=reflection)
    if audiences:
        set_readers(reflection, by=by, audiences=audiences, seen=seen, at=at)
    return reflection


def _sent_again(
    reflection: Reflection, by: User, text: str, audiences: Collection[str], seen: Collection[UUID] | None
) -> Reflection:
    """The same form once more, by a double click or after going back: what it says now holds."""
    change(reflection, by=by, text=text, version=reflection.version)
    set_readers(reflection, by=by, audiences=audiences, seen=seen)
    return reflection


def _checked(text: str) -> str:
    text = clean_text(text).strip()
    if not text:
        raise DomainError(_("Write something first."), field="text")
    if len(text) > MAX_LENGTH:
        raise DomainError(_("This is too long for one reflection. Make two of it."), field="text")
    if looks_like_national_number(text):
        raise DomainError(
            _("There is a national register number in your text. Take it out: we never keep such numbers."), field="text"
        )
    return text


def _refuse_others(by: User, pilot: Pilot | None, at: datetime | None = None) -> None:
    day = timezone.localdate(at) if at else None
    if not Seat.objects.living(day).leaders().filter(user=by, pilot=pilot).exists():
        raise DomainError(_("Only who leads this pilot writes and shares its reflections."))


@transaction.atomic
def change(reflection: Reflection, *, by: User, text: str, version: int) -> Reflection:
    """Replace the text when nobody saved since `version`; raises ChangedMeanwhile, with the text that stands there, otherwise."""
    text = _checked(text)
    _refuse_unless_author(reflection, by)
    if text_of(reflection) == text:
        return reflection
    sealed = keys.seal_text(by.pk, text, about=reflection.about_body)
    now = timezone.now()
    free = Reflection.objects.written_by(by).filter(pk=reflection.pk, version=version)
    if not free.update(body=sealed, version=F("version") + 1, updated_at=now):
        reflection.refresh_from_db()
        standing = text_of(reflection) or ""
        if standing != text:
            raise ChangedMeanwhile(standing, reflection.version)
        return reflection
    reflection.body, reflection.version, reflection.updated_at = sealed, version + 1, now
    audit.record(by=by.pk, verb="reflection.changed", target=reflection, fields=["body"], version=reflection.version)
    return reflection


def _refuse_unless_author(reflection: Reflection, by: User) -> None:
    if reflection.author_id != by.pk:
        raise DomainError(_("Only the author can do this."))


@transaction.atomic
def set_readers(
    reflection: Reflection,
    *,
    by: User,
    audiences: Collection[str],
    seen: Collection[UUID] | None = None,
    at: datetime | None = None,
) -> list[ReaderGrant]:
    """Let exactly these audiences read: a grant for each of their people as of now, and no other. Returns the new grants.

    `seen` are the people whose names the author saw; who joined since then is not let in. Who left an audience loses the grant.
    Widening needs a living leader's seat in the pilot; narrowing is always possible.
    """
    _refuse_unless_author(reflection, by)
    Reflection.objects.select_for_update().get(pk=reflection.pk)
    members = members_of(by, reflection.pilot, on=timezone.localdate(at) if at else None)
    wanted = {
        (str(audience), person.pk)
        for audience in AUDIENCES
        if audience in audiences
        for person in members[audience]
        if seen is None or person.pk in seen
    }
    standing = {(grant.audience, grant.reader_id): grant for grant in reflection.grants.filter(withdrawn_at=None)}
    gone = [grant.pk for pair, grant in standing.items() if pair not in wanted]
    fresh = [
        ReaderGrant(reflection=reflection, audience=audience, reader_id=reader, granted_at=at or timezone.now())
        for audience, reader in sorted(wanted - standing.keys())
    ]
    if fresh:
        _refuse_others(by, reflection.pilot, at)
    ReaderGrant.objects.filter(pk__in=gone).update(withdrawn_at=timezone.now())
    ReaderGrant.objects.bulk_create(fresh)
    if fresh or gone:
        audit.record(by=by.pk, verb="reflection.readers-set", target=reflection, given=len(fresh), withdrawn=len(gone))
    already = {reader for _audience, reader in standing}
    if at is None:
        _tell({grant.reader_id for grant in fresh} - already, reflection)
    return fresh


def _tell(readers: set[UUID], reflection: Reflection) -> None:
    """At most one letter a day for each reader, in the afternoon, about all that was shared until then."""
    zone, now = ZoneInfo(reflection.programme.time_zone), timezone.now()
    day = now.astimezone(zone).date()
    if clock.moment(day, SHARED_LETTER_HOUR, zone) <= now:
        day += timedelta(days=1)
    mails = [
        outbox.draft(
            "reflection-shared",
            key=f"reflection-shared:{day}:{reader}",
            recipient_id=reader,
            programme_id=reflection.programme_id,
            not_before=clock.moment(day, SHARED_LETTER_HOUR, zone),
        )
        for reader in sorted(readers)
    ]
    outbox.queue_many(mails)


def withdraw(reflection: Reflection, *, by: User) -> None:
    """From now on only the author reads it."""
    set_readers(reflection, by=by, audiences=())


@transaction.atomic
def erase(reflection: Reflection, *, by: User) -> None:
    """Nobody reads the text any more; the author can take it back for ten minutes, then it is gone for good."""
    _refuse_unless_author(reflection, by)
    Reflection.objects.filter(pk=reflection.pk, erased_at=None).update(erased_at=timezone.now())
    forget_drafts_of(reflection)
    audit.record(by=by.pk, verb="reflection.erased", target=reflection)


@transaction.atomic
def restore(reflection: Reflection, *, by: User) -> None:
    """Take an erasure back, with the same readers; raises DomainError when it is too late."""
    _refuse_unless_author(reflection, by)
    still = Reflection.objects.filter(pk=reflection.pk, erased_at__gt=timezone.now() - REGRET)
    if not still.update(erased_at=None):
        raise DomainError(_("This text is gone for good."))
    audit.record(by=by.pk, verb="reflection.restored", target=reflection)


@transaction.atomic
def finish_erasing(*, now: datetime) -> int:
    """The tick's part: what was erased ten minutes ago goes for good; returns how many texts."""
    due = list(Reflection.objects.filter(erased_at__lte=now - REGRET).values_list("pk", flat=True)[:500])
    Reflection.objects.filter(pk__in=due).delete()
    return len(due)


def note_opening(reflection: Reflection, *, by: User) -> None:
    """Note once that a reader opened the text; its author sees who did."""
    if by.pk != reflection.author_id:
        Opening.objects.get_or_create(reflection=reflection, reader=by)


def text_of(reflection: Reflection) -> str | None:
    """The text, or None when its key was erased (one query)."""
    return texts_of([reflection])[0]


def texts_of(reflections: Iterable[Reflection]) -> list[str | None]:
    """The texts in the same order, None where the key was erased (one query for all authors together)."""
    reflections = list(reflections)
    opened = _keys_of({reflection.author_id for reflection in reflections})
    return [_opened(reflection, opened) for reflection in reflections]


def _keys_of(authors: set[UUID]) -> dict[UUID, bytes]:
    try:
        return keys.keys_of(authors)
    except Unreadable:
        return {}


def _opened(reflection: Reflection, opened: dict[UUID, bytes]) -> str | None:
    try:
        return keys.unseal_text(reflection.author_id, bytes(reflection.body), about=reflection.about_body, keys=opened)
    except Unreadable:
        return None


def own_texts(user: User) -> list[dict[str, object]]:
    """Everything this person wrote, to take along."""
    mine = list(Reflection.objects.written_by(user).select_related("meeting", "prompt"))
    return [
        {
            "written": reflection.created_at.isoformat(),
            "about": reflection.meeting.title if reflection.meeting else "",
            "question": reflection.asked,
            "text": text or "",
        }
        for reflection, text in zip(mine, texts_of(mine), strict=True)
    ]
