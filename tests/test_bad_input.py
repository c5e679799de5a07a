"""Whatever somebody types or an address asks: never a 500, and what was typed is still in the form that is shown again.

The fields come from the pages themselves, so that a new form is tried without a word here.
"""

import re
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.access_table import ALL, TABLE, Line
from tests.matrix import VISITOR, Crowd, _django_db_helper, addresses, crowd, people_with, say  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
SHORT = 12
NASTY = [
    "",
    " ",
    "0",
    "-1",
    "1e400",
    "9" * 30,
    "NaN",
    "x" * 6000,
    "👩🏽‍🏫 zo!",
    "مرحبا \u202eabc",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "%00",
    "a\x00b",
    "\ud800",
    "\ufeff",
    "=1+1",
    "'; DROP TABLE x; --",
    "../../etc/passwd",
    "00000000-0000-0000-0000-000000000000",
    "on",
    "\r\n\r\n",
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "1900-01-01",
    "29/02/2023",
    "2026-03-29",
    "2026-10-25",
    "02:30",
    "25:61",
    "23:59",
    "00:00",
    "javascript:alert(1)",
    "http://[::1",
    "mailto:a@b",
    "a@b",
    "é" * 254 + "@x.be",
    "85.07.30-033.28",
    "١٢٣",
    "٣",
    "²",
]
ASKED = [
    "page",
    "q",
    "text",
    "kind",
    "state",
    "sort",
    "role",
    "when",
    "whose",
    "settled",
    "programme",
    "meeting",
    "pilot",
    "occasion",
    "since",
    "until",
    "turn",
    "language",
    "suggestion",
    "edition",
    "next",
    "theme",
    "setting",
    "minutes",
    "number",
    "host",
]
GUESSED = [
    "state",
    "reason",
    "reply",
    "seen",
    "text",
    "version",
    "body",
    "back",
    "discard",
    "edition",
    "language",
    "format",
    "readers",
    "tab",
    "draft",
]
# signing out, or a lock after many tries, says nothing about input
LEFT_OUT = {"account_logout", "set_language"}
values = st.one_of(
    st.sampled_from(NASTY), st.text(max_size=40), st.integers().map(str), st.dates().map(str), st.times().map(str), st.emails()
)


