"""Indicators counted again from participants.csv and sensitive.csv by the framework that the snapshot carries.

A code that asks nothing sensitive is counted person by person. One that does is told in totals alone; these are compared, and
tried against the persons' rows: no fewer than those who count whatever they answered, no more than those who may. Outputs count
on the day of entry, results on the day of leaving or so many months later.
"""

import calendar
import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from reporting.recount.verdict import Verdict

SCOPES = ("stretch", "since_start")
Row = Mapping[str, str]
Rule = Mapping[str, Any]
Key = tuple[str, str, str]


class Rules:
    """A framework's rules, asked of one row; None where only a sensitive answer would tell."""

    def __init__(self, framework: Mapping[str, Any]) -> None:
        self.genders, self.complete = framework["genders"], framework["complete"]
        self.months = framework["windows"]["six-months"]["months"]
        self.indicators = {row["code"]: row for row in framework["indicators"]}
        self.ruled = {code: row for code, row in self.indicators.items() if "rule" in row}
        keys = {f"{row['moment']}.{row['code']}": row for row in framework["questions"]}
        self.sensitive = [key for key, row in keys.items() if row.get("sensitive")]
        self.levels = {key: {one["code"]: one.get("level") for one in row.get("options", ())} for key, row in keys.items()}
        self.leaning: set[str] = set()
        for code, row in self.ruled.items():
            if self.leans(row["rule"]):
                self.leaning.add(code)

    def leans(self, rule: Rule) -> bool:
        """Does the rule ask a sensitive question, itself or through another code?"""
        if inner := _inner(rule):
            return any(self.leans(part) for part in inner)
        return _asked(rule) in self.sensitive or rule.get("code") in self.leaning

    def holds(self, rule: Rule, row: Row, decided: Mapping[str, bool | None]) -> bool | None:
        """Does the row count?"""
        if _asked(rule) in self.sensitive:
            return None
        match rule:
            case {"all": parts}:
                told = {self.holds(part, row, decided) for part in parts}
                return False if False in told else None if None in told else True
            case {"any": parts}:
                told = {self.holds(part, row, decided) for part in parts}
                return True if True in told else None if None in told else False
            case {"not": part}:
                inner = self.holds(part, row, decided)
                return None if inner is None else not inner
            case {"code": code}:
                return decided[code]
            case {"answer": key, "is": wanted}:
                return row[key] in ([wanted] if isinstance(wanted, str) else wanted)
            case {"age": key}:
                return row[f"{key}.age"] != "" and _within(int(row[f"{key}.age"]), rule)
            case {"level": key}:
                level = self.levels[key].get(row[key])
                return level is not None and _within(level, rule)
        return True


def _asked(rule: Rule) -> str | None:
    return rule.get("answer") or rule.get("level") or rule.get("age")


def _inner(rule: Rule) -> list[Rule]:
    return [*rule.get("all", ()), *rule.get("any", ()), *([rule["not"]] if "not" in rule else ())]


def _within(value: int, rule: Rule) -> bool:
    return rule.get("from", value) <= value <= rule.get("to", value)


