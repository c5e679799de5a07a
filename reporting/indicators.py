"""Counting: complete records, totals, each indicator per gender in the stretch and since the start, and the official checks.

Rules of the count (docs/esf.md): an output counts on the day of entry, a result on the day after leaving that its window
names; only complete records count, incomplete ones only in the grand total; each participant counts 1 or 0.
"""

import calendar
import datetime
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from reporting import rules
from reporting.frameworks import Framework

STRETCH, SINCE_START = "stretch", "since_start"
UNKNOWN = "unknown"
MOST_PROFILES = 20_000


@dataclass
class Record:
    """One participant: days and answers (`moment.code` → value), and which questions were asked and refused. Of somebody who was
    `erased` the sensitive answers stand in `ErasedTotals`."""

    entered_on: datetime.date
    left_on: datetime.date | None = None
    answers: dict[str, str] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    erased: bool = False

    def is_complete(self, framework: Framework) -> bool:
        """All the answers that the funder wants of everybody."""
        return all(map(self.answers.get, framework.complete))

    def state_of(self, key: str) -> str:
        """Was this question answered, refused, or not asked yet?"""
        return "answered" if self.answers.get(key) else "refused" if key in self.refused else "not_asked"

    def day_of(self, moment: str, framework: Framework) -> datetime.date | None:
        """The day that decides: entry, leaving, or so many months later; none while the person has not left."""
        if moment == "entry":
            return self.entered_on
        if self.left_on is None or moment == "exit":
            return self.left_on
        return months_later(self.left_on, framework.windows[moment]["months"])


@dataclass
class ErasedTotals:
    """What sensitive answers of people who were erased had given to figures that were frozen: totals, of nobody in particular.

    `codes`: code, gender, first day ("" when it lies between periods) and last day of the period that counted it → how many;
    `states`: question, how it was answered, last day → how many. Days are ISO texts.
    """

    codes: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    states: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months on, or that month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Profile:
    """What follows from answers and age alone, and so is the same for everybody who has the same."""

    gender: str
    complete: bool
    codes: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]


class Marks:
    """Who counts for what, in thirteen bytes a participant: their number, the place of their gender, and a bit per code in the
    stretch and since the start. `codes` names the bits."""

    def __init__(self, codes: list[str]) -> None:
        self.codes = codes
        self.bits = {code: 1 << place for place, code in enumerate(codes)}
        self.numbers, self.genders = array("I"), array("B")
        self.masks = {STRETCH: array("Q"), SINCE_START: array("Q")}

    def add(self, number: int, gender: int, stretch: int, since_start: int) -> None:
        """The next participant, with the bits of the codes they count for."""
        self.numbers.append(number)
        self.genders.append(gender)
        self.masks[STRETCH].append(stretch)
        self.masks[SINCE_START].append(since_start)

    def without(self, codes: Iterable[str]) -> "Marks":
        """The same with the bits of these codes taken out: nobody is to know who stands behind them."""
        kept = ~sum(self.bits[code] for code in codes)
        for mask in self.masks.values():
            for place, bits in enumerate(mask):
                mask[place] = bits & kept
        return self

    def behind(self, code: str, scope: str, gender: int | None = None) -> list[int]:
        """The numbers that a figure is made of."""
        bit, mask = self.bits[code], self.masks[scope]
        return [
            number
            for place, number in enumerate(self.numbers)
            if mask[place] & bit and (gender is None or self.genders[place] == gender)
        ]


HEADS = ("participants", "complete", "left")
LEFT = ("left", "exit")  # who left is counted on the day of leaving


