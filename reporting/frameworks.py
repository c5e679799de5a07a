"""Indicator frameworks as data: questions, codes, titles, rules and consistency checks of a funder, one JSON file each.

Adding a framework is adding a file to reporting/frameworks; `load` says everything that is wrong with it at once. docs/esf.md
describes the file. Sources of the shipped rules stand in each file; what could not be confirmed is listed there as `unverified`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from reporting import rules

FOLDER: Path = settings.FRAMEWORKS
MOMENTS = ("entry", "exit", "six-months")
YES_NO = ("yes", "no")

TEXT = {"nl": str, "en": str}
SHAPE = {
    "name": str,
    "title": TEXT,
    "source": str,
    "purpose": TEXT,
    "basis": TEXT,
    "genders": [str],
    "complete": [str],
    "windows": {"exit": {"days": int}, "six-months": {"months": int}},
    "total": [str],
    "questions": [
        {
            "code": str,
            "moment": set(MOMENTS),
            "kind": {"choice", "yes-no", "date"},
            "text": TEXT,
            "short?": TEXT,
            "help?": TEXT,
            "sensitive?": bool,
            "asked_if?": {"answer": str, "is": (str, list)},
            "options?": [{"code": str, "text": TEXT, "level?": int}],
        }
    ],
    "indicators": [
        {
            "code": str,
            "kind": {"output", "result"},
            "moment": set(MOMENTS),
            "title": TEXT,
            "sensitive?": bool,
            "everyone?": bool,
            "collected?": {"everyone", "sample", "project"},
            "unverified?": [str],
            "rule?": dict,
        }
    ],
    "checks": [{"left": [str], "relation": {"<=", "="}, "right": [str]}],
}


class FrameworkFaulty(Exception):
    """A framework file that cannot be used; `faults` lists everything that is wrong with it."""

    def __init__(self, name: str, faults: list[str]) -> None:
        super().__init__(f"{name}: " + "; ".join(faults))
        self.faults = faults


def in_words(text: dict[str, str]) -> str:
    """A text of the file in the reader's language."""
    return text.get(get_language() or "nl") or text["nl"]


@dataclass(frozen=True)
class Option:
    """One answer to choose; `level` is its ISCED level where it names a diploma."""

    code: str
    text: dict[str, str]
    level: int | None = None


@dataclass(frozen=True)
class Question:
    """What a participant is asked at one moment. `key` names the answer in rules: moment.code."""

    code: str
    moment: str
    kind: str
    text: dict[str, str]
    short: dict[str, str] = field(default_factory=dict)
    help: dict[str, str] = field(default_factory=dict)
    sensitive: bool = False
    asked_if: dict[str, Any] = field(default_factory=dict)
    options: tuple[Option, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.moment}.{self.code}"

    @property
    def head(self) -> dict[str, str]:
        """The question in a word or two, for the head of a column."""
        return self.short or self.text

    @property
    def choices(self) -> tuple[str, ...]:
        """The codes that may be answered; empty for a date."""
        return YES_NO if self.kind == "yes-no" else tuple(option.code for option in self.options)

    def is_asked_of(self, answers: dict[str, str]) -> bool:
        """Does the question concern somebody with these answers?"""
        if not self.asked_if:
            return True
        wanted = self.asked_if["is"]
        return answers.get(self.asked_if["answer"]) in ([wanted] if isinstance(wanted, str) else wanted)


@dataclass(frozen=True)
class Indicator:
    """One official count. Without a rule it is collected elsewhere: by a sample, or once for the whole project."""

    code: str
    kind: str
    moment: str
    title: dict[str, str]
    sensitive: bool = False
    everyone: bool = False
    collected: str = "everyone"
    unverified: tuple[str, ...] = ()
    rule: dict[str, Any] | None = None


@dataclass(frozen=True)
class Check:
    """Two sums of indicators that must stand in a relation, in the total and for each gender."""

    left: tuple[str, ...]
    relation: str
    right: tuple[str, ...]


