"""Checks of the plan, of proposals and of when people can, and what stands there when one is taken away."""

from core.doors import through
from planning import access, access_dates
from planning.models import Proposal, Unavailability
from planning.models.availability import UnavailabilityQuerySet
from planning.models.proposals import ProposalQuerySet
from trajectories import access as trajectories
from trajectories.models import Programme


def any_proposal(_user, pk):
    return through(Proposal.objects.select_related("programme", "job"), pk=pk)


REMOVED = [
    (access, "programme_planned_by", lambda _user, pk: through(Programme.objects.all(), pk=pk), "planning:plan"),
    (access_dates, "proposal_for", any_proposal, "planning:proposal"),
    (access_dates, "own_unavailability", lambda _user, pk: through(Unavailability.objects.all(), pk=pk), "planning:away_remove"),
    (ProposalQuerySet, "visible_to", lambda rows, _user: rows.all(), "planning:proposed"),
    (UnavailabilityQuerySet, "own", lambda rows, _user: rows.all(), "planning:away_remove"),
    (trajectories, "programme_run_by", trajectories.programme_for, "planning:holiday"),
]
