"""Counting: complete records, totals, each indicator per gender in the stretch and since the start, and the official checks.

Rules of the count (docs/esf.md): an output counts on the day of entry, a result on the day after leaving that its window
names; only complete records count, incomplete ones only in the grand total; each participant counts 1 or 0.
"""

import calendar
import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from reporting import rules
from reporting.frameworks import Framework

STRETCH, SINCE_START = "stretch", "since_start"
UNKNOWN = "unknown"


@dataclass
class Record:
    """One participant: days and answers (`moment.code` → value), and which questions were asked and refused."""

    entered_on: datetime.date
    left_on: datetime.date | None = None
    answers: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def is_complete(self, framework: Framework) -> bool:
        """All the answers that the funder wants of everybody."""
        return all(self.answers.get(key) for key in framework.complete)

    def day_of(self, moment: str, framework: Framework) -> datetime.date | None:
        """The day that decides: entry, leaving, or so many months later; none while the person has not left."""
        if moment == "entry":
            return self.entered_on
        if self.left_on is None or moment == "exit":
            return self.left_on
        return months_later(self.left_on, framework.windows[moment]["months"])


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


class Count:
    """The running count over records; `result` gives plain data."""

    def __init__(self, framework: Framework, start: datetime.date, end: datetime.date) -> None:
        self.framework = framework
        self.start, self.end = start, end
        levels = framework.levels()
        self.counted = [indicator for indicator in framework.indicators if indicator.rule is not None]
        self.rules = {indicator.code: rules.compiled(indicator.rule or {}, levels) for indicator in self.counted}
        self.cells: Counter[tuple[str, str, str]] = Counter()
        self.asked: Counter[tuple[str, str]] = Counter()
        self.sensitive = [question for question in framework.asked_at("entry") if question.sensitive]

    def add(self, record: Record) -> None:
        """Take one participant into the count."""
        if record.entered_on > self.end:
            return
        complete = record.is_complete(self.framework)
        answered = record.answers.get("entry.gender")
        gender = answered if answered in self.framework.genders else UNKNOWN
        self._note("participants", record.entered_on, gender)
        if complete:
            self._note("complete", record.entered_on, gender)
        if record.left_on is not None and record.left_on <= self.end:
            self._note("left", record.left_on, gender)
        self._ask(record)
        facts = rules.Facts(record.answers, record.entered_on)
        days = {moment: record.day_of(moment, self.framework) for moment in ("entry", "exit", "six-months")}
        for indicator in self.counted:
            holds = facts.decided[indicator.code] = self.rules[indicator.code](facts)
            day = days[indicator.moment]
            if holds and (complete or indicator.everyone) and day is not None and day <= self.end:
                self._note(indicator.code, day, gender)

    def _note(self, name: str, day: datetime.date, gender: str) -> None:
        self.cells[name, SINCE_START, gender] += 1
        if day >= self.start:
            self.cells[name, STRETCH, gender] += 1

    def _ask(self, record: Record) -> None:
        for question in self.sensitive:
            if record.answers.get(question.key):
                self.asked[question.code, "answered"] += 1
            elif question.key in record.refused:
                self.asked[question.code, "refused"] += 1
            else:
                self.asked[question.code, "not_asked"] += 1

    def numbers(self, name: str, scope: str) -> dict[str, int]:
        """A total and its break-down by gender; `unknown` only where somebody's gender is."""
        genders = {gender: self.cells[name, scope, gender] for gender in self.framework.genders}
        unknown = self.cells[name, scope, UNKNOWN]
        return {"total": sum(genders.values()) + unknown, **genders, **({UNKNOWN: unknown} if unknown else {})}

    def result(self) -> dict[str, Any]:
        """Everything that was counted, as plain data."""
        rows = [
            {
                "code": indicator.code,
                "kind": indicator.kind,
                "title": indicator.title,
                "sensitive": indicator.sensitive,
                "collected": indicator.collected,
                "unverified": list(indicator.unverified),
                **({scope: self.numbers(indicator.code, scope) for scope in (STRETCH, SINCE_START)} if indicator.rule else {}),
            }
            for indicator in self.framework.indicators
        ]
        return {
            "framework": self.framework.name,
            "title": self.framework.title,
            "source": self.framework.source,
            "genders": list(self.framework.genders),
            **{
                name: {scope: self.numbers(name, scope) for scope in (STRETCH, SINCE_START)}
                for name in ("participants", "complete", "left")
            },
            "total_of": list(self.framework.total),
            "rows": rows,
            "sensitive": [
                {"question": question.code, "text": question.text}
                | {state: self.asked[question.code, state] for state in ("answered", "refused", "not_asked")}
                for question in self.sensitive
            ],
            "checks": list(failed(self.framework, self.numbers)),
        }


def failed(framework: Framework, numbers: Callable[[str, str], dict[str, int]]) -> Iterable[dict[str, Any]]:
    """The checks that do not add up; `numbers` gives a code's figures in a scope.

    A check with a result holds since the start only: who leaves may have entered in an earlier period.
    """
    for check in framework.checks:
        results = any(framework.moment_of(code) != "entry" for code in (*check.left, *check.right))
        for scope in (SINCE_START,) if results else (STRETCH, SINCE_START):
            for who in ("total", *framework.genders):
                left, right = (sum(numbers(code, scope).get(who, 0) for code in side) for side in (check.left, check.right))
                if left > right or (check.relation == "=" and left != right):
                    yield {
                        "left": list(check.left),
                        "relation": check.relation,
                        "right": list(check.right),
                        "scope": scope,
                        "who": who,
                        "is": left,
                        "of": right,
                    }


def count(framework: Framework, records: Iterable[Record], start: datetime.date, end: datetime.date) -> dict[str, Any]:
    """The indicators of a stretch of days (both ends count) and since the start of the programme."""
    running = Count(framework, start, end)
    for record in records:
        running.add(record)
    return running.result()
