"""The planner on made-up programmes: how long a proposal takes, and how far it may be from the best one. Prints JSON rows."""

import json
import time as clock
from datetime import date, datetime, time, timedelta
from random import Random

from planning.puzzle import Item, Puzzle, Stretch, unmet
from planning.solver import solve

FIRST, LAST = date(2021, 1, 4), date(2022, 12, 16)
HOURS = {weekday: (time(9), time(16, 30)) for weekday in range(5)}
SUMMERS = [(date(2021, 7, 1), date(2021, 8, 31)), (date(2022, 7, 1), date(2022, 8, 31))]
SIZES = [(8, 2, 1, 2.0), (40, 8, 5, 30.0)]  # pilots, coaches, networks, seconds


def puzzle_of(pilots: int, coaches: int, networks: int, *, sessions: int = 8, moments: int = 3, seed: int = 7) -> Puzzle:
    """A programme of two years: networks coached in tandem, pairs that are away now and then, half days on which they cannot."""
    random, items, days = Random(seed), [], (LAST - FIRST).days
    tandems = [(f"coach {2 * at}", f"coach {2 * at + 1}") for at in range(coaches // 2)]
    away = {name: _absences(random) for pair in tandems for name in pair}
    away |= {f"leader {pilot}.{place}": _absences(random) for pilot in range(pilots) for place in (1, 2)}
    for network in range(networks):
        pairs = [f"leader {pilot}.{place}" for pilot in range(network, pilots, networks) for place in (1, 2)]
        for order in range(sessions):
            start = FIRST + timedelta(days=days * order // sessions)
            items.append(
                Item(
                    f"session {network}.{order}", f"network {network}", order, 180, FIRST, LAST,
                    target=start + timedelta(days=days // sessions // 2), wish_from=FIRST, wish_until=LAST, hours=HOURS,
                    needed=tandems[network % len(tandems)], wished=tuple((leader, 400) for leader in pairs),
                    place=f"room {network}", least=56 if order else 0, most=98 if order else 0,
                )
            )  # fmt: skip
    for pilot in range(pilots):
        lead, second = tandems[pilot % networks % len(tandems)]
        for order in range(moments):
            start, until = (FIRST + timedelta(days=days * part // moments) for part in (order, order + 1))
            share = (pilot + 0.5) / pilots
            items.append(
                Item(
                    f"moment {pilot}.{order}", f"pilot {pilot}", order, 120, FIRST, LAST,
                    target=start + (until - start) * share, wish_from=start, wish_until=until, hours=HOURS, needed=(lead,),
                    wished=((second, 300), (f"leader {pilot}.1", 2000), (f"leader {pilot}.2", 2000)),
                    place=f"service {pilot}", least=42 if order else 0,
                )
            )  # fmt: skip
    closed = {first + timedelta(days=day) for first, last in SUMMERS for day in range((last - first).days + 1)}
    return Puzzle(tuple(items), frozenset(closed), away=away)


def _absences(random: Random) -> tuple[Stretch, ...]:
    """Two weeks of leave, and a morning or an afternoon of each week that is always taken."""
    days = (LAST - FIRST).days
    leave = datetime.combine(FIRST + timedelta(days=random.randrange(days)), time())
    weekday, opens = random.randrange(5), random.choice((time(), time(12)))
    weekly = [datetime.combine(FIRST + timedelta(days=weekday + 7 * week), opens) for week in range(days // 7)]
    return (Stretch(leave, leave + timedelta(days=14)), *(Stretch(start, start + timedelta(hours=12)) for start in weekly))


def main() -> None:
    """One row for each size: what, goal, seconds, proven or gap, wishes not met."""
    rows = [["proposal", "meetings", "goal", "seconds", "proven best", "gap", "wishes not met"]]
    for pilots, coaches, networks, goal in SIZES:
        puzzle = puzzle_of(pilots, coaches, networks)
        began = clock.monotonic()
        answer = solve(puzzle)
        spent = clock.monotonic() - began
        missed = sum(map(len, unmet(puzzle, answer.starts).values()))
        what = f"{pilots} pilots, {coaches} coaches, {networks} networks"
        row = [what, len(puzzle.items), f"{goal:g} s", f"{spent:.1f}", "yes" if answer.proven else "no"]
        rows.append([*map(str, row), f"{100 * answer.gap:.0f} %", str(missed)])
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
