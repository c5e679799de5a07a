"""What people bring: sealed, read by those whom its author named; the pair's intake; the tandem's own sheet."""

import datetime
import json

import pytest
from django.db import connection
from django.utils import timezone

from core.errors import DomainError
from people import own_data
from people.models import PersonKey, User
from sessions import agenda, preparation
from sessions.models import Brought, Meeting
from tests.sessions.record import coaching_moment, network_session
from trajectories import services as trajectories
from trajectories.models import Seat

SECRET = "Een collega zegt niets meer in het overleg."


@pytest.fixture
def session(cast) -> Meeting:
    return network_session(cast, days_ago=-5)


@pytest.fixture
def moment(cast) -> Meeting:
    return coaching_moment(cast, days_ago=-5)


def case_of(cast, meeting: Meeting, readers: list[User]) -> Brought:
    texts = {"question": SECRET, "context": "Een klein team.", "people": "een collega"}
    return preparation.bring(meeting, by=cast.anna, kind="case", texts=texts, readers=[person.pk for person in readers])


def status(client_of, user: User, row: Brought, tail: str = "") -> int:
    return client_of(user).get(f"/sessions/brought/{row.pk}/{tail}").status_code


def test_a_leader_brings_a_case_and_names_who_reads_it(cast, client_of, session):
    sent = {"question": SECRET, "readers": [str(cast.hilde.pk)]}

    answer = client_of(cast.anna).post(f"/sessions/{session.pk}/preparation/new/case/", sent)

    row = Brought.objects.get()
    assert answer.status_code == 302
    assert SECRET in client_of(cast.hilde).get(f"/sessions/brought/{row.pk}/").content.decode()
    assert [status(client_of, user, row) for user in (cast.joris, cast.zita, cast.bram, cast.tess)] == [404] * 4


def test_only_its_owner_decides_on_every_wider_reading(cast, client_of, session):
    row = case_of(cast, session, [cast.hilde])
    address = f"/sessions/brought/{row.pk}/readers/"

    by_reader = client_of(cast.hilde).post(address, {"readers": [str(cast.joris.pk)]})
    by_owner = client_of(cast.anna).post(address, {"readers": [str(cast.zita.pk)]})

    assert (by_reader.status_code, by_owner.status_code) == (403, 302)
    assert [status(client_of, user, row) for user in (cast.zita, cast.hilde, cast.joris)] == [200, 404, 404]


def test_nobody_of_elsewhere_can_be_named(cast, client_of, session):
    row = case_of(cast, session, [])

    client_of(cast.anna).post(f"/sessions/brought/{row.pk}/readers/", {"readers": [str(cast.tess.pk), str(cast.karel.pk)]})

    assert not row.readers.exists()
    assert status(client_of, cast.tess, row) == 404


def test_the_text_is_sealed_and_erasing_the_key_erases_it(cast, client_of, session):
    row = case_of(cast, session, [cast.hilde])
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM coaching_sessions_brought")
        stored = bytes(cursor.fetchone()[0])
    PersonKey.objects.filter(pk=cast.anna.pk).delete()

    page = client_of(cast.hilde).get(f"/sessions/brought/{row.pk}/")

    assert SECRET.encode() not in stored
    assert page.status_code == 200 and SECRET not in page.content.decode()


def test_each_of_the_pair_writes_alone_and_both_open_together(cast, client_of, moment):
    anna = preparation.bring(moment, by=cast.anna, kind="intake", texts={"text": SECRET})
    bram = preparation.bring(moment, by=cast.bram, kind="intake", texts={"text": "Ik zie het anders."})
    alone = [status(client_of, user, anna) for user in (cast.bram, cast.hilde)]

    client_of(cast.anna).post(f"/sessions/brought/{anna.pk}/ready/")
    waiting = [status(client_of, user, anna) for user in (cast.bram, cast.hilde)]
    client_of(cast.bram).post(f"/sessions/brought/{bram.pk}/ready/")

    assert alone == waiting == [404, 404]
    assert [status(client_of, user, anna) for user in (cast.bram, cast.hilde, cast.joris)] == [200] * 3
    assert status(client_of, cast.anna, bram) == 200
    assert [status(client_of, user, anna) for user in (cast.tess, cast.zita, cast.karel)] == [404] * 3


def test_who_does_not_want_to_wait_opens_their_own_part_only(cast, client_of, moment):
    anna = preparation.bring(moment, by=cast.anna, kind="intake", texts={"text": SECRET})
    bram = preparation.bring(moment, by=cast.bram, kind="intake", texts={"needs": "Rust."})

    client_of(cast.anna).post(f"/sessions/brought/{anna.pk}/ready/", {"now": "yes"})

    assert (status(client_of, cast.bram, anna), status(client_of, cast.anna, bram)) == (200, 404)


