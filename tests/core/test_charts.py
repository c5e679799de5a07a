"""Charts: one drawing with words and a table, safe under the strictest policy, readable by eye and by ear."""

import re
from datetime import date
from itertools import count, pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.charts import bars, line, plane, scales, stacked_bars
from core.drawing import COLOURS, SERIES
from core.trajectory_line import STATUSES, Band, Line, Stop, status_word, trajectory_line

SVG = "{http://www.w3.org/2000/svg}"
NASTY = '"><script>alert(1)</script> & <b style="x">'


def stops(*statuses: str, url: str = "") -> list[Stop]:
    return [
        Stop(label=f"Netwerksessie {number}", status=status, on=date(2021, 1 + number, 5), number=number, url=url)
        for number, status in enumerate(statuses, start=1)
    ]


def trajectory(title="Traject", *, url: str = "", lines: int = 2, today: date | None = date(2021, 4, 1)):
    own = [
        Line(label=f"Pilot {number}", stops=[Stop(label="Coachingmoment 1", status="held", on=date(2021, 3, number), url=url)])
        for number in range(1, lines + 1)
    ]
    bands = [Band(label="Fase 2", start=date(2021, 1, 4), end=date(2022, 12, 30))]
    return trajectory_line(
        title=title,
        description="Zo ver zijn we.",
        stops=stops(*STATUSES, url=url),
        lines=own,
        bands=bands,
        today=today,
        main="Sessies",
        side="Pilot",
    )


def charts(title="Titel") -> list:
    return [
        bars(title=title, description="Uren.", labels=[NASTY, "b", "c"], values=[3, 0, None]),
        stacked_bars(title=title, description="Stand.", labels=["a", "b"], series={NASTY: [1, 2], "open": [0, 3]}),
        line(
            title=title,
            description="Per maand.",
            labels=["jan", "feb", "mrt"],
            series={NASTY: [1, None, 3], "coaches": [0, 0, 0]},
        ),
        trajectory(title, url="/sessions/1/"),
        trajectory(title),
    ]


def drawings():
    return [drawing for chart in charts(NASTY) for drawing in (chart.svg, chart.tall)]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_drawing_has_a_title_a_description_and_a_role_and_nothing_that_runs():
    for drawing in drawings():
        root = ElementTree.fromstring(drawing)
        assert root.find(f"{SVG}title").text == NASTY
        assert root.find(f"{SVG}desc").text
        named = root.get("aria-labelledby").split()
        assert named == [root.find(f"{SVG}title").get("id"), root.find(f"{SVG}desc").get("id")]
        linked = root.find(f".//{SVG}a") is not None
        assert root.get("role") == ("group" if linked else "img")
        for element in root.iter():
            assert element.tag != f"{SVG}script"
            assert not {name for name in element.attrib if name == "style" or name.startswith("on")}, element.attrib


def test_ids_are_unique_on_a_page_and_the_same_at_every_visit():
    page = [*charts("Een"), *charts("Twee")]
    ids = [found for chart in page for drawing in (chart.svg, chart.tall) for found in re.findall(r' id="([^"]+)"', drawing)]
    assert len(ids) == 2 * 2 * len(page)
    assert len(set(ids)) == len(ids)
    assert charts("Een") == charts("Een")


def test_every_figure_of_the_drawing_stands_in_the_table():
    with translation.override("nl"):
        one, stacked, over_time = charts()[:3]
    assert one.rows == [[NASTY, "3"], ["b", "0"], ["c", "–"]]
    assert stacked.rows == [["a", "1", "0", "1"], ["b", "2", "3", "5"]]
    assert stacked.headers[1:3] == [NASTY, "open"]
    assert over_time.rows == [["jan", "1", "0"], ["feb", "–", "0"], ["mrt", "3", "0"]]


def test_bars_are_as_long_as_their_figures():
    drawing = ElementTree.fromstring(bars(title="x", description="y", labels=["a", "b"], values=[4, 2]).svg)
    long, short = (float(bar.get("width")) for bar in drawing.iter(f"{SVG}rect"))
    assert long == pytest.approx(2 * short, abs=0.2)


def test_a_gap_in_a_line_stays_a_gap():
    drawing = ElementTree.fromstring(line(title="x", description="y", labels=list("abcd"), series={"s": [1, None, 3, 4]}).svg)
    assert len([part for part in drawing.iter(f"{SVG}line") if part.get("stroke-linecap")]) == 1
    assert len(list(drawing.iter(f"{SVG}circle"))) == 3 + 1  # and one in the legend


