"""Meetings of yesterday, for what is noted afterwards."""

import datetime

from django.utils import timezone

from sessions import planning
from sessions.models import Meeting
from tests.cast import Cast


def clock(hour: int, minute: int = 0, *, days_ago: int = 1) -> datetime.datetime:
    """A wall clock reading in Brussels, yesterday or earlier."""
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


def network_session(cast: Cast, *, days_ago: int = 1, **fields) -> Meeting:
    """From 9.00 to 12.30 with a break of a quarter: Hilde, Joris, Anna, Bram, Zita and Yusuf are invited."""
    return planning.plan_meeting(
        by=cast.hilde, host=cast.network, **{
            "title": "Samen leren kijken", "place": "De Krook, Gent", "aim": "We oefenen samen kijken.", "break_minutes": 15,
            "starts_at": clock(9, days_ago=days_ago), "ends_at": clock(12, 30, days_ago=days_ago), **fields,
        },
    )  # fmt: skip


def coaching_moment(cast: Cast, *, days_ago: int = 1, **fields) -> Meeting:
    """From 13.00 to 15.00 with the pair of Het Nest and their tandem."""
    return planning.plan_meeting(
        by=cast.hilde, host=cast.nest, **{
            "title": "Coachingmoment 1", "place": "Het Nest",
            "starts_at": clock(13, days_ago=days_ago), "ends_at": clock(15, days_ago=days_ago), **fields,
        },
    )  # fmt: skip
