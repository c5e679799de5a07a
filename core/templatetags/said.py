"""Django's tags `translate` and `url` and its filters `date` and `floatformat` where they say the same again and again: a
constant word is looked up once for each language, an address once for each name, a day or number once for each way of writing it.
Stands in for the library `i18n` and is built in (ilias/settings.py)."""

import datetime
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaultfilters import date as django_date
from django.template.defaultfilters import floatformat as django_floatformat
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.templatetags.i18n import LanguageNode, TranslateNode
from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.translation import get_language

from core.reader import reader_of, set_reader

register = template.Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)

NOBODY = 10**15  # stands for an id or a number that no address has of itself
KINDS = {UUID, int}
NUMBERS = {int, float, Decimal}


class Word(TranslateNode):
    """A constant word in the language of the page."""

    def __init__(self, node: TranslateNode) -> None:
        super().__init__(node.filter_expression, node.noop, node.asvar, node.message_context)
        self.said: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        language = reader_of(context).language
        if language not in self.said:
            self.said[language] = super().render(context)
        return self.said[language]


class Spoken(LanguageNode):
    """What stands in another language than the page around it."""

    def render(self, context: Context) -> str:
        around = reader_of(context)
        set_reader(context, around._replace(language=self.language.resolve(context)))
        try:
            return super().render(context)
        finally:
            set_reader(context, around)


class Address(URLNode):
    """The address of a page, or of a page about objects: their ids and numbers are put in their places."""

    def __init__(self, node: URLNode) -> None:
        super().__init__(node.view_name, node.args, node.kwargs, node.asvar)
        self.name = node.view_name.var

    def render(self, context: Context) -> str:
        about = tuple([arg.resolve(context) for arg in self.args])
        kinds = tuple([type(one) for one in about])
        if not KINDS.issuperset(kinds):
            return super().render(context)
        reader = reader_of(context)
        return _around(self.name, kinds, reader.urlconf, reader.script) % about


@lru_cache(maxsize=1024)
def _around(name: str, kinds: tuple[type, ...], _urlconf: str | None, _script: str) -> str:
    """An address with a place for each id or number, escaped; the last two are those of this moment."""
    stand_ins = [kind(int=NOBODY + place) if kind is UUID else NOBODY + place for place, kind in enumerate(kinds)]
    address = conditional_escape(reverse(name, args=stand_ins)).replace("%", "%%")
    for stand_in in stand_ins:
        address = address.replace(str(stand_in), "%s")
    return address


@register.filter(expects_localtime=True, is_safe=False)
def date(value: datetime.date | str | None, form: str | None = None) -> str:
    """As Django's."""
    if not isinstance(value, datetime.date):
        return django_date(value, form)
    return _written(value, getattr(value, "tzinfo", None), getattr(value, "fold", 0), form, get_language())


@lru_cache(maxsize=4096)
def _written(value: datetime.date, zone: datetime.tzinfo | None, fold: int, form: str | None, language: str | None) -> str:
    """Moments that are equal are written differently in another zone; the language is the one that is active."""
    return django_date(value, form)


@register.filter(is_safe=True)
def floatformat(value: object, form: int | str = -1) -> str:
    """As Django's."""
    return _rounded(value, form, get_language()) if type(value) in NUMBERS else django_floatformat(value, form)


@lru_cache(maxsize=4096, typed=True)  # 1 and 1.0 are equal and not always written alike
def _rounded(value: object, form: int | str, language: str | None) -> str:
    return django_floatformat(value, form)


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> TranslateNode:
    """As Django's."""
    node = i18n.do_translate(parser, token)
    said = node.filter_expression
    constant = said.var.lookups is None and not said.filters
    return Word(node) if constant and not node.asvar and not node.message_context else node


@register.tag
def language(parser: Parser, token: Token) -> LanguageNode:
    """As Django's."""
    node = i18n.language(parser, token)
    return Spoken(node.nodelist, node.language)


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """As Django's."""
    node = django_url(parser, token)
    constant = isinstance(node.view_name.var, str) and not node.view_name.filters
    return Address(node) if constant and not node.kwargs and not node.asvar else node
