"""Doors to proposals, to the moment after this one, and to what people say about when they cannot."""

from uuid import UUID

from django.utils.translation import gettext as _

from core.doors import through
from people.models import User
from planning.models import Proposal, ProposedMeeting, Unavailability
from sessions.models import Meeting


def own_unavailability(user: User, pk: UUID) -> Unavailability:
    """A line that this person wrote about themselves."""
    return through(Unavailability.objects.own(user), pk=pk)


def moment_followed_by(user: User, pk: UUID) -> Meeting:
    """A coaching moment after which this person plans the next one."""
    return through(
        Meeting.objects.visible_to(user),
        Meeting.objects.run_by(user).filter(kind=Meeting.Kind.COACHING).with_host(),
        sentence=_("Only the coaches of a coaching moment and the project team plan the next one."),
        pk=pk,
    )


def proposal_for(user: User, pk: UUID) -> Proposal:
    """A proposal that this person asked for, or of a programme that they run."""
    return through(Proposal.objects.visible_to(user).select_related("programme", "job", "asked_by"), pk=pk)


def proposed_for(user: User, proposal_pk: UUID, pk: UUID) -> ProposedMeeting:
    """A meeting of such a proposal whose host this person plans; both ids along the chain."""
    proposal = proposal_for(user, proposal_pk)
    entry = through(proposal.entries.planned_by(user).select_related("network", "pilot__service"), pk=pk)
    entry.proposal = proposal
    return entry
