"""The small language in which a framework file says who counts. A rule is one object; `compiled` makes a question of it.

| rule | counts who |
| --- | --- |
| {"answer": "entry.employment", "is": "employed"} | gave this answer (or one of a list) |
| {"age": "entry.birth_date", "from": 18, "to": 29} | had this age in completed years on the day of entry; one end may lack |
| {"level": "entry.education", "from": 5, "to": 8} | has a diploma of this ISCED level |
| {"code": "CO01"} | counts for that indicator, which stands earlier in the file |
| {"all": […]}, {"any": […]}, {"not": …} | all, at least one, not |
| {"everyone": true} | takes part |
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PARTS = {
    "answer": {"answer", "is"},
    "age": {"age", "from", "to"},
    "level": {"level", "from", "to"},
    "code": {"code"},
    "all": {"all"},
    "any": {"any"},
    "not": {"not"},
    "everyone": {"everyone"},
}


@dataclass
class Facts:
    """What is known of one participant while indicators are decided: answers, the day of entry, codes decided so far."""

    answers: Mapping[str, str]
    entered_on: datetime.date
    decided: dict[str, bool] = field(default_factory=dict)


Question = Callable[[Facts], bool]


def age_on(born: datetime.date, day: datetime.date) -> int:
    """Completed years of life. Who was born on 29 February turns on 1 March in a common year."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def leaves(rule: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The questions of which a rule is made, without `all`, `any` and `not`."""
    inner = rule.get("all") or rule.get("any") or ([rule["not"]] if "not" in rule else [])
    if not inner:
        yield rule
    for part in inner:
        yield from leaves(part)


def asked(rule: Mapping[str, Any]) -> set[str]:
    """The questions (`moment.code`) that a rule itself asks."""
    return {leaf[kind] for leaf in leaves(rule) for kind in ("answer", "age", "level") if kind in leaf}


def leaning(ruled: Iterable[tuple[str, Mapping[str, Any]]], sensitive: Collection[str]) -> frozenset[str]:
    """The codes that lean on one of these questions, themselves or through a code above them."""
    found: set[str] = set()
    for code, rule in ruled:
        if asked(rule) & set(sensitive) or any(leaf.get("code") in found for leaf in leaves(rule)):
            found.add(code)
    return frozenset(found)


def ages(rule: Any) -> Iterable[int]:
    """The ages at which the answer of a rule, or of one inside it, may change."""
    match rule:
        case {"age": _}:
            yield from ([rule["from"]] if "from" in rule else []) + ([rule["to"] + 1] if "to" in rule else [])
        case {"all": parts} | {"any": parts}:
            for part in parts:
                yield from ages(part)
        case {"not": part}:
            yield from ages(part)


def compiled(rule: dict[str, Any], levels: Mapping[str, Mapping[str, int]]) -> Question:
    """The rule as a function of Facts; the rule has been found without faults."""
    match rule:
        case {"answer": key, "is": wanted}:
            allowed = frozenset([wanted] if isinstance(wanted, str) else wanted)
            return lambda facts: facts.answers.get(key) in allowed
        case {"age": key}:
            return _aged(key, rule.get("from", 0), rule.get("to", 999))
        case {"level": key}:
            low, high = rule.get("from", 0), rule.get("to", 8)
            within = frozenset(answer for answer, level in levels[key].items() if low <= level <= high)
            return lambda facts: facts.answers.get(key) in within
        case {"code": code}:
            return lambda facts: facts.decided[code]
        case {"all": parts}:
            every = [compiled(part, levels) for part in parts]
            return lambda facts: all(question(facts) for question in every)
        case {"any": parts}:
            some = [compiled(part, levels) for part in parts]
            return lambda facts: any(question(facts) for question in some)
        case {"not": part}:
            inner = compiled(part, levels)
            return lambda facts: not inner(facts)
        case _:
            return lambda facts: True


def _aged(key: str, low: int, high: int) -> Question:
    def question(facts: Facts) -> bool:
        answer = facts.answers.get(key)
        return low <= age_on(datetime.date.fromisoformat(answer), facts.entered_on) <= high if answer else False

    return question


def faults(rule: Any, answers: Mapping[str, tuple[str, ...]], earlier: Iterable[str], where: str) -> Iterable[str]:
    """Everything that is wrong with a rule; `answers`: what may be answered per question, `earlier`: codes above."""
    kinds = [kind for kind in PARTS if isinstance(rule, dict) and kind in rule]
    if len(kinds) != 1 or set(rule) - PARTS[kinds[0]]:
        yield f"{where}: no rule: {rule!r}"
        return
    kind, value = kinds[0], rule[kinds[0]]
    match kind:
        case "all" | "any" if not isinstance(value, list) or not value:
            yield f"{where}: {kind!r} needs a list of rules"
        case "all" | "any" | "not":
            for part in value if kind != "not" else [value]:
                yield from faults(part, answers, earlier, where)
        case "everyone":
            yield from [] if value is True else [f"{where}: 'everyone' is true or absent"]
        case "code":
            yield from [] if value in earlier else [f"{where}: the code {value!r} does not stand above it"]
        case _:
            yield from _wrong_question(rule, kind, answers, where)


def _wrong_question(rule: dict[str, Any], kind: str, answers: Mapping[str, tuple[str, ...]], where: str) -> Iterable[str]:
    if rule[kind] not in answers:
        yield f"{where}: the question {rule[kind]!r} is unknown"
    elif kind == "answer":
        yield from _wrong_answers(rule, answers[rule[kind]], where)
    else:
        yield from _wrong_stretch(rule, kind, answers[rule[kind]], where)


def _wrong_answers(rule: dict[str, Any], possible: tuple[str, ...], where: str) -> Iterable[str]:
    wanted = rule.get("is")
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not isinstance(wanted, list) or not wanted:
        yield f"{where}: 'is' names an answer or a list of answers"
        return
    yield from (f"{where}: {answer!r} is no answer to {rule['answer']}" for answer in wanted if answer not in possible)


def _wrong_stretch(rule: dict[str, Any], kind: str, possible: tuple[str, ...], where: str) -> Iterable[str]:
    ends = [rule[name] for name in ("from", "to") if name in rule]
    if not ends or any(not isinstance(end, int) or isinstance(end, bool) or end < 0 for end in ends):
        yield f"{where}: {kind!r} needs 'from' or 'to' as a whole number"
    elif len(ends) == 2 and ends[0] > ends[1]:
        yield f"{where}: 'from' lies above 'to'"
    if (kind == "age") != (possible == ("date",)):
        yield f"{where}: {rule[kind]} does not fit {kind!r}"
