"""The trajectory line: meetings of all as large stops on one line, those of each pair or group as small stops on a line below.

Wide, time runs to the right; on a telephone it runs down, one stop a row, as on a list with the lines beside it. A stop's state
shows in colour, in shape and in words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.drawing import COLOURS, TALL, Chart, fitted, label, short_day, short_month, svg, tag, words

STATUSES = ("planned", "held", "checked", "cancelled", "missing")
WORDS = {
    "planned": gettext_noop("planned"),
    "held": gettext_noop("held"),
    "checked": gettext_noop("checked"),
    "cancelled": gettext_noop("cancelled"),
    "missing": gettext_noop("still to plan"),
}
WIDTH, GUTTER, MARGIN = 880, 190, 24
LARGE, SMALL = 13.0, 8.0
ROW, EVENT = 34, 44


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A meeting on the line; without a date it stands at the end as still to be planned."""

    label: str
    status: str
    on: date | None = None
    number: int | None = None
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One pair or group and its own meetings."""

    label: str
    stops: Sequence[Stop]


@dataclass(frozen=True, kw_only=True)
class Band:
    """A phase, drawn behind the stops."""

    label: str
    start: date
    end: date


def trajectory_line(
    *,
    title: str,
    description: str,
    stops: Sequence[Stop],
    lines: Sequence[Line] = (),
    bands: Sequence[Band] = (),
    today: date | None = None,
    main: str,
    side: str,
    key: str = "",
) -> Chart:
    """The whole trajectory in one drawing; a stop with an address can be followed.

    `main` names the thick line (network sessions); `side` is the table's heading for whose line it is (pilot).
    """
    days = [stop.on for stop in (*stops, *(stop for line in lines for stop in line.stops)) if stop.on]
    days += [day for band in bands for day in (band.start, band.end)]
    now = today or timezone.localdate()
    scale = _Scale(min(days, default=now), max(days, default=now))
    linked = any(stop.url for stop in (*stops, *(stop for line in lines for stop in line.stops)))
    wide = [*_wide(main, stops, lines, bands, today, scale)]
    height = _rows_top(bands) + len(lines) * ROW + 46
    events = _events(stops, lines)
    tall = [*_tall(events, lines, bands, today)]
    tall_height = _tall_height(events, bands, today)
    rows: list[list[object]] = [
        [stop.label, line.label if line else "", date_format(stop.on) if stop.on else _("no date yet"), status_word(stop.status)]
        for stop, line in events
    ]
    rows += [[band.label, "", f"{date_format(band.start)} – {date_format(band.end)}", _("phase")] for band in bands]
    pencil = partial(svg, title=title, description=description, key=key, linked=linked)
    return Chart(
        title,
        description,
        pencil(wide, width=WIDTH, height=height),
        pencil(tall, width=TALL, height=tall_height),
        [_("Meeting"), side, _("Date"), _("State")],
        rows,
    )


def status_word(status: str) -> str:
    """The state of a stop in one word."""
    return _(WORDS[status])


class _Scale:
    """Days to places across the wide drawing; the last column is for what has no date."""

    def __init__(self, first: date, last: date) -> None:
        self.first = first.replace(day=1)
        self.days = max((last - self.first).days + 7, 28)
        self.left, self.right = GUTTER + 10.0, WIDTH - MARGIN - 76.0

    def x(self, day: date | None) -> float:
        if day is None:
            return WIDTH - MARGIN - 22.0
        return self.left + (self.right - self.left) * min(max((day - self.first).days, 0), self.days) / self.days

    def months(self) -> Iterator[date]:
        """The first days of months that get a mark: each, every second, third, sixth or twelfth, as room allows."""
        every = next(step for step in (1, 2, 3, 6, 12, 24) if self.days / 30.4 / step <= 9 or step == 24)
        month = self.first
        while (month - self.first).days <= self.days:
            if (month.month - 1) % min(every, 12) == 0:
                yield month
            month = (month.replace(day=28) + timedelta(days=4)).replace(day=1)


# -- wide -----------------------------------------------------------------------------------------------------------


def _rows_top(bands: Sequence[Band]) -> float:
    return 150.0 if bands else 122.0


def _wide(
    main: str, stops: Sequence[Stop], lines: Sequence[Line], bands: Sequence[Band], today: date | None, scale: _Scale
) -> Iterator[str]:
    top = 28.0 if bands else 0.0
    rows_top, bottom = _rows_top(bands), _rows_top(bands) + len(lines) * ROW
    yield from _wide_ground(bands, scale, top, bottom)
    middle = top + 68
    yield label(main, 0, middle, GUTTER - 14, weight=700)
    yield tag(
        "line",
        x1=GUTTER,
        x2=WIDTH - MARGIN,
        y1=middle,
        y2=middle,
        stroke=COLOURS["accent"],
        stroke_width=4,
        stroke_linecap="round",
    )
    if today and scale.first <= today <= scale.first + timedelta(days=scale.days):
        x = scale.x(today)
        yield tag("line", x1=x, x2=x, y1=middle - 16, y2=bottom, stroke=COLOURS["stop"], stroke_width=1.5, stroke_dasharray="4 3")
        yield words(_("today"), x, bottom + 12, size=11.5, fill="stop", anchor="middle", weight=700)
    taken = [-99.0, -99.0]  # the last date written below and above the line
    dates, signs = [], []
    for x, stop in _apart(stops, scale, LARGE):
        side = 0 if x - taken[0] >= 50 else 1
        if stop.on and x - taken[side] >= 50:
            dates.append(tag("text", escape(short_day(stop.on)), x=x, y=middle + (29 if side == 0 else -20)))
            taken[side] = x
        signs.append(_sign(stop, x, middle, LARGE))
    yield tag("g", "".join(dates), font_size=11.5, fill=COLOURS["soft"], text_anchor="middle")
    yield from signs
    for place, line in enumerate(lines):
        y = rows_top + place * ROW + ROW / 2
        yield label(line.label, 0, y, GUTTER - 14)
        yield tag("line", x1=GUTTER, x2=WIDTH - MARGIN, y1=y, y2=y, stroke=COLOURS["edge"], stroke_width=1.5)
        for shift, stop in _apart(line.stops, scale, SMALL):
            yield _sign(stop, shift, y, SMALL)
    yield from _legend({stop.status for stop, _line in _events(stops, lines)}, 0, bottom + 34, WIDTH)


def _wide_ground(bands: Sequence[Band], scale: _Scale, top: float, bottom: float) -> Iterator[str]:
    for number, band in enumerate(sorted(bands, key=lambda band: band.start)):
        x, end = scale.x(band.start), scale.x(band.end)
        fill = COLOURS["sand" if number % 2 else "tint"]
        yield tag("rect", x=x, y=0, width=max(end - x - 2, 4.0), height=bottom, rx=4, fill=fill)
        yield words(fitted(band.label, end - x - 14, 12.5), x + 8, 18, size=12.5, weight=700)
    months = []
    for month in scale.months():
        x = scale.x(month)
        if x < scale.right - 40:
            months.append(tag("text", escape(short_month(month)), x=x + 3, y=top + 18))
        yield tag("line", x1=x, x2=x, y1=top + 6, y2=bottom, stroke=COLOURS["line"])
    yield tag("g", "".join(months), font_size=11.5, fill=COLOURS["soft"])
    if bottom:
        yield words(_("no date"), scale.x(None), top + 18, size=11.5, fill="soft", anchor="middle")


def _apart(stops: Sequence[Stop], scale: _Scale, radius: float) -> Iterator[tuple[float, Stop]]:
    """Places of stops in order of time: moved to the right where two would cover one another, and back where they would leave."""
    ordered = sorted(stops, key=lambda stop: stop.on or date.max)
    end = scale.x(None)
    gap = min(2 * radius + 3, (end - scale.left) / max(len(ordered) - 1, 1))
    places, last = [], scale.left - gap
    for stop in ordered:
        last = max(scale.x(stop.on), last + gap)
        places.append(last)
    for number, (place, stop) in enumerate(zip(places, ordered, strict=True), start=1):
        yield min(place, end - (len(ordered) - number) * gap), stop


# -- tall -----------------------------------------------------------------------------------------------------------

Event = tuple[Stop, Line | None]


def _events(stops: Sequence[Stop], lines: Sequence[Line]) -> list[Event]:
    """All stops in order of time, those without a date last."""
    every: list[Event] = [(stop, None) for stop in stops]
    every += [(stop, line) for line in lines for stop in line.stops]
    return sorted(every, key=lambda event: event[0].on or date.max)


def _steps(events: Sequence[Event], bands: Sequence[Band], today: date | None) -> Iterator[Event | Band | date]:
    """What stands under one another: phases as headings, stops, and today between them."""
    coming = sorted(bands, key=lambda band: band.start)
    for stop, line in events:
        while coming and (stop.on is None or coming[0].start <= stop.on):
            yield coming.pop(0)
        if today and (stop.on is None or stop.on >= today):
            yield today
            today = None
        yield stop, line
    if today:
        yield today


def _height(step: Event | Band | date) -> float:
    return EVENT if isinstance(step, tuple) else 34.0 if isinstance(step, Band) else 24.0


def _tall_height(events: Sequence[Event], bands: Sequence[Band], today: date | None) -> float:
    statuses = {stop.status for stop, _line in events}
    return sum(_height(step) for step in _steps(events, bands, today)) + 14 + 24 * len(statuses)


def _tall(events: Sequence[Event], lines: Sequence[Line], bands: Sequence[Band], today: date | None) -> Iterator[str]:
    gap = min(22.0, 100.0 / max(len(lines), 1))
    places: dict[str, float] = {line.label: 24 + (number + 1) * gap for number, line in enumerate(lines)}
    left = 24 + len(lines) * gap + 24
    bottom = 0.0
    steps: list[tuple[float, Event | Band | date]] = []
    for step in _steps(events, bands, today):
        steps.append((bottom, step))
        bottom += _height(step)
    for y, step in steps:
        if isinstance(step, Band):
            yield tag("rect", x=0, y=y + 4, width=TALL, height=26, rx=4, fill=COLOURS["tint"])
    yield tag("line", x1=24, x2=24, y1=8, y2=bottom - 8, stroke=COLOURS["accent"], stroke_width=4, stroke_linecap="round")
    if places:
        down = "".join(f"M{x:.1f} 8V{bottom - 8:.0f}" for x in places.values())
        yield tag("path", d=down, stroke=COLOURS["edge"], stroke_width=1.5)
    # words first: the links over them are hit by a finger on the words too
    stops = [(step, y + EVENT / 2) for y, step in steps if isinstance(step, tuple)]
    yield tag("g", "".join(_named(event, left, middle - 2, len(places) > 1) for event, middle in stops), font_size=14)
    said = "".join(tag("text", _said(stop), x=left, y=middle + 15) for (stop, _line), middle in stops)
    yield tag("g", said, font_size=12.5, fill=COLOURS["soft"])
    for y, step in steps:
        yield from _tall_step(step, y, left, places)
    yield from _legend({stop.status for stop, _line in events}, 10, bottom + 22, TALL)


def _tall_step(step: Event | Band | date, y: float, left: float, places: dict[str, float]) -> Iterator[str]:
    if isinstance(step, Band):
        yield words(fitted(step.label, TALL - left - 8, 13), left, y + 22, weight=700)
    elif isinstance(step, date):
        yield tag(
            "line", x1=0, x2=left - 6, y1=y + 12, y2=y + 12, stroke=COLOURS["stop"], stroke_width=1.5, stroke_dasharray="4 3"
        )
        yield words(f"{_('today')}, {date_format(step)}", left, y + 16, size=12.5, fill="stop", weight=700)
    else:
        stop, line = step
        x, radius = (24.0, LARGE) if line is None else (places[line.label], SMALL)
        yield _sign(stop, x, y + EVENT / 2, radius, area=(0.0, y, float(TALL), float(EVENT)))


def _named(event: Event, x: float, y: float, by_line: bool) -> str:
    """A stop's name, bold for all; where there are several lines, a small stop goes by that of its line."""
    stop, line = event
    name = line.label if line and by_line else stop.label
    return tag("text", escape(fitted(name, TALL - x, 14)), x=x, y=y, font_weight=700 if line is None else None)