class Counts:
    """How many, by code, scope and gender; the persons' rows first, then the totals of sensitive answers."""

    def __init__(self, rules: Rules, start: str, end: str) -> None:
        self.rules, self.start, self.end = rules, start, end
        self.numbers: Counter[Key] = Counter()
        self.least: Counter[Key] = Counter()  # who counts for a sensitive code whatever they answered
        self.most: Counter[Key] = Counter()  # who may count for it
        self.states: Counter[tuple[str, str]] = Counter()
        self.leaders: Counter[str] = Counter()
        self.has_services = True  # a report that was frozen earlier says nothing of them
        self.services: dict[str, set[str]] = {scope: set() for scope in SCOPES}
        self.incomplete: list[int] = []

    def person(self, row: Row) -> None:
        """A row of participants.csv."""
        rules, decided = self.rules, dict[str, bool | None]()
        self.has_services = "service" in row
        gender = row["entry.gender"] if row["entry.gender"] in rules.genders else "unknown"
        complete = all(row.get(key) or row.get(f"{key}.age") for key in rules.complete)
        marks = {"entry": self._mark(row["entered_on"]), "exit": self._mark(row["left_on"])}
        marks["six-months"] = self._mark(_later(row["left_on"], rules.months))
        _count(self.numbers, "participants", marks["entry"], gender)
        _count(self.numbers, "complete", marks["entry"] if complete else "", gender)
        _count(self.numbers, "left", marks["exit"], gender)
        for scope in _scopes(marks["entry"]) if row["role"] == "leader" else ():
            self.leaders[scope] += 1
        for scope in _scopes(marks["entry"]) if row.get("service") else ():
            self.services[scope].add(row["service"])
        self.incomplete += [] if complete else [int(row["number"])]
        for code, indicator in rules.ruled.items():
            told = decided[code] = rules.holds(indicator["rule"], row, decided)
            mark = marks[indicator["moment"]] if complete or indicator.get("everyone") else ""
            if code in rules.leaning:
                _count(self.least, code, mark if told else "", gender)
                _count(self.most, code, mark if told is not False else "", gender)
            elif told:
                _count(self.numbers, code, mark, gender)

    def total(self, row: Row) -> None:
        """A row of sensitive.csv."""
        people = int(row["people"])
        if row["told"] == "counts":
            self.numbers[row["what"], row["scope"], row["gender"]] += people
            self.numbers[row["what"], row["scope"], "total"] += people
        else:
            self.states[row["what"], row["told"]] += people

    def strange_totals(self) -> Iterable[str]:
        """What no answers of these people could give. Persons' days may have been corrected since somebody was erased, so only
        figures since the start are tried."""
        for code in sorted(self.rules.leaning):
            for who in (*self.rules.genders, "unknown"):
                found, part = self.numbers[code, "since_start", who], self.numbers[code, "stretch", who]
                least, most = self.least[code, "since_start", who], self.most[code, "since_start", who]
                if not least <= found <= most or not 0 <= part <= found:
                    yield f"{code}, {who}: sensitive.csv says {part} and {found}, participants.csv allows {least} to {most}."
        everybody = self.numbers["participants", "since_start", "total"]
        for question in [key for key in self.rules.sensitive if key.startswith("entry.")]:
            told = sum(number for (asked, _state), number in self.states.items() if asked == question)
            if told != everybody:
                yield f"sensitive.csv tells of {told} people at {question}, participants.csv of {everybody}."

    def _mark(self, day: str) -> str:
        return "" if not day or day > self.end else "stretch" if day >= self.start else "before"


def _scopes(mark: str) -> tuple[str, ...]:
    return SCOPES if mark == "stretch" else SCOPES[1:] if mark == "before" else ()


def _count(numbers: Counter[Key], code: str, mark: str, gender: str) -> None:
    for scope in _scopes(mark):
        numbers[code, scope, gender] += 1
        numbers[code, scope, "total"] += 1


