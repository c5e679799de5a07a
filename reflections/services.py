"""What happens to reflections; reading along, the pair, questions and drafts have modules of their own."""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, DomainError
from core.models import StoredFile
from networks.models import NetworkCoach, NetworkPilot
from outbox import services as outbox
from people import keys
from people.models import User
from reflections.asking import ask_the_question, remind_who_went_quiet
from reflections.drafts import forget_drafts_of
from reflections.models import Opening, ReaderGrant, Reflection, ReflectionFile, ReflectionVersion
from reflections.prompts import Question, load_prompts
from reflections.readers import AUDIENCES, Audience, members_of, offered, readers_of
from reflections.texts import keys_by, own_texts, tags_with, text_of, text_with, texts_of, versions_of
from reflections.words import without_numbers
from sessions import clock
from sessions.models import Meeting
from trajectories.models import Pilot, Seat

__all__ = [
    "ChangedMeanwhile",
    "Question",
    "ask_the_question",
    "change",
    "close_lapsed",
    "erase",
    "finish_erasing",
    "keys_by",
    "load_prompts",
    "may_change",
    "note_opening",
    "note_openings",
    "own_texts",
    "readers_of",
    "remind_who_went_quiet",
    "restore",
    "set_readers",
    "set_tags",
    "tags_with",
    "tell_once_a_day",
    "text_of",
    "text_with",
    "texts_of",
    "versions_of",
    "withdraw",
    "write",
]  # fmt: skip

MAX_LENGTH = 50_000
MOST_TAGS = 12
REGRET = timedelta(minutes=10)
LOOKED_BACK = timedelta(days=7)  # for who left: longer than a scheduler is ever away
SHARED_LETTER_HOUR = time(16)


class ChangedMeanwhile(Conflict):
    """The text was saved elsewhere since it was opened; `text` and `version` are what stands there now in `reflection`."""

    def __init__(self, text: str, reflection: Reflection) -> None:
        super().__init__(
            _("This text was changed in another window. Both versions are here: choose what you keep."), field="text"
        )
        self.text, self.version, self.reflection = text, reflection.version, reflection


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
    tags: str = "",
    pair_part: str = "",
    follows: Reflection | None = None,
) -> Reflection:
    """Keep a new text, sealed, and let those audiences read it (see `set_readers` for `seen`).

    With `pair_part` it stands on the line that the leaders of the pilot share, as an answer to `follows` or on its own.
    `pk` is chosen when the form is opened: sent twice, it stays one text; ChangedMeanwhile when that text was changed since.
    `at` writes down something of earlier, about which nobody gets a letter. Raises DomainError when `by` does not lead the
    pilot on that day.
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
        theme=question.prompt.theme if question.prompt else "", pair_part=pair_part, follows=_followed(follows, pilot),
    )  # fmt: skip
    reflection.created_at = reflection.updated_at = at or timezone.now()
    reflection.pair_since = reflection.created_at if pair_part else None
    reflection.body = keys.seal_text(by.pk, text, about=reflection.about_body)
    reflection.tags = _sealed_tags(reflection, tags)
    try:
        with transaction.atomic():
            reflection.save(force_insert=True)
    except IntegrityError:  # a double click: the other request was first
        return _sent_again(Reflection.objects.written_by(by).get(pk=pk), by, text, audiences, seen)
    audit.record(by=by.pk, verb="reflection.written", target=reflection)
    if audiences:
        set_readers(reflection, by=by, audiences=audiences, seen=seen, at=at)
    if pair_part and at is None:
        tell_the_pair(reflection)
    return reflection


def _followed(follows: Reflection | None, pilot: Pilot) -> Reflection | None:
    """What this text answers, when that stands on the line of the same pair."""
    return follows if follows and follows.is_of_pair and follows.pilot_id == pilot.pk else None


def _sent_again(
    reflection: Reflection, by: User, text: str, audiences: Collection[str], seen: Collection[UUID] | None
) -> Reflection:
    """The same form once more, by a double click or after going back: what it says now holds.

    The form began before there was a text, so it may follow on the first version only: a later change stands, and
    ChangedMeanwhile carries it. Who lost the right to read meanwhile does not get it back by an old form.
    """
    change(reflection, by=by, text=text, version=1)
    withdrawn = set(reflection.grants.exclude(withdrawn_at=None).values_list("audience", flat=True))
    set_readers(reflection, by=by, audiences=set(audiences) - withdrawn, seen=seen)
    return reflection


def _checked(text: str) -> str:
    text = without_numbers(text)
    if not text:
        raise DomainError(_("Write something first."), field="text")
    if len(text) > MAX_LENGTH:
        raise DomainError(_("This is too long for one reflection. Make two of it."), field="text")
    return text


def _sealed_tags(reflection: Reflection, tags: str) -> bytes | None:
    """The author's own words for it, separated by commas or spaces, each once; none is nothing."""
    words = list(dict.fromkeys(word.lstrip("#") for word in without_numbers(tags, field="tags").replace(",", " ").split()))
    kept = " ".join(word.casefold()[:40] for word in words[:MOST_TAGS] if word)
    return keys.seal_text(reflection.author_id, kept, about=reflection.about_tags) if kept else None