class Fields(HTMLParser):
    """The fields of every form of a page, with what stands in them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.typed: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        about = {name: value or "" for name, value in attrs}
        name, kind = about.get("name", ""), about.get("type", "text")
        if tag in {"input", "textarea", "select", "button"} and name and name != "csrfmiddlewaretoken":
            self.found.setdefault(name, about.get("value", ""))
            if tag == "textarea" or (tag == "input" and kind in {"text", "search", "email", "url", "date", "time", "number"}):
                self.typed.add(name)


def allowed(line: Line, right: str, scene) -> tuple[str, object] | None:
    """Somebody who may, and where; the last thing of the kind that somebody has a right to."""
    found = None
    for which, address, _missing in addresses(line, scene):
        names = [name for name in f"{ALL} {VISITOR}".split() if name in people_with(line, right, which)]
        if names and not address.mixed:
            found = names[0], address
    return found


def never_a_fault(client, method: str, url: str, content: bytes = b""):
    """The answer, after which nothing has happened."""
    with transaction.atomic():
        if method == "GET":
            answer = client.get(url)
        else:
            answer = client.post(url, content, content_type=FORM)
        transaction.set_rollback(True)
    assert answer.status_code < 500, (url, content[:500])
    return answer


def typed_stands_there(answer, name: str, value: str) -> bool:
    """Whether the form that is shown again holds what was typed; line ends and spaces at the edges may differ."""
    plain = lambda text: re.sub(r"\s+", " ", unescape(text)).strip()  # noqa: E731
    return plain(escape(value)) in plain(answer.content.decode()) or name not in answer.content.decode()


ACTS = [line for line in TABLE if line.do and line.do != "nobody" and line.name not in LEFT_OUT]


@pytest.mark.parametrize("line", ACTS, ids=str)
def test_no_form_breaks_on_what_is_typed(line, crowd: Crowd, request):  # noqa: F811
    who, address = allowed(line, line.do, crowd.scene)
    client = crowd.clients[who]
    page = never_a_fault(client, "GET", f"{address.url}?{urlencode(address.asked)}") if line.see else None
    fields = Fields()
    if page is not None and page.status_code == 200:
        fields.feed(page.content.decode())
    names = sorted({*fields.found, *line.sent}) or GUESSED
    fixed = {name: str(value) for name, value in {**line.sent, **address.asked}.items()}

    @hypothesis_settings(max_examples=500 if request.config.getoption("--long") else SHORT)
    @given(st.dictionaries(st.sampled_from(names), values, min_size=1, max_size=6), st.booleans())
    def try_it(changes, rest_stays):
        told = (fields.found if rest_stays else {}) | fixed | changes
        content = urlencode(told, encoding="utf-8", errors="surrogatepass").encode()
        never_a_fault(client, "POST", f"{address.url}?{urlencode(address.asked)}", content)

    try_it()


KEPT = "Zo’n “tekst” met <b>haken</b> & 👩🏽‍🏫 مرحبا"


@pytest.mark.parametrize(
    "line", [line for line in ACTS if line.see and not line.name.startswith(("account_", "mfa_", "usersessions"))], ids=str
)
def test_what_was_typed_is_in_the_form_that_is_shown_again(line, crowd: Crowd):  # noqa: F811
    """Every text field at once, with something else wrong beside it."""
    who, address = allowed(line, line.do, crowd.scene)
    client, url = crowd.clients[who], f"{address.url}?{urlencode(address.asked)}"
    fields = Fields()
    fields.feed(never_a_fault(client, "GET", url).content.decode())
    typed = {name: f"{KEPT} {number}" for number, name in enumerate(sorted(fields.typed))}
    dates = {name: "2026-02-30" for name in fields.found if re.search(r"day|_on$|since|until|starts|ends|due", name)}
    answer = never_a_fault(client, "POST", url, urlencode(fields.found | typed | dates).encode())
    if answer.status_code in {200, 409, 422}:
        lost = [
            name
            for name, value in (typed | dates).items()
            if name in typed and not typed_stands_there(answer, name, (typed | dates)[name])
        ]
        assert lost == []


LOOKS = [line for line in TABLE if line.see and line.see != "nobody"]


@pytest.mark.parametrize("line", LOOKS, ids=str)
def test_no_page_breaks_on_what_its_address_asks(line, crowd: Crowd, request):  # noqa: F811
    who, address = allowed(line, line.see, crowd.scene) or (None, None)
    if who is None:
        return
    client = crowd.clients[who]

    @hypothesis_settings(max_examples=200 if request.config.getoption("--long") else 6)
    @given(st.dictionaries(st.sampled_from(ASKED), values, min_size=3, max_size=10))
    def try_it(asked):
        never_a_fault(client, "GET", f"{address.url}?{urlencode(asked, encoding='utf-8', errors='surrogatepass')}")

    try_it()


@pytest.mark.parametrize("value", NASTY, ids=range(len(NASTY)))
def test_no_list_breaks_on_any_value_of_any_filter(crowd: Crowd, value):  # noqa: F811
    """Every list with each nasty value in all of its filters at once, and in the words of an address."""
    told = quote(value.encode("utf-8", "surrogatepass"))
    for name, who in (
        ("sessions:list", "hilde"),
        ("reflections:list", "anna"),
        ("reflections:shared", "hilde"),
        ("tools:list", "ada"),
        ("outbox:list", "tess"),
        ("trajectories:people", "tess"),
        ("sessions:actions", "hilde"),
        ("reports:list", "tess"),
        ("reflections:new", "anna"),
    ):
        for asked in (ASKED, [part for part in ASKED if part not in {"programme", "meeting", "pilot"}]):
            never_a_fault(crowd.clients[who], "GET", f"{reverse(name)}?" + "&".join(f"{part}={told}" for part in asked))
    for path in (
        "/sessions/reply/{}/",
        "/people/invitation/{}/",
        "/planning/polls/reply/{}/",
        "/outbox/fewer/{}/",
        "/planning/calendar/{}.ics",
        "/sessions/new/{}/",
        "/reports/{}/",
        "/accounts/confirm-email/{}/",
    ):
        never_a_fault(crowd.clients["anna"], "GET", path.format(told.replace("%00", "%2500") if "\x00" not in value else told))


@pytest.mark.parametrize(
    "file",
    [
        ("leeg.pdf", b""),
        ("x.exe", b"MZ"),
        ("nep.png", b"<svg onload=alert(1)>"),
        ("lijst.csv", b"rol;voornaam\n\x00\xff;\xff\xfe"),
        ("\u202e.pdf", b"%PDF-" + b"\x00" * 99),
        ("a" * 300 + ".xlsx", b"PK\x03\x04rommel"),
        ("lijst.csv", "rol;voornaam;familienaam;e-mail\ncoach;=1+1;\ud83d;x".encode("utf-8", "surrogatepass")),
    ],
    ids=range(7),
)
def test_no_upload_breaks_a_form(crowd: Crowd, file):  # noqa: F811
    name, content = file
    for line, field, more in (
        ("trajectories:emblem_new", "file", {"alt": "x"}),
        ("sessions:evidence", "upload", {"kind": "scan"}),
        ("trajectories:people_csv", "file", {}),
    ):
        found = next(row for row in TABLE if row.name == line)
        who, address = allowed(found, found.do, crowd.scene)
        with transaction.atomic():
            answer = crowd.clients[who].post(address.url, {field: SimpleUploadedFile(name, content), **more})
            transaction.set_rollback(True)
        assert answer.status_code < 500, (line, name)