@dataclass(frozen=True)
class Framework:
    """A funder's set of questions, indicators and checks."""

    name: str
    title: dict[str, str]
    source: str
    purpose: dict[str, str]
    basis: dict[str, str]
    genders: tuple[str, ...]
    complete: tuple[str, ...]
    windows: dict[str, dict[str, int]]
    total: tuple[str, ...]
    questions: tuple[Question, ...]
    indicators: tuple[Indicator, ...]
    checks: tuple[Check, ...]

    def asked_at(self, moment: str) -> list[Question]:
        """The questions of one moment."""
        return [question for question in self.questions if question.moment == moment]

    def question(self, key: str) -> Question:
        """The question that `moment.code` names; KeyError for another."""
        return {question.key: question for question in self.questions}[key]

    def leaning(self) -> frozenset[str]:
        """The codes that lean on a sensitive question: they are told as totals alone."""
        ruled = [(indicator.code, indicator.rule) for indicator in self.indicators if indicator.rule is not None]
        return rules.leaning(ruled, [question.key for question in self.questions if question.sensitive])

    def counted_questions(self) -> list[Question]:
        """The ordinary questions of which figures are made: what leaves the house under a number, and what stays of somebody who
        was erased."""
        wanted = {*self.complete, "entry.gender"}
        for indicator in self.indicators:
            wanted |= rules.asked(indicator.rule or {})
        return [question for question in self.questions if question.key in wanted and not question.sensitive]

    def levels(self) -> dict[str, dict[str, int]]:
        """Per question with diplomas: answer → ISCED level."""
        return {
            question.key: {option.code: option.level for option in question.options if option.level is not None}
            for question in self.questions
            if any(option.level is not None for option in question.options)
        }

    def moment_of(self, code: str) -> str:
        """At which moment an indicator is decided."""
        return next(indicator.moment for indicator in self.indicators if indicator.code == code)


def names() -> list[str]:
    """The frameworks that are shipped."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


@cache
def framework(name: str) -> Framework:
    """The shipped framework with this name; raises FrameworkFaulty."""
    return load(FOLDER / f"{name}.json")


def definition(name: str) -> dict[str, Any]:
    """The shipped file as it stands, for whoever counts a report again."""
    framework(name)
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def load(path: Path) -> Framework:
    """Read and check one file; raises FrameworkFaulty with every fault that was found."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise FrameworkFaulty(path.name, [f"cannot be read: {error}"]) from error
    faults = [*_misshapen(data, SHAPE, "file"), *_contradictions_of_sound(data, path.stem)]
    if faults:
        raise FrameworkFaulty(path.name, faults)
    questions = tuple(
        Question(**entry | {"options": tuple(Option(**option) for option in entry.get("options", ()))})
        for entry in data["questions"]
    )
    indicators = tuple(Indicator(**entry | {"unverified": tuple(entry.get("unverified", ()))}) for entry in data["indicators"])
    checks = tuple(Check(tuple(entry["left"]), entry["relation"], tuple(entry["right"])) for entry in data["checks"])
    lists = {name: tuple(data[name]) for name in ("genders", "complete", "total")}
    return Framework(**data | lists | {"questions": questions, "indicators": indicators, "checks": checks})


def _misshapen(value: Any, shape: Any, where: str) -> Iterable[str]:
    """Where the data differ from SHAPE: a missing, unknown or wrongly typed part."""
    match shape:
        case dict():
            yield from _misshapen_object(value, shape, where)
        case list():
            if not isinstance(value, list):
                yield f"{where} is no list"
                return
            for number, item in enumerate(value, start=1):
                yield from _misshapen(item, shape[0], f"{where}[{_named(item, number)}]")
        case set():
            if not isinstance(value, str) or value not in shape:
                yield f"{where} is {value!r}, but may be {', '.join(sorted(shape))}"
        case _:
            if not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
                yield f"{where} has the wrong type"
            elif shape is str and not value.strip():
                yield f"{where} is empty"