class Count:
    """The running count over records; `result` gives plain data, `marks` who counts for what."""

    def __init__(self, framework: Framework, start: datetime.date, end: datetime.date) -> None:
        self.framework = framework
        self.start, self.end = start, end
        levels = framework.levels()
        self.counted = [indicator for indicator in framework.indicators if indicator.rule is not None]
        self.rules = {indicator.code: rules.compiled(indicator.rule or {}, levels) for indicator in self.counted}
        self.alike: Counter[tuple[int, int, int]] = Counter()  # gender and bits → how many participants
        self.asked: Counter[tuple[str, str]] = Counter()
        self.sensitive = [question for question in framework.asked_at("entry") if question.sensitive]
        self.dates = [question.key for question in framework.questions if question.kind == "date"]
        self.edges = sorted({edge for indicator in self.counted for edge in rules.ages(indicator.rule)})
        self.genders = {gender: place for place, gender in enumerate((UNKNOWN, *framework.genders))}
        self.marks = Marks([*HEADS, *(indicator.code for indicator in self.counted)])
        self.leaning = framework.leaning()
        self._profiles: dict[tuple, Profile] = {}

    def add(self, record: Record, number: int = 0) -> None:
        """Take one participant into the count."""
        if record.entered_on > self.end:
            return
        profile = self._profile(record)
        for told in profile.asked:
            self.asked[told] += 1
        gender, bits = self.genders[profile.gender], self.marks.bits
        at_entry = bits["participants"] | (bits["complete"] if profile.complete else 0)
        since_start = at_entry
        days: dict[str, datetime.date | None] = {"entry": record.entered_on}
        stretch = at_entry if record.entered_on >= self.start else 0
        for code, moment in (LEFT, *profile.codes):
            if moment not in days:
                days[moment] = record.day_of(moment, self.framework)
            day = days[moment]
            if day is not None and day <= self.end:
                since_start |= bits[code]
                if day >= self.start:
                    stretch |= bits[code]
        self.marks.add(number, gender, stretch, since_start)
        self.alike[gender, stretch, since_start] += 1

    def add_erased(self, totals: ErasedTotals) -> None:
        """What people who were erased keep giving to figures of sensitive answers."""
        first, last = self.start.isoformat(), self.end.isoformat()
        for (code, gender, start, end), number in totals.codes.items():
            if code in self.marks.bits and end <= last:
                bit = self.marks.bits[code]
                inside = bit if start and start >= first else 0
                self.alike[self.genders.get(gender, self.genders[UNKNOWN]), inside, bit] += number
        for (question, state, end), number in totals.states.items():
            if end <= last:
                self.asked[question, state] += number

    def _profile(self, record: Record) -> Profile:
        """Found among those of earlier participants where answers and age are the same as far as any rule can tell."""
        ages = tuple(self._band(record, key) for key in self.dates)
        told = dict(record.answers)
        for key in self.dates:
            told.pop(key, None)
        known = (frozenset(told.items()), ages, frozenset(record.refused), record.erased)
        profile = self._profiles.get(known)
        if profile is None:
            if len(self._profiles) >= MOST_PROFILES:
                self._profiles.clear()
            profile = self._profiles[known] = self.judged(record)
        return profile

    def _band(self, record: Record, key: str) -> int:
        """Between which ages that rules name somebody was on the day of entry; -1 for nobody knows."""
        text = record.answers.get(key)
        return bisect_right(self.edges, rules.age_on(datetime.date.fromisoformat(text), record.entered_on)) if text else -1

    def judged(self, record: Record) -> Profile:
        """What this participant gives to the figures, once the days of its codes have come."""
        complete = record.is_complete(self.framework)
        answered = record.answers.get("entry.gender")
        facts = rules.Facts(record.answers, record.entered_on)
        codes = []
        for indicator in self.counted:
            holds = facts.decided[indicator.code] = self.rules[indicator.code](facts)
            if holds and (complete or indicator.everyone) and not (record.erased and indicator.code in self.leaning):
                codes.append((indicator.code, indicator.moment))
        gender = answered if answered in self.framework.genders else UNKNOWN
        return Profile(gender, complete, tuple(codes), tuple(self._ask(record)))

    def _ask(self, record: Record) -> Iterable[tuple[str, str]]:
        for question in () if record.erased else self.sensitive:
            yield question.code, record.state_of(question.key)

    def numbers(self, name: str, scope: str) -> dict[str, int]:
        """A total and its break-down by gender; `unknown` only where somebody's gender is."""
        bit, place = self.marks.bits[name], 1 if scope == STRETCH else 2
        found: Counter[int] = Counter()
        for alike, number in self.alike.items():
            if alike[place] & bit:
                found[alike[0]] += number
        genders = {gender: found[self.genders[gender]] for gender in self.framework.genders}
        unknown = found[self.genders[UNKNOWN]]
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
            **{name: {scope: self.numbers(name, scope) for scope in (STRETCH, SINCE_START)} for name in HEADS},
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