def recount(people: Iterable[Row], totals: Iterable[Row], document: dict[str, Any], verdict: Verdict) -> list[int]:
    """Count both tables and compare every indicator, the head counts and the official checks; whose record is incomplete."""
    said, stretch = document["figures"]["indicators"], document["stretch"]
    rules = Rules(document["framework"])
    counts = Counts(rules, stretch["from"], stretch["until"])
    days = _days(document["figures"]["people"], stretch, people, counts, verdict)
    for row in totals:
        counts.total(row)
    for strange in counts.strange_totals():
        verdict.differs(strange)
    verdict.compare("Framework", document["framework"]["name"], said["framework"])
    verdict.compare("Codes of the framework", list(rules.indicators), [row["code"] for row in said["rows"]])
    listed = {row["code"]: row for row in said["rows"] if "stretch" in row}
    listed |= {name: said[name] for name in ("participants", "complete", "left")}
    for code in {**listed, **rules.ruled}:
        for scope in SCOPES:
            noted = listed.get(code, {}).get(scope, {})
            for who in dict.fromkeys(("total", *rules.genders, "unknown", *noted)):
                verdict.compare(f"{code}, {scope}, {who}", counts.numbers[code, scope, who], noted.get(who, 0))
    for row in said["sensitive"]:
        for state in ("answered", "refused", "not_asked"):
            found = counts.states[f"entry.{row['question']}", state]
            verdict.compare(f"Sensitive question {row['question']}, {state}", found, row[state])
    _checks(document["framework"], rules, counts.numbers, said, verdict)
    _own(document["figures"].get("own", ()), rules, counts, verdict)
    verdict.checked.append(f"{len(rules.ruled)} indicators, counted again from {days} participants")
    return counts.incomplete


def _own(own: Iterable[Mapping[str, Any]], rules: Rules, counts: Counts, verdict: Verdict) -> None:
    """The programme's own indicators that count participants."""
    for row in own:
        for scope in SCOPES:
            where = f"Own indicator “{row['title']}”, {scope}"
            if row["counts"] == "leaders":
                verdict.compare(where, counts.leaders[scope], row[scope])
            elif row["counts"] == "participants":
                verdict.compare(where, counts.numbers["participants", scope, "total"], row[scope])
            elif row["counts"] == "services" and counts.has_services:
                verdict.compare(where, len(counts.services[scope]), row[scope])
            elif row["counts"] == "code" and row["code"] in rules.ruled:
                verdict.compare(where, counts.numbers[row["code"], scope, "total"], row[scope])


def _days(listed: list[dict], stretch: Row, people: Iterable[Row], counts: Counts, verdict: Verdict) -> int:
    """Count the persons, and compare their days with those in the list of hours; how many there are."""
    report, number = {row["number"]: row for row in listed}, 0
    for row in people:
        number += 1
        if row["left_on"] and row["left_on"] < row["entered_on"]:
            verdict.differs(f"Participant {row['number']} left before entering.")
        counts.person(row)
        shown = report.pop(int(row["number"]), None)
        if shown is not None:
            for name in ("service", "entered_on", "left_on") if "service" in row else ("entered_on", "left_on"):
                verdict.compare(f"Participant {row['number']}, {name}", row[name], shown[name])
        elif not row["left_on"] or row["left_on"] >= stretch["from"]:
            verdict.differs(f"Participant {row['number']} takes part, but is not in the report.")
    for missing in sorted(report):
        verdict.differs(f"Participant {missing} is in the report, but not in participants.csv.")
    return number


def _later(day: str, months: int) -> str:
    """The same day so many months on, or that month's last."""
    if not day:
        return ""
    year, month, date = map(int, day.split("-"))
    year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    return datetime.date(year, month, min(date, calendar.monthrange(year, month)[1])).isoformat()


def _checks(framework: Rule, rules: Rules, numbers: Counter[Key], said: dict[str, Any], verdict: Verdict) -> None:
    """The official checks that do not add up; one with a result is tried since the start alone."""
    found = []
    for check in framework["checks"]:
        late = any(rules.indicators[code]["moment"] != "entry" for code in (*check["left"], *check["right"]))
        for scope in SCOPES[1:] if late else SCOPES:
            for who in ("total", *rules.genders):
                left = sum(numbers[code, scope, who] for code in check["left"])
                right = sum(numbers[code, scope, who] for code in check["right"])
                if left > right or (check["relation"] == "=" and left != right):
                    found.append({**check, "scope": scope, "who": who, "is": left, "of": right})
    order = [json.dumps(row, sort_keys=True) for row in found]
    verdict.compare("Official checks that fail", sorted(order), sorted(json.dumps(row, sort_keys=True) for row in said["checks"]))