def _refuse_others(by: User, pilot: Pilot | None, at: datetime | None = None) -> None:
    day = timezone.localdate(at) if at else None
    if not Seat.objects.living(day).leaders().filter(user=by, pilot=pilot).exists():
        raise DomainError(_("Only who leads this pilot writes and shares its reflections."))


@transaction.atomic
def set_tags(reflection: Reflection, *, by: User, tags: str) -> None:
    """The author's own tags on a text; only the author sees them."""
    _refuse_unless_author(reflection, by)
    reflection.tags = _sealed_tags(reflection, tags)
    Reflection.objects.filter(pk=reflection.pk).update(tags=reflection.tags)


@transaction.atomic
def change(reflection: Reflection, *, by: User, text: str, version: int) -> Reflection:
    """Replace the text when nobody saved since `version`; raises ChangedMeanwhile, with the text that stands there, otherwise.

    What somebody else had read or answered is kept as an earlier version, for the author's eyes.
    """
    text = _checked(text)
    _refuse_unless_author(reflection, by)
    refuse_what_stays(reflection, by)
    standing = text_of(reflection)
    if standing == text:
        return reflection
    before = reflection.version, reflection.updated_at, standing
    sealed = keys.seal_text(by.pk, text, about=reflection.about_body)
    now = timezone.now()
    free = Reflection.objects.written_by(by).filter(pk=reflection.pk, version=version)
    if not free.update(body=sealed, version=F("version") + 1, updated_at=now):
        reflection.refresh_from_db()
        standing = text_of(reflection) or ""
        if standing != text:
            raise ChangedMeanwhile(standing, reflection)
        return reflection
    reflection.body, reflection.version, reflection.updated_at = sealed, version + 1, now
    _keep_version(reflection, *before)
    audit.record(by=by.pk, verb="reflection.changed", target=reflection, fields=["body"], version=reflection.version)
    return reflection


def _keep_version(reflection: Reflection, number: int, written_at: datetime, text: str | None) -> None:
    if text is None or not (reflection.openings.exists() or reflection.comments.exists()):
        return
    earlier = ReflectionVersion(reflection=reflection, number=number, written_at=written_at)
    earlier.body = keys.seal_text(reflection.author_id, text, about=earlier.about_body)
    earlier.save(force_insert=True)


def _refuse_unless_author(reflection: Reflection, by: User) -> None:
    if reflection.author_id != by.pk:
        raise DomainError(_("Only the author can do this."))


def refuse_what_stays(reflection: Reflection, by: User) -> None:
    """DomainError when the text stands on the line of a pair that its author has left: there it stays as it is."""
    if not may_change(reflection, by):
        raise DomainError(_("This text stays with the pair, as it stands. You keep reading it and can take it along."))


