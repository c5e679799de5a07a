"""A month as a table of weeks, for whatever falls on days."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from core.errors import DomainError

T = TypeVar("T")
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass
class Day(Generic[T]):
    """One cell."""

    date: datetime.date
    inside: bool
    rows: list[T] = field(default_factory=list)
    closed: bool = False


@dataclass
class Month(Generic[T]):
    """A month with its neighbours; weeks begin on Monday."""

    first: datetime.date
    weeks: list[list[Day[T]]]

    @property
    def previous(self) -> str:
        return f"{self.first - datetime.timedelta(days=1):%Y-%m}"

    @property
    def next(self) -> str:
        return f"{_next(self.first):%Y-%m}"


def month_asked(text: str, otherwise: datetime.date) -> datetime.date:
    """The first day of the month "2027-03"; of `otherwise` when the text is no month."""
    try:
        found = datetime.date(int(text[:4]), int(text[5:7]), 1) if len(text) == 7 else otherwise
    except ValueError:
        found = otherwise
    return found.replace(day=1) if FIRST_YEAR <= found.year < LAST_YEAR else otherwise.replace(day=1)


def last_of(first: datetime.date) -> datetime.date:
    """The last day of the month."""
    return _next(first) - datetime.timedelta(days=1)


def months_between(one: datetime.date, other: datetime.date) -> int:
    """How many months the other lies later."""
    return 12 * (other.year - one.year) + other.month - one.month


def _next(first: datetime.date) -> datetime.date:
    return (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)


def month_of(
    first: datetime.date, rows: Iterable[T], day_of: Callable[[T], datetime.date], closed: Iterable[datetime.date] = ()
) -> Month[T]:
    """The month that begins on `first`, with each row on its day."""
    if first.day != 1:
        raise DomainError("A month begins on its first day.")
    on: dict[datetime.date, list[T]] = defaultdict(list)
    for row in rows:
        on[day_of(row)].append(row)
    shut = set(closed)
    begins = first - datetime.timedelta(days=first.weekday())
    after = _next(first)
    weeks = []
    while begins < after:
        days = [begins + datetime.timedelta(days=number) for number in range(7)]
        weeks.append([Day(day, day.month == first.month, on.get(day, []), day in shut or day.weekday() > 4) for day in days])
        begins += datetime.timedelta(days=7)
    return Month(first, weeks)
