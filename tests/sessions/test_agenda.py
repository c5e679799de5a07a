"""The agenda: made, ordered without a mouse, begun from an example, parked for the next session."""

import json

from networks import services as networks
from sessions import agenda, invitations, planning
from sessions.models import AgendaItem, Meeting
from tests.sessions.record import clock, network_session


def page(meeting: Meeting, tail: str = "") -> str:
    return f"/sessions/{meeting.pk}/agenda/{tail}"


def titles(meeting: Meeting) -> list[str]:
    return [item.title for item in agenda.items_of(meeting)[0]]


def with_parts(cast, *names: str, **fields) -> Meeting:
    meeting = network_session(cast, **fields)
    for name in names:
        agenda.add(meeting, by=cast.hilde, title=name, minutes=30)
    return meeting


def test_a_coach_adds_a_part_with_everything_and_all_who_are_asked_read_it(cast, client_of):
    meeting = network_session(cast)
    sent = {"title": "Terugblik", "minutes": "20", "aim": "Wat merkte je?", "material": "Kaartjes", "owner": cast.joris.pk}

    answer = client_of(cast.hilde).post(page(meeting), sent)

    item = meeting.agenda.get()
    assert answer.status_code == 302
    assert (item.title, item.minutes, item.material, item.owner) == ("Terugblik", 20, "Kaartjes", cast.joris)
    read = client_of(cast.anna).get(page(meeting)).content.decode()
    assert "Kaartjes" in read and 'name="title"' not in read
    assert client_of(cast.anna).post(page(meeting), sent).status_code == 403


def test_an_owner_from_elsewhere_is_refused_beside_the_field(cast, client_of):
    meeting = network_session(cast)

    answer = client_of(cast.hilde).post(page(meeting), {"title": "Start", "minutes": "5", "owner": cast.karel.pk})

    assert answer.status_code == 422 and not meeting.agenda.exists()


def test_the_buttons_and_the_drag_give_the_same_order(cast, client_of):
    meeting, hilde = with_parts(cast, "a", "b", "c"), client_of(cast.hilde)
    first = meeting.agenda.get(title="a")

    hilde.post(page(meeting, f"{first.pk}/move/"), {"to": "up"})  # already on top
    hilde.post(page(meeting, f"{first.pk}/move/"), {"to": "down"})
    by_button = titles(meeting)
    ids = [meeting.agenda.get(title=name).pk for name in ("c", "a")]
    hilde.post(page(meeting, "order/"), {"item": [*ids, "nonsense"]})

    assert by_button == ["b", "a", "c"]
    assert titles(meeting) == ["c", "a", "b"]


def test_a_parked_part_takes_no_time_and_comes_back_in_the_next_session_once(cast, client_of):
    meeting, hilde = with_parts(cast, "a", "b"), client_of(cast.hilde)
    following = network_session(cast, days_ago=-7, title="Volgende")
    parked = meeting.agenda.get(title="b")

    hilde.post(page(meeting, f"{parked.pk}/move/"), {"to": "park"})
    waiting = hilde.get(page(following)).content.decode()
    for _twice in range(2):
        hilde.post(page(following, "parked/"), {"item": parked.pk})

    assert titles(meeting) == ["a"] and str(parked.pk) in waiting
    assert titles(following) == ["b"]
    assert agenda.waiting_for(following) == []


def test_a_break_that_is_a_part_itself_makes_no_agenda_too_long(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)  # 210 minutes, a break of 15 among them
    for name, minutes in (("Kijken", 195), ("Pauze", 15)):
        agenda.add(meeting, by=cast.hilde, title=name, minutes=minutes)
    for address in (page(meeting), f"/sessions/{meeting.pk}/"):
        assert "De agenda duurt langer" not in hilde.get(address).content.decode()
    agenda.add(meeting, by=cast.hilde, title="Nog iets", minutes=1)
    for address in (page(meeting), f"/sessions/{meeting.pk}/"):
        assert "De agenda duurt langer" in hilde.get(address).content.decode()


def test_what_a_cancelled_session_had_taken_up_waits_again(cast):
    meeting = with_parts(cast, "a", days_ago=3)
    agenda.move(meeting.agenda.get(), by=cast.hilde, to="park")
    following = network_session(cast, starts_at=clock(9, days_ago=-3), ends_at=clock(12, days_ago=-3))
    assert agenda.carry_over(following, by=cast.hilde, items=[meeting.agenda.get().pk]) == 1
    last = network_session(cast, starts_at=clock(9, days_ago=-9), ends_at=clock(12, days_ago=-9))
    assert agenda.waiting_for(last) == []
    following.refresh_from_db()
    planning.cancel_meeting(following, by=cast.hilde, version=following.version, reason="Ziekte")
    assert agenda.waiting_for(last) == [meeting.agenda.get()]


