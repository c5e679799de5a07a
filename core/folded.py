"""Templates with fewer nodes. Django draws a page node by node; half of ours say the same to every reader of a language.

When a template is loaded, neighbours that say the same become one node, which is drawn once for each kind of reader
(core/reader.py), and a variable is looked up and written in one step where Django takes thirty. What comes out is what Django's
own nodes say (tests/core/test_folded.py); whatever is out of the ordinary still goes their way.
"""

import html
import uuid
from collections.abc import Iterable, Iterator

from django.template import Context, Template
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    TextNode,
    TokenType,
    Variable,
    VariableDoesNotExist,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import CommentNode, LoadNode
from django.template.library import SimpleNode
from django.template.loaders import base, cached
from django.template.smartif import TokenBase
from django.templatetags.i18n import BlockTranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from core.reader import Reader, reader_of
from core.templatetags.said import Address, Word
from core.templatetags.ui import badge, icon, once

SAY_THE_SAME = {badge, icon, once}  # given the same words
PLAIN = frozenset({str, SafeString, int, bool, type(None), dict, list, tuple, uuid.UUID})


class Folding(base.Loader):
    """Each template is folded before it is kept; while developing (DEBUG) it is left as it is written."""

    def get_template(self, template_name: str, skip: list | None = None) -> Template:
        template = super().get_template(template_name, skip)
        if not self.engine.debug:
            fold(template.nodelist)
        return template


class Loader(cached.Loader, Folding):
    """Django's cached loader: `Folding` stands between it and the loader that reads a template."""


class Folded(Node):
    """Neighbours that say the same to each reader of a kind."""

    child_nodelists = ()

    def __init__(self, nodes: Iterable[Node]) -> None:
        self.nodes = NodeList(nodes)
        self.said: dict[Reader, str] = {}

    def render_annotated(self, context: Context) -> str:
        reader = reader_of(context)
        if reader not in self.said:
            self.said[reader] = self.nodes.render(context)
        return self.said[reader]


class Looked(Variable):
    """A variable with a name, found as Django does: as a key, then as an attribute, called where it can be."""

    __slots__ = ()

    def resolve(self, context: Context) -> object:  # type: ignore[override]
        first, *bits = self.lookups
        for layer in context.dicts[::-1]:
            if first in layer:
                value = layer[first]
                break
        else:
            return super().resolve(context)
        try:
            if type(value) not in PLAIN and callable(value):
                value = _called(value)
            for bit in bits:
                if hasattr(type(value), "__getitem__"):
                    try:
                        value = value[bit]
                    except (TypeError, AttributeError, KeyError, ValueError, IndexError):
                        value = getattr(value, bit)
                else:
                    value = getattr(value, bit)
                if type(value) not in PLAIN and callable(value):
                    value = _called(value)
        except Exception:  # noqa: BLE001 - Django says which faults are silent, and what stands there then
            return super().resolve(context)
        return value


def _called(value: object) -> object:
    if getattr(value, "do_not_call_in_templates", False):
        return value
    if getattr(value, "alters_data", False):
        raise TypeError
    return value()  # type: ignore[operator]


class Written(VariableNode):
    """A variable on the page: text, whole numbers and ids are written at once, anything else as Django does."""

    def render(self, context: Context) -> str:
        said = self.filter_expression
        if said.filters or not said.is_var:
            value = said.resolve(context)
        else:
            try:
                value = said.var.resolve(context)
            except VariableDoesNotExist:
                return super().render(context)
        return _written(value, context)


def _written(value: object, context: Context) -> str:
    kind = type(value)
    if kind is SafeString:
        return value  # type: ignore[return-value]
    if isinstance(value, str) and kind is str:
        harmful = "&" in value or "<" in value or ">" in value or '"' in value or "'" in value
        return html.escape(value) if harmful and context.autoescape else value
    return str(value) if kind is int or kind is uuid.UUID else render_value_in_context(value, context)


