"""When the steps of a template fall: days after the start, thirds, and what may be wrong with a day."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import TypeVar

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from planning.availability import Holiday

K = TypeVar("K", bound=Hashable)
SATURDAY = 5


def day_of(step: K, told: Callable[[K], tuple[K | None, int]]) -> int:
    """Days after the start. `told` gives for a step the step from which it counts (or None) and the days after it.

    A ring of steps cannot be saved; were there one, each step of it counts once.
    """
    days, seen = 0, set()
    at: K | None = step
    while at is not None and at not in seen:
        seen.add(at)
        at, offset = told(at)
        days += offset
    return days


def third_of(days: int, weeks: int) -> int:
    """In which third of the trajectory a day lies: 1, 2 or 3."""
    return min(3, max(1, days * 3 // max(weeks * 7, 1) + 1))


def doubts_about(day: date, *, today: date, first: date, last: date, holidays: Iterable[Holiday] = ()) -> list[str]:
    """Sentences about a day: past, weekend, public or school holiday, outside the programme. Nothing is moved or left out for
    them; `holidays` are the school holidays of the programme."""
    found = []
    if day < today:
        found.append(_("lies in the past"))
    if day.weekday() >= SATURDAY:
        found.append(_("falls on a %(weekday)s") % {"weekday": date_format(day, "l")})
    name = _public_holidays(day.year, get_language() or "nl").get(day) if 1990 <= day.year <= 2100 else None
    if name:
        found.append(_("is a public holiday (%(name)s)") % {"name": name})
    found += [
        _("lies in the school holidays (%(name)s)") % {"name": stretch.name}
        for stretch in holidays
        if stretch.counts and stretch.first_day <= day <= stretch.last_day
    ]
    if not first <= day <= last:
        found.append(_("lies outside the programme"))
    return found


@lru_cache(maxsize=32)
def _public_holidays(year: int, language: str) -> dict:
    """Belgian public holidays (the `holidays` library), in the reader's language."""
    library = import_module("holidays")  # a third of a second that no process but the one that asks should spend
    return dict(library.country_holidays("BE", years=year, language="nl" if language == "nl" else "en_US"))
