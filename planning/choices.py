"""What each meeting may choose from: at most two starts a day, the best of the morning and of the afternoon, and their cost.

A series taken by itself is a chain, of which the cheapest way is easily found. That says what any plan costs at least, and how
much more one with a certain start. A first plan, made one series after another, then tells which starts no better plan can use.
Numpy comes with OR-Tools; like it, this is imported in the worker only.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from planning.puzzle import A_DAY, SLOT, Grid, Item

SLACK = 3  # days around the target that are as good as the target
NOON = 12 * 60 // SLOT
MORNING, AFTERNOON = int(9.5 * 60) // SLOT, int(13.5 * 60) // SLOT  # when nothing else is wished
OTHER = 3  # half hours that the other half of the day counts as
OUTSIDE, SPACING, OFF_TARGET, OFF_HOUR = 30, 30, 2, 1  # a day outside what is wished, … half an hour from the wished hour
NOT = 10**9  # cannot be
NEAR = 120  # starts that are offered where nothing better is known


@dataclass
class Choice:
    """An item without a pin: its starts in time, what each costs, and what the series costs at least with it."""

    item: Item
    slots: np.ndarray
    costs: np.ndarray
    through: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    spare: int = NOT  # how much more than the least a start of a best plan can cost

    def offered(self) -> list[tuple[int, int]]:
        """Slot and cost of the starts that a best plan can still take."""
        kept = self.through - self.through.min() <= self.spare
        if self.spare == NOT:
            kept = np.argsort(self.through, kind="stable")[:NEAR]
        return list(zip(self.slots[kept].tolist(), self.costs[kept].tolist(), strict=True))

    def all_starts(self) -> list[tuple[int, int]]:
        """All of them, for when not everything finds a place: the nearest are enough."""
        kept = np.argsort(self.costs, kind="stable")[: 2 * NEAR]
        return list(zip(self.slots[kept].tolist(), self.costs[kept].tolist(), strict=True))


@dataclass
class Series:
    """Meetings that follow each other; `least` is what they cost at least."""

    name: str
    items: list[Item]
    least: int = 0


class Layout:
    """The choices of one part of a puzzle, the cost of the best plan at least, and a first plan (`hint`: item → slot)."""

    def __init__(self, grid: Grid, items: Sequence[Item]) -> None:
        self.grid = grid
        self.choices: dict[str, Choice] = {}
        pinned = [item for item in items if item.pinned]
        for item in items:
            if item.pinned is None and (mask := grid.allowed(item, pinned) & _between_pins(grid, item, pinned)):
                self.choices[item.key] = self._choice(item, mask)
        names = dict.fromkeys(item.series for item in items)
        there = [item for item in items if item.pinned or item.key in self.choices]
        every = [Series(name, sorted((i for i in there if i.series == name), key=lambda i: i.order)) for name in names]
        self.series = [series for series in every if series.items]
        for series in self.series:
            self._alone(series)
        self.least = sum(series.least for series in self.series)
        self.hint: dict[str, int] = {}
        spare = self._first_plan() - self.least
        for choice in self.choices.values():
            choice.spare = min(spare, NOT)

    def cells(self, item: Item, slot: int) -> Iterator[tuple[str, int]]:
        """The half hours of people and place that a start takes, travel included."""
        names = [f"person {name}" for name in item.people] + ([f"place {item.place}"] if item.place else [])
        for cell in range(slot, slot - (-(item.minutes + self.grid.puzzle.travel) // SLOT)):
            for name in names:
                yield name, cell

    # -- one meeting ------------------------------------------------------------------------------------------------

    def _choice(self, item: Item, mask: int) -> Choice:
        grid, days = self.grid, np.arange(self.grid.days)
        first, last, target = (grid.day(day) for day in (item.wish_from, item.wish_until, item.target))
        outside = np.maximum(np.maximum(first - days, days - last), 0)
        off = OUTSIDE * outside + OFF_TARGET * np.maximum(np.abs(days - target) - SLACK, 0)
        wished = (item.at.hour * 60 + item.at.minute) // SLOT
        # in the other half of the day, its own best hour: between two meetings there is a noon
        hours = np.where(np.arange(A_DAY) < NOON, min(wished, MORNING), max(wished, AFTERNOON))
        other_half = (np.arange(A_DAY) < NOON) != (wished < NOON)
        costs = off[:, None] + OFF_HOUR * (np.abs(np.arange(A_DAY) - np.where(other_half, hours, wished)) + OTHER * other_half)
        for person, weight in item.wished:
            if person in grid.puzzle.away:
                costs = costs + weight * self._table(grid.away(item, person))
        costs = np.where(self._table(mask), costs, NOT)
        slots, prices = [], []
        for begins, ends in ((0, NOON), (NOON, A_DAY)):
            half = costs[:, begins:ends]
            best = half.argmin(axis=1)
            price = half[days, best]
            fit = price < NOT
            slots.append((days * A_DAY + begins + best)[fit])
            prices.append(price[fit])
        joined, price = np.concatenate(slots), np.concatenate(prices)
        order = np.argsort(joined, kind="stable")
        return Choice(item, joined[order], price[order].astype(np.int64))

    def _table(self, mask: int) -> np.ndarray:
        """The bits of a number as a table of days and half hours."""
        size = self.grid.days * A_DAY
        raw = np.frombuffer((mask & ((1 << size) - 1)).to_bytes(-(-size // 8), "little"), dtype=np.uint8)
        return np.unpackbits(raw, bitorder="little")[:size].reshape(self.grid.days, A_DAY).astype(bool)

    # -- one series -------------------------------------------------------------------------------------------------

    def _alone(self, series: Series) -> None:
        """The cheapest way through the series, and for each start the cheapest way that takes it."""
        steps = [self._step(item) for item in series.items]
        if not any(item.key in self.choices for item in series.items):
            return
        there = self._ways(series.items, steps)
        back = self._ways(series.items, steps, backwards=True)
        series.least = int(min(there[-1].min(), NOT))
        for item, (_slots, costs), ahead, behind in zip(series.items, steps, there, back, strict=True):
            if item.key in self.choices:
                self.choices[item.key].through = ahead + behind - costs

    def _step(self, item: Item) -> tuple[np.ndarray, np.ndarray]:
        if item.key in self.choices:
            return self.choices[item.key].slots, self.choices[item.key].costs
        pinned = item.pinned
        slot = self.grid.minute(pinned) // SLOT if pinned else 0
        return np.array([slot]), np.zeros(1, dtype=np.int64)

    def _ways(self, items: list[Item], steps: list, *, backwards: bool = False) -> list[np.ndarray]:
        """For each start of each item what the series costs at least up to it, or from it on."""
        order = list(range(len(items)))
        if backwards:
            order.reverse()
        found: dict[int, np.ndarray] = {order[0]: steps[order[0]][1]}
        for done, at in pairwise(order):
            early, late = (at, done) if backwards else (done, at)
            between = _between(items[early], items[late], steps[early][0], steps[late][0])
            so_far = found[done][None, :] + between if backwards else found[done][:, None] + between
            found[at] = np.minimum(so_far.min(axis=1 if backwards else 0), NOT) + steps[at][1]
        return [found[at] for at in range(len(items))]

    # -- a first plan -----------------------------------------------------------------------------------------------

    def _first_plan(self) -> int:
        """One series after another, the largest meetings first, each the cheapest way through what is left; returns its cost."""
        taken: set[tuple[str, int]] = set()
        total = 0
        for series in sorted(self.series, key=lambda one: -max(len(item.people) for item in one.items)):
            steps = []
            for item in series.items:
                slots, costs = self._step(item)
                if item.key in self.choices and taken:
                    full = [any(cell in taken for cell in self.cells(item, slot)) for slot in slots.tolist()]
                    costs = np.where(full, NOT, costs)
                steps.append((slots, costs))
            ways = self._ways(series.items, steps)
            total += int(ways[-1].min())
            if total >= NOT:
                return 2 * NOT
            self._walk_back(series, steps, ways, taken)
        return total

    def _walk_back(self, series: Series, steps: list, ways: list, taken: set[tuple[str, int]]) -> None:
        at = int(ways[-1].argmin())
        for place in range(len(series.items) - 1, -1, -1):
            item = series.items[place]
            if item.key in self.choices:
                self.hint[item.key] = int(steps[place][0][at])
                taken.update(self.cells(item, self.hint[item.key]))
            if place:
                chosen = steps[place][0][at : at + 1]
                between = _between(series.items[place - 1], item, steps[place - 1][0], chosen)
                at = int((ways[place - 1] + between[:, 0]).argmin())


def _between(early: Item, late: Item, before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """What it costs that one start follows another, for all pairs: too close, too far, or not in order."""
    gaps = (after // A_DAY)[None, :] - (before // A_DAY)[:, None]
    costs = np.zeros(gaps.shape, dtype=np.int64)
    if late.least:
        costs += SPACING * np.maximum(late.least - gaps, 0)
    if late.most:
        costs += SPACING * np.maximum(gaps - late.most, 0)
    if early.pinned and late.pinned:
        return costs * 0
    return np.where(gaps >= 1, costs, NOT)


def _between_pins(grid: Grid, item: Item, pinned: list[Item]) -> int:
    """Days after the pinned ones that come before it in its series, and before those that come after."""
    first, last = grid.day(item.first), grid.day(item.last)
    for one in pinned:
        if one.series == item.series and one.pinned:
            day = grid.day(one.pinned.date())
            first, last = (max(first, day + 1), last) if one.order < item.order else (first, min(last, day - 1))
    return grid.between_days(first, last)
