"""The pencil of core/charts.py: the palette, text that fits, SVG elements made of escaped values only (no style, no script)."""

import html
from collections.abc import Iterable
from datetime import date
from hashlib import blake2s
from textwrap import wrap
from typing import NamedTuple

from django.utils.formats import date_format, localize
from django.utils.safestring import SafeString
from django.utils.translation import get_language

# static/css/tokens.css says the same; every colour that carries meaning has a contrast of 3 to the paper, text of 4.5
COLOURS = {
    "paper": "#fffdf8",
    "ink": "#1e2a29",
    "soft": "#4c5856",
    "edge": "#6c7673",
    "line": "#ddd3c1",
    "sand": "#f2ebde",
    "tint": "#deebe8",
    "accent": "#0b5a5b",
    "ok": "#23633a",
    "wait": "#7a4b00",
    "stop": "#9b2c24",
}
SERIES = ("#0b5a5b", "#9c5a0b", "#74406b", "#4f6b23", "#2d6389", "#6d574a")
FONT = "Atkinson Hyperlegible Next, Atkinson Hyperlegible Next Ext, system-ui, sans-serif"
WIDE, TALL = 640, 360

Number = int | float


class Chart(NamedTuple):
    """A drawing and its twin: `svg` for room, `tall` for a telephone, and the same figures as a table."""

    title: str
    description: str
    svg: SafeString
    tall: SafeString
    headers: list[str]
    rows: list[list[object]]


def tag(name: str, content: str = "", /, **attributes: object) -> str:
    """One element; `content` is markup made here, attribute values are escaped. An underscore in a name stands for a hyphen."""
    written = "".join(f' {key.replace("_", "-")}="{_value(value)}"' for key, value in attributes.items() if value is not None)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def words(
    text: object, x: float, y: float, *, size: float = 13, fill: str = "ink", anchor: str | None = None, weight: int | None = None
) -> str:
    """Text at a place, its base line at y."""
    colour = None if fill == "ink" else COLOURS.get(fill, fill)  # ink is what the drawing as a whole says
    return tag("text", html.escape(str(text)), x=x, y=y, font_size=size, fill=colour, text_anchor=anchor, font_weight=weight)


def fitted(text: str, width: float, size: float = 13) -> str:
    """The text cut with an ellipsis where it would run over `width` (an average letter is 0.53 of the size)."""
    room = int(width / (size * 0.53))
    return text if len(text) <= room else text[: max(room - 1, 1)].rstrip() + "…"


def label(text: str, x: float, middle: float, width: float, *, anchor: str | None = None, weight: int | None = None) -> str:
    """A name beside a line, on two lines when it is long."""
    room = int(width / (13 * 0.53))
    if len(text) <= room or " " not in text:
        return words(fitted(text, width), x, middle + 4, anchor=anchor, weight=weight)
    first, *rest = wrap(text, room, break_long_words=False)
    second = fitted(" ".join(rest), width)
    both = ((fitted(first, width), middle - 3), (second, middle + 11))
    return "".join(words(line, x, y, anchor=anchor, weight=weight) for line, y in both)


def short_day(day: date) -> str:
    """A day without its year, months in small letters except in English."""
    return date_format(day, "j M" if get_language() == "en" else "j b")


def short_month(day: date) -> str:
    """A month and its year, in the same letters."""
    return date_format(day, "M Y" if get_language() == "en" else "b Y")


def figure(value: object) -> str:
    """A number as the reader's language writes it; nothing known is a dash."""
    return "–" if value is None else str(localize(value, use_l10n=True))


def svg(
    parts: Iterable[str], *, width: float, height: float, title: str, description: str, key: str = "", linked: bool = False
) -> SafeString:
    """The finished drawing. One with links is a group, because the inside of an image cannot be reached by keyboard."""
    body = "".join(parts)
    name = "chart-" + blake2s(f"{key}{title}{width}{body}".encode(), digest_size=5).hexdigest()
    head = tag("title", html.escape(title), id=f"{name}-title") + tag("desc", html.escape(description), id=f"{name}-desc")
    return SafeString(
        tag(
            "svg",
            head + body,
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {_value(width)} {_value(height)}",
            width=width,
            height=height,
            role="group" if linked else "img",
            aria_labelledby=f"{name}-title {name}-desc",
            font_family=FONT,
            fill=COLOURS["ink"],
        )
    )


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    return str(value) if isinstance(value, int) else html.escape(str(value))
