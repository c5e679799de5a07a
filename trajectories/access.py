"""Doors to programmes, pilots and seats."""

from uuid import UUID

from django.utils.translation import gettext as _

from core.doors import through
from people.models import User
from trajectories.models import Emblem, Milestone, Phase, Pilot, Programme, Seat


def programme_for(user: User, pk: UUID) -> Programme:
    """A programme in which this person has a living seat."""
    return through(Programme.objects.visible_to(user), pk=pk)


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
    return through(Pilot.objects.visible_to(user).select_related("programme", "service__sector"), pk=pk)


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
