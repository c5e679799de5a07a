"""Agreements: made at a meeting, with an owner and a day, settled with one button and taken back with another."""

import datetime
import re

import pytest
from django.utils import timezone

from core.errors import DomainError
from people.models import User
from sessions import actions
from sessions.models import Action, Meeting
from tests.sessions.record import coaching_moment, network_session

TODAY = timezone.localdate


def address(meeting: Meeting) -> str:
    return f"/sessions/{meeting.pk}/actions/"


def agreed(meeting: Meeting, cast, owner: User, **fields) -> Action:
    return actions.add(meeting, by=cast.hilde, **{"text": "Deel de kijkwijzer met je team", "owner": owner, **fields})


def test_a_coach_notes_an_agreement_and_its_owner_sees_it_in_their_list(cast, client_of):
    meeting, due = network_session(cast), TODAY() + datetime.timedelta(days=14)
    hilde, anna = client_of(cast.hilde), client_of(cast.anna)

    saved = hilde.post(
        address(meeting), {"text": "Vraag het team wat helpt", "owner": str(cast.anna.pk), "due_on": due.isoformat()}
    )

    assert saved.status_code == 302
    assert "Vraag het team wat helpt" in anna.get("/sessions/actions/").content.decode()
    assert "Vraag het team wat helpt" not in client_of(cast.bram).get("/sessions/actions/").content.decode()
    assert "Vraag het team wat helpt" in client_of(cast.bram).get(address(meeting)).content.decode()


def test_sent_twice_it_is_one_agreement(cast, client_of):
    meeting, due = network_session(cast), TODAY() + datetime.timedelta(days=14)
    sent = {"text": "Vraag het team wat helpt", "owner": str(cast.anna.pk), "due_on": due.isoformat()}
    for _press in range(2):
        assert client_of(cast.hilde).post(address(meeting), sent).status_code == 302
    client_of(cast.hilde).post(address(meeting), sent | {"owner": str(cast.bram.pk)})
    assert [action.owner for action in meeting.actions.order_by("created_at")] == [cast.anna, cast.bram]
    actions.settle(meeting.actions.get(owner=cast.anna), by=cast.anna, state="done")
    client_of(cast.hilde).post(address(meeting), sent)  # done, and agreed anew
    assert meeting.actions.filter(owner=cast.anna).count() == 2


def test_done_with_one_button_and_undone_with_another(cast, client_of):
    action, anna = agreed(network_session(cast), cast, cast.anna), client_of(cast.anna)

    page = anna.post(f"/sessions/actions/{action.pk}/settle/", {"state": "done", "back": "own"}, follow=True).content.decode()

    action.refresh_from_db()
    assert (action.state, action.settled_at is not None) == ("done", True)
    undo = re.search(r'role="status"><form[^>]*action="([^"]+)"', page)[1]
    anna.post(undo, {"state": "open", "back": "own"})
    action.refresh_from_db()
    assert (action.state, action.settled_at) == ("open", None)


def test_overdue_open_and_settled_stand_apart(cast):
    meeting = network_session(cast, days_ago=30)
    past = agreed(meeting, cast, cast.anna, due_on=TODAY() - datetime.timedelta(days=1))
    today = agreed(meeting, cast, cast.anna, due_on=TODAY())
    done = agreed(meeting, cast, cast.anna)
    actions.settle(done, by=cast.anna, state="done")

    mine = actions.own(cast.anna)

    assert (mine.overdue, mine.open, mine.settled) == ([past], [today], [done])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "x" * 301),
        ("owner", ""),
        ("owner", "not-an-id"),
        ("due_on", "2026-02-30"),
        ("due_on", "2000-01-01"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field_and_what_was_typed_stays(cast, client_of, field, value):
    meeting = network_session(cast)
    typed = {"text": "Bel de school 😀 שלום", "owner": str(cast.anna.pk), "due_on": ""} | {field: value}

    answer = client_of(cast.hilde).post(address(meeting), typed)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'id="div_id_{field}" class="field[^"]*has-error', page)
    assert field == "text" or "Bel de school 😀 שלום" in page
    assert not Action.objects.exists()


