"""The planner: OR-Tools CP-SAT fills in the starts of a puzzle (planning.puzzle says what must hold and what is wished).

planning.choices lays out what each meeting may choose from and what that costs within its own series; the model holds only starts
that a best plan can still take. Loading CP-SAT takes more than a second, so only what runs in the worker imports this module.
"""

import math
import os
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from datetime import datetime
from itertools import combinations, pairwise

from ortools.sat.python import cp_model

from planning.choices import SPACING, Choice, Layout, Series
from planning.puzzle import A_DAY, Answer, Grid, Item, Puzzle, apart

SEED = 20200901
WORKERS = max(1, min(2, os.cpu_count() or 1))
LOOK = 0.5  # seconds between two reports of progress, and two looks whether the plan is good enough by now
AT_LEAST = 2.0  # seconds for a proof
PATIENCE = 0.01  # how far from the best a plan may be to be good enough, for each second of looking: after five seconds 5 %
UNPLACED = 100_000


def solve(puzzle: Puzzle, progress: Callable[[float, float], None] = lambda _done, _total: None) -> Answer:
    """The best plan found within `puzzle.seconds`. `progress(spent, limit)` is called about twice a second, in this thread.

    What cannot be placed at all gets no start; pinned items keep theirs.
    """
    began = time.monotonic()
    starts: dict[str, datetime | None] = {item.key: item.pinned for item in puzzle.items}
    if all(starts.values()):
        return Answer(starts, True, 0.0, 0.0)
    search = _Search(began)
    with ThreadPoolExecutor(1) as thread:  # the solver's own threads may not touch the database; this one reports
        work = thread.submit(_solve, puzzle, search)
        while True:
            try:
                found, gap = work.result(timeout=LOOK)
                break
            except NotYet:
                search.end_when_good_enough()
                progress(time.monotonic() - began, puzzle.seconds)
    return Answer(starts | found, gap == 0, gap, time.monotonic() - began)


