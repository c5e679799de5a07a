"""Templates are laid out for who reads them; what is rendered carries nothing of it (docs/decisions/0060).

A line break with its indentation vanishes between two tags, HTML's or Django's; beside a word it is one space. Where text is kept
as it was written (`<pre>`, `<textarea>`, `<script>`, `<style>`, `{% blocktranslate %}`, `{% verbatim %}`) nothing changes.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress

from django.template import Origin, Template, TemplateDoesNotExist
from django.template.base import DebugLexer, Lexer, NodeList, Parser, Token, TokenType
from django.template.loaders import base, cached

from core.folded import Folding

AS_WRITTEN = "pre|textarea|script|style"
MARK = re.compile(rf"<(?P<opens>{AS_WRITTEN})\b|(?P<closes></(?:{AS_WRITTEN})\b)|(?P<end>>)|(?P<breaks>[ \t]*\n\s*)", re.I)
WORDS = ("blocktranslate", "blocktrans", "verbatim")  # msgids and what is no template


class _Text:
    """The text of one template, piece by piece; it remembers where text stands as written."""

    def __init__(self) -> None:
        self.words = ""  # the tag whose words stand as written
        self.element = ""  # the element: "<textarea", and "textarea" after the end of its tag

    def passes(self, tag: str) -> None:
        """A block tag between two pieces."""
        if self.words:
            self.words = "" if tag == f"end{self.words}" else self.words
        else:
            self.words = tag if tag in WORDS else ""

    def without_layout(self, piece: str) -> str:
        return piece if self.words else MARK.sub(self._seen, piece)

    def _seen(self, mark: re.Match[str]) -> str:
        if mark["opens"] and not self.element:
            self.element = mark[0]
        elif mark["end"]:
            self.element = self.element.removeprefix("<")
        elif mark["closes"]:
            self.element = ""
        elif mark["breaks"] and self.element[:1] in ("", "<"):
            before, after = mark.string[: mark.start()], mark.string[mark.end() :]
            return "" if before[-1:] in ("", ">") and after[:1] in ("", "<") else " "
        return mark[0]


def without_layout(tokens: Iterable[Token]) -> list[Token]:
    """The tokens of a template; the line breaks that are only layout are gone from its text, and so are comments."""
    text, left = _Text(), list[Token]()
    for token in tokens:
        if token.token_type == TokenType.TEXT:
            token.contents = text.without_layout(token.contents)
            if left and left[-1].token_type == TokenType.TEXT:
                left[-1].contents += token.contents
            elif token.contents:
                left.append(token)
        elif token.token_type != TokenType.COMMENT:
            text.passes(token.contents.partition(" ")[0] if token.token_type == TokenType.BLOCK else "")
            left.append(token)
    return left


class Page(Template):
    """A template of ours. What it says about a mistake names the line in the file."""

    def compile_nodelist(self) -> NodeList:
        """As Django's, without the layout."""
        tokens = (DebugLexer if self.engine.debug else Lexer)(self.source).tokenize()
        libraries, builtins = self.engine.template_libraries, self.engine.template_builtins
        parser = Parser(without_layout(tokens), libraries, builtins, self.origin)
        try:
            nodes = parser.parse()
        except Exception as fault:
            if self.engine.debug:
                fault.template_debug = self.get_exception_info(fault, fault.token)  # type: ignore[attr-defined]
            raise
        self.extra_data = parser.extra_data
        return nodes


class _Pages(base.Loader):
    get_contents: Callable[[Origin], str]

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        for origin in self.get_template_sources(template_name):
            if template_name.endswith(".html") and origin not in (skip or ()):
                with suppress(TemplateDoesNotExist):
                    return Page(self.get_contents(origin), origin, template_name, self.engine)
        return super().get_template(template_name, skip)


class Loader(cached.Loader, Folding, _Pages):
    """Django's loader that remembers, for our own templates, which are folded too; a letter in plain text stands as written."""