def test_what_is_sent_twice_is_there_once(cast, client_of, session):
    anna, address = client_of(cast.anna), f"/sessions/{session.pk}/preparation/new/case/"
    sent = {"question": SECRET, "context": "Een klein team.\r\nMet vragen.", "readers": [str(cast.hilde.pk)]}
    answers = [anna.post(address, sent) for _press in range(2)]
    assert answers[0].url == answers[1].url and Brought.objects.count() == 1
    anna.post(address, sent | {"question": "Iets anders"})
    client_of(cast.zita).post(address, sent)  # the same words of somebody else are theirs
    assert Brought.objects.count() == 3


def test_an_intake_is_the_pairs_own_and_no_coach_writes_one(cast, client_of, moment, session):
    hilde = client_of(cast.hilde)
    refused = hilde.post(f"/sessions/{moment.pk}/preparation/new/intake/", {"text": "Van de coach"})
    assert refused.status_code == 422 and "Van de coach" in refused.content.decode()
    assert client_of(cast.anna).post(f"/sessions/{session.pk}/preparation/new/intake/", {"text": "x"}).status_code == 422
    assert not Brought.objects.exists()


def test_what_the_pair_brings_together_is_written_by_both_and_nothing_is_overwritten_unseen(cast, client_of, moment):
    address = f"/sessions/{moment.pk}/preparation/together/"
    client_of(cast.anna).post(address, {"text": "Van Anna", "version": "0"})

    late = client_of(cast.bram).post(address, {"text": "Van Bram", "version": "0"})
    again = client_of(cast.bram).post(address, {"text": "Van beiden", "version": "1"})

    assert late.status_code == 409 and "Van Anna" in late.content.decode() and "Van Bram" in late.content.decode()
    assert again.status_code == 302
    assert preparation.common(moment, "together")[1]["text"] == "Van beiden"
    assert client_of(cast.hilde).get(address).status_code == 200
    assert client_of(cast.tess).get(address).status_code == 403


def test_the_overview_names_who_brought_nothing_to_coaches_and_counts_it_for_the_others(cast, client_of, session):
    case_of(cast, session, [])

    coach = client_of(cast.hilde).get(f"/sessions/{session.pk}/agenda/").content.decode()
    leader = client_of(cast.zita).get(f"/sessions/{session.pk}/agenda/").content.decode()

    card = lambda html: html[html.index('id="h-brought"') :][:900]  # noqa: E731
    assert "Zita Maes" in card(coach) and "Anna Claes" not in card(coach)
    assert "Yusuf" not in card(leader) and "1" in card(leader) and "4" in card(leader)


def test_the_tandems_sheet_is_for_its_coaches_alone(cast, client_of, moment):
    item = agenda.add(moment, by=cast.hilde, title="Verdiepen", minutes=45)
    address = f"/sessions/{moment.pk}/tandem/"
    client_of(cast.hilde).post(address, {"text": SECRET, "version": "0"})
    client_of(cast.hilde).post(f"{address}roles/", {f"{item.pk}-content": cast.hilde.pk, f"{item.pk}-process": cast.anna.pk})

    assert SECRET in client_of(cast.joris).get(address).content.decode()
    refused = [client_of(user).get(address).status_code for user in (cast.tess, cast.anna, cast.zita, cast.karel)]
    assert refused == [403, 403, 404, 404]
    assert [(role.part, role.user) for role in item.roles.all()] == [("content", cast.hilde)]


def test_the_debrief_shows_what_was_planned(cast, client_of, session):
    client_of(cast.hilde).post(f"/sessions/{session.pk}/tandem/", {"text": "Rustig beginnen.", "version": "0"})

    page = client_of(cast.joris).get(f"/sessions/{session.pk}/tandem/debrief/").content.decode()

    assert "Rustig beginnen." in page


def test_a_national_number_and_an_empty_text_are_refused(cast, client_of, session):
    address = f"/sessions/{session.pk}/preparation/new/question/"

    number = client_of(cast.anna).post(address, {"text": "Haar nummer is 85.07.30-033.28"})
    empty = client_of(cast.anna).post(address, {"text": "  "})

    assert (number.status_code, empty.status_code) == (422, 422)
    assert not Brought.objects.exists()


def test_what_the_owner_takes_away_is_gone(cast, client_of, session):
    row = case_of(cast, session, [cast.hilde])

    client_of(cast.hilde).post(f"/sessions/brought/{row.pk}/remove/")
    still = Brought.objects.count()
    client_of(cast.anna).post(f"/sessions/brought/{row.pk}/remove/")

    assert (still, Brought.objects.count()) == (1, 0)


def test_the_overview_costs_the_same_for_one_and_for_many(cast, client_of, session, django_assert_max_num_queries):
    case_of(cast, session, [cast.hilde])
    hilde, address = client_of(cast.hilde), f"/sessions/{session.pk}/preparation/"
    with django_assert_max_num_queries(12) as one:
        hilde.get(address)
    for author in (cast.zita, cast.yusuf, cast.bram):
        preparation.bring(session, by=author, kind="question", texts={"text": "Hoe doen jullie dat?"}, readers=[cast.hilde.pk])
    with django_assert_max_num_queries(12) as more:
        page = hilde.get(address).content.decode()

    assert len(one) == len(more) and page.count("Hoe doen jullie dat?") == 3


