"""Every private text is a token of its own. Everybody follows every link from the home page and finds their own, never another's.

That nobody finds too much would prove nothing about a crawl that finds nothing: 95 % of what one may see must be found.
"""

import copy
import hashlib
import html
import io
import json
import logging
import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse

from core import letters
from outbox.models import OutgoingMail
from people import own_data
from tests.matrix import VISITOR, _django_db_helper, crowd  # noqa: F401 - fixtures
from tests.scene import WORDS, tracked_media

pytestmark = pytest.mark.django_db
SEALED = ("reflection", "draft", "characteristic", "letter code")
LINK = re.compile(r"""(?:href|src|action|hx-get)=["']([^"'#]+)""")
MOST_PAGES = 1_000
# pages of sign-in methods say nothing of others, and leaving would end the walk
NOT_FOLLOWED = ("/static/", "/accounts/", "/styleguide/", "/language/", "/outbox/screen/")


def token(word: str) -> str:
    """Letters and digits only, so that no page, address or file name writes it otherwise."""
    return f"zq{hashlib.sha256(word.encode()).hexdigest()[:14]}"


TOKENS = {token(word): word for word in WORDS}
MAY_READ = {word: set(people.split()) for word, people in WORDS.items()}


@pytest.fixture(scope="module")
def say():
    """A token in every private text of the scene."""
    return token


@pytest.fixture
def told(crowd, caplog):  # noqa: F811
    """The scene as it was made, whatever the test before did; what the log says meanwhile is kept."""
    caplog.set_level(logging.INFO)
    cookies = {who: copy.deepcopy(client.cookies) for who, client in crowd.clients.items()}
    with transaction.atomic():
        yield crowd
        transaction.set_rollback(True)
    for who, client in crowd.clients.items():
        client.cookies = cookies[who]


def words_in(content: bytes) -> set[str]:
    """The names of all texts whose token stands in this answer, however it is written."""
    text = html.unescape(unquote(content.decode("utf-8", "replace")))
    return {word for mark, word in TOKENS.items() if mark in text}


def crawl(client) -> tuple[set[str], dict[str, bytes]]:
    """(texts found, answers by address), following every link from the home page."""
    waiting, seen, found = ["/"], {}, set()
    while waiting and len(seen) < MOST_PAGES:
        url = waiting.pop()
        if url in seen:
            continue
        response = client.get(url)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code < 500, url
        seen[url] = body
        found |= words_in(body + str(dict(response.headers)).encode())
        links = [response["Location"]] if response.has_header("Location") else []
        if response.get("Content-Type", "").startswith("text/html"):
            links += [html.unescape(link) for link in LINK.findall(body.decode())]
        waiting += [link for link in (_on_this_site(url, link) for link in links) if link and link not in seen]
    return found, seen


def _on_this_site(here: str, link: str) -> str:
    parts = urlsplit(urljoin(f"http://testserver{here}", link))
    if parts.netloc != "testserver" or parts.path.startswith(NOT_FOLLOWED):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def foreign(who: str, found: set[str]) -> list[str]:
    return sorted(word for word in found if who not in MAY_READ[word])


@pytest.mark.parametrize("who", sorted({*" ".join(WORDS.values()).split(), "ada", "petra", "kim", "els", VISITOR}))
def test_a_crawl_finds_nothing_of_others_and_what_one_may_read(told, who):
    """Pages, files, calendars and the file with one's own data."""
    found, seen = crawl(told.clients[who])

    assert foreign(who, found) == []
    mine = {word for word, people in MAY_READ.items() if who in people}
    missing = sorted(mine - found)
    assert len(mine) == 0 or len(missing) <= 0.05 * len(mine), missing
    assert len(seen) >= (3 if who in {VISITOR, "kim", "els"} else 15) and len(seen) < MOST_PAGES


def test_searching_and_filtering_find_nothing_of_others(told):
    """Each list asked for each token: the answer may repeat the question, so it is asked in halves."""
    lists = [("sessions:list", "q"), ("reflections:list", "q"), ("tools:list", "q"), ("trajectories:people", "text")]
    for who in ("hilde", "zita", "tess", "ada", "omar"):
        client = told.clients[who]
        for name, asked in lists:
            for mark, word in TOKENS.items():
                if who in MAY_READ[word] or not word.startswith(("title", "reflection", "invited", "guest", "place")):
                    continue
                answer = client.get(reverse(name), {asked: mark[:9]}).content
                assert word not in words_in(answer), (who, name, word)


def test_the_file_with_ones_own_data_holds_all_of_ones_own_and_nothing_of_others(told):
    for name, user in told.scene.cast.people().items():
        found = words_in(json.dumps(own_data.export(user), default=str).encode())
        assert foreign(name, found) == []
    own = {"reflection private", "reflection co-leader", "reflection coaches", "reflection network", "characteristic of anna"}
    assert own <= words_in(json.dumps(own_data.export(told.scene.cast.anna), default=str).encode())


def test_a_letter_tells_its_reader_nothing_that_is_not_theirs(told):
    """Every letter that waits, made for its reader."""
    names = {user.pk: name for name, user in told.scene.cast.people().items()}
    made = 0
    for mail in OutgoingMail.objects.waiting():
        try:
            letter = letters.kind(mail.kind).render(mail)
        except (letters.Obsolete, letters.TooLate):
            continue
        made += 1
        content = f"{letter.subject} {letter.text} {letter.html}".encode() + (letter.calendar or b"")
        reader = names.get(mail.recipient_id, "somebody invited")
        stray = [word for word in words_in(content) if reader not in MAY_READ[word]]
        if reader == "somebody invited":  # Nina and Ina: their own names and their programme
            stray = [
                word
                for word in stray
                if word not in {"guest invited", "invited elsewhere", "programme elsewhere", "service elsewhere"}
            ]
        elif mail.kind == "login-code":
            stray = [word for word in stray if word != "letter code"]
        assert stray == [], (mail.kind, reader)
    assert made >= 20


def test_sealed_texts_stand_nowhere_in_the_clear(told, caplog):
    """All rows of all tables, all private files, the whole log, and a dump by Django's own command."""
    sealed = [token(word) for word in WORDS if word.startswith(SEALED)]
    assert len(sealed) >= 12
    for client in told.clients.values():
        client.get("/reflections/")
    rows = 0
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor:
                rows += 1
                line = b" ".join(bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode() for cell in row)
                assert not [mark for mark in sealed if mark.encode() in line], table
    dump = io.StringIO()
    call_command(
        "dumpdata",
        *(model._meta.label for model in apps.get_models() if model._meta.label.startswith("reflections.")),
        stdout=dump,
    )
    media = tracked_media()
    assert rows > 300 and len(media) > 500 and len(dump.getvalue()) > 500
    for place in (dump.getvalue().encode(), media, caplog.text.encode()):
        assert not [mark for mark in sealed if mark.encode() in place]


def test_the_trail_and_the_log_hold_nobodys_words(told, caplog):
    """Ids, states and hashes only, also for what is not sealed."""
    for client in list(told.clients.values())[:4]:
        crawl(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM core_auditentry")
        trail = str(cursor.fetchall()).encode()
    private = {word for word in WORDS if not word.startswith(("programme", "service", "network", "partner", "period"))}
    assert len(trail) > 1000
    assert private & words_in(trail) == set()
    assert private & words_in("\n".join(record.getMessage() for record in caplog.records).encode()) == set()