def _said(stop: Stop) -> str:
    when = f"{short_day(stop.on)} {stop.on.year}" if stop.on else _("no date yet")
    return escape(f"{when} · {status_word(stop.status)}")


# -- stops ----------------------------------------------------------------------------------------------------------


def _sign(stop: Stop, x: float, y: float, radius: float, area: tuple[float, float, float, float] | None = None) -> str:
    """A stop's shape, its number, and over it the link that a finger can hit."""
    parts = [*_shape(stop.status, x, y, radius)]
    if stop.number is not None and radius == LARGE:
        fill = "paper" if stop.status in {"held", "checked"} else _colour(stop.status)
        parts.append(words(stop.number, x, y + 4.8, size=13, fill=fill, anchor="middle", weight=700))
    if stop.url:
        half = max(radius, 13.0)
        left, top, width, height = (round(side) for side in area or (x - half, y - half, 2 * half, 2 * half))
        said = f"{stop.label}, {date_format(stop.on) if stop.on else _('no date yet')}, {status_word(stop.status)}"
        target = tag("rect", x=left, y=top, width=width, height=height, opacity=0)
        parts.append(tag("a", target, href=stop.url, aria_label=said))
    return "".join(parts)


def _colour(status: str) -> str:
    return {"planned": "accent", "held": "accent", "checked": "ok", "cancelled": "edge", "missing": "wait"}[status]