def test_the_file_with_ones_own_data_holds_what_one_brought_and_nothing_of_others(cast, session):
    case_of(cast, session, [cast.hilde])

    mine, theirs = (json.dumps(own_data.export(user), default=str) for user in (cast.anna, cast.hilde))

    assert SECRET in mine and SECRET not in theirs


def test_a_coach_keeps_notes_alone_or_with_the_tandem_and_names_its_readers_first(cast, moment, client_of):
    page = f"/sessions/{moment.pk}/notes/"
    hilde, joris, anna, tess = (client_of(person) for person in (cast.hilde, cast.joris, cast.anna, cast.tess))
    before = hilde.get(page).content.decode()
    assert "Alleen jij: Hilde Vermeulen" in before and "Jullie tandem: Hilde Vermeulen, Joris Aerts" in before
    assert before.index("Jullie tandem") < before.index("btn-primary")

    hilde.post(page, {"text": "Bram zei weinig.", "for": "me"})
    hilde.post(page, {"text": "Volgende keer eerst Anna.", "for": str(cast.joris.pk)})

    theirs = joris.get(page).content.decode()
    assert "Volgende keer eerst Anna." in theirs and "Bram zei weinig." not in theirs
    assert "Bram zei weinig." in hilde.get(page).content.decode()
    assert {person.get(page).status_code for person in (anna, tess)} == {403}
    alone = Brought.objects.get(kind="note", opened_at=None)
    assert b"Bram" not in bytes(alone.body)
    for person in (joris, anna, tess):
        assert person.get(f"/sessions/brought/{alone.pk}/").status_code == 404
    assert [one["texts"]["text"] for one in preparation.own_texts(cast.hilde)] == [
        "Bram zei weinig.",
        "Volgende keer eerst Anna.",
    ]


def test_a_coach_who_joins_the_tandem_reads_an_older_note_only_when_named_anew(cast, moment, client_of):
    note = preparation.bring(moment, by=cast.hilde, kind="note", texts={"text": "Een"}, readers=[cast.joris.pk])
    page, hilde = f"/sessions/{moment.pk}/notes/{note.pk}/", client_of(cast.hilde)
    assert hilde.get(page).context["form"]["for"].value() == str(cast.joris.pk)
    trajectories.seat_person(
        by=cast.tess, user=cast.els, programme=cast.programme, pilot=cast.nest, role="coach", since=timezone.localdate()
    )

    assert "checked" not in str(hilde.get(page).context["form"]["for"])
    stale = hilde.post(page, {"text": "Een, beter", "for": str(cast.joris.pk), "version": "1"})

    assert stale.status_code == 422 and "for" in stale.context["form"].errors
    assert [one.user_id for one in note.readers.all()] == [cast.joris.pk]


def test_a_note_is_taken_back_from_the_tandem_and_a_second_window_overwrites_nothing(cast, moment, client_of):
    note = preparation.bring(moment, by=cast.hilde, kind="note", texts={"text": "Een"}, readers=[cast.joris.pk])
    page, hilde = f"/sessions/{moment.pk}/notes/{note.pk}/", client_of(cast.hilde)

    assert hilde.post(page, {"text": "Twee", "for": "me", "version": "1"}).status_code == 302
    late = hilde.post(page, {"text": "Drie", "for": str(cast.joris.pk), "version": "1"})

    assert late.status_code == 409 and "Twee" in late.content.decode() and "Drie" in late.content.decode()
    assert "Twee" not in client_of(cast.joris).get(f"/sessions/{moment.pk}/notes/").content.decode()
    assert client_of(cast.joris).get(page).status_code == 404
    hilde.post(f"{page}remove/")
    assert not Brought.objects.filter(pk=note.pk).exists()


def test_who_no_longer_coaches_the_pair_no_longer_reads_the_tandems_notes(cast, moment, client_of):
    note = preparation.bring(moment, by=cast.hilde, kind="note", texts={"text": "Een"}, readers=[cast.joris.pk])
    assert note in Brought.objects.visible_to(cast.joris)

    left = timezone.localdate() - datetime.timedelta(days=1)
    Seat.objects.filter(user=cast.joris, pilot=cast.nest).update(until=left)
    trajectories.seat_person(by=cast.tess, user=cast.joris, programme=cast.programme, role="project", since=left)

    joris = User.objects.get(pk=cast.joris.pk)
    assert moment in Meeting.objects.visible_to(joris) and note not in Brought.objects.visible_to(joris)


def test_only_fellow_coaches_are_named_as_readers_of_a_note_and_only_at_a_coaching_moment(cast, moment, session):
    with pytest.raises(DomainError):
        preparation.bring(moment, by=cast.hilde, kind="note", texts={"text": "Een"}, readers=[cast.anna.pk])
    with pytest.raises(DomainError):
        preparation.bring(session, by=cast.hilde, kind="note", texts={"text": "Een"})
    assert not Brought.objects.filter(kind="note").exists()
