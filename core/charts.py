"""Charts drawn on the server, the same on the page, in the PDF and in mail: a title, a description and a table twin with each."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import ceil, floor, log10

from django.utils.translation import gettext as _

from core.drawing import COLOURS, SERIES, TALL, WIDE, Chart, Number, figure, fitted, label, svg, tag, words

BAR = 18
Values = Sequence[Number | None]


def bars(
    *, title: str, description: str, labels: Sequence[str], values: Values, headers: tuple[str, str] | None = None, key: str = ""
) -> Chart:
    """One horizontal bar per label, its figure at the end. A value of None is said, not drawn."""
    top = max([value for value in values if value is not None] + [1])

    def draw(width: int) -> Iterator[str]:
        beside = width == WIDE
        x, step = (210, 34) if beside else (0, 48)
        room = width - x - 60
        for place, (name, value) in enumerate(zip(labels, values, strict=True)):
            y = place * step + (8 if beside else 24)
            yield label(name, x - 10, y + 10, 200, anchor="end") if beside else words(fitted(name, width), 0, y - 6)
            length = max(0.0, room * (value or 0) / top)
            if length:
                yield tag("rect", x=x, y=y, width=max(length, 2.0), height=BAR, rx=3, fill=COLOURS["accent"])
            yield words(figure(value), x + length + 8, y + 14, weight=700)
        if beside:
            yield tag("line", x1=x, x2=x, y1=2, y2=len(labels) * step, stroke=COLOURS["edge"])

    step = {WIDE: 34, TALL: 48}
    wide, tall = (
        svg(draw(width), width=width, height=len(labels) * step[width] + 4, title=title, description=description, key=key)
        for width in (WIDE, TALL)
    )
    rows: list[list[object]] = [[name, figure(value)] for name, value in zip(labels, values, strict=True)]
    return Chart(title, description, wide, tall, list(headers or ("", _("Number"))), rows)


def stacked_bars(
    *,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
    heading: str = "",
    key: str = "",
) -> Chart:
    """One bar per label, cut into the series in their order; figures stand in the parts that have room, the total at the end."""
    totals = [sum(values) for values in zip(*series.values(), strict=True)]
    top = max([*totals, 1])

    def draw(width: int, y0: float) -> Iterator[str]:
        beside = width == WIDE
        left, step = (210, 34) if beside else (0, 48)
        room = width - left - 50
        for place, name in enumerate(labels):
            y = y0 + place * step + (8 if beside else 24)
            yield label(name, left - 10, y + 10, 200, anchor="end") if beside else words(fitted(name, width), 0, y - 6)
            x = float(left)
            for colour, values in zip(SERIES, series.values(), strict=False):
                length = room * values[place] / top
                if length > 0:
                    yield tag("rect", x=x, y=y, width=max(length - 2, 1.0), height=BAR, fill=colour)
                if length > 26:
                    yield words(
                        figure(values[place]), x + (length - 2) / 2, y + 13.5, size=12, fill="paper", anchor="middle", weight=700
                    )
                x += length
            yield words(figure(totals[place]), x + 6, y + 14, weight=700)

    drawings = []
    for width, step in ((WIDE, 34), (TALL, 48)):
        legend, y0 = _legend(list(series), width)
        height = y0 + len(labels) * step + 4
        drawings.append(
            svg([*legend, *draw(width, y0)], width=width, height=height, title=title, description=description, key=key)
        )
    rows: list[list[object]] = [
        [name, *(figure(values[place]) for values in series.values()), figure(totals[place])] for place, name in enumerate(labels)
    ]
    return Chart(title, description, drawings[0], drawings[1], [heading, *series, _("Total")], rows)


def line(
    *, title: str, description: str, labels: Sequence[str], series: Mapping[str, Values], heading: str = "", key: str = ""
) -> Chart:
    """Lines over equally spaced labels (months, sessions). Each series has its own marker; None leaves a gap."""
    highest = max([value for values in series.values() for value in values if value is not None] + [1])
    step = _nice(highest / 4)
    top = ceil(highest / step) * step

    def draw(width: int, y0: float) -> Iterator[str]:
        left, right, height = 44, width - 14, 200
        gap = (right - left) / max(len(labels) - 1, 1)
        every = ceil(len(labels) * 52 / (right - left))
        for tick in range(round(top / step) + 1):
            y = y0 + height - height * tick * step / top
            yield tag("line", x1=left, x2=right, y1=y, y2=y, stroke=COLOURS["line" if tick else "edge"])
            yield words(figure(_tidy(tick * step)), left - 8, y + 4, size=12, fill="soft", anchor="end")
        for place, name in enumerate(labels):
            if place % every == 0:
                anchor = "start" if place == 0 else "end" if place == len(labels) - 1 else "middle"
                yield words(
                    fitted(name, gap * every, 12), left + place * gap, y0 + height + 20, size=12, fill="soft", anchor=anchor
                )
        for number, values in enumerate(series.values()):
            points = [
                None if value is None else (left + place * gap, y0 + height - height * value / top)
                for place, value in enumerate(values)
            ]
            colour = SERIES[number % len(SERIES)]
            for start, end in pairwise(points):
                if start and end:
                    yield tag(
                        "line",
                        x1=start[0],
                        y1=start[1],
                        x2=end[0],
                        y2=end[1],
                        stroke=colour,
                        stroke_width=2.5,
                        stroke_linecap="round",
                    )
            for point in filter(None, points):
                yield _marker(number, *point)

    drawings = []
    for width in (WIDE, TALL):
        legend, y0 = _legend(list(series), width, markers=True)
        parts = [*legend, *draw(width, y0 + 10)]
        drawings.append(svg(parts, width=width, height=y0 + 240, title=title, description=description, key=key))
    rows: list[list[object]] = [
        [name, *(figure(values[place]) for values in series.values())] for place, name in enumerate(labels)
    ]
    return Chart(title, description, drawings[0], drawings[1], [heading, *series], rows)


def _legend(names: Sequence[str], width: int, *, markers: bool = False) -> tuple[list[str], float]:
    """The names with their colour (and marker), flowing over as many lines as they need, and where the drawing may begin."""
    parts, x, y = [], 0.0, 14.0
    for number, name in enumerate(names):
        shown = fitted(name, width - 30)
        wide = 22 + len(shown) * 7.2 + 16
        if x and x + wide > width:
            x, y = 0.0, y + 22
        colour = SERIES[number % len(SERIES)]
        parts.append(_marker(number, x + 7, y - 4) if markers else tag("rect", x=x, y=y - 11, width=14, height=14, fill=colour))
        parts.append(words(shown, x + 20, y))
        x += wide
    return parts, y + 12


def _marker(number: int, x: float, y: float) -> str:
    """A series' own sign: circle, square, diamond, triangle."""
    fill = SERIES[number % len(SERIES)]
    match number % 4:
        case 0:
            return tag("circle", cx=x, cy=y, r=4.5, fill=fill)
        case 1:
            return tag("rect", x=x - 4, y=y - 4, width=8, height=8, fill=fill)
        case 2:
            return tag(
                "polygon", points=f"{x:.1f},{y - 6:.1f} {x + 6:.1f},{y:.1f} {x:.1f},{y + 6:.1f} {x - 6:.1f},{y:.1f}", fill=fill
            )
    return tag("polygon", points=f"{x:.1f},{y - 5.5:.1f} {x + 5.5:.1f},{y + 4.5:.1f} {x - 5.5:.1f},{y + 4.5:.1f}", fill=fill)


def _nice(step: float) -> float:
    """The step of an axis: 1, 2, 5 times a power of ten, never below a whole one for small counts."""
    power = 10.0 ** floor(log10(max(step, 0.01)))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= step)


def _tidy(value: float) -> Number:
    return int(value) if float(value).is_integer() else round(value, 2)
