"""Doors to learning networks and groups."""

from uuid import UUID

from django.utils.translation import gettext as _

from core.doors import through
from networks.models import AdvisoryGroup, LearningNetwork, Partner
from people.models import User
from trajectories.models import Programme


def network_for(user: User, pk: UUID) -> LearningNetwork:
    """A network one coaches, learns in or accounts for."""
    return through(LearningNetwork.objects.visible_to(user).select_related("programme"), pk=pk)


def network_coached_by(user: User, pk: UUID) -> LearningNetwork:
    """A network whose sessions one plans."""
    return through(
        LearningNetwork.objects.visible_to(user),
        LearningNetwork.objects.coached_by(user).select_related("programme"),
        sentence=_("Only the coaches of this network and the project team plan its sessions."),
        pk=pk,
    )


def network_run_by(user: User, pk: UUID) -> LearningNetwork:
    """A network whose pilots and coaches one enters."""
    return through(
        LearningNetwork.objects.visible_to(user),
        LearningNetwork.objects.run_by(user).select_related("programme"),
        sentence=_("Only the project team changes a network."),
        pk=pk,
    )


def advisory_group_run_by(user: User, pk: UUID) -> AdvisoryGroup:
    """An advisory group of a programme that one sets up."""
    return through(AdvisoryGroup.objects.filter(programme__in=Programme.objects.run_by(user)), pk=pk)


def partner_run_by(user: User, pk: UUID) -> Partner:
    """A partner of a programme that one sets up."""
    return through(Partner.objects.filter(programme__in=Programme.objects.run_by(user)), pk=pk)
