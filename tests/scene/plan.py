"""Proposals of two coaches and of another programme, a holiday of each team, and days on which Anna and Hilde cannot."""

import datetime
from collections.abc import Callable

from django.utils import timezone

from core import jobs
from planning import availability, proposals
from planning.puzzle import Answer, Puzzle
from tests.scene.base import Scene

WORDS: dict[str, str] = {
    "note on when anna cannot": "anna",
    "note on when hilde cannot": "hilde",
    "holiday elsewhere": "omar",
}
DAY = datetime.timedelta(days=1)


def add(scene: Scene) -> None:
    """Everything about days, through the services."""
    cast, say = scene.cast, scene.say
    today = timezone.localdate()
    for name in ("anna", "hilde"):
        note = say(f"note on when {name} cannot")
        by = getattr(cast, name)
        row = availability.say_away(by=by, first_day=today + 200 * DAY, last_day=today + 201 * DAY, note=note)
        scene.put("unavailability", **{name: row})
    _holidays(scene, today)
    _proposals(scene, today)


def _holidays(scene: Scene, today: datetime.date) -> None:
    cast = scene.cast
    days = {"first_day": today + 30 * DAY, "last_day": today + 31 * DAY}
    own = availability.set_holiday(cast.programme, by=cast.tess, name="Brugdagen", **days)
    other = availability.set_holiday(cast.other_programme, by=cast.omar, name=scene.say("holiday elsewhere"), **days)
    scene.put("holiday", own=(cast.programme.pk, str(own.pk)), other=(cast.other_programme.pk, str(other.pk)))


def _proposals(scene: Scene, today: datetime.date) -> None:
    """The days are set one after the other instead of by the planner, which takes long to load."""
    cast = scene.cast
    days = {"first_day": today + 14 * DAY, "last_day": today + 300 * DAY}
    other_network = scene.at["network"]["other"]
    made = {
        "hilde": proposals.ask(cast.programme, by=cast.hilde, **days),
        "karel": proposals.ask(cast.programme, by=cast.karel, **days),
        "other": proposals.ask(other_network.programme, by=cast.omar, **days),
    }
    for proposal in made.values():
        jobs.run(proposal.job_id, lambda job: proposals.make(job, _one_after_the_other))
    scene.put("proposal", **made)
    scene.put("proposed", **{name: row.entries.first() for name, row in made.items()})


def _one_after_the_other(puzzle: Puzzle, _progress: Callable[[float, float], None]) -> Answer:
    first = min(item.first for item in puzzle.items)
    free = [item for item in puzzle.items if not item.pinned]
    starts = {item.key: datetime.datetime.combine(first + at * DAY, datetime.time(10)) for at, item in enumerate(free)}
    return Answer({item.key: item.pinned for item in puzzle.items} | starts, True, 0.0, 0.1)
