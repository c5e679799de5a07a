"""The pair: one line that the leaders of a pilot share, and each their own. What stays with the pair is decided on each text."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from people.models import User
from reflections import services
from reflections.models import PairPart, ReaderGrant, Reflection
from sessions.models import Action, Meeting
from sessions.preparation import WhoBrought, who_brought
from trajectories.models import Pilot, Seat

IN_PICTURE, DRAWN, AGREEMENTS = 12, 3, 20


@dataclass
class Entry:
    """A text on the shared line with what follows it, the oldest first; `text` is None when its author's key was erased."""

    reflection: Reflection
    text: str | None
    mine: bool
    followed_by: list["Entry"] = field(default_factory=list)


@dataclass(frozen=True)
class Dot:
    """One moment in the drawing of the three lines: `lane` is own, shared or theirs."""

    lane: str
    at: datetime
    title: str
    url: str
    is_moment: bool = False


@dataclass(frozen=True)
class Before:
    """The next coaching moment, and who noted questions for it."""

    meeting: Meeting
    noted: WhoBrought | None


@transaction.atomic
def put_on_line(reflection: Reflection, *, by: User, part: str) -> Reflection:
    """From the own line to the one that the pair shares: who leads the pilot, now or later, reads it from now on.

    What was said about it before stays between its author and their coaches. DomainError for who does not lead the pilot.
    """
    _refuse_others(reflection, by)
    if part not in PairPart.values:
        raise DomainError(_("Choose what it is for the pair."), field="part")
    free = Reflection.objects.written_by(by).filter(pk=reflection.pk, pair_part="")
    if not free.update(pair_part=part, pair_since=timezone.now()):
        return reflection
    reflection.refresh_from_db()
    co_leader = reflection.grants.filter(audience=ReaderGrant.Audience.CO_LEADER, withdrawn_at=None)
    co_leader.update(withdrawn_at=timezone.now())  # the seat lets them read now; off the line again, nobody is left over
    audit.record(by=by.pk, verb="reflection.put-on-line", target=reflection)
    services.tell_the_pair(reflection)
    return reflection


@transaction.atomic
def take_off_line(reflection: Reflection, *, by: User) -> None:
    """Back to the own line, read by its author and by whom the author named; what others wrote after it stays with the pair."""
    _refuse_others(reflection, by)
    standing = Reflection.objects.written_by(by).filter(pk=reflection.pk).exclude(pair_part="")
    if standing.update(pair_part="", pair_since=None, follows=None):
        reflection.refresh_from_db()
        audit.record(by=by.pk, verb="reflection.taken-off-line", target=reflection)


def _refuse_others(reflection: Reflection, by: User) -> None:
    if reflection.author_id != by.pk:
        raise DomainError(_("Only the author can do this."))
    services.refuse_what_stays(reflection, by)
    if reflection.pilot_id not in by.pilots_as(Seat.Role.LEADER):
        raise DomainError(_("Only who leads this pilot writes and shares its reflections."))


def co_leaders(user: User, pilot: Pilot) -> list[User]:
    """With whom this person leads the pilot today."""
    seats = Seat.objects.living().leaders().filter(pilot=pilot).exclude(user=user).select_related("user")
    return [seat.user for seat in seats.order_by("place", "pk")]


def entries(beginnings: Iterable[Reflection], user: User) -> list[Entry]:
    """These texts with all that follows them on the shared line, opened; their authors see that (four queries)."""
    found = {reflection.pk: reflection for reflection in beginnings}
    after = _after(found)
    opened = services.keys_by({reflection.author_id for reflection in [*found.values(), *after]})
    shown = {
        reflection.pk: Entry(reflection, services.text_with(reflection, opened), reflection.author_id == user.pk)
        for reflection in [*found.values(), *after]
    }
    for reflection in after:
        if reflection.follows_id:
            shown[reflection.follows_id].followed_by.append(shown[reflection.pk])
    services.note_openings([entry.reflection for entry in shown.values() if entry.text is not None], by=user)
    return [shown[pk] for pk in found]


