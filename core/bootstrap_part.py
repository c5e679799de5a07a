"""Of Bootstrap's style sheet the part that our pages use: a telephone on a slow line draws nothing before it has all styles.

Rules without a class are kept, of the others those whose classes all stand in USED. tests/core/test_bootstrap_part.py looks for
the classes of Bootstrap in templates, scripts and pages, and says which one is missing in USED or no longer needed there.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import tinycss2
from tinycss2.ast import AtRule, Declaration, IdentToken, LiteralToken, Node, QualifiedRule

CLASSES = """
align-self-end btn btn-danger btn-link btn-outline-danger btn-outline-primary btn-primary card card-link col-5 col-7
col-lg-2 col-lg-4 col-lg-5 col-md col-sm col-sm-2 col-sm-4 col-sm-6 col-sm-8 form-check form-check-input
form-check-label form-control form-label form-select form-text is-invalid lead list-unstyled row small text-danger
text-muted visually-hidden
"""
USED = frozenset(CLASSES.split())
ASKED = re.compile(r"var\(\s*(--bs-[\w-]+)")
THEMED = "[data-bs-"  # attributes for scripts and colour schemes of Bootstrap's own; we have neither


@dataclass(frozen=True)
class Rule:
    """Selectors and what they set."""

    selectors: tuple[str, ...]
    lines: tuple[str, ...]

    def __str__(self) -> str:
        return f"{','.join(self.selectors)}{{{';'.join(self.lines)}}}" if self.lines else ""

    def setting_only(self, asked: set[str]) -> "Rule":
        """The rule without variables that nobody asks for."""
        return Rule(self.selectors, tuple(line for line in self.lines if _is_asked(line, asked)))


def _is_asked(line: str, asked: set[str]) -> bool:
    return not line.startswith("--bs-") or line.partition(":")[0] in asked


@dataclass(frozen=True)
class Block:
    """Rules under a condition."""

    head: str
    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        inside = "".join(map(str, self.rules))
        return f"{self.head}{{{inside}}}" if inside else ""

    def setting_only(self, asked: set[str]) -> "Block":
        return Block(self.head, tuple(rule.setting_only(asked) for rule in self.rules))


@lru_cache(maxsize=2)
def part_of(sheet: str, beside: str = "") -> str:
    """The sheet with rules for USED alone and with the variables that these rules or the sheets `beside` ask for."""
    rules, written = list(_kept(sheet)), ""
    while (fresh := "".join(map(str, rules))) != written:
        written = fresh
        asked = set(ASKED.findall(written + beside))
        rules = [rule.setting_only(asked) for rule in rules]
    notice = re.search(r"/\*!.*?\*/", sheet, re.DOTALL)
    return f'@charset "UTF-8";{notice[0] if notice else ""}\n{written}'


def classes_of(sheet: str) -> set[str]:
    """Every class for which the sheet has a rule."""
    return {name for rule in _qualified(_parsed(sheet)) for selector in _selectors(rule) for name in _classes(selector)}


def _parsed(sheet: str | Iterable[Node]) -> list[Node]:
    return tinycss2.parse_rule_list(sheet, skip_comments=True, skip_whitespace=True)


def _qualified(nodes: Iterable[Node]) -> Iterator[QualifiedRule]:
    for node in nodes:
        if isinstance(node, QualifiedRule):
            yield node
        elif isinstance(node, AtRule) and node.lower_at_keyword == "media":
            yield from _qualified(_parsed(node.content))


def _kept(sheet: str) -> Iterator[Rule | Block]:
    """Movements (keyframes) belong to Bootstrap's own pieces, of which we have none that moves."""
    for node in _parsed(sheet):
        if isinstance(node, QualifiedRule):
            yield from _rules([node])
        elif isinstance(node, AtRule) and node.lower_at_keyword == "media":
            head = f"@media{tinycss2.serialize(node.prelude)}".rstrip()
            yield Block(head, tuple(_rules(_qualified(_parsed(node.content)))))


def _rules(nodes: Iterable[QualifiedRule]) -> Iterator[Rule]:
    for node in nodes:
        wanted = tuple(tinycss2.serialize(selector).strip() for selector in _selectors(node) if _is_used(selector))
        if wanted:
            found = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            yield Rule(wanted, tuple(line.serialize() for line in found if isinstance(line, Declaration)))


def _selectors(rule: QualifiedRule) -> list[list[Node]]:
    """The selectors of a rule, apart."""
    found: list[list[Node]] = [[]]
    for node in rule.prelude:
        if isinstance(node, LiteralToken) and node.value == ",":
            found.append([])
        else:
            found[-1].append(node)
    return found


def _is_used(selector: list[Node]) -> bool:
    return USED.issuperset(_classes(selector)) and THEMED not in tinycss2.serialize(selector)


def _classes(selector: list[Node]) -> set[str]:
    """The classes that something must have to be meant; those inside :not() and the like do not count."""
    dots = [isinstance(node, LiteralToken) and node.value == "." for node in selector]
    return {name.value for dot, name in zip(dots, selector[1:], strict=False) if dot and isinstance(name, IdentToken)}