def test_another_networks_parked_parts_are_not_offered(cast):
    meeting = planning.plan_meeting(
        by=cast.karel, host=cast.wip, title="Moment", starts_at=clock(9, days_ago=-3), ends_at=clock(10, days_ago=-3)
    )
    earlier = with_parts(cast, "geheim")
    agenda.move(earlier.agenda.get(), by=cast.hilde, to="park")

    assert agenda.waiting_for(meeting) == []
    assert agenda.carry_over(meeting, by=cast.karel, items=[earlier.agenda.get().pk]) == 0


def test_an_example_fills_the_time_that_is_left(cast, client_of):
    meeting = with_parts(cast, "Start")

    client_of(cast.hilde).post(page(meeting, "template/"), {"slug": "session"})

    items, _parked = agenda.items_of(meeting)
    assert len(items) == 6 and items[0].title == "Start"
    assert meeting.length - meeting.break_minutes - 30 <= sum(item.minutes for item in items) <= meeting.length


def test_changing_the_meeting_keeps_an_agenda_that_has_more_than_the_form_shows(cast, client_of):
    meeting = network_session(cast, days_ago=-3)
    agenda.add(meeting, by=cast.hilde, title="Met kaartjes", minutes=30, material="Kaartjes")
    meeting.refresh_from_db()
    local = meeting.local_start
    sent = {
        "title": "Andere titel", "day": f"{local:%Y-%m-%d}", "starts": "09:00", "ends": "12:30", "mode": "onsite",
        "place": "Gent", "version": meeting.version, "agenda-TOTAL_FORMS": "0", "agenda-INITIAL_FORMS": "0",
    }  # fmt: skip

    answer = client_of(cast.hilde).post(f"/sessions/{meeting.pk}/edit/", sent)

    assert answer.status_code == 302, answer.content.decode()
    meeting.refresh_from_db()
    assert meeting.title == "Andere titel" and meeting.agenda.get().material == "Kaartjes"


def test_a_checked_meeting_keeps_its_agenda(cast, client_of):
    meeting = with_parts(cast, "a")
    Meeting.objects.filter(pk=meeting.pk).update(state="checked")
    item = meeting.agenda.get()

    client_of(cast.hilde).post(page(meeting, f"{item.pk}/move/"), {"to": "remove"})

    assert AgendaItem.objects.filter(pk=item.pk).exists()


def test_a_part_of_another_meeting_is_not_found(cast, client_of):
    meeting, other = with_parts(cast, "a"), with_parts(cast, "b", days_ago=2)

    answer = client_of(cast.hilde).post(page(meeting, f"{other.agenda.get().pk}/move/"), {"to": "remove"})

    assert answer.status_code == 404 and titles(other) == ["b"]


def test_agreements_stay_in_view_and_many_parts_cost_no_more(cast, client_of, django_assert_max_num_queries):
    networks.set_agreements(cast.network, by=cast.tess, texts=["Wat hier gezegd wordt, blijft hier."])
    meeting, hilde = with_parts(cast, "a"), client_of(cast.hilde)
    with django_assert_max_num_queries(12) as one:
        page_of_one = hilde.get(page(meeting)).content.decode()
    for name in "bcdef":
        agenda.add(meeting, by=cast.hilde, title=name, minutes=10, owner=cast.anna)
    with django_assert_max_num_queries(12) as more:
        hilde.get(page(meeting))

    assert "blijft hier" in page_of_one
    assert len(one) == len(more)


def test_an_adviser_who_was_asked_along_does_not_read_the_groups_agreements(cast, client_of):
    networks.set_agreements(cast.network, by=cast.tess, texts=["Wat hier gezegd wordt, blijft hier."])
    meeting = network_session(cast, days_ago=-3)
    invitations.invite(meeting, by=cast.tess, people=[cast.ada])

    ada, anna = (client_of(user).get(page(meeting)).content.decode() for user in (cast.ada, cast.anna))

    assert "blijft hier" not in ada and 'id="h-items"' in ada
    assert "blijft hier" in anna


def test_the_shipped_agendas_have_every_word_in_both_languages():
    for entry in json.loads(agenda.LIBRARY.read_text(encoding="utf-8"))["agendas"]:
        assert set(entry["title"]) == {"nl", "en"}
        for line in entry["lines"]:
            assert all(line[name] for name in ("nl", "en", "aim_nl", "aim_en", "share"))