def _after(found: dict[UUID, Reflection]) -> list[Reflection]:
    following = Reflection.objects.kept().exclude(pair_part="").filter(follows__in=found)
    return list(_line(following).filter(is_under=True).order_by("created_at", "pk"))


def beginnings(pilot: Pilot) -> QuerySet[Reflection]:
    """The texts on the shared line that follow no other that still stands there, the newest first."""
    line = Reflection.objects.on_the_line_of(pilot)
    return _line(line).filter(is_under=False).order_by("-created_at", "pk")


def _line(texts: QuerySet[Reflection]) -> QuerySet[Reflection]:
    """Each knows whether it is shown under the text that it follows: when that stands on the line and is itself a beginning.

    So every text is shown once, whatever was taken off the line, erased and put back.
    """
    above = Reflection.objects.kept().exclude(pair_part="").filter(pk=OuterRef("follows_id"), pilot=OuterRef("pilot_id"))
    beginning = above.filter(~Exists(above.filter(pk=OuterRef("follows_id"))))
    return texts.annotate(is_under=Exists(beginning)).select_related("author", "prompt")


def before_next_moment(user: User, pilot: Pilot) -> Before | None:
    """The pair's next coaching moment."""
    moments = Meeting.objects.visible_to(user).as_rows().upcoming().filter(pilot=pilot, kind=Meeting.Kind.COACHING)
    meeting = moments.first()
    return Before(meeting, who_brought(meeting, user=user)) if meeting else None


def agreements(user: User, pilot: Pilot) -> list[Action]:
    """What was agreed at the pair's coaching moments, as far as this person reads it: the open ones first."""
    made = Action.objects.visible_to(user).filter(meeting__pilot=pilot, meeting__kind=Meeting.Kind.COACHING)
    made = made.exclude(state=Action.State.DROPPED).select_related("owner", "meeting").order_by("-created_at", "pk")
    return sorted(made[:AGREEMENTS], key=lambda action: action.state != Action.State.OPEN)


def three_lines(user: User, pilot: Pilot, others: list[User], *, agreed: list[Action], before: Before | None) -> list[Dot]:
    """The last moments on the three lines, the newest first (one query; nothing is opened).

    Of the own line only that one wrote: two people look at this page together. Of the other's line only what they shared.
    """
    near = Q(author=user) | Q(author__in=others) | ~Q(pair_part="")
    texts = Reflection.objects.visible_to(user).filter(near, pilot=pilot).order_by("-created_at", "pk")
    named = {person.pk: person.name for person in others}
    columns = texts.values_list("pk", "created_at", "author", "pair_part", "follows")[:IN_PICTURE]
    dots = []
    for pk, at, author, part, follows in columns:
        url = reverse("reflections:reflection", args=[pk])
        if part:
            dots.append(Dot("shared", at, _named(part, follows), url))
        elif author == user.pk:
            dots.append(Dot("own", at, _("I wrote"), url))
        else:
            dots.append(Dot("theirs", at, _("%(name)s shared with me") % {"name": named[author]}, url))
    dots += [Dot("shared", action.created_at, _("agreement"), _meeting(action.meeting_id)) for action in agreed[:DRAWN]]
    if before:
        meeting = before.meeting
        dots.append(Dot("shared", meeting.starts_at, meeting.title, _meeting(meeting.pk), is_moment=True))
    return sorted(dots, key=lambda dot: dot.at, reverse=True)[:IN_PICTURE]


def _named(part: str, follows: UUID | None) -> str:
    """What a text on the shared line is, in a word."""
    if not follows:
        return str(PairPart(part).label)
    return {PairPart.QUESTION: _("answer"), PairPart.EXPERIMENT: _("looked back")}.get(PairPart(part), _("added"))


def _meeting(pk: UUID) -> str:
    return reverse("sessions:meeting", args=[pk])
