"""Doors to reflections. What somebody erased is gone for everybody, its author included, but for the door back."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from core.doors import through
from people.models import User
from reflections.models import Prompt, Reflection
from reflections.prompts import occasion_of
from sessions.access import meeting_for
from sessions.models import Meeting
from trajectories.models import Pilot, Seat


@dataclass(frozen=True)
class Start:
    """From where somebody begins to write: as leader of which pilot, about which meeting, on which occasion.

    `others`: what else this person leads and might have meant.
    """

    pilot: Pilot
    meeting: Meeting | None
    occasion: str
    others: list[Pilot]


def start_for(user: User, asked: QueryDict) -> Start:
    """What an address or a form names by `meeting`, `pilot` and `occasion`; only who leads a pilot today begins to write."""
    seats = [seat for seat in user.living_seats if seat.role == Seat.Role.LEADER]
    if not seats:
        raise PermissionDenied(_("Reflections are written by leaders. You read here what they share with you."))
    meeting = meeting_for(user, _uuid(asked.get("meeting"))) if asked.get("meeting") else None
    pilot = _uuid(asked.get("pilot")) if asked.get("pilot") else meeting and meeting.pilot_id
    where = meeting.programme_id if meeting else None
    fitting = [seat for seat in seats if pilot in (None, seat.pilot_id) and where in (None, seat.programme_id)]
    if not fitting:
        raise Http404
    occasion = asked.get("occasion", "")
    if meeting and occasion not in Prompt.Occasion.values:
        occasion = occasion_of(meeting)
    others = [seat.pilot for seat in seats if seat.pilot_id != fitting[0].pilot_id and where in (None, seat.programme_id)]
    return Start(fitting[0].pilot, meeting, occasion if occasion in Prompt.Occasion.values else "", others)


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise Http404 from error


def reflection_for(user: User, pk: UUID) -> Reflection:
    """A text that this person wrote, or may read."""
    return through(Reflection.objects.visible_to(user).with_context(), pk=pk)


def reflection_by(user: User, pk: UUID) -> Reflection:
    """A text that this person wrote."""
    return through(
        Reflection.objects.visible_to(user),
        Reflection.objects.written_by(user).with_context(),
        sentence=_("Only the author can do this."),
        pk=pk,
    )


def erased_reflection_by(user: User, pk: UUID) -> Reflection:
    """A text that this person has just erased."""
    return through(Reflection.objects.filter(author=user, erased_at__isnull=False), pk=pk)