class Phrase(BlockTranslateNode):
    """A sentence with values in it: its words are put together once, and once for each language where it counts nothing."""

    said: dict[str | None, str]
    words: tuple[str, str, list[str]]

    def render(self, context: Context, nested: bool = False) -> str:
        values = {name: said.resolve(context) for name, said in self.extra_context.items()}
        one, many, names = self.words
        if self.countervar and self.counter and self.plural:
            number = values[self.countervar] = self.counter.resolve(context)
            if type(number) is not int:
                return super().render(context, nested)
            said = ngettext(one, many, number)
        else:
            language = reader_of(context).language
            if language not in self.said:
                self.said[language] = gettext(one)
            said = self.said[language]
        try:
            return said % {name: _written(values[name] if name in values else context[name], context) for name in names}
        except (KeyError, ValueError):  # a value that is not there, a translation that is broken
            return super().render(context, nested)

    def put_together(self) -> None:
        """The words in one and in many, and the names of the values in both."""
        (one, names), (many, others) = self.render_token_list(self.singular), self.render_token_list(self.plural or [])
        self.words, self.said = (one, many, [*names, *others]), {}


def fold(nodes: NodeList) -> None:
    """Fewer nodes that say the same, in this list and in the lists of its nodes."""
    for node in nodes:
        for inner in _lists_of(node):
            fold(inner)
        for variable in _variables(list(vars(node).values())):
            if type(variable) is Variable and variable.lookups is not None and not variable.translate:
                variable.__class__ = Looked
        if type(node) is VariableNode:
            node.__class__ = Written
        if type(node) is BlockTranslateNode and not (node.asvar or node.message_context):
            node.__class__ = Phrase
        if isinstance(node, Phrase):
            node.put_together()
    nodes[:] = list(_joined(nodes))


def _lists_of(node: Node) -> Iterator[NodeList]:
    """The lists themselves: a node `if` hands out a copy."""
    found = [getattr(node, name, None) for name in node.child_nodelists]
    found += [inner for _condition, inner in getattr(node, "conditions_nodelists", ())]
    return (inner for inner in found if isinstance(inner, NodeList))


def _variables(thing: object) -> Iterator[Variable]:
    """Every variable in an expression, and in the expressions of a node."""
    match thing:
        case Variable():
            yield thing
        case FilterExpression():
            yield from _variables([thing.var, *(args for _filter, args in thing.filters)])
        case TokenBase():
            yield from _variables([thing.first, thing.second, getattr(thing, "value", None)])
        case list() | tuple():
            for one in thing:
                yield from _variables(one)
        case dict():
            yield from _variables(list(thing.values()))


def _joined(nodes: NodeList) -> Iterator[Node]:
    run: list[Node] = []
    for node in [*nodes, None]:
        if node is not None and _says_the_same(node):
            run.append(node)
            continue
        texts = [one for one in run if isinstance(one, TextNode)]
        if len(texts) == len(run):
            text = "".join(one.s for one in texts)
            yield from [TextNode(text)] * bool(text)
        else:
            yield Folded(run) if len(run) > 1 else run[0]
        run = []
        if node is not None:
            yield node


def _says_the_same(node: Node) -> bool:
    match node:
        case TextNode() | CommentNode() | LoadNode() | Word():
            return True
        case Address():
            return not node.args
        case StaticNode():
            return node.varname is None and _is_constant(node.path)
        case SimpleNode():
            given = [*node.args, *node.kwargs.values()]
            return node.func in SAY_THE_SAME and node.target_var is None and all(_is_constant(one) for one in given)
        case BlockTranslateNode():
            asked = node.extra_context or node.counter or node.asvar or node.message_context
            return not asked and all(token.token_type == TokenType.TEXT for token in node.singular)
    return False


def _is_constant(said: FilterExpression) -> bool:
    return not said.filters and (not said.is_var or said.var.lookups is None)
