"""Agreements: what, who, by when. Made at a meeting, settled by their owner or by the coaches."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from people.models import User
from sessions.minutes import refuse_closed
from sessions.models import Action, Attendance, Meeting

State = Action.State
OPEN_SHOWN, SETTLED_SHOWN = 200, 20
BY_DAY = (F("due_on").asc(nulls_last=True), "created_at")


# what a list says of an agreement
SHOWN = (
    *("text", "state", "due_on", "settled_at", "created_at", "programme_id"),
    *("owner__first_name", "owner__last_name", "owner__email", "meeting__title"),
)


@dataclass(frozen=True)
class Agreements:
    """Agreements by what is asked now: overdue first, then open, then the last that were settled."""

    overdue: list[Action] = field(default_factory=list)
    open: list[Action] = field(default_factory=list)
    settled: list[Action] = field(default_factory=list)

    @property
    def all(self) -> list[Action]:
        return [*self.overdue, *self.open, *self.settled]

    @property
    def count(self) -> int:
        return len(self.all)


def owners(meeting: Meeting) -> QuerySet[User]:
    """Who can take an agreement on: the people of the meeting, invited or present."""
    asked = meeting.attendances.filter(Q(is_invited=True) | Q(status__in=Attendance.PRESENT), user__isnull=False)
    return User.objects.filter(pk__in=asked.values("user_id")).by_name()


@transaction.atomic
def add(meeting: Meeting, *, by: User, text: str, owner: User, due_on: datetime.date | None = None) -> Action:
    """A new agreement; sent twice it is one. DomainError when the meeting is closed, the owner is not of the meeting or the day
    lies before it."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    refuse_closed(meeting)
    _refuse_wrong(meeting, owner, due_on)
    said = {"text": text, "owner": owner, "due_on": due_on}
    if standing := meeting.actions.filter(state=State.OPEN, **said).first():
        return standing
    action = meeting.actions.create(programme_id=meeting.programme_id, **said)
    _renew(meeting)
    audit.record(by=by.pk, verb="action.made", target=action, meeting=meeting.pk, owner=owner.pk)
    return action


@transaction.atomic
def change(action: Action, *, by: User, text: str, owner: User, due_on: datetime.date | None) -> Action:
    """Other words, another owner or another day."""
    meeting = Meeting.objects.select_for_update().get(pk=action.meeting_id)
    refuse_closed(meeting)
    if owner.pk != action.owner_id or due_on != action.due_on:
        _refuse_wrong(meeting, owner if owner.pk != action.owner_id else None, due_on)
    new = {"text": text, "owner": owner, "due_on": due_on}
    changed = [name for name, value in new.items() if getattr(action, name) != value]
    if not changed:
        return action
    for name in changed:
        setattr(action, name, new[name])
    action.save(update_fields=changed)
    _renew(meeting)
    audit.record(by=by.pk, verb="action.changed", target=action, fields=changed, meeting=meeting.pk)
    return action


@transaction.atomic
def settle(action: Action, *, by: User, state: str) -> Action:
    """Done, dropped, or open again; also after the meeting was checked, for agreements live on. Twice is once."""
    action = Action.objects.select_for_update().get(pk=action.pk)
    if state not in State.values:
        raise DomainError(_("Choose one of the answers."))
    if action.state == state:
        return action
    before, action.state = action.state, state
    action.settled_at = None if state == State.OPEN else timezone.now()
    action.save(update_fields=["state", "settled_at"])
    audit.record(by=by.pk, verb="action.settled", target=action, fields=["state"], before=before, after=state)
    return action


def own(user: User) -> Agreements:
    """The agreements that somebody took on, in programmes where they still have a seat."""
    return _sorted(Action.objects.owned_by(user))


def of_my_meetings(user: User) -> Agreements:
    """The agreements that others took on at meetings that one runs."""
    return _sorted(Action.objects.changeable_by(user).exclude(owner=user))


def of_meeting(meeting: Meeting) -> Agreements:
    """All agreements of a meeting; only for who may read its words."""
    return arranged(meeting.actions.select_related("owner").order_by(*BY_DAY))


def summary(meeting: Meeting) -> Agreements:
    """The same, for the meeting's page; one query."""
    return of_meeting(meeting)


def arranged(actions: Iterable[Action]) -> Agreements:
    """Agreements by what is asked now."""
    found = Agreements()
    for action in actions:
        place = found.settled if action.state != State.OPEN else found.overdue if action.is_overdue else found.open
        place.append(action)
    return found


def _sorted(actions: QuerySet[Action]) -> Agreements:
    actions = actions.select_related("owner", "meeting").only(*SHOWN)
    standing = actions.filter(state=State.OPEN).order_by(*BY_DAY)[:OPEN_SHOWN]
    settled = actions.exclude(state=State.OPEN).order_by("-settled_at")[:SETTLED_SHOWN]
    return arranged([*standing, *settled])


def _refuse_wrong(meeting: Meeting, owner: User | None, due_on: datetime.date | None) -> None:
    if owner is not None and not owners(meeting).filter(pk=owner.pk).exists():
        raise DomainError(_("Choose somebody of this meeting."), field="owner")
    if due_on and due_on < meeting.local_start.date():
        raise DomainError(_("This day lies before the meeting."), field="due_on")


def _renew(meeting: Meeting) -> None:
    """What a report shows has changed: the version rises, so that it is made anew."""
    Meeting.objects.filter(pk=meeting.pk).update(version=meeting.version + 1)
