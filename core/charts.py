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


def scales(
    *,
    title: str,
    description: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[int]],
    lowest: int,
    highest: int,
    heading: str = "",
    key: str = "",
) -> Chart:
    """One ruler per label, each series a marker on it: how something moved from one moment to the next."""
    steps = highest - lowest

    def draw(width: int, y0: float) -> Iterator[str]:
        beside = width == WIDE
        left, step = (230, 34) if beside else (12, 56)
        room = width - left - 16
        for place, name in enumerate(labels):
            y = y0 + place * step + (16 if beside else 34)
            yield label(name, left - 20, y, 210, anchor="end") if beside else words(fitted(name, width), 0, y - 16)
            yield tag("line", x1=left, x2=left + room, y1=y, y2=y, stroke=COLOURS["line"], stroke_width=2)
            for tick in range(steps + 1):
                yield tag("circle", cx=left + room * tick / steps, cy=y, r=2, fill=COLOURS["edge"])
            found = [values[place] for values in series.values()]
            ends = [left + room * (value - lowest) / steps for value in (min(found), max(found))]
            yield tag("line", x1=ends[0], x2=ends[1], y1=y, y2=y, stroke=COLOURS["accent"], stroke_width=3)
            yield from _side_by_side([left + room * (value - lowest) / steps for value in found], y)
        bottom = y0 + len(labels) * step + 14
        for tick in range(steps + 1):
            yield words(lowest + tick, left + room * tick / steps, bottom, size=12, fill="soft", anchor="middle")

    drawings = []
    for width, step in ((WIDE, 34), (TALL, 56)):
        legend, y0 = _legend(list(series), width, markers=True)
        parts = [*legend, *draw(width, y0)]
        drawings.append(
            svg(parts, width=width, height=y0 + len(labels) * step + 20, title=title, description=description, key=key)
        )
    rows: list[list[object]] = [
        [name, *(figure(values[place]) for values in series.values())] for place, name in enumerate(labels)
    ]
    return Chart(title, description, drawings[0], drawings[1], [heading, *series], rows)


def _side_by_side(places: Sequence[float], y: float) -> Iterator[str]:
    """The markers of one ruler; those on the same place stand beside each other."""
    for number, x in enumerate(places):
        same = [other for other, place in enumerate(places) if place == x]
        yield _marker(number, x + 10 * (same.index(number) - (len(same) - 1) / 2), y)


def plane(
    *,
    title: str,
    description: str,
    points: Mapping[str, tuple[int, int, str]],
    corners: tuple[str, str, str, str],
    axes: tuple[str, str],
    lowest: int,
    highest: int,
    headers: Sequence[str],
    key: str = "",
) -> Chart:
    """Four quadrants with points in them, joined in their order. `points`: name → (across, up, what the quadrant is called);
    `corners`: upper left, upper right, lower left, lower right."""

    def draw(width: int, y0: float) -> Iterator[str]:
        side = 300
        left, top = (width - side) / 2, y0 + 12
        half = side / 2
        for number, name in enumerate(corners):
            x, y = left + half * (number % 2), top + half * (number // 2)
            yield tag(
                "rect", x=x + 1, y=y + 1, width=half - 2, height=half - 2, rx=4, fill=COLOURS["tint" if number == 1 else "sand"]
            )
            yield words(fitted(name, half - 16), x + half / 2, y + 20, size=12, fill="soft", anchor="middle", weight=700)
        yield words(f"{axes[0]} →", left + side, top + side + 18, size=12, anchor="end")
        yield words(f"↑ {axes[1]}", left, top - 4, size=12)
        unit = side / (highest - lowest + 1)
        placed = [
            (left + unit * (across - lowest + 0.5), top + side - unit * (up - lowest + 0.5))
            for across, up, _name in points.values()
        ]
        for (x1, y1), (x2, y2) in pairwise(placed):
            yield tag("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=COLOURS["accent"], stroke_width=2)
        for number, (x, y) in enumerate(placed):
            before = placed[:number].count((x, y))
            yield _marker(number, x + 10 * before, y)

    drawings = []
    for width in (WIDE, TALL):
        legend, y0 = _legend(list(points), width, markers=True)
        parts = [*legend, *draw(width, y0 + 8)]
        drawings.append(svg(parts, width=width, height=y0 + 346, title=title, description=description, key=key))
    rows: list[list[object]] = [[name, figure(across), figure(up), where] for name, (across, up, where) in points.items()]
    return Chart(title, description, drawings[0], drawings[1], list(headers), rows)


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
