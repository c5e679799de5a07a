"""The process that hands letters over finishes its dialogue and the journal's note, whatever happens to its sender."""

import os
import signal
import subprocess
import sys
import time
import uuid
from contextlib import closing

import pytest
from django.conf import settings as django_settings
from django.core.mail.backends.smtp import EmailBackend

from core.letters import Letter
from outbox import handing, journal
from outbox.message import build
from outbox.models import OutgoingMail
from tests.outbox.smtp import serving
from tests.waiting import wait_until

SENDER = """
import sys, time, uuid, django
django.setup()
from django.core.mail.backends.smtp import EmailBackend
from outbox import handing, journal
from tests.outbox.test_postman import written
with journal.Journal() as book:
    hands = handing.Postman(EmailBackend(host="127.0.0.1", port=int(sys.argv[1])), book)
    for pk in map(uuid.UUID, sys.argv[2:]):
        book.begin(pk)
        hands.give(pk, written(pk, "late"))
    time.sleep(60)
"""


def written(pk: uuid.UUID, name: str):
    return build(OutgoingMail(pk=pk), Letter(to=f"{name}@x.example", subject="S", text="T"))


@pytest.fixture
def ids():
    return [uuid.uuid4(), uuid.uuid4()]


def the_gone() -> journal.Notes:
    """The one notebook of a sender that has ended, once its postman has ended too."""
    return wait_until(lambda: list(journal.of_the_gone()), "somebody still holds the notebook", pause=0.02)[0]


def left_by_a_killed_sender(ids, **env: str) -> tuple[journal.Notes, int]:
    """A sender gives these letters to a slow server and is killed once that has the first; and how many the server has then."""
    with serving({"late": "late"}) as server:
        command = [sys.executable, "-c", SENDER, str(server.port), *map(str, ids)]
        sender = subprocess.Popen(command, cwd=django_settings.BASE_DIR, start_new_session=True, env=os.environ | env)
        while not server.taken:
            assert sender.poll() is None
            time.sleep(0.005)
        os.killpg(sender.pid, signal.SIGKILL)
        sender.wait()
        notes = the_gone()
        assert set(server.taken.values()) == {1}
        return notes, len(server.taken)


def test_a_sender_that_is_killed_before_the_server_answers_leaves_the_answer_in_the_journal(ids):
    notes, taken = left_by_a_killed_sender(ids)
    assert (notes.handed_over, notes.begun, taken) == (set(ids), set(), 2)


def test_once_its_sender_is_gone_no_letter_is_begun_that_another_machine_may_have_taken_up(ids):
    notes, taken = left_by_a_killed_sender(ids, OUTBOX_LEASE_SECONDS="2")  # the first dialogue takes a quarter of it
    assert (notes.handed_over, notes.begun, taken) == ({ids[0]}, {ids[1]}, 1)


def test_a_postman_that_is_killed_is_told_and_the_journal_says_how_far_it_came(ids):
    def send(port: int) -> None:
        backend = EmailBackend(host="127.0.0.1", port=port)
        with journal.Journal() as book, closing(handing.Postman(backend, book)) as hands:
            for turn, pk in enumerate(ids):
                book.begin(pk)
                hands.give(pk, written(pk, "good"))
                assert [answer.problem for answer in hands.answers()] == [""]
                if turn == 0:
                    hands.process.kill()
                    hands.process.wait()

    with serving() as server, pytest.raises(handing.PostmanGone):
        send(server.port)
    notes = the_gone()

    assert (notes.handed_over, notes.begun) == ({ids[0]}, {ids[1]})


def test_answers_come_in_the_order_of_the_letters_and_a_server_that_is_away_stays_so_until_the_line_is_closed(ids):
    more = [*ids, *(uuid.uuid4() for _each in range(5))]
    with serving({"cut": "cut", "no": "rcpt 550"}) as server, journal.Journal() as book:
        hands = handing.Postman(EmailBackend(host="127.0.0.1", port=server.port), book)
        for pk, name in zip(more, ["good", "no", "cut", "cut", "cut", "good"], strict=False):
            hands.give(pk, written(pk, name))
        told = list(hands.answers())
        hands.hang_up()
        hands.give(more[6], written(more[6], "good"))
        last = list(hands.answers())
        hands.close()

    assert [answer.pk for answer in told + last] == more
    broken = "SMTPServerDisconnected"
    assert [answer.problem for answer in told + last] == ["", "SMTPRecipientsRefused 550", broken, broken, broken, broken, ""]
    assert [answer.away for answer in told] == [False] * 5 + [True]
    assert [answer.final for answer in told] == [False, True, *[False] * 4]
    assert len(server.taken) == 2