def test_colours_are_seen_by_everybody():
    for name in ("ink", "soft", "accent", "ok", "wait", "stop"):
        for ground in ("paper", "tint", "sand"):
            assert contrast(COLOURS[name], COLOURS[ground]) >= 4.5, (name, ground)
    for ground in ("paper", "tint", "sand"):
        assert contrast(COLOURS["edge"], COLOURS[ground]) >= 3
    for colour in SERIES:
        assert contrast(colour, COLOURS["paper"]) >= 4.5


def test_the_palette_is_that_of_the_site(settings):
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    for name, token in {
        "paper": "surface",
        "ink": "ink",
        "soft": "ink-soft",
        "accent": "accent",
        "ok": "ok",
        "wait": "wait",
        "stop": "stop",
    }.items():
        assert f"--{token}: {COLOURS[name]};" in tokens, name


def test_the_states_of_stops_differ_in_shape_and_in_word_not_in_colour_alone():
    shapes = set()
    for status in STATUSES:
        chart = trajectory_line(
            title="x", description="y", stops=[Stop(label="s", status=status, on=date(2021, 3, 1))], main="m", side="s"
        )
        markup = re.sub(r' (?:id|aria-labelledby)="[^"]*"', "", re.sub(r"<text.*?</text>|<title.*?</desc>", "", chart.svg))
        shapes.add(re.sub(r'stroke="#[^"]*"|"#(?!fffdf8)[^"]*"', "", markup))
        assert status_word(status) in chart.svg
        assert status_word(status) in chart.tall
        assert chart.rows[0][3] == status_word(status)
    assert len(shapes) == len(STATUSES)


def test_the_trajectory_tells_every_stop_in_both_drawings_and_in_the_table():
    chart = trajectory()
    with translation.override("nl"):
        chart = trajectory()
    assert [row[0] for row in chart.rows].count("Coachingmoment 1") == 2
    assert {row[1] for row in chart.rows} == {"", "Pilot 1", "Pilot 2"}
    assert chart.rows[0][:3] == ["Netwerksessie 1", "", "5 februari 2021"]
    assert chart.rows[-1][0] == "Fase 2"
    for drawing in (chart.svg, chart.tall):
        for word in ("Pilot 1", "Pilot 2", "Fase 2", "5 feb"):
            assert word in drawing


def test_a_stop_without_a_date_stands_at_the_end():
    waiting = Stop(label="Netwerksessie 8", status="missing", number=8)
    chart = trajectory_line(title="x", description="y", stops=[waiting, *stops("held", "planned")], main="Sessies", side="Pilot")
    assert chart.rows[-1][0] == "Netwerksessie 8"
    assert trajectory_line(title="x", description="y", stops=[waiting], main="Sessies", side="Pilot").svg
    assert trajectory_line(title="x", description="y", stops=[], main="Sessies", side="Pilot").rows == []


def test_a_stop_with_an_address_can_be_followed_with_finger_and_key():
    for drawing in charts()[3][2:4]:
        root = ElementTree.fromstring(drawing)
        links = list(root.iter(f"{SVG}a"))
        assert len(links) == len(STATUSES) + 2
        for link in links:
            assert link.get("href") == "/sessions/1/"
            assert re.search("Netwerksessie|Coachingmoment", link.get("aria-label"))
            target = link.find(f"{SVG}rect")
            assert min(float(target.get("width")), float(target.get("height"))) >= 24


def test_stops_on_the_same_day_do_not_hide_one_another():
    same = [Stop(label=str(number), status="planned", on=date(2021, 3, 1), number=number) for number in range(4)]
    other = [Stop(label="later", status="planned", on=date(2021, 12, 1), number=5)]
    drawing = ElementTree.fromstring(trajectory_line(title="x", description="y", stops=same + other, main="m", side="s").svg)
    places = sorted(float(circle.get("cx")) for circle in drawing.iter(f"{SVG}circle") if circle.get("r") == "13")
    assert len(places) == 5
    assert all(after - before >= 26 for before, after in pairwise(places))


