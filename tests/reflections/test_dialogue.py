"""A leader and the coaches talk about a shared text: nobody else reads it, and at most one letter a day says so."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from core import letters
from core.errors import DomainError
from outbox.models import OutgoingMail
from people.models import User
from reflections import dialogue, services
from reflections.models import Comment
from tests.reflections.places import text_by_anna
from trajectories import services as trajectories
from trajectories.models import Seat

WORD = "goudplevier-88"


def read_by(cast, reflection) -> set[str]:
    """Whose page of this text shows the comments."""
    return {
        name
        for name, user in cast.people().items()
        if Comment.objects.readable_by(User.objects.get(pk=user.pk)).filter(reflection=reflection).exists()
    }


def test_a_coach_answers_and_only_the_author_and_the_tandem_read_it(cast, client_of):
    reflection = text_by_anna(cast, "coaches", "co-leader", "network", "policy")
    coach, address = client_of(cast.hilde), f"/reflections/{reflection.pk}/"

    said = coach.post(f"{address}comments/", {"comment": f"Hoe ging de {WORD} verder?"}, follow=True)

    assert WORD in said.content.decode()
    assert read_by(cast, reflection) == {"anna", "hilde", "joris"}
    for name, sees in [("anna", True), ("joris", True), ("bram", False), ("zita", False)]:
        assert (WORD in client_of(getattr(cast, name)).get(address).content.decode()) is sees
    for name, status in [("bram", 403), ("zita", 403), ("tess", 404), ("karel", 404)]:
        assert client_of(getattr(cast, name)).post(f"{address}comments/", {"comment": "x"}).status_code == status
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("text", ["", "85.07.30-033.28", "woord " * 1000])
def test_what_is_no_comment_is_said_and_stays_in_the_field(cast, client_of, text):
    reflection = text_by_anna(cast, "coaches")

    answer = client_of(cast.anna).post(f"/reflections/{reflection.pk}/comments/", {"comment": text})

    assert answer.status_code == 422
    assert text.strip() in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_coach_who_comes_later_reads_the_text_and_not_what_was_said_before(cast):
    reflection = text_by_anna(cast, "coaches")
    dialogue.say(reflection, by=cast.hilde, text="Voor Karel er was")
    today = timezone.localdate()
    trajectories.end_seat(
        Seat.objects.living().get(user=cast.hilde, role="coach", pilot=cast.nest), by=cast.tess,
        until=today - datetime.timedelta(days=1),
    )  # fmt: skip
    trajectories.seat_person(by=cast.tess, user=cast.karel, programme=cast.programme, role="coach", pilot=cast.nest, since=today)
    services.set_readers(reflection, by=cast.anna, audiences=["coaches"])

    assert read_by(cast, reflection) == {"anna", "joris"}
    dialogue.say(reflection, by=cast.anna, text="Welkom Karel")
    assert len(list(Comment.objects.readable_by(User.objects.get(pk=cast.karel.pk)))) == 1
    with pytest.raises(DomainError):
        dialogue.say(reflection, by=User.objects.get(pk=cast.hilde.pk), text="Ik ben weg")
    services.withdraw(reflection, by=cast.anna)
    assert read_by(cast, reflection) == {"anna"}


def test_at_most_one_letter_a_day_without_a_word_of_it(cast):
    reflection = text_by_anna(cast, "coaches")
    for number in range(3):
        dialogue.say(reflection, by=cast.hilde, text=f"{WORD} {number}")
    dialogue.say(reflection, by=cast.anna, text=f"Ja, de {WORD}")

    mails = list(OutgoingMail.objects.filter(kind=dialogue.KIND))
    letter = letters.kind(dialogue.KIND).render(next(mail for mail in mails if mail.recipient_id == cast.anna.pk))

    assert sorted(mail.recipient_id for mail in mails) == sorted([cast.anna.pk, cast.hilde.pk, cast.joris.pk])
    assert "Hilde Vermeulen" in letter.subject
    assert WORD not in letter.text + letter.html
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        dialogue.say(reflection, by=cast.hilde, text="De dag erna")
    assert OutgoingMail.objects.filter(kind=dialogue.KIND, recipient_id=cast.anna.pk).count() == 2


def test_what_was_said_is_taken_back_by_who_said_it(cast, client_of):
    reflection = text_by_anna(cast, "coaches")
    comment = dialogue.say(reflection, by=cast.hilde, text=WORD)
    address = f"/reflections/{reflection.pk}/comments/{comment.pk}/erase/"
    other = text_by_anna(cast, "coaches")

    assert client_of(cast.anna).post(address).status_code == 403
    assert client_of(cast.hilde).post(address.replace(str(reflection.pk), str(other.pk))).status_code == 404
    assert client_of(cast.hilde).post(address).status_code == 302
    assert not Comment.objects.exists()
    mail = OutgoingMail.objects.get(kind=dialogue.KIND, recipient_id=cast.anna.pk)
    with pytest.raises(letters.Obsolete):
        letters.kind(dialogue.KIND).render(mail)


def test_who_no_longer_reads_a_text_finds_and_takes_back_what_they_said(cast, client_of):
    shared = services.write(by=cast.anna, pilot=cast.nest, text="Van ons", audiences=["coaches"], pair_part="question")
    mine, theirs = (dialogue.say(shared, by=person, text=WORD + person.first_name) for person in (cast.bram, cast.hilde))
    for person, role in ((cast.bram, "leader"), (cast.hilde, "coach")):
        seat = Seat.objects.living().get(user=person, role=role, pilot=cast.nest)
        trajectories.end_seat(seat, by=cast.tess, until=timezone.localdate())

    with time_machine.travel(timezone.now() + datetime.timedelta(days=3), tick=False):
        for person, comment, other in ((cast.bram, mine, theirs), (cast.hilde, theirs, mine)):
            browser = client_of(person)
            assert browser.get(f"/reflections/{shared.pk}/").status_code == 404
            page = browser.get("/reflections/said/").content.decode()
            address = f"/reflections/{shared.pk}/comments/{comment.pk}/erase/"
            assert f"{WORD}{person.first_name}" in page and address in page
            assert "Van ons" not in page and page.count(WORD) == 1
            assert browser.post(f"/reflections/{shared.pk}/comments/{other.pk}/erase/").status_code == 404
            assert browser.post(address)["Location"] == "/reflections/said/"
        assert not Comment.objects.exists()


def test_what_one_said_costs_the_same_with_one_and_three_rows(cast, client_of, django_assert_max_num_queries):
    reflection, browser = text_by_anna(cast, "coaches"), client_of(cast.hilde)
    for number in (1, 3):
        while Comment.objects.count() < number:
            dialogue.say(reflection, by=cast.hilde, text=WORD)
        with django_assert_max_num_queries(6):
            page = browser.get("/reflections/said/").content.decode()
        assert page.count(WORD) == number and page.count(f"/reflections/{reflection.pk}/") == 2 * number


def test_the_page_of_a_text_stays_within_its_queries(cast, client_of, django_assert_max_num_queries):
    reflection = text_by_anna(cast, "coaches", "network")
    author, coach = client_of(cast.anna), client_of(cast.hilde)
    coach.get(f"/reflections/{reflection.pk}/")
    services.change(reflection, by=cast.anna, text="Anders", version=1)
    for _number in range(3):
        dialogue.say(reflection, by=cast.hilde, text="Zeg het eens")
        dialogue.say(reflection, by=cast.anna, text="Zo is het")

    with django_assert_max_num_queries(12):
        author.get(f"/reflections/{reflection.pk}/")
    with django_assert_max_num_queries(12):
        coach.get(f"/reflections/{reflection.pk}/")
    assert len(dialogue.own_comments(cast.hilde)) == 3