def may_change(reflection: Reflection, author: User) -> bool:
    """On the own line always; on a pair's line as long as one leads the pilot."""
    return not reflection.is_of_pair or reflection.pilot_id in author.pilots_as(Seat.Role.LEADER)


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
    members = offered(by, reflection.pilot, of_pair=reflection.is_of_pair, on=timezone.localdate(at) if at else None)
    wanted = {
        (str(audience), person.pk)
        for audience in AUDIENCES
        if audience in audiences
        for person in members.get(audience, [])
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
    if at is None:  # the project team reads without a name, and a letter would come from somebody
        _tell({grant.reader_id for grant in fresh if grant.audience != Audience.POLICY} - already, reflection)
    return fresh


@transaction.atomic
def close_lapsed(*, now: datetime) -> int:
    """The tick's part: who has left an audience loses its grants, so that coming back opens nothing that its author did not
    open again. Returns how many.

    Looked at is who a change of this week may touch: seats and places in networks that ended, and a tandem that came.
    """
    day = timezone.localdate(now)
    ended = {"until__lt": day, "until__gte": day - LOOKED_BACK}
    left_pilots = NetworkPilot.objects.filter(**ended).values("pilot_id")
    people = Seat.objects.filter(**ended).values("user_id")
    coaches = NetworkCoach.objects.filter(**ended).values("seat__user_id")
    fellows = Seat.objects.living(day).leaders().filter(pilot_id__in=left_pilots).values("user_id")
    tandem = Seat.objects.filter(role=Seat.Role.COACH, since__gte=day - LOOKED_BACK).exclude(pilot=None).values("pilot_id")
    standing = ReaderGrant.objects.filter(withdrawn_at=None, reflection__erased_at=None)
    who = Q(reader__in=people) | Q(reader__in=coaches) | Q(reader__in=fellows)
    touched = standing.filter(who | Q(reflection__pilot_id__in=left_pilots) | Q(reflection__pilot_id__in=tandem))
    lapsed: list[ReaderGrant] = []
    for reader in User.objects.filter(pk__in=touched.values("reader_id")):
        opens = ReaderGrant.objects.open_to(reader).values("pk"), ReaderGrant.objects.for_policy(reader).values("pk")
        lapsed += standing.filter(reader=reader).exclude(pk__in=opens[0]).exclude(pk__in=opens[1])
    ReaderGrant.objects.filter(pk__in=[grant.pk for grant in lapsed]).update(withdrawn_at=now)
    audit.record_many(by=None, verb="reflection.reader-lapsed", targets=lapsed)
    return len(lapsed)


def tell_the_pair(reflection: Reflection) -> None:
    """The others who lead the pilot hear that something new stands on their line, in the same one letter a day."""
    _tell({person.pk for person in members_of(reflection.author, reflection.pilot)[Audience.CO_LEADER]}, reflection)


def _tell(readers: set[UUID], reflection: Reflection) -> None:
    """At most one letter a day for each reader, in the afternoon, about all that was shared until then."""
    tell_once_a_day("reflection-shared", readers, reflection)


def tell_once_a_day(kind: str, readers: set[UUID], reflection: Reflection) -> None:
    """One letter of this kind for each of them, this afternoon or else tomorrow's; asked again the same day, it stays one."""
    zone, now = reflection.programme.zone, timezone.now()
    day = now.astimezone(zone).date()
    if clock.moment(day, SHARED_LETTER_HOUR, zone) <= now:
        day += timedelta(days=1)
    mails = [
        outbox.draft(
            kind,
            key=f"{kind}:{day}:{reader}",
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
    refuse_what_stays(reflection, by)
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
    StoredFile.objects.filter(pk__in=ReflectionFile.objects.filter(reflection_id__in=due).values("file_id")).update(
        expires_at=now
    )
    Reflection.objects.filter(pk__in=due).delete()
    return len(due)


def note_opening(reflection: Reflection, *, by: User) -> None:
    """Note once that a reader opened the text; its author sees who did."""
    note_openings([reflection], by=by)


def note_openings(reflections: Iterable[Reflection], *, by: User) -> None:
    """The same for several that a page shows in full."""
    others = {reflection.pk for reflection in reflections if reflection.author_id != by.pk}
    if others:
        known = set(Opening.objects.filter(reader=by, reflection__in=others).values_list("reflection_id", flat=True))
        fresh = [Opening(reflection_id=pk, reader=by) for pk in sorted(others - known)]
        Opening.objects.bulk_create(fresh, ignore_conflicts=True)
