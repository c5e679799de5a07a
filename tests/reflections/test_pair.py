"""The pair: a line that stays with the pilot and two that go with their authors; and what neither ever shows."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from core import letters
from core.errors import DomainError
from core.models import StoredFile
from core.uploads import Checked
from outbox.models import OutgoingMail
from people import own_data
from people.models import User
from reflections import attached, dialogue, pair, services
from reflections.models import Comment, Opening, Reflection
from sessions.models import Action, Meeting
from tests.reflections.places import CANARY, coaching_moment, text_by_anna
from trajectories import services as trajectories
from trajectories.models import Seat

WORD = "kwikstaart-55"
NEW = "/reflections/new/"


def now(user: User) -> User:
    """The person as the next request finds them."""
    return User.objects.get(pk=user.pk)


def readers(cast, reflection) -> set[str]:
    return {
        name for name, user in cast.people().items() if Reflection.objects.visible_to(now(user)).filter(pk=reflection.pk).exists()
    }


def commented(cast, reflection) -> set[str]:
    return {
        name
        for name, user in cast.people().items()
        if Comment.objects.readable_by(now(user)).filter(reflection=reflection).exists()
    }


def leave(cast, person: User) -> None:
    seat = Seat.objects.leaders().living().get(user=person, pilot=cast.nest)
    trajectories.end_seat(seat, by=cast.tess, until=timezone.localdate())


def come(cast, person: User, place: int = 1) -> None:
    seat = {"by": cast.tess, "programme": cast.programme, "pilot": cast.nest, "role": "leader", "since": timezone.localdate()}
    trajectories.seat_person(user=person, place=place, **seat)


def on_line(cast, by: User, text: str = CANARY, part: str = "question", **fields) -> Reflection:
    return services.write(by=by, pilot=cast.nest, text=text, pair_part=part, **fields)


def line_of(cast) -> str:
    return f"/reflections/pair/{cast.nest.pk}/"


@pytest.fixture
def later():
    """Three days later, so that seats which end today have ended."""

    def travel():
        return time_machine.travel(timezone.now() + datetime.timedelta(days=3), tick=False)

    return travel


def test_a_text_for_the_pair_is_read_by_who_leads_the_pilot_and_nobody_else(cast, client_of):
    address = f"{NEW}?pilot={cast.nest.pk}&part=question"
    browser = client_of(cast.anna)
    form = browser.get(address)
    page = form.content.decode()

    assert "Bram De Smet (het duo)" in page
    assert "Wie later een plaats overneemt, leest het ook. Ga je weg, dan blijft het staan." in page
    assert 'value="co-leader"' not in page
    sent = {"pilot": cast.nest.pk, "part": "question", "text": f"Wie belt er met de {CANARY}?", "readers": ["co-leader"]}
    browser.post(NEW, sent | {"seen": form.context["seen"], "key": form.context["form"]["key"].value()})
    written = Reflection.objects.get()

    assert (written.pair_part, written.grants.count()) == ("question", 0)
    assert readers(cast, written) == {"anna", "bram"}
    assert CANARY in client_of(cast.bram).get(line_of(cast)).content.decode()
    for name, status in [("zita", 404), ("hilde", 403), ("tess", 403), ("ada", 404), ("els", 404), ("kim", 404)]:
        answer = client_of(getattr(cast, name)).get(line_of(cast))
        assert (answer.status_code, CANARY in answer.content.decode()) == (status, False)


def test_the_other_answers_and_the_author_sees_that_it_was_opened(cast, client_of):
    asked = on_line(cast, cast.anna)
    bram = client_of(cast.bram)
    bram.get(line_of(cast))
    form = bram.get(f"{NEW}?follows={asked.pk}")

    assert CANARY in form.content.decode()
    bram.post(NEW, {"follows": asked.pk, "text": f"Ik bel met {WORD}.", "key": form.context["form"]["key"].value()})

    answer = Reflection.objects.get(author=cast.bram)
    assert (answer.follows, answer.pair_part, answer.question) == (asked, "question", "")
    page = client_of(cast.anna).get(line_of(cast))
    assert WORD in page.content.decode()
    assert [len(entry.followed_by) for entry in page.context["entries"]] == [1]
    assert set(Opening.objects.values_list("reflection", "reader")) == {(asked.pk, cast.bram.pk), (answer.pk, cast.anna.pk)}


def test_nobody_answers_on_a_line_that_they_do_not_read(cast, client_of):
    asked, private = on_line(cast, cast.anna), text_by_anna(cast, "co-leader")

    for name, text in [("zita", asked), ("hilde", asked), ("bram", private), ("els", asked)]:
        answer = client_of(getattr(cast, name)).post(NEW, {"follows": text.pk, "text": "Dag."})
        assert answer.status_code in (403, 404), name
    assert client_of(cast.zita).post(NEW, {"pilot": cast.nest.pk, "part": "question", "text": "Dag."}).status_code == 404
    assert client_of(cast.anna).get(f"{NEW}?pilot={cast.nest.pk}&part=agreement").status_code == 404
    with pytest.raises(DomainError):
        on_line(cast, cast.zita)
    assert Reflection.objects.count() == 2


def test_an_experiment_begins_with_a_plan_and_is_looked_back_on(cast, client_of):
    anna = client_of(cast.anna)
    plan = anna.get(f"{NEW}?pilot={cast.nest.pk}&part=experiment").context["question"]
    begun = on_line(cast, cast.anna, part="experiment", question=plan)

    after = client_of(cast.bram).get(f"{NEW}?follows={begun.pk}").context["question"]

    assert (plan.occasion, after.occasion) == ("before_trying", "after_trying")
    assert (plan.prompt.key, begun.theme) == ("before-trying.try", "cycle-plan-and-act")
    assert "Kijk erop terug" in anna.get(line_of(cast)).content.decode()


def test_one_leaves_another_comes_and_the_shared_line_stays(cast, client_of, later):
    shared, private = on_line(cast, cast.bram), services.write(by=cast.bram, pilot=cast.nest, text=WORD, audiences=["co-leader"])
    leave(cast, cast.bram)

    with later():
        come(cast, cast.els, place=2)

        assert readers(cast, shared) == {"anna", "bram", "els"}
        assert readers(cast, private) == {"anna", "bram"}
        page = client_of(cast.els).get(line_of(cast)).content.decode()
        assert CANARY in page
        assert WORD not in page
        bram = client_of(cast.bram)
        own = bram.get("/reflections/").content.decode()
        assert CANARY in own
        assert WORD in own
        assert bram.get(line_of(cast)).status_code == 404
        mine = own_data.export(now(cast.bram))["reflections.reflection"]
        assert {(row["text"], row["line"]) for row in mine} == {(CANARY, "pair"), (WORD, "own")}


def test_what_one_was_typing_for_the_line_goes_along_with_who_leaves(cast, client_of, later):
    bram = client_of(cast.bram)
    sent = {"pilot": cast.nest.pk, "part": "question", "text": f"Nog niet af: {WORD}", "tab": "0" * 32, "draft": "0"}
    assert bram.post("/reflections/draft/new/", sent).status_code == 200
    leave(cast, cast.bram)

    with later():
        assert [row["text"] for row in own_data.export(now(cast.bram))["people.draft"]] == [f"Nog niet af: {WORD}"]
        assert "people.draft" not in own_data.export(now(cast.anna)) or not own_data.export(now(cast.anna))["people.draft"]


def test_who_left_changes_nothing_on_the_line_and_everything_on_the_own(cast, client_of, later):
    shared, private = on_line(cast, cast.bram), services.write(by=cast.bram, pilot=cast.nest, text=WORD)
    leave(cast, cast.bram)

    with later():
        bram = client_of(cast.bram)
        page = bram.get(f"/reflections/{shared.pk}/").content.decode()
        assert "Deze tekst blijft bij het duo" in page
        for at in ("edit", "erase", "pair", "files"):
            assert f"/reflections/{shared.pk}/{at}/" not in page
            assert bram.post(f"/reflections/{shared.pk}/{at}/", {"text": "Weg.", "version": 1}).status_code == 403
        for act in (
            lambda: services.change(shared, by=now(cast.bram), text="Weg.", version=1),
            lambda: services.erase(shared, by=now(cast.bram)),
            lambda: pair.take_off_line(shared, by=now(cast.bram)),
            lambda: services.set_readers(shared, by=now(cast.bram), audiences=["coaches"]),
        ):
            with pytest.raises(DomainError):
                act()
        assert services.text_of(Reflection.objects.get(pk=shared.pk)) == CANARY
        assert bram.post(f"/reflections/{private.pk}/erase/").status_code == 302
        assert readers(cast, private) == set()


def test_a_text_goes_on_the_line_and_off_again_with_in_sight_who_reads_it(cast, client_of):
    private = text_by_anna(cast, "co-leader", "coaches")
    answered = dialogue.say(private, by=cast.hilde, text=WORD)
    anna, address = client_of(cast.anna), f"/reflections/{private.pk}/pair/"

    assert "Bram De Smet (het duo)" in anna.get(address).content.decode()
    assert anna.post(address, {"do": "put", "part": "agreement"}).status_code == 422
    assert "Het blijft bij het duo." in anna.post(address, {"do": "put", "part": "reflection"}, follow=True).content.decode()
    assert readers(cast, private) == {"anna", "bram", "hilde", "joris"}
    assert commented(cast, private) == {"anna", "hilde", "joris"}
    assert WORD not in client_of(cast.bram).get(f"/reflections/{private.pk}/").content.decode()

    assert "Jij, Hilde Vermeulen en Joris" in anna.post(address, {"do": "take"}, follow=True).content.decode()
    assert readers(cast, private) == {"anna", "hilde", "joris"}
    assert Comment.objects.filter(pk=answered.pk).exists()
    for name in ("bram", "hilde"):
        assert client_of(getattr(cast, name)).post(address, {"do": "put", "part": "question"}).status_code in (403, 404)


def test_a_form_sent_twice_does_the_same_once(cast, client_of):
    text = text_by_anna(cast)
    anna, address = client_of(cast.anna), f"/reflections/{text.pk}/pair/"

    for do, line in (("put", "question"), ("take", "")):
        assert f'name="do" value="{do}"' in anna.get(address).content.decode()
        for _click in range(2):
            assert anna.post(address, {"do": do, "part": "question"}).status_code == 302
            assert Reflection.objects.get().pair_part == line
    assert [anna.post(address, sent).status_code for sent in ({}, {"do": "turn"}, {"do": ""})] == [409, 409, 409]
    assert Reflection.objects.get().pair_part == ""


def test_who_comes_later_reads_the_text_and_not_what_was_said_before(cast, later):
    shared = on_line(cast, cast.anna, audiences=["coaches"])
    dialogue.say(shared, by=cast.hilde, text=WORD)
    dialogue.say(shared, by=cast.bram, text=WORD)
    assert commented(cast, shared) == {"anna", "bram", "hilde", "joris"}
    leave(cast, cast.anna)

    with later():
        come(cast, cast.els)
        assert readers(cast, shared) == {"anna", "bram", "els", "hilde", "joris"}
        assert commented(cast, shared) == {"anna", "bram", "hilde", "joris"}
        fresh = dialogue.say(shared, by=cast.joris, text="Welkom.")
        seen = {
            name for name, user in cast.people().items() if Comment.objects.readable_by(now(user)).filter(pk=fresh.pk).exists()
        }
        assert seen == {"bram", "els", "hilde", "joris"}
        with pytest.raises(DomainError):
            dialogue.say(shared, by=now(cast.anna), text="Nog iets.")


def test_who_comes_back_and_takes_a_text_off_the_line_does_not_read_what_was_said_meanwhile(cast, later):
    shared = on_line(cast, cast.anna, audiences=["coaches"])
    early = dialogue.say(shared, by=cast.bram, text=WORD)
    leave(cast, cast.anna)

    with later():
        meanwhile = dialogue.say(shared, by=now(cast.bram), text="Zonder Anna")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6), tick=False):
        come(cast, cast.anna)
        pair.take_off_line(shared, by=now(cast.anna))

        heard = set(Comment.objects.readable_by(now(cast.anna)).values_list("pk", flat=True))
        assert (early.pk in heard, meanwhile.pk in heard) == (True, False)


def test_the_other_talks_along_about_a_text_on_the_line(cast, client_of):
    shared = on_line(cast, cast.anna, audiences=["coaches"])

    said = client_of(cast.bram).post(f"/reflections/{shared.pk}/comments/", {"comment": WORD}, follow=True)

    assert WORD in said.content.decode()
    assert commented(cast, shared) == {"anna", "bram", "hilde", "joris"}
    assert client_of(cast.zita).post(f"/reflections/{shared.pk}/comments/", {"comment": WORD}).status_code == 404


def test_coaches_read_of_the_line_what_is_shared_with_them(cast, client_of):
    on_line(cast, cast.anna, text="Alleen voor ons")
    shared = on_line(cast, cast.anna, audiences=["coaches"])
    hilde = client_of(cast.hilde)

    assert [row.pk for row, _meeting in hilde.get("/reflections/shared/").context["rows"]] == [shared.pk]
    assert CANARY in hilde.get(f"/reflections/{shared.pk}/").content.decode()
    services.withdraw(shared, by=cast.anna)
    assert readers(cast, shared) == {"anna", "bram"}


def test_a_photo_on_the_line_stays_with_it(cast, later, checked_photo):
    shared = on_line(cast, cast.bram)
    row = attached.add(shared, by=cast.bram, checked=checked_photo)
    leave(cast, cast.bram)

    with later():
        with pytest.raises(DomainError):
            attached.remove(row, by=now(cast.bram))
        assert StoredFile.objects.get(pk=row.file_id).expires_at is None


@pytest.fixture
def checked_photo():
    return Checked(b"\x89PNG\r\n\x1a\n", "image/png", "bord.png")


def test_the_three_lines_say_of_the_own_only_that_one_wrote_and_of_the_others_what_was_shared(cast, client_of):
    text_by_anna(cast, text="Een geheim", question=services.Question("Wat viel tegen?"))
    services.write(by=cast.bram, pilot=cast.nest, text="Bram alleen", question=services.Question("Bram zijn vraag"))
    services.write(by=cast.bram, pilot=cast.nest, text="Voor Anna", audiences=["co-leader"])
    on_line(cast, cast.bram)

    page = client_of(cast.anna).get(line_of(cast))
    lanes = sorted((dot.lane, dot.title) for dot in page.context["dots"])

    assert [lane for lane, _title in lanes] == ["own", "shared", "theirs"]
    assert lanes[2][1] == "Bram De Smet deelde met mij"
    for word in ("Een geheim", "Wat viel tegen?", "Bram alleen", "Bram zijn vraag", "Voor Anna"):
        assert word not in page.content.decode()


def test_agreements_and_the_next_coaching_moment_stand_on_the_page(cast, client_of):
    held = coaching_moment(cast, days=-5, state=Meeting.State.HELD)
    coming = coaching_moment(cast, days=6)
    agreed = {"programme": cast.programme, "meeting": held, "owner": cast.bram}
    Action.objects.create(text="De vroege dienst bellen", **agreed)
    Action.objects.create(text="Dat laten we vallen", state="dropped", **agreed)

    page = client_of(cast.anna).get(line_of(cast)).content.decode()

    assert "De vroege dienst bellen" in page
    assert "Dat laten we vallen" not in page
    assert f"/sessions/sessions/{coming.pk}/preparation/" in page or f"/sessions/{coming.pk}/preparation/" in page


def test_the_page_costs_the_same_with_one_and_three_texts(cast, client_of, django_assert_max_num_queries):
    coaching_moment(cast, days=6)
    browser = client_of(cast.anna)
    first = on_line(cast, cast.bram)
    browser.get(line_of(cast))
    with django_assert_max_num_queries(12) as one:
        assert len(browser.get(line_of(cast)).context["entries"]) == 1
    on_line(cast, cast.bram)
    on_line(cast, cast.anna)
    on_line(cast, cast.bram, follows=first)
    browser.get(line_of(cast))

    with django_assert_max_num_queries(12) as three:
        assert len(browser.get(line_of(cast)).context["entries"]) == 3
    assert len(one) == len(three)


def test_every_text_on_the_line_is_shown_once_whatever_was_taken_off_and_put_back(cast):
    first = on_line(cast, cast.anna)
    second = on_line(cast, cast.bram, follows=first)
    services.erase(first, by=cast.anna)
    third = on_line(cast, cast.anna, follows=second)
    services.restore(Reflection.objects.get(pk=first.pk), by=cast.anna)
    fourth = on_line(cast, cast.bram, follows=third)

    shown = []
    for entry in pair.entries(pair.beginnings(cast.nest), cast.anna):
        shown += [entry.reflection.pk, *(after.reflection.pk for after in entry.followed_by)]
    assert sorted(shown) == sorted(text.pk for text in (first, second, third, fourth))


def test_the_other_hears_of_it_in_one_letter_a_day_without_a_word_of_it(cast):
    with time_machine.travel(timezone.now().replace(hour=9), tick=False):
        first, second = on_line(cast, cast.anna), on_line(cast, cast.anna)
        mail = OutgoingMail.objects.get(kind="reflection-shared")

        letter = letters.kind(mail.kind).render(mail)
        assert mail.recipient_id == cast.bram.pk
        assert "/reflections/pair/" in letter.text
        assert CANARY not in f"{letter.subject}{letter.text}{letter.html}"
        services.erase(first, by=cast.anna)
        services.note_opening(second, by=cast.bram)
        with pytest.raises(letters.Obsolete):
            letters.kind(mail.kind).render(mail)


def test_what_was_begun_for_the_pair_is_found_again(cast, client_of):
    asked, anna = on_line(cast, cast.bram), client_of(cast.anna)
    for begun in ({"pilot": cast.nest.pk, "part": "experiment"}, {"follows": asked.pk}):
        form = anna.get(NEW, begun).context["form"]
        kept = anna.post("/reflections/draft/new/", begun | {"text": f"Half {WORD}", "tab": form["tab"].value()})
        assert kept.status_code == 200

    page = anna.get("/reflections/")
    assert len(page.context["typing"]) == 2
    for draft in page.context["typing"]:
        assert WORD in anna.get(NEW, draft.asked).content.decode()


def test_who_leads_no_pilot_has_no_pair(cast, client_of):
    assert client_of(cast.anna).get("/reflections/pair/").url == line_of(cast)
    assert client_of(cast.hilde).get("/reflections/pair/").status_code == 403
    assert 'href="/reflections/pair/"' in client_of(cast.anna).get("/").content.decode()
