"""What a leader and the coaches say to each other about a text that the leader shared. No chat: one letter a day at most."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.crypto import Unreadable
from core.errors import DomainError
from people import keys
from people.models import User
from reflections.models import Comment, ReaderGrant, Reflection
from reflections.services import tell_once_a_day
from reflections.words import without_numbers
from trajectories.models import Seat

MAX_LENGTH = 5_000
MOST = 200
KIND = "reflection-answered"


@dataclass(frozen=True)
class Said:
    """A comment as its reader sees it; without text when its key was erased."""

    comment: Comment
    text: str | None
    mine: bool


def coaches_reading(reflection: Reflection) -> set[UUID]:
    """The coaches named in a standing grant who can read the text today."""
    grants = reflection.grants.filter(audience=ReaderGrant.Audience.COACHES, withdrawn_at=None).select_related("reader")
    return {
        grant.reader_id
        for grant in grants
        if Reflection.objects.read_as(grant.reader, ReaderGrant.Audience.COACHES).filter(pk=reflection.pk).exists()
    }


def _leaders_in(reflection: Reflection) -> set[UUID]:
    """The author; on the shared line who leads the pilot today."""
    if not reflection.is_of_pair:
        return {reflection.author_id}
    return set(Seat.objects.living().leaders().filter(pilot_id=reflection.pilot_id).values_list("user_id", flat=True))


def takes_part(user: User, reflection: Reflection) -> bool:
    """The author, or on the shared line the pair, when there is a coach to talk with; and each coach who reads it as a coach."""
    mine = user.pk == reflection.author_id
    if reflection.is_of_pair:
        mine = reflection.pilot_id in user.pilots_as(Seat.Role.LEADER)
    if mine:
        return reflection.grants.filter(audience=ReaderGrant.Audience.COACHES, withdrawn_at=None).exists()
    return Reflection.objects.read_as(user, ReaderGrant.Audience.COACHES).filter(pk=reflection.pk).exists()


@transaction.atomic
def say(reflection: Reflection, *, by: User, text: str) -> Comment:
    """Add a comment; the others in the dialogue get at most one letter a day. DomainError for who does not take part."""
    text = without_numbers(text, field="comment")
    if not text:
        raise DomainError(_("Write something first."), field="comment")
    if len(text) > MAX_LENGTH:
        raise DomainError(_("This is too long for a comment. Talk about it when you meet."), field="comment")
    if not takes_part(by, reflection):
        raise DomainError(_("The leader and the coaches who may read this text talk about it here."))
    if reflection.comments.count() >= MOST:
        raise DomainError(_("There are very many comments here. Talk about it when you meet."), field="comment")
    comment = Comment(reflection=reflection, author=by, said_at=timezone.now(), on_line=reflection.is_of_pair)
    comment.body = keys.seal_text(by.pk, text, about=comment.about_body)
    comment.save(force_insert=True)
    audit.record(by=by.pk, verb="reflection.answered", target=reflection, comment=comment.pk)
    others = (coaches_reading(reflection) | _leaders_in(reflection)) - {by.pk}
    tell_once_a_day(KIND, others, reflection)
    return comment


@transaction.atomic
def take_back(comment: Comment, *, by: User) -> None:
    """Erase one's own comment, for good."""
    if comment.author_id != by.pk:
        raise DomainError(_("Only who said it takes it back."))
    audit.record(by=by.pk, verb="reflection.answer-erased", target=comment.reflection, comment=comment.pk)
    Comment.objects.filter(pk=comment.pk).delete()


def shown(comment: Comment, user: User, opened: dict[UUID, bytes]) -> Said:
    """A comment with its words, as far as these keys open them."""
    try:
        text = keys.unseal_text(comment.author_id, bytes(comment.body), about=comment.about_body, keys=opened)
    except Unreadable:
        return Said(comment, None, comment.author_id == user.pk)
    return Said(comment, text, comment.author_id == user.pk)


def own_comments(user: User) -> list[dict[str, object]]:
    """Everything this person said in dialogues, to take along."""
    mine = list(Comment.objects.filter(author=user))
    opened = keys.keys_of([user.pk]) if mine else {}
    return [{"said": comment.said_at.isoformat(), "text": shown(comment, user, opened).text or ""} for comment in mine]