def test_only_people_of_the_meeting_take_something_on(cast, client_of):
    moment = coaching_moment(cast)

    with pytest.raises(DomainError) as refusal:
        agreed(moment, cast, cast.zita)

    assert refusal.value.field == "owner"
    answer = client_of(cast.hilde).post(address(moment), {"text": "x", "owner": str(cast.zita.pk)})
    assert answer.status_code == 422
    assert "Maes" not in answer.content.decode()


def test_the_agreements_of_a_coaching_moment_are_for_the_pair_and_their_coaches(cast, client_of):
    moment = coaching_moment(cast)
    action = agreed(moment, cast, cast.anna, text="Anna spreekt met haar directie")
    one = f"/sessions/actions/{action.pk}/"

    for reader in (cast.anna, cast.bram, cast.hilde, cast.joris):
        assert "haar directie" in client_of(reader).get(address(moment)).content.decode(), reader
    assert client_of(cast.tess).get(address(moment)).status_code == 403
    for stranger in (cast.tess, cast.zita, cast.karel, cast.ada, cast.els, cast.omar):
        assert client_of(stranger).get(one).status_code == 404, stranger
        assert client_of(stranger).post(f"{one}settle/", {"state": "done"}).status_code == 404
        assert "haar directie" not in client_of(stranger).get("/sessions/actions/?whose=meetings").content.decode()
    for stranger in (cast.zita, cast.omar, cast.els):
        assert client_of(stranger).get(address(moment)).status_code == 404
    assert client_of(cast.bram).post(f"{one}settle/", {"state": "done"}).status_code == 403
    action.refresh_from_db()
    assert action.state == "open"


def test_the_owner_settles_and_the_coach_changes_the_words(cast, client_of):
    action = agreed(network_session(cast), cast, cast.anna)
    one, changed = (
        f"/sessions/actions/{action.pk}/",
        {"text": "Deel ze met twee collega’s", "owner": str(cast.bram.pk), "due_on": ""},
    )

    assert "Deel de kijkwijzer" in client_of(cast.anna).get(one).content.decode()
    assert client_of(cast.anna).post(one, changed).status_code == 403
    action.refresh_from_db()
    assert action.owner == cast.anna

    client_of(cast.hilde).post(one, changed)
    action.refresh_from_db()
    assert (action.text, action.owner) == ("Deel ze met twee collega’s", cast.bram)


def test_a_checked_meeting_takes_no_new_agreement_and_lets_the_old_be_settled(cast, client_of):
    meeting = network_session(cast)
    action = agreed(meeting, cast, cast.anna)
    Meeting.objects.filter(pk=meeting.pk).update(state=Meeting.State.CHECKED)

    with pytest.raises(DomainError):
        agreed(meeting, cast, cast.bram)
    assert actions.settle(action, by=cast.anna, state="done").state == "done"


def test_who_left_the_programme_no_longer_sees_what_they_took_on(cast, client_of):
    action = agreed(network_session(cast), cast, cast.anna)
    cast.anna.seats.update(until=TODAY() - datetime.timedelta(days=1))

    assert client_of(cast.anna).get(f"/sessions/actions/{action.pk}/").status_code == 404
    assert "kijkwijzer" not in client_of(cast.anna).get("/sessions/actions/").content.decode()


def test_an_odd_answer_or_address_is_no_error(cast, client_of):
    action, anna = agreed(network_session(cast), cast, cast.anna), client_of(cast.anna)

    assert anna.post(f"/sessions/actions/{action.pk}/settle/", {"state": "whatever"}).status_code in {302, 409}
    assert anna.get("/sessions/actions/?settled=nonsense").status_code == 200
    assert anna.get("/sessions/actions/?whose=meetings").status_code == 200
    action.refresh_from_db()
    assert action.state == "open"


@pytest.mark.parametrize("number", [1, 3])
def test_the_lists_take_a_fixed_number_of_queries(cast, client_of, django_assert_num_queries, number):
    meeting = network_session(cast)
    for _each in range(number):
        agreed(meeting, cast, cast.anna)
    anna, hilde = client_of(cast.anna), client_of(cast.hilde)

    with django_assert_num_queries(5):
        anna.get("/sessions/actions/")
    with django_assert_num_queries(7):
        hilde.get(address(meeting))
