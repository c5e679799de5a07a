"""The puzzle of a whole plan, in plain values: which meetings need a day, what must hold, what is wished, and what came of it.

Times are the clock on the wall of the programme's zone, without a zone. People and places are any text. The solver
(planning.solver) fills in the starts; here stands what the words mean, so that both sides speak of the same rules.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import combinations

SLOT = 30  # minutes: meetings start on the hour and on the half hour
A_DAY = 24 * 60 // SLOT
NEVER = 0  # a spacing of nothing: no wish


@dataclass(frozen=True)
class Stretch:
    """From a moment until another, the end not included."""

    starts: datetime
    ends: datetime


@dataclass(frozen=True)
class Item:
    """A meeting that needs a day.

    Must hold: `needed` people are free and not away, nobody of `needed` and `wished` is elsewhere at the same time, the place is
    free, it falls within `hours` (weekday → opening and closing) on a day from `first` to `last` that is not closed, after the
    earlier ones of its series; a pinned one stays. Wished: `wished` people (each with a weight) are not away, the day lies
    between `wish_from` and `wish_until`, near `target` and `at`, and `least`–`most` days after the one before it.
    """

    key: str
    series: str
    order: int
    minutes: int
    first: date
    last: date
    target: date
    wish_from: date
    wish_until: date
    hours: dict[int, tuple[time, time]]
    needed: tuple[str, ...] = ()
    wished: tuple[tuple[str, int], ...] = ()
    place: str = ""
    at: time = time(9)
    least: int = NEVER
    most: int = NEVER
    pinned: datetime | None = None

    @property
    def people(self) -> set[str]:
        return {*self.needed, *(person for person, _weight in self.wished)}

    def stretch(self, start: datetime) -> Stretch:
        """The time that it takes when it starts there."""
        return Stretch(start, start + timedelta(minutes=self.minutes))


@dataclass(frozen=True)
class Puzzle:
    """All meetings to place at once, and what surrounds them. `travel` minutes lie between two of one person or place."""

    items: tuple[Item, ...]
    closed: frozenset[date] = frozenset()
    busy: dict[str, tuple[Stretch, ...]] = field(default_factory=dict)  # person → other meetings
    away: dict[str, tuple[Stretch, ...]] = field(default_factory=dict)  # person → "I cannot"
    taken: dict[str, tuple[Stretch, ...]] = field(default_factory=dict)  # place → other meetings there
    travel: int = 30
    seconds: float = 30.0


@dataclass(frozen=True)
class Unmet:
    """A wish that is not met, or a conflict, and why; `about` is a person, a number of days, or another item."""

    wish: str  # unplaced, person, early, late, close, far; conflicts: holiday, hours, elsewhere, place, double
    why: str = ""  # closed, away, busy; for `person` nothing
    about: str = ""


@dataclass(frozen=True)
class Answer:
    """What the solver found: the start of each item (or None), whether it is proven best, and else how far from it at most."""

    starts: dict[str, datetime | None]
    proven: bool
    gap: float
    seconds: float


class Grid:
    """Half hours from the first day to the last as bits of one number, so that rules about time are one operation each."""

    def __init__(self, puzzle: Puzzle) -> None:
        self.puzzle = puzzle
        self.first = min(item.first for item in puzzle.items)
        self.days = (max(item.last for item in puzzle.items) - self.first).days + 1
        self._opened: dict[tuple, int] = {}
        self._blocked: dict[tuple, int] = {}

    def minute(self, moment: datetime) -> int:
        return int((moment - datetime.combine(self.first, time())).total_seconds() // 60)

    def moment(self, slot: int) -> datetime:
        return datetime.combine(self.first, time()) + timedelta(minutes=slot * SLOT)

    def day(self, day: date) -> int:
        return (day - self.first).days

    def opened(self, item: Item) -> int:
        """Starts within the hours, on days that are not closed, between its first and last day."""
        key = (item.minutes, item.first, item.last, *sorted(item.hours.items()))
        if key not in self._opened:
            self._opened[key] = self._open(item)
        return self._opened[key]

    def _open(self, item: Item) -> int:
        weekdays = {}
        for weekday, (opens, closes) in item.hours.items():
            earliest = -(-(opens.hour * 60 + opens.minute) // SLOT)
            latest = (closes.hour * 60 + closes.minute - item.minutes) // SLOT
            weekdays[weekday] = bits(earliest, latest + 1)
        found = 0
        for offset in range(self.day(item.first), self.day(item.last) + 1):
            day = self.first + timedelta(days=offset)
            if day not in self.puzzle.closed:
                found |= weekdays.get(day.weekday(), 0) << (offset * A_DAY)
        return found

    def blocked(self, item: Item, stretches: Iterable[Stretch], travel: int = 0) -> int:
        """Starts at which the item would touch one of these stretches."""
        found = 0
        for stretch in stretches:
            low = (self.minute(stretch.starts) - travel - item.minutes) // SLOT + 1
            high = -(-(self.minute(stretch.ends) + travel) // SLOT)
            found |= bits(low, high)
        return found

    def away(self, item: Item, person: str) -> int:
        """Starts at which this person cannot; the same for all items of one length."""
        key = (person, item.minutes)
        if key not in self._blocked:
            self._blocked[key] = self.blocked(item, self.puzzle.away.get(person, ()))
        return self._blocked[key]

    def elsewhere(self, item: Item, pinned: Iterable[Item] = ()) -> int:
        """Starts at which somebody of the item, or its place, is in another meeting or in a pinned one."""
        puzzle, found = self.puzzle, 0
        for person in item.people:
            found |= self.blocked(item, puzzle.busy.get(person, ()), puzzle.travel)
        if item.place:
            found |= self.blocked(item, puzzle.taken.get(item.place, ()), puzzle.travel)
        shared = [one.stretch(one.pinned) for one in pinned if one.pinned and one is not item and meets(one, item)]
        return found | self.blocked(item, shared, puzzle.travel)

    def allowed(self, item: Item, pinned: Iterable[Item] = ()) -> int:
        """Every start at which all that must hold holds, apart from the other items that are still free."""
        found = self.opened(item) & ~self.elsewhere(item, pinned)
        for person in item.needed:
            found &= ~self.away(item, person)
        return found

    def between(self, first: date, last: date) -> int:
        """All starts on the days from the first to the last."""
        return self.between_days(self.day(first), self.day(last))

    def between_days(self, first: int, last: int) -> int:
        """The same with days counted from the first one of the grid."""
        return bits(first * A_DAY, (last + 1) * A_DAY)


def bits(low: int, high: int) -> int:
    """The places from `low` up to `high`, the last not included; nothing before the first day."""
    low = max(low, 0)
    return ((1 << (high - low)) - 1) << low if high > low else 0


def runs(mask: int) -> Iterator[tuple[int, int]]:
    """The unbroken rows of places in a number: first and last of each."""
    for found in re.finditer("1+", bin(mask)[:1:-1]):
        yield found.start(), found.end() - 1


def meets(one: Item, other: Item) -> bool:
    """They share a person or the place, so they cannot be at the same time."""
    return bool(one.people & other.people) or (bool(one.place) and one.place == other.place)


def apart(items: Iterable[Item]) -> list[list[Item]]:
    """The items in groups that share no person, no place and no series."""
    groups: list[tuple[set[str], list[Item]]] = []
    for item in items:
        names = {f"person {name}" for name in item.people} | {f"series {item.series}", f"place {item.place or item.key}"}
        joined = [item]
        rest = []
        for others, members in groups:
            if others & names:
                names |= others
                joined = members + joined
            else:
                rest.append((others, members))
        groups = [*rest, (names, joined)]
    return [members for _names, members in groups]


def touch(one: Stretch, other: Stretch) -> bool:
    """They share time."""
    return one.starts < other.ends and other.starts < one.ends


def pins_that_clash(items: Iterable[Item]) -> list[tuple[Item, Item]]:
    """Pinned meetings that share a person or place and are at the same time: no plan can keep both."""
    pinned = sorted(((item.stretch(item.pinned), item) for item in items if item.pinned), key=lambda pair: pair[0].starts)
    return [
        (one, other)
        for (stretch, one), (other_stretch, other) in combinations(pinned, 2)
        if touch(stretch, other_stretch) and meets(one, other)
    ]


def unmet(puzzle: Puzzle, starts: dict[str, datetime | None]) -> dict[str, list[Unmet]]:
    """For each item the wishes that its start does not meet, each with its reason; items without any are left out."""
    if not puzzle.items:
        return {}
    grid, found = Grid(puzzle), {}
    before: dict[str, date] = {}
    for item in sorted(puzzle.items, key=lambda one: (one.series, one.order)):
        start = starts.get(item.key)
        wishes = list(_wishes(grid, item, start, before.get(item.series)))
        if start is not None:
            before[item.series] = start.date()
        if wishes:
            found[item.key] = wishes
    return found


def _wishes(grid: Grid, item: Item, start: datetime | None, before: date | None) -> Iterator[Unmet]:
    if start is None:
        yield Unmet("unplaced", *_reason(grid, item, item.first, item.last))
        return
    for person, _weight in item.wished:
        if any(touch(item.stretch(start), stretch) for stretch in grid.puzzle.away.get(person, ())):
            yield Unmet("person", about=person)
    day = start.date()
    if day < item.wish_from or day > item.wish_until:
        why, _who = _reason(grid, item, item.wish_from, item.wish_until)
        days = (item.wish_from - day).days if day < item.wish_from else (day - item.wish_until).days
        yield Unmet("early" if day < item.wish_from else "late", why, str(days))
    gap = (day - before).days if before else None
    if gap is not None and item.least and gap < item.least:
        yield Unmet("close", "", str(gap))
    if gap is not None and item.most and gap > item.most:
        yield Unmet("far", "", str(gap))


def conflicts(puzzle: Puzzle, starts: dict[str, datetime | None]) -> dict[str, list[Unmet]]:
    """For each item what must hold and does not: only pins and meetings moved by hand can have any."""
    found: dict[str, list[Unmet]] = {}
    placed = [(item, item.stretch(start)) for item in puzzle.items if (start := starts.get(item.key)) is not None]
    for item, stretch in placed:
        wrong = [*_closed(puzzle, item, stretch), *_elsewhere(puzzle, item, stretch)]
        if wrong:
            found[item.key] = wrong
    for (one, stretch), (other, other_stretch) in combinations(placed, 2):
        if touch(stretch, other_stretch) and meets(one, other):
            found.setdefault(one.key, []).append(Unmet("double", about=other.key))
            found.setdefault(other.key, []).append(Unmet("double", about=one.key))
    return found


def _closed(puzzle: Puzzle, item: Item, stretch: Stretch) -> Iterator[Unmet]:
    day = stretch.starts.date()
    opens, closes = item.hours.get(day.weekday(), (time.max, time.min))
    if day in puzzle.closed:
        yield Unmet("holiday")
    elif stretch.starts.time() < opens or stretch.ends.time() > closes or stretch.ends.date() != day:
        yield Unmet("hours")


def _elsewhere(puzzle: Puzzle, item: Item, stretch: Stretch) -> Iterator[Unmet]:
    for person in item.needed:
        if any(touch(stretch, gone) for gone in puzzle.away.get(person, ())):
            yield Unmet("person", about=person)
    for person in sorted(item.people):
        if any(touch(stretch, other) for other in puzzle.busy.get(person, ())):
            yield Unmet("elsewhere", about=person)
    if item.place and any(touch(stretch, other) for other in puzzle.taken.get(item.place, ())):
        yield Unmet("place")


def _reason(grid: Grid, item: Item, first: date, last: date) -> tuple[str, str]:
    """Why no start between these days would do: all closed, somebody who must be there is away, or taken by other meetings."""
    left = grid.opened(item) & grid.between(first, last)
    if not left:
        return "closed", ""
    for person in item.needed:
        left &= ~grid.away(item, person)
        if not left:
            return "away", person
    return "busy", ""
