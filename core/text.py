"""Text that people typed: cleaned of what breaks databases and files, and shown as Markdown without HTML (design.md rule 12)."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import nh3
from django.utils.html import escape, linebreaks
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "b", "i", "u", "s", "ul", "ol", "li", "blockquote", "h2", "h3", "h4", "a"}
MAX_NESTING = 20
MAX_MARKDOWN = 200_000
MAX_MARKS = 2_000  # brackets and stars without a partner cost the square of their number
# what a leader types as plain text must not turn into code, a rule, an image or a hidden reference
SWITCHED_OFF = ["code", "fence", "backticks", "hr", "lheading", "reference", "image", "html_block", "html_inline", "entity"]
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
ADDRESS = re.compile(r"https://[^\s<>\"'\u201d\u2019]+[^\s<>\"'\u201d\u2019.,;:!?)\]}]")
# YYMMDD NNN CC with or without separators; not the end of a longer number and not a telephone number after a plus
SEPARATOR = r"[\s.\-/\u2010-\u2015]{0,3}"
NATIONAL_NUMBER = re.compile(rf"(?<![\d+])(\d\d){SEPARATOR}(\d\d){SEPARATOR}(\d\d){SEPARATOR}(\d\d\d){SEPARATOR}(\d\d)(?!\d)")


def clean_text(value: str) -> str:
    """The text without NUL, other control characters and lone surrogates, in composed form (NFC) and with plain line ends."""
    return unicodedata.normalize("NFC", CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n")))


def markdown(value: str) -> str:
    """Markdown as HTML of our own short list of tags; HTML stays text. What is nested or long beyond reason is shown as typed."""
    text = clean_text(value)
    if not text.strip():
        return ""
    plain = len(text) > MAX_MARKDOWN or sum(map(text.count, "[*_~")) > MAX_MARKS
    tokens = [] if plain else _parser().parse(text)
    if not tokens or _depth(tokens) > MAX_NESTING:
        html = linebreaks(escape(text))
    else:
        html = _parser().renderer.render(_adapted(tokens), _parser().options, {})
    return nh3.clean(html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"https", "mailto"}, url_relative="deny")


def looks_like_national_number(text: str) -> bool:
    """Does a Belgian national register number (or bis number) stand in the text? Such numbers are refused, never kept (facts A4).

    Eleven digits YYMMDD-NNN-CC, CC = 97 - (the nine digits, with a 2 before them for births from 2000, mod 97); a bis number has
    its month + 20 or + 40.
    """
    for found in NATIONAL_NUMBER.finditer(unicodedata.normalize("NFKC", text)):
        year, month, day, serial, check = map(int, found.groups())
        nine = (year * 10_000 + month * 100 + day) * 1000 + serial
        in_register = month <= 52 and month % 20 <= 12 and day <= 31 and 1 <= serial <= 998
        if in_register and check in {97 - nine % 97, 97 - (2_000_000_000 + nine) % 97}:
            return True
    return False


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": MAX_NESTING * 3})
    return parser.enable("strikethrough").disable(SWITCHED_OFF)


def _depth(tokens: list[Token]) -> int:
    """How deep blocks and, inside them, emphasis and links stand in one another."""
    return max(token.level + max((child.level for child in token.children or ()), default=0) for token in tokens)


def _adapted(tokens: list[Token]) -> list[Token]:
    """Headings begin at h2 (a page has one h1), end at h4 and leave out no level; a bare https address becomes a link."""
    written = sorted({token.tag for token in tokens if token.type == "heading_open"})
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            level = min(written.index(token.tag) + 2, level + 1, 4)
            token.tag = f"h{level}"
        elif token.type == "heading_close":
            token.tag = f"h{level}"
        elif token.children:
            token.children = list(_linked(token.children))
    return tokens


def _linked(children: list[Token]) -> Iterator[Token]:
    inside = 0
    for child in children:
        inside += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type != "text" or inside:
            yield child
            continue
        at = 0
        for found in ADDRESS.finditer(child.content):
            yield Token("text", "", 0, content=child.content[at : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": found[0]})
            yield Token("text", "", 0, content=found[0])
            yield Token("link_close", "a", -1)
            at = found.end()
        yield Token("text", "", 0, content=child.content[at:])
