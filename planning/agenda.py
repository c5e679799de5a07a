"""The agenda of a plan a page at a time, back and forth; and the months around today in which something stands."""

import datetime
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from people.models import User
from planning.months import months_between
from planning.plan import Filters, meetings_of
from sessions.models import Meeting
from trajectories.models import Programme

ON_A_PAGE = 50
NOBODY = UUID(int=0)  # before every meeting of the same moment


class Place(NamedTuple):
    """Where a page begins or ends; in an address as `2026-11-30T09:00:00+00:00_<id>`."""

    at: datetime.datetime
    pk: UUID = NOBODY

    @classmethod
    def of(cls, meeting: Meeting) -> "Place":
        return cls(meeting.starts_at, meeting.pk)

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """None when the text is no place."""
        at, _line, pk = text.partition("_")
        try:
            found = cls(datetime.datetime.fromisoformat(at), UUID(pk))
        except ValueError:
            return None
        return found if timezone.is_aware(found.at) else None

    def __str__(self) -> str:
        return f"{self.at.astimezone(datetime.UTC).isoformat()}_{self.pk}"

    @property
    def before(self) -> Q:
        return Q(starts_at__lt=self.at) | Q(starts_at=self.at, pk__lt=self.pk)

    @property
    def after(self) -> Q:
        return Q(starts_at__gt=self.at) | Q(starts_at=self.at, pk__gt=self.pk)


@dataclass
class Agenda:
    """One page, and where the pages before and after it begin, if there are any."""

    meetings: list[Meeting]
    earlier: Place | None
    later: Place | None


def agenda_of(programme: Programme, user: User, chosen: Filters, asked: dict[str, str], since: datetime.datetime) -> Agenda:
    """The meetings from `since` on, or those before or after a place that the address names; two queries."""
    every = meetings_of(programme, user, chosen)
    back, on = Place.read(asked.get("before", "")), Place.read(asked.get("after", ""))
    if back:
        rows = list(every.filter(back.before).order_by("-starts_at", "-pk")[: ON_A_PAGE + 1])
        more, rows = len(rows) > ON_A_PAGE, rows[:ON_A_PAGE][::-1]
        last = Place.of(rows[-1]) if rows else back
        return Agenda(rows, Place.of(rows[0]) if more else None, last if every.filter(last.after).exists() else None)
    start = on or Place(since)
    rows = list(every.filter(on.after if on else Q(ends_at__gte=since)).order_by("starts_at", "pk")[: ON_A_PAGE + 1])
    more, rows = len(rows) > ON_A_PAGE, rows[:ON_A_PAGE]
    first = Place.of(rows[0]) if on and rows else start
    return Agenda(rows, first if every.filter(first.before).exists() else None, Place.of(rows[-1]) if more else None)


class Around(NamedTuple):
    """The nearest months before and after a month in which a meeting stands that was not cancelled."""

    before: datetime.date | None
    after: datetime.date | None

    def nearest(self, first: datetime.date) -> datetime.date | None:
        """The nearest of both; the one to come when they are equally far."""
        both = [month for month in (self.after, self.before) if month]
        return min(both, key=lambda month: abs(months_between(first, month)), default=None)


def around(programme: Programme, user: User, chosen: Filters, begins: datetime.datetime, ends: datetime.datetime) -> Around:
    """What stands before and after this stretch; two queries."""
    every = meetings_of(programme, user, chosen).not_cancelled()
    before = _month(every.filter(starts_at__lt=begins).order_by("-starts_at"))
    return Around(before, _month(every.filter(starts_at__gte=ends).order_by("starts_at")))


def _month(meetings: QuerySet[Meeting]) -> datetime.date | None:
    found = meetings.first()
    return found.local_start.date().replace(day=1) if found else None
