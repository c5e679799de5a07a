"""Calendars to subscribe to: made, read and withdrawn. What is in one is asked anew each time it is read."""

import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from networks.models import LearningNetwork
from people.models import User
from planning.models import Feed, digest_of
from sessions import ical
from sessions.models import Attendance, Meeting, MeetingChange

MOST = 10  # living calendars of one person
LOOKING_BACK = timedelta(days=365)
NOTED_EVERY = timedelta(minutes=5)
ALARMS = (15, 60, 120, 24 * 60)


@transaction.atomic
def make(*, by: User, name: str, network: LearningNetwork | None = None) -> tuple[Feed, str]:
    """A calendar and its token, which is not kept and so can be shown only now. `network` has come through its own door.

    Raises DomainError for a name that one's living calendars already have, and when there are too many.
    """
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    living = Feed.objects.own(by)
    if living.filter(name=name).exists():
        raise DomainError(
            _("You already have a calendar with this name. Choose another one, or withdraw that one."), field="name"
        )
    if living.count() >= MOST:
        raise DomainError(_("You have %(number)s calendars. Withdraw one that you do not use.") % {"number": MOST})
    token = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            feed = Feed.objects.create(user=by, network=network, name=name, digest=digest_of(token))
    except IntegrityError:  # the same form sent twice at once
        raise DomainError(_("You already have a calendar with this name."), field="name") from None
    audit.record(by=by.pk, verb="feed.made", target=feed)
    return feed, token


@transaction.atomic
def withdraw(feed: Feed, *, by: User) -> None:
    """The address stops working at once."""
    Feed.objects.filter(pk=feed.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
    audit.record(by=by.pk, verb="feed.withdrawn", target=feed)


@transaction.atomic
def set_alarm(user: User, *, by: User, minutes: int | None) -> None:
    """How long before a meeting one's calendar gives a sign; None for never."""
    User.objects.filter(pk=user.pk).update(alarm_minutes=minutes)
    user.alarm_minutes = minutes
    audit.record(by=by.pk, verb="person.alarm-set", target=user, fields=["alarm_minutes"])


def body_of(feed: Feed) -> bytes:
    """The calendar file, by the rights that its owner has now. Who has no seat any more gets an empty calendar instead of an
    error: an empty one takes the meetings out of the phone, an error leaves them there."""
    with translation.override(feed.user.language):
        meetings = _meetings(feed)
        return ical.feed(
            ((each, getattr(each, "own_reply", None) or "") for each in meetings), name=f"ILIAS – {feed.name}", reader=feed.user
        )


def note_reading(feed: Feed, *, now: datetime) -> None:
    """When the calendar was last read, to five minutes: programs read it all day long."""
    stale = Q(last_read_at=None) | Q(last_read_at__lt=now - NOTED_EVERY)
    Feed.objects.filter(stale, pk=feed.pk).update(last_read_at=now)


def _meetings(feed: Feed) -> QuerySet[Meeting]:
    """Planned and held meetings from a year back on, and cancelled ones that had been planned."""
    user = feed.user
    places = Attendance.objects.filter(meeting=OuterRef("pk"), user=user, is_invited=True)
    changes = MeetingChange.objects.filter(meeting=OuterRef("pk"))
    was_planned = changes.filter(what="state", after=Meeting.State.PLANNED)
    rows = Meeting.objects.visible_to(user).exclude(state=Meeting.State.DRAFT).with_host()
    rows = rows.filter(~Q(state=Meeting.State.CANCELLED) | Exists(was_planned), ends_at__gte=timezone.now() - LOOKING_BACK)
    if feed.network_id:
        mine = LearningNetwork.objects.visible_to(user).filter(pk=feed.network_id)
        rows = rows.filter(network__in=mine)
    else:
        rows = rows.filter(Exists(places))
    return rows.annotate(
        changed_at=Subquery(changes.order_by("-at").values("at")[:1]), own_reply=Subquery(places.values("reply")[:1])
    ).order_by(F("starts_at"), "pk")