def _misshapen_object(value: Any, shape: dict[str, Any], where: str) -> Iterable[str]:
    if not isinstance(value, dict):
        yield f"{where} is no object"
        return
    known = {name.rstrip("?") for name in shape}
    yield from (f"{where} has an unknown part {name!r}" for name in value if name not in known)
    for name, inner in shape.items():
        plain = name.rstrip("?")
        if plain in value:
            yield from _misshapen(value[plain], inner, f"{where}.{plain}")
        elif plain == name:
            yield f"{where} misses {name!r}"


def _named(item: Any, number: int) -> str:
    return str(item["code"]) if isinstance(item, dict) and "code" in item else str(number)


def _contradictions_of_sound(data: Any, stem: str) -> Iterable[str]:
    """Contradictions between the parts that are well-formed: a malformed part hides no other fault. What names a malformed one is
    not told, for it is that one that must be mended first."""
    if not isinstance(data, dict):
        return
    sound: dict[str, Any] = {"name": data.get("name", stem)}
    blurred: set[str] = set()
    for part in ("genders", "complete", "total", "questions", "indicators", "checks"):
        items = data[part] if isinstance(data.get(part), list) else []
        sound[part] = [item for item in items if not list(_misshapen(item, SHAPE[part][0], part))]  # type: ignore[index]
        broken = [item for item in items if item not in sound[part] and isinstance(item, dict)]
        blurred |= {str(item["code"]) for item in broken if item.get("code")}
        if not isinstance(data.get(part), list) and part in ("questions", "indicators"):
            return
    for fault in _contradictions(sound, stem):
        if not any(name in fault for name in blurred):
            yield fault


def _contradictions(data: dict[str, Any], stem: str) -> Iterable[str]:
    """What is well-formed and yet wrong: doubles, and references that lead nowhere."""
    keys = [f"{entry['moment']}.{entry['code']}" for entry in data["questions"]]
    codes = [entry["code"] for entry in data["indicators"]]
    if data["name"] != stem:
        yield f"the name {data['name']!r} differs from the file's"
    yield from (f"question {key} is there twice" for key in sorted({key for key in keys if keys.count(key) > 1}))
    yield from (f"indicator {code} is there twice" for code in sorted({code for code in codes if codes.count(code) > 1}))
    yield from (f"complete names the unknown question {key!r}" for key in data["complete"] if key not in keys)
    answers = {f"{entry['moment']}.{entry['code']}": _answers(entry) for entry in data["questions"]}
    for entry in data["questions"]:
        where = f"question {entry['moment']}.{entry['code']}"
        if (entry["kind"] == "choice") != bool(entry.get("options")):
            yield f"{where} has options exactly when it is a choice"
        if asked := entry.get("asked_if"):
            yield from rules.faults({"answer": asked["answer"], "is": asked["is"]}, answers, [], f"{where} asked_if")
    gender = set(answers.get("entry.gender", ()))
    yield from (f"gender {name!r} is no answer to entry.gender" for name in data["genders"] if name not in gender)
    yield from _faults_of_indicators(data, answers, codes)


def _faults_of_indicators(data: dict[str, Any], answers: dict[str, tuple], codes: list[str]) -> Iterable[str]:
    earlier: list[str] = []
    for entry in data["indicators"]:
        counted = entry.get("collected", "everyone") == "everyone"
        if counted != ("rule" in entry):
            yield f"indicator {entry['code']} has a rule exactly when everyone is counted"
        if "rule" in entry:
            yield from rules.faults(entry["rule"], answers, earlier, f"indicator {entry['code']}")
            earlier.append(entry["code"])
    for name in data["total"]:
        if name not in earlier:
            yield f"total names {name!r}, which nothing counts"
    for entry in data["checks"]:
        for code in (*entry["left"], *entry["right"]):
            if code not in earlier:
                yield f"a check names {code!r}, which {'nothing counts' if code in codes else 'is unknown'}"


def _answers(entry: dict[str, Any]) -> tuple[str, ...]:
    match entry["kind"]:
        case "yes-no":
            return YES_NO
        case "date":
            return ("date",)
        case _:
            return tuple(option["code"] for option in entry.get("options", ()))
