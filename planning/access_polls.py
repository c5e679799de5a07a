"""Doors to polls, and to the calendars that people subscribe to."""

from uuid import UUID

from django.utils.translation import gettext as _

from core.doors import through
from networks.models import LearningNetwork
from people.models import User
from planning.models import Feed, Poll, PollOption, PollParticipant


def poll_for(user: User, pk: UUID) -> Poll:
    """A poll in which this person is asked, or that they run."""
    return through(Poll.objects.visible_to(user).with_host().prefetch_related("options"), pk=pk)


def poll_run_by(user: User, pk: UUID) -> Poll:
    """A poll of which this person sees the answers and chooses the day."""
    return through(
        Poll.objects.visible_to(user),
        Poll.objects.run_by(user).with_host(),
        sentence=_("Only the coaches of this group and the project team can do this."),
        pk=pk,
    )


def option_of(poll: Poll, pk: UUID) -> PollOption:
    """A proposed day of this poll; the poll has come through its own door."""
    return through(poll.options.all(), pk=pk)


def own_part_in(poll: Poll, user: User) -> PollParticipant | None:
    """This person's part in a poll, when they are asked in it."""
    return poll.participants.filter(user=user).first()


def own_feed(user: User, pk: UUID) -> Feed:
    """One's own calendar; another's is not there."""
    return through(Feed.objects.own(user), pk=pk)


def feed_behind(token: str) -> Feed:
    """The calendar that an address with this token reads; withdrawn is not there, as if it never was."""
    return through(Feed.objects.behind(token))


def networks_followed_by(user: User) -> list[LearningNetwork]:
    """The networks whose sessions this person may have in a calendar."""
    return list(LearningNetwork.objects.visible_to(user))
