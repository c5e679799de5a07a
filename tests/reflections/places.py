"""Meetings and texts for the tests of this folder."""

import datetime

from django.utils import timezone

from reflections import services
from reflections.models import Reflection
from sessions.models import Attendance, Meeting

CANARY = "zebravink-7431"


def network_session(cast, *, days: int = -1, state: str = Meeting.State.PLANNED, **fields) -> Meeting:
    """A session of the network, so many days from now, three hours long, with the pair of Het Nest invited."""
    starts = timezone.now() + datetime.timedelta(days=days)
    place = {"programme": cast.programme, "kind": Meeting.Kind.NETWORK, "network": cast.network, "title": "Sessie 3"}
    times = {"starts_at": starts, "ends_at": starts + datetime.timedelta(hours=3)}
    meeting = Meeting.objects.create(state=state, **{**place, **times, **fields})
    for person in (cast.anna, cast.bram):
        Attendance.objects.create(meeting=meeting, user=person)
    return meeting


def coaching_moment(cast, *, days: int = -1, state: str = Meeting.State.PLANNED) -> Meeting:
    """A coaching moment of Het Nest."""
    starts = timezone.now() + datetime.timedelta(days=days)
    return Meeting.objects.create(
        programme=cast.programme, kind=Meeting.Kind.COACHING, pilot=cast.nest, title="Coachingmoment 1", state=state,
        starts_at=starts, ends_at=starts + datetime.timedelta(hours=2),
    )  # fmt: skip


def text_by_anna(cast, *audiences: str, text: str = f"Ik dacht aan de {CANARY}.", **fields) -> Reflection:
    return services.write(by=cast.anna, pilot=cast.nest, text=text, audiences=audiences, **fields)