def _shape(status: str, x: float, y: float, radius: float) -> Iterator[str]:
    """Planned: open circle; held: full; checked: full with a tick; cancelled: square, struck through; still to plan: diamond."""
    colour, paper = COLOURS[_colour(status)], COLOURS["paper"]
    edge = {"stroke": colour, "stroke_width": 2.5 if radius == LARGE else 2}
    if status == "missing":
        far = radius * 1.25
        points = f"{x:.1f},{y - far:.1f} {x + far:.1f},{y:.1f} {x:.1f},{y + far:.1f} {x - far:.1f},{y:.1f}"
        yield tag("polygon", points=points, fill=paper, stroke_dasharray="3 2", **edge)
    elif status == "cancelled":
        half = radius * 0.85
        yield tag("rect", x=x - half, y=y - half, width=2 * half, height=2 * half, fill=paper, **edge)
        free, reach = (half - 4, half + 5) if radius == LARGE else (0.0, half)  # the number stays readable
        for way in (-1, 1):
            yield tag("line", x1=x + way * free, x2=x + way * reach, y1=y - way * free, y2=y - way * reach, **edge)
    else:
        solid = radius == SMALL and status != "planned"  # its edge has its own colour: one circle, a little larger
        around = {} if solid else edge
        yield tag(
            "circle", cx=x, cy=y, r=radius + 1 if solid else radius, fill=paper if status == "planned" else colour, **around
        )
    if status == "checked":
        at_x, at_y, size = (x + radius * 0.8, y - radius * 0.8, 6.5) if radius == LARGE else (x, y, 8.0)
        if radius == LARGE:
            yield tag("circle", cx=at_x, cy=at_y, r=size, fill=paper, stroke=colour, stroke_width=1.5)
        tick = f"m{at_x - 0.45 * size:.1f} {at_y:.1f} {0.35 * size:.1f} {0.4 * size:.1f} {0.6 * size:.1f}-{0.8 * size:.1f}"
        yield tag("path", d=tick, fill="none", stroke=colour if radius == LARGE else paper, stroke_width=1.8)


def _legend(statuses: set[str], x: float, y: float, width: float) -> Iterator[str]:
    """The states that occur, each with its shape and word."""
    at = x
    for status in STATUSES:
        if status in statuses:
            word = status_word(status)
            yield from _shape(status, at + 9, y - 4, SMALL)
            yield words(word, at + 24, y, size=12.5)
            if width == TALL:
                y += 24
            else:
                at += 24 + len(word) * 7 + 22
