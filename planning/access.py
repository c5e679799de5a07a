"""Doors to what is planned. Templates first; each other subject below its own line."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from core.doors import through
from people.models import User
from planning.models import Step, TrajectoryTemplate
from trajectories.models import Programme, Seat

# -- templates, and whose planning it is ------------------------------------------------------------------------------


def planner(user: User) -> list[Programme]:
    """The programmes in which this person plans, the newest first; who plans nowhere gets a sentence."""
    seats = user.seats_as(Seat.Role.PROJECT, Seat.Role.COACH)
    if not seats:
        raise PermissionDenied(_("Only the project team and coaches plan."))
    return sorted({seat.programme for seat in seats}, key=lambda row: (row.starts_on, row.name), reverse=True)


def programme_planned_by(user: User, pk: UUID) -> Programme:
    """A programme in which this person plans: as project team everything, as coach for the hosts that they coach.

    Their living seats, read once per request, tell it without asking again."""
    seats = user.seats_as(Seat.Role.PROJECT, Seat.Role.COACH)
    held = next((seat.programme for seat in seats if seat.programme_id == pk), None)
    return held or through(
        Programme.objects.visible_to(user),
        Programme.objects.coached_by(user),
        sentence=_("Only the project team and coaches plan."),
        pk=pk,
    )


def newest_set_up_by(user: User) -> Programme:
    """The newest programme that this person sets up; a coach gets a sentence."""
    runs = user.programmes_as(Seat.Role.PROJECT)
    found = [programme for programme in planner(user) if programme.pk in runs]
    if not found:
        raise PermissionDenied(_("Only the project team makes templates."))
    return found[0]


def template_for(user: User, pk: UUID) -> TrajectoryTemplate:
    """A template that this person may read and apply, with its steps."""
    return through(TrajectoryTemplate.objects.visible_to(user).select_related("programme").with_steps(), pk=pk)


def template_run_by(user: User, pk: UUID) -> TrajectoryTemplate:
    """A template that this person may change: the project team's own, never a shipped one."""
    return through(
        TrajectoryTemplate.objects.visible_to(user),
        TrajectoryTemplate.objects.run_by(user).select_related("programme").with_steps(),
        sentence=_("Only the project team changes a template, and only one of its own. Make a copy to change a shipped one."),
        pk=pk,
    )


def template_applied_by(user: User, programme_pk: UUID, pk: UUID) -> tuple[Programme, TrajectoryTemplate]:
    """A programme in which this person plans, and a template that can be used there: a shipped one or its own."""
    programme = programme_planned_by(user, programme_pk)
    usable = TrajectoryTemplate.objects.visible_to(user).usable_in(programme)
    return programme, through(usable.with_agendas(), pk=pk)


def step_run_by(user: User, template_pk: UUID, pk: UUID) -> Step:
    """A step of a template that this person may change, also one that was taken out."""
    template = template_run_by(user, template_pk)
    step = through(template.steps.prefetch_related("agenda", "tools"), pk=pk)
    step.template = template
    return step