def test_the_piece_for_pages_has_a_caption_both_drawings_and_the_table():
    html = render_to_string("ui/_chart.html", {"chart": charts("Aanwezigheid")[0]})
    assert html.count("<svg") == 2
    assert "<figcaption>Aanwezigheid</figcaption>" in html
    assert '<th scope="row">b</th><td>0</td>' in html
    assert "&quot;&gt;&lt;script&gt;" in html
    assert "<script" not in html
    assert "<details" not in render_to_string("ui/_chart.html", {"chart": charts("Aanwezigheid")[0], "without_table": True})


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.dates(date(2015, 1, 1), date(2035, 1, 1))), st.sampled_from(STATUSES)), max_size=12
    ),
    st.integers(0, 20),
    st.one_of(st.none(), st.dates(date(2015, 1, 1), date(2035, 1, 1))),
)
def test_any_trajectory_can_be_drawn(days, lines, today):
    numbers = count(1)
    every = [Stop(label=f"stop {next(numbers)}", status=status, on=day) for day, status in days]
    own = [Line(label=f"pilot {number}", stops=every[number::3]) for number in range(lines)]
    chart = trajectory_line(title="x", description="y", stops=every, lines=own, today=today, main="m", side="s")
    for drawing in (chart.svg, chart.tall):
        root = ElementTree.fromstring(drawing)
        width = float(root.get("width"))
        for shape, place in (("circle", "cx"), ("rect", "x"), ("line", "x1"), ("line", "x2"), ("text", "x")):
            assert all(0 <= float(part.get(place)) <= width for part in root.iter(SVG + shape)), shape
    assert len(chart.rows) == len(every) + sum(len(line.stops) for line in own)


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**7), st.floats(0, 10**6)), min_size=1, max_size=40))
def test_any_figures_can_be_drawn(values):
    labels = [f"maand {number}" for number in range(len(values))]
    for chart in (
        bars(title="x", description="y", labels=labels, values=values),
        line(title="x", description="y", labels=labels, series={"een": values, "twee": values}),
        stacked_bars(title="x", description="y", labels=labels, series={"een": [value or 0 for value in values]}),
    ):
        for drawing in (chart.svg, chart.tall):
            ElementTree.fromstring(drawing)
        assert len(chart.rows) == len(values)


def test_rulers_show_each_moment_and_those_on_one_place_side_by_side():
    chart = scales(
        title="Eigenschappen", description="Van 1 tot 6.", labels=["Moed", NASTY], series={"maart": [2, 4], "juni": [5, 4]},
        lowest=1, highest=6, heading="Eigenschap",
    )  # fmt: skip

    for drawing in (chart.svg, chart.tall):
        root = ElementTree.fromstring(drawing)
        assert root.find(f"{SVG}title").text == "Eigenschappen"
        places = [circle.get("cx") for circle in root.iter(f"{SVG}circle") if circle.get("fill") == SERIES[0]]
        squares = [float(rect.get("x")) + 4 for rect in root.iter(f"{SVG}rect") if rect.get("fill") == SERIES[1]]
        assert len(places) == 3 and len(squares) == 3  # one of each in the legend
        assert abs(squares[2] - float(places[2])) == pytest.approx(10, abs=0.2)
        assert "<script" not in drawing
    assert chart.rows == [["Moed", "2", "5"], [NASTY, "4", "4"]]


def test_a_plane_puts_each_point_in_its_quadrant():
    chart = plane(
        title="Plaats", description="Vier vakken.", points={"maart": (1, 1, "uitsluiting"), "juni": (6, 6, "inclusie")},
        corners=("differentiatie", "inclusie", "uitsluiting", "assimilatie"), axes=("Samen", "Uniek"), lowest=1, highest=6,
        headers=["Wanneer", "Samen", "Uniek", "Vak"],
    )  # fmt: skip

    root = ElementTree.fromstring(chart.svg)
    quarters = [rect for rect in root.iter(f"{SVG}rect") if rect.get("rx") == "4"]
    first = [circle for circle in root.iter(f"{SVG}circle") if circle.get("fill") == SERIES[0]][-1]
    low_left = quarters[2]
    assert float(low_left.get("x")) < float(first.get("cx")) < float(low_left.get("x")) + float(low_left.get("width"))
    assert float(low_left.get("y")) < float(first.get("cy")) < float(low_left.get("y")) + float(low_left.get("height"))
    assert chart.rows == [["maart", "1", "1", "uitsluiting"], ["juni", "6", "6", "inclusie"]]
