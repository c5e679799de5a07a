"""Doors to programmes, pilots and seats."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from core.compiled import Compiled
from core.doors import let_in, through
from people.models import Invitation, User
from trajectories.models import Emblem, Milestone, Phase, Pilot, Programme, Seat


@Compiled
def _programme_seen(user: User, pk: UUID) -> QuerySet[Programme]:
    return Programme.objects.visible_to(user).filter(pk=pk)


@Compiled
def _pilot_seen(user: User, pk: UUID) -> QuerySet[Pilot]:
    return Pilot.objects.visible_to(user).select_related("programme", "service__sector").filter(pk=pk)


def programme_for(user: User, pk: UUID) -> Programme:
    """A programme in which this person has a living seat."""
    return let_in(_programme_seen, user=user, pk=pk)


def programme_run_by(user: User, pk: UUID) -> Programme:
    """A programme that this person sets up."""
    return through(
        Programme.objects.visible_to(user),
        Programme.objects.run_by(user),
        sentence=_("Only the project team changes the programme."),
        pk=pk,
    )


def pilot_for(user: User, pk: UUID) -> Pilot:
    """A pilot that this person is in, coaches or accounts for."""
    return let_in(_pilot_seen, user=user, pk=pk)


def pilot_run_by(user: User, pk: UUID) -> Pilot:
    """A pilot whose data this person enters."""
    return through(
        Pilot.objects.visible_to(user),
        Pilot.objects.run_by(user),
        sentence=_("Only the project team changes a pilot."),
        pk=pk,
    )


def pilot_coached_by(user: User, pk: UUID) -> Pilot:
    """A pilot whose coaching moments this person plans."""
    return through(
        Pilot.objects.visible_to(user),
        Pilot.objects.coached_by(user),
        sentence=_("Only the coaches of this pilot plan its coaching moments."),
        pk=pk,
    )


def seat_run_by(user: User, pk: UUID) -> Seat:
    """A seat that this person may end or hand over."""
    return through(
        Seat.objects.visible_to(user),
        Seat.objects.run_by(user).select_related("user", "programme", "pilot"),
        sentence=_("Only the project team changes seats."),
        pk=pk,
    )


def part_run_by(user: User, model: type[Phase] | type[Milestone] | type[Emblem], programme_pk: UUID, pk: UUID):
    """A phase, milestone or emblem of a programme that this person sets up; both ids along the chain."""
    programme = programme_run_by(user, programme_pk)
    return through(model.objects.filter(programme=programme).select_related("programme"), pk=pk)


def programme_of_people(user: User, asked: str | None, *, runs: bool = False) -> Programme:
    """The programme whose people are meant: the one asked for, else the newest this person runs (or coaches, unless `runs`)."""
    allowed = Programme.objects.run_by(user) if runs else Programme.objects.coached_by(user)
    sentence = _("Only the project team invites people.") if runs else _("Only the project team and coaches see this list.")
    if asked:
        return through(Programme.objects.visible_to(user), allowed, sentence=sentence, pk=_uuid(asked))
    found = _newest(user, Seat.Role.PROJECT) or (None if runs else _newest(user, Seat.Role.COACH))
    if found is None:
        raise PermissionDenied(sentence)
    return found


def _newest(user: User, *roles: str) -> Programme | None:
    """The newest programme of this person's living seats in these roles (read once per request)."""
    return max(_held(user, *roles), key=lambda programme: (programme.starts_on, programme.name), default=None)


def _held(user: User, *roles: str) -> set[Programme]:
    return {seat.programme for seat in user.living_seats if seat.role in roles}


def coached_beside(user: User, programme: Programme) -> list[Programme]:
    """The other programmes of which this person plans sessions, the newest first."""
    others = _held(user, Seat.Role.PROJECT, Seat.Role.COACH) - {programme}
    return sorted(others, key=lambda other: (other.starts_on, other.name), reverse=True)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def seat_in_pair_run_by(user: User, pk: UUID) -> Seat:
    """A seat with a place in a pilot's pair or tandem, that this person may hand over."""
    seat = seat_run_by(user, pk)
    if seat.pilot_id is None:
        raise Http404
    return seat


def invitation_run_by(user: User, pk: UUID) -> tuple[Invitation, Programme]:
    """An invitation to a programme that this person sets up, with the programme."""
    mine = Programme.objects.run_by(user)
    invitation = through(Invitation.objects.filter(programme_id__in=mine.values("pk")).select_related("user"), pk=pk)
    return invitation, mine.get(pk=invitation.programme_id)
