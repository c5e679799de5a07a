"""Text from people: nothing that runs, nothing that breaks a database, nothing lost."""

import re
import time

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from core.text import TAGS, clean_text, looks_like_national_number, markdown

ALLOWED = re.compile(r"</?(?:" + "|".join(sorted(TAGS)) + r')(?: (?:href="(?:https:|mailto:)[^"]*"|rel="noopener noreferrer"))*>')
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=200)
MARKUP = st.lists(
    st.sampled_from(
        ["<b>", "</b>", "<script>", "<img src=x onerror=y>", "[a](", "javascript:x)", ")", "![", "> ", "- ", "\n\n", "&lt;", '"']
    ),
    max_size=30,
).map("".join)


def visible(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", html)).strip()


def test_what_people_write_looks_as_they_mean_it():
    html = markdown(
        "# Vandaag\n\n**Samen** en _rustig_, ~~snel~~\nop een nieuwe regel\n\n- eerst\n  - dan\n\n1. één\n\n> Anna vroeg"
    )
    for part in (
        "<h2>Vandaag</h2>",
        "<strong>Samen</strong>",
        "<em>rustig</em>",
        "<s>snel</s>",
        "<br>",
        "<li>dan</li>",
        "<ol>",
        "<blockquote>",
    ):
        assert part in html


def test_plain_text_does_not_turn_into_code_or_a_rule_and_no_line_vanishes():
    html = markdown("    vier spaties\n\ntekst\n---\n\n[1]: https://voorbeeld.example\n\n`letterlijk`\n\n***")
    assert not re.search("<(code|pre|hr|h2)", html)
    for part in ("vier spaties", "---", "[1]:", "`letterlijk`", "***"):
        assert part in html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[klik](javascript:alert(1))",
        "[klik](data:text/html;base64,PHM+)",
        '[klik](https://a.example"onmouseover="x)',
        "![spion](https://spy.example/pixel.png)",
        '<https://a.example" onclick=x>',
        'https://a.example/"><script>',
        "<a href=//evil.example>x</a>",
        "[x](/reflections/)",
        "[x](//evil.example)",
        "[x](http://a.example)",
        "&lt;script&gt;",
    ],
)
def test_nothing_runs_nothing_is_fetched_and_no_link_is_relative(hostile):
    html = markdown(hostile)
    assert not ALLOWED.sub("", html).count("<"), html
    assert not re.search(r"<(img|script)|href=\"(?!https:|mailto:)", html), html


def test_an_address_becomes_a_link_and_its_full_stop_does_not():
    assert '<a href="https://teams.example/l?a=1&amp;b=2"' in markdown("Kom via https://teams.example/l?a=1&b=2.")
    assert markdown("[hier](https://a.example/https://b.example)").count("<a ") == 1


@pytest.mark.parametrize(
    "deep", [">" * 25 + " diep", "- " * 30 + "diep", "".join("  " * level + "- punt\n" for level in range(200)) + "diep"]
)
def test_what_is_nested_beyond_reason_is_shown_as_typed(deep):
    html = markdown(deep)
    assert "diep" in html
    assert not re.search("<(ul|blockquote)", html)


def test_twenty_levels_are_shown():
    assert markdown(">" * 19 + " diep").count("<blockquote>") == 19


@pytest.mark.parametrize(
    "slow",
    ["[" * 30_000, "*a_ " * 20_000, "![" * 20_000, "**a " * 20_000, "<" * 30_000, "[a](" * 10_000, "[" * 2_000, "*a_ " * 1_000],
)
def test_no_text_takes_the_server_hostage(slow):
    begun = time.process_time()
    assert markdown(slow)
    assert time.process_time() - begun < 1


@given(ANY_TEXT | MARKUP)
def test_no_text_whatever_gives_other_tags_than_ours(text):
    html = markdown(text)
    assert "<" not in ALLOWED.sub("", html)
    assert "\0" not in html


@given(ANY_TEXT)
def test_clean_text_can_be_stored_and_cleaning_twice_changes_nothing(text):
    clean = clean_text(text)
    clean.encode()
    assert "\0" not in clean
    assert "\r" not in clean
    assert clean_text(clean) == clean


def test_cleaning_keeps_letters_of_all_languages_and_line_ends():
    assert clean_text("Zoë\r\nĐurić\tقصة\u200d\x00\ud800\x1b") == "Zoë\nĐurić\tقصة\u200d"


def test_the_filter_marks_only_what_was_cleaned():
    template = Template("{% load text %}{{ note|markdown }}")
    assert template.render(Context({"note": "**ja** <b>nee</b>"})).strip() == "<p><strong>ja</strong> &lt;b&gt;nee&lt;/b&gt;</p>"
    assert template.render(Context({"note": None})) == ""


def number(nine: str, *, since_2000: bool = False) -> str:
    return nine + f"{97 - int(('2' if since_2000 else '') + nine) % 97:02d}"


@pytest.mark.parametrize(
    "text",
    [
        "93051822361",  # the published example
        "mijn nummer is 93.05.18-223.61.",
        "93 05 18 223 61",
        "930518-223-61",
        "93/05/18 223/61",
        "\uff19\uff13\uff10\uff15\uff11\uff18\uff12\uff12\uff13\uff16\uff11",
        number("050412001", since_2000=True),
        number("932518223"),  # bis number, sex unknown
        number("934518223"),  # bis number, sex known
        number("000001005"),  # birthday unknown
    ],
)
def test_national_numbers_are_recognised(text):
    assert looks_like_national_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "93051822362",
        "93.05.18-223.60",
        "+32470123456",
        "BE68 5390 0754 7034",
        "0412.345.678",
        "9305182236",
        "930518223611",
        "93131822361",
        "2021-03-05 09:30",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not looks_like_national_number(text)


@given(
    st.integers(0, 99),
    st.integers(0, 12),
    st.sampled_from([0, 20, 40]),
    st.integers(0, 31),
    st.integers(1, 998),
    st.booleans(),
    st.sampled_from(["", " ", ".", "-", " - "]),
)
def test_every_real_number_is_recognised_in_any_dress_and_its_neighbour_is_not(year, month, bis, day, serial, since_2000, dash):
    eleven = number(f"{year:02d}{month + bis:02d}{day:02d}{serial:03d}", since_2000=since_2000)
    parts = (eleven[:2], eleven[2:4], eleven[4:6], eleven[6:9], eleven[9:])
    assert looks_like_national_number("x " + dash.join(parts) + ", y")
    others = {f"{97 - int(century + eleven[:9]) % 97:02d}" for century in ("", "2")}
    wrong = next(check for check in ("01", "02", "03") if check not in others)
    assert not looks_like_national_number(eleven[:9] + wrong)