class _Search:
    """The part that is looked at now: the best plan so far and what any plan costs at least. The longer it takes, the further a
    plan may be from proven best to be good enough; how far it is, is shown."""

    def __init__(self, began: float) -> None:
        self.began = began
        self._solver: cp_model.CpSolver | None = None

    def run(self, solver: cp_model.CpSolver, model: cp_model.CpModel, least: float) -> bool:
        """Whether it found a plan."""
        self.cost, self.bound = math.inf, least
        solver.best_bound_callback = self._proven
        self._solver = solver
        found = solver.solve(model, _Found(self)) in (cp_model.OPTIMAL, cp_model.FEASIBLE)
        self._solver = None
        return found

    def _proven(self, bound: float) -> None:
        self.bound = max(self.bound, bound)

    def end_when_good_enough(self) -> None:
        """Called now and then from the thread that waits."""
        spent, solver = time.monotonic() - self.began, self._solver
        if solver and self.cost < math.inf and spent > AT_LEAST:
            wishes = self.cost - UNPLACED * (self.bound // UNPLACED)  # less what cannot have a place in any plan
            if self.cost - self.bound <= wishes * PATIENCE * spent:
                solver.stop_search()


class _Found(cp_model.CpSolverSolutionCallback):
    """Tells the search what the best plan so far costs."""

    def __init__(self, search: _Search) -> None:
        super().__init__()
        self._search = search

    def on_solution_callback(self) -> None:
        self._search.cost = self.objective_value


def _solve(puzzle: Puzzle, search: _Search) -> tuple[dict[str, datetime | None], float]:
    """Each part of the puzzle by itself: meetings that share nobody, no place and no series say nothing about each other."""
    grid = Grid(puzzle)
    found: dict[str, datetime | None] = {}
    parts = apart(puzzle.items)
    cost = bound = 0.0
    for number, items in enumerate(parts):
        left = puzzle.seconds - (time.monotonic() - search.began)
        plan, part_cost, part_bound = _solve_part(Layout(grid, items), max(0.5, left / (len(parts) - number)), search)
        found |= plan
        cost, bound = cost + part_cost, bound + part_bound
    return found, round((cost - bound) / cost, 4) if cost > bound else 0.0


def _solve_part(layout: Layout, seconds: float, search: _Search) -> tuple[dict[str, datetime | None], float, float]:
    """The starts, what they cost, and what the best would cost at least. First with a place for everything; when that cannot be,
    with as much as can."""
    until = time.monotonic() + seconds
    for optional in (False, True):
        model = _Model(layout, optional=optional)
        if not model.literals:
            break
        solver = cp_model.CpSolver()
        solver.parameters.random_seed = SEED
        solver.parameters.num_workers = WORKERS
        solver.parameters.max_time_in_seconds = max(0.5, until - time.monotonic())
        least = 0.0 if optional else float(layout.least)
        if search.run(solver, model.model, least):
            return model.read(solver), solver.objective_value, max(solver.best_objective_bound, least)
    return {}, 0.0, 0.0


class _Model:
    """One part of the puzzle as a CP-SAT model: a literal for each start, exactly one of them true for each meeting."""

    def __init__(self, layout: Layout, *, optional: bool) -> None:
        self.layout, self.optional = layout, optional
        self.model = cp_model.CpModel()
        self.costs: dict[str, list] = defaultdict(list)  # series → terms
        self.literals: dict[str, dict[int, cp_model.IntVar]] = {}
        self.placed: dict[str, cp_model.IntVar] = {}
        for choice in layout.choices.values():
            self._choose(choice)
        self._apart()
        for series in layout.series:
            self._in_order(series)
        if not optional:
            for series in layout.series:  # what a series costs by itself is known: nobody can do better
                if self.costs[series.name]:
                    self.model.add(sum(self.costs[series.name]) >= series.least)
        self.model.minimize(sum(term for terms in self.costs.values() for term in terms))

    def read(self, solver: cp_model.CpSolver) -> dict[str, datetime | None]:
        """The starts as the solver left them."""
        found: dict[str, datetime | None] = {}
        for key, starts in self.literals.items():
            taken = (slot for slot, literal in starts.items() if solver.boolean_value(literal))
            found[key] = next((self.layout.grid.moment(slot) for slot in taken), None)
        return found

    def _choose(self, choice: Choice) -> None:
        item = choice.item
        starts = choice.all_starts() if self.optional else choice.offered()
        hint = self.layout.hint.get(item.key)
        self.literals[item.key] = {}
        for slot, cost in starts:
            literal = self.model.new_bool_var("")
            self.literals[item.key][slot] = literal
            self.costs[item.series].append(cost * literal)
            if hint is not None:
                self.model.add_hint(literal, slot == hint)
        one_of: list = list(self.literals[item.key].values())
        if self.optional:
            self.placed[item.key] = self.model.new_bool_var("")
            self.costs[item.series].append(UNPLACED * (1 - self.placed[item.key]))
            one_of.append(~self.placed[item.key])
        self.model.add_exactly_one(one_of)

    def _apart(self) -> None:
        """Nobody and no place in two meetings at once, with time to travel between: at most one start covers a half hour."""
        covers: dict[tuple[str, int], list[cp_model.IntVar]] = defaultdict(list)
        owners: dict[tuple[str, int], set[str]] = defaultdict(set)
        for key, starts in self.literals.items():
            item = self.layout.choices[key].item
            for slot, literal in starts.items():
                for cell in self.layout.cells(item, slot):
                    covers[cell].append(literal)
                    owners[cell].add(key)
        shared = [literals for cell, literals in covers.items() if len(owners[cell]) > 1]
        for literals in {tuple(literal.index for literal in literals): literals for literals in shared}.values():
            self.model.add_at_most_one(literals)

    def _in_order(self, series: Series) -> None:
        """The meetings of a series one after the other, and the spacing that is wished between them."""
        for before, after in pairwise(series.items):
            self._follow(before, after)
        if self.optional:  # the ones around a meeting without a day keep their order too
            for before, after in combinations(series.items, 2):
                self._follow(before, after, spaced=False)

    def _follow(self, before: Item, after: Item, *, spaced: bool = True) -> None:
        if before.pinned and after.pinned:
            return
        there = [self.placed[item.key] for item in (before, after) if item.key in self.placed]
        one, other = self._day(before), self._day(after)
        self.model.add(other >= one + 1).only_enforce_if(*there)
        for wished, amount in ((after.least, one + after.least - other), (after.most, other - one - after.most)):
            if spaced and wished:
                over = self.model.new_int_var(0, 2 * self.layout.grid.days + 400, "")
                self.model.add(over >= amount).only_enforce_if(*there)
                self.costs[after.series].append(SPACING * over)

    def _day(self, item: Item) -> cp_model.LinearExpr | int:
        if item.pinned:
            return self.layout.grid.day(item.pinned.date())
        return sum((slot // A_DAY) * literal for slot, literal in self.literals[item.key].items())
