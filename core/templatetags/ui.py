"""The small words of every page: icon, badge, when, day, fields. The pieces themselves are in templates/ui."""

import datetime
import html
import zoneinfo
from collections.abc import Iterable
from datetime import tzinfo
from functools import lru_cache

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import template
from django.conf import settings
from django.forms import BaseForm
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from core.reader import reader_of

register = template.Library()

# what a state looks like is in static/css/components.css: each has a shape of its own
STATES = frozenset({"ok", "now", "next", "wait", "stop", "quiet"})


@lru_cache(maxsize=64)
def _icon(name: str, address: str) -> SafeString:
    drawn = '<svg class="icon" width="20" height="20" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    return format_html(drawn, address, name)


@lru_cache(maxsize=128)
def _once(name: str, demo: bool, language: str | None) -> SafeString:
    return render_to_string(name, {"demo": demo})


@register.simple_tag
def once(name: str) -> SafeString:
    """A piece that says the same to everybody: its template, which knows only `demo`, is drawn once for each language."""
    return (_once.__wrapped__ if settings.DEBUG else _once)(name, settings.DEMO, get_language())


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing of static/img/icons.svg, hidden from screen readers: the word stands beside it."""
    return _icon(name, static("img/icons.svg"))


@register.simple_tag
def badge(state: str | tuple[str, str], label: object = "") -> SafeString:
    """A status as word, shape and colour; `state` is one of STATES, anything else is shown as quiet.

    A pair (state, label) may come as one: `{% badge meeting.badge %}`.
    """
    if isinstance(state, tuple):
        state, label = state
    words = label if isinstance(label, SafeString) else str(label)
    return _badge(state if state in STATES else "quiet", conditional_escape(words))


@register.simple_tag
def options(rows: Iterable[tuple[object, str]], chosen: object) -> SafeString:
    """The options of a list: of each its value and its word; long lists cost no template nodes."""
    found = str(chosen)
    drawn = (
        f'<option value="{html.escape(value)}"{" selected" if value == found else ""}>{html.escape(word)}</option>'
        for value, word in ((str(value), word) for value, word in rows)
    )
    return SafeString("".join(drawn))


@lru_cache(maxsize=1024)
def _badge(state: str, label: SafeString) -> SafeString:
    return format_html('<span class="status status-{}">{}</span>', state, label)


@register.simple_tag(name="when", takes_context=True)
def when_here(
    context: Context, start: datetime.datetime, end: datetime.datetime | None = None, zone: object = None, short: bool = False
) -> SafeString:
    """A meeting's day and hours in words, in its own zone: "donderdag 26 maart 2026, 9.00–12.00 uur".

    `zone` is a zone or its name (default: the page's); where its clock differs from the page's, the zone is named.
    `short` shortens the names: "do 26 mrt 2026, 9.00–12.00 uur".
    """
    reader = reader_of(context)
    named = zoneinfo.ZoneInfo(zone) if isinstance(zone, str) and zone else zone
    there = named if isinstance(named, tzinfo) else reader.zone
    return _when(start, end, there, reader.zone, short, reader.language)


def when(start: datetime.datetime, end: datetime.datetime | None = None, zone: object = None) -> SafeString:
    """The same outside of a page: in letters and in what is written down."""
    return when_here(Context(), start, end, zone)


@lru_cache(maxsize=4096)
def _when(
    start: datetime.datetime, end: datetime.datetime | None, there: tzinfo, here: tzinfo, short: bool, language: str | None
) -> SafeString:
    """Lists say the same moments again and again; the language is the one that is active."""
    begins = timezone.localtime(start, there)
    ends = timezone.localtime(end, there) if end else None
    text = _stretch(begins, ends, short)
    if begins.utcoffset() != timezone.localtime(start, here).utcoffset():
        place = str(there).rsplit("/", 1)[-1].replace("_", " ")
        text = _("%(when)s (%(place)s time)") % {"when": text, "place": place}
    return format_html('<time datetime="{}">{}</time>', begins.isoformat(timespec="minutes"), text)


@register.simple_tag(takes_context=True)
def day(context: Context, value: datetime.date | datetime.datetime | None, short: bool = False) -> SafeString:
    """A day in words with its weekday: "donderdag 26 maart 2026"; nothing for nothing."""
    if not value:
        return SafeString("")
    reader = reader_of(context)
    if isinstance(value, datetime.datetime):
        value = value.astimezone(reader.zone).date()
    return _dated(value, short, reader.language)


@lru_cache(maxsize=4096)
def _dated(value: datetime.date, short: bool, language: str | None) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), _day(value, short))


@register.filter
def clock(value: datetime.datetime | datetime.time | None) -> str:
    """The time of day in words: "9.00 uur"."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        value = timezone.localtime(value)
    return _("%(time)s o'clock") % {"time": _clock(value)}


@register.filter
def initials(name: object) -> str:
    """The first letters of a name's first and last word."""
    words = str(name).split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.simple_tag(takes_context=True)
def fields(context: Context, form: BaseForm) -> SafeString:
    """A form's fields by crispy, in the layout of `form.helper` when it has one, without the form tag and the token."""
    helper = getattr(form, "helper", None) or FormHelper(form)
    helper.form_tag = False
    helper.disable_csrf = True
    helper.form_show_errors = True
    return render_crispy_form(form, helper, context)


@register.filter
def problems(form: BaseForm) -> list[tuple[str, str, str]]:
    """What a form refused, for the summary on top: (id of the field, label, sentence), general refusals first without id."""
    found = [("", "", str(error)) for error in form.non_field_errors()]
    for field in form:
        target = field.id_for_label or f"div_{field.auto_id}"
        found += [(target, str(field.label), str(error)) for error in field.errors]
    return found


@register.simple_tag(takes_context=True)
def page_link(context: Context, number: object, name: str = "page") -> str:
    """The address of another page of this list, with the filters kept."""
    asked = context["request"].GET.copy()
    asked[name] = str(number)
    return "?" + asked.urlencode()


def _stretch(begins: datetime.datetime, ends: datetime.datetime | None, short: bool) -> str:
    first = {"day": _day(begins, short), "start": _clock(begins)}
    if ends is None or ends == begins:
        return _("%(day)s, %(start)s") % first
    if ends.date() == begins.date():
        return _("%(day)s, %(start)s–%(end)s") % {**first, "end": _clock(ends)}
    return _("from %(day)s, %(start)s until %(last)s, %(end)s") % {**first, "last": _day(ends, short), "end": _clock(ends)}


def _day(value: datetime.date, short: bool) -> str:
    form = pgettext("short day, Django's date format", "D j M Y") if short else pgettext("day, Django's date format", "l j F Y")
    return dateformat.format(value, form)


def _clock(value: datetime.datetime | datetime.time) -> str:
    return dateformat.format(value, pgettext("time, Django's date format", "H:i"))
