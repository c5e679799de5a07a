"""For whom a page is drawn: what its words, days and addresses depend on, asked once a page and not at each word."""

import datetime
from typing import NamedTuple

from django.conf import settings
from django.template.context import BaseContext
from django.urls import get_script_prefix, get_urlconf
from django.utils import timezone
from django.utils.translation import get_language


class Reader(NamedTuple):
    """The language, the clock, where the site's addresses begin, and whether this is a demo."""

    language: str | None
    zone: datetime.tzinfo
    urlconf: str | None
    script: str
    demo: bool

    @classmethod
    def now(cls) -> "Reader":
        """Whose language and clock are active."""
        return cls(get_language(), timezone.get_current_timezone(), get_urlconf(), get_script_prefix(), settings.DEMO)


def reader_of(context: BaseContext) -> Reader:
    """The reader of the page to which this context belongs; the tag `language` sets another for what stands inside."""
    try:
        return context.reader  # type: ignore[attr-defined]
    except AttributeError:
        return set_reader(context, Reader.now())


def set_reader(context: BaseContext, reader: Reader) -> Reader:
    """From here on this page is drawn for another reader."""
    context.reader = reader  # type: ignore[attr-defined]
    return reader
