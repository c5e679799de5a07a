"""What stands in a text about others: numbers that are never kept, and words that look like somebody's name."""

import json
import re
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from core.errors import DomainError
from core.text import clean_text, looks_like_national_number

LIBRARY = Path(__file__).parent / "library" / "no_names.json"
WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
BEGINS = re.compile(r"(?:^|[.!?:;\n(“\"«–—•*-])[\s“\"«(–—•*-]*$")


def without_numbers(text: str, *, field: str = "text") -> str:
    """The cleaned text; DomainError beside `field` when a national register number stands in it (facts A4)."""
    text = clean_text(text).strip()
    if looks_like_national_number(text):
        raise DomainError(
            _("There is a national register number in your text. Take it out: we never keep such numbers."), field=field
        )
    return text


def marked(text: str) -> list[tuple[str, bool]]:
    """The text in pieces, True for each word that looks like a name: a capital in the middle of a sentence.

    At the beginning of a sentence every word has one; there only words count that are no everyday word of Dutch or English.
    """
    pieces, at = [], 0
    for found in WORD.finditer(text):
        if not _looks_like_name(found[0], text[max(0, found.start() - 20) : found.start()]):
            continue
        pieces += [(text[at : found.start()], False), (found[0], True)]
        at = found.end()
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def names_in(text: str) -> list[str]:
    """The words that look like names, each once, as they stand."""
    return list(dict.fromkeys(word for word, is_name in marked(text) if is_name))


def _looks_like_name(word: str, before: str) -> bool:
    if len(word) < 2 or not word[0].isupper() or word.casefold() in _everyday()["anywhere"]:
        return False
    return not BEGINS.search(before) or word.casefold() not in _everyday()["first"]


@cache
def _everyday() -> dict[str, frozenset[str]]:
    lists = json.loads(LIBRARY.read_text(encoding="utf-8"))
    return {name: frozenset(words.casefold() for words in lists[name].split()) for name in ("first", "anywhere")}
