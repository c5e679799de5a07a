"""Checks of polls and calendars, and what stands there when one is taken away."""

from core.doors import through
from planning import access_polls as access
from planning.models import Feed, Poll, PollOption

REMOVED = [
    (access, "poll_for", lambda _user, pk: through(Poll.objects.with_host(), pk=pk), "planning:poll"),
    (access, "poll_run_by", access.poll_for, "planning:poll_withdraw"),
    (access, "option_of", lambda _poll, pk: through(PollOption.objects.all(), pk=pk), "planning:poll_choose"),
    (access, "own_feed", lambda _user, pk: through(Feed.objects.all(), pk=pk), "planning:feed_withdraw"),
]
