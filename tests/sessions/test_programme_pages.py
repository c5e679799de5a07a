"""The programme on one line, in short for advisers and partners, and the page of a pilot."""

import datetime

import pytest
from django.urls import reverse

from networks.models import LearningNetwork, NetworkPilot
from sessions.models import Action, Attendance, Meeting
from tests.sessions.test_planning import ahead, plan
from trajectories.models import Phase


def programme(cast) -> str:
    return reverse("sessions:programme", args=[cast.programme.pk])


def pilot(which) -> str:
    return reverse("sessions:pilot", args=[which.pk])


def held(host, by, days, title) -> Meeting:
    meeting = plan(host, by)
    Meeting.objects.filter(pk=meeting.pk).update(state="held", title=title, starts_at=ahead(-days), ends_at=ahead(-days, 12))
    return meeting


def test_the_line_shows_what_each_person_may_see(cast, client_of):
    Phase.objects.create(
        programme=cast.programme, name="Fase een", starts_on=cast.programme.starts_on, ends_on=cast.programme.ends_on
    )
    plan(cast.network, cast.hilde)
    Meeting.objects.update(title="Sessie voor iedereen")
    held(cast.nest, cast.hilde, 20, "Moment van Het Nest")
    held(cast.wip, cast.karel, 20, "Moment van De Wip")
    seen = {
        "tess": {"Sessie voor iedereen", "Moment van Het Nest", "Moment van De Wip", "Fase een"},
        "hilde": {"Sessie voor iedereen", "Moment van Het Nest", "Fase een"},
        "anna": {"Sessie voor iedereen", "Moment van Het Nest", "Fase een"},
        "zita": {"Sessie voor iedereen", "Moment van De Wip", "Fase een"},
        "karel": {"Moment van De Wip", "Fase een"},
        "ada": {"Fase een"},
        "petra": {"Fase een"},
    }
    everything = set.union(*seen.values())
    for name, words in seen.items():
        page = client_of(getattr(cast, name)).get(programme(cast)).content.decode()
        assert {word for word in everything if word in page} == words, name
    for name in ("els", "omar", "kim"):
        assert client_of(getattr(cast, name)).get(programme(cast)).status_code == 404


def test_advisers_and_partners_see_the_programme_in_short_without_people(cast, client_of):
    plan(cast.advisers, cast.tess)
    page = client_of(cast.ada).get(programme(cast)).content.decode()
    assert "Samen kijken" in page
    for name in ("Anna Claes", "Hilde Vermeulen", "Het Nest"):
        assert name not in page
        assert name in client_of(cast.tess).get(programme(cast)).content.decode()
    assert "Samen kijken" not in client_of(cast.petra).get(programme(cast)).content.decode()


def test_what_is_missing_of_three_moments_is_said(cast, client_of):
    held(cast.nest, cast.hilde, 20, "Eerste")
    page = client_of(cast.tess).get(pilot(cast.nest))
    row = page.context["page"].row
    assert (row.held, row.planned, row.missing) == (1, 0, 2)
    assert len(page.context["page"].stops) == 3


def test_a_pilot_page_is_for_its_people_only(cast, client_of):
    for name, status in {
        "anna": 200,
        "hilde": 200,
        "tess": 200,
        "zita": 404,
        "karel": 404,
        "ada": 404,
        "omar": 404,
        "els": 404,
    }.items():
        assert client_of(getattr(cast, name)).get(pilot(cast.nest)).status_code == status, name
    address = reverse("sessions:new", args=["pilot", cast.nest.pk])
    assert address in client_of(cast.hilde).get(pilot(cast.nest)).content.decode()
    assert address not in client_of(cast.anna).get(pilot(cast.nest)).content.decode()


def test_a_pilot_page_counts_sessions_and_shows_agreements_only_to_who_may_read_them(cast, client_of):
    session = held(cast.network, cast.hilde, 30, "Sessie")
    Attendance.objects.filter(meeting=session, user=cast.anna).update(status="onsite", seat=cast.anna.seats.get())
    moment = held(cast.nest, cast.hilde, 20, "Eerste")
    Action.objects.create(
        programme=cast.programme, meeting=moment, text="Stille collega vragen", owner=cast.anna,
        due_on=datetime.date(2020, 1, 1),
    )  # fmt: skip
    page = client_of(cast.hilde).get(pilot(cast.nest))
    assert dict(page.context["page"].attendance_lines) == {"Anna Claes": 1, "Bram De Smet": 0}
    assert page.context["page"].held_sessions == 1
    assert "Stille collega vragen" in page.content.decode()
    assert "Stille collega vragen" not in client_of(cast.tess).get(pilot(cast.nest)).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_the_programme_takes_as_many_queries_for_one_meeting_as_for_three(cast, client_of, django_assert_num_queries, number):
    for step in range(number):
        plan(cast.nest, cast.hilde, days=20 + step)
        plan(cast.network, cast.hilde, days=20 + step)
    client = client_of(cast.tess)
    client.get(programme(cast))
    with django_assert_num_queries(10):
        client.get(programme(cast))
    with django_assert_num_queries(10):
        client.get(pilot(cast.nest))


@pytest.mark.parametrize("number", [1, 3])
def test_the_short_page_takes_as_many_queries_for_one_meeting_as_for_three(cast, client_of, django_assert_num_queries, number):
    for step in range(number):
        plan(cast.advisers, cast.tess, days=20 + step)
    client = client_of(cast.ada)
    client.get(programme(cast))
    with django_assert_num_queries(8):
        client.get(programme(cast))


def test_a_large_programme_is_shown_a_network_at_a_time(cast, client_of, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("sessions.trajectory.AT_ONCE", 1)
    held(cast.nest, cast.hilde, 20, "Moment van Het Nest")
    held(cast.wip, cast.karel, 20, "Moment van De Wip")
    LearningNetwork.objects.create(programme=cast.programme, name="Zonder pilots")
    NetworkPilot.objects.filter(pilot=cast.wip).delete()
    client = client_of(cast.tess)
    first = client.get(programme(cast))
    assert cast.network.name in first.content.decode()
    assert "Moment van Het Nest" in first.content.decode() and first.context["part"].previous == ""
    last = client.get(programme(cast) + "?network=none")
    assert "Moment van De Wip" in last.content.decode() and last.context["part"].next == ""
    assert "Moment van Het Nest" not in last.content.decode()
    assert client.get(programme(cast) + first.context["part"].next).context["part"].name == "Zonder pilots"
    assert client.get(programme(cast) + "?network=x").context["part"].name == cast.network.name
    with django_assert_num_queries(12):
        client.get(programme(cast))


def test_planning_starts_from_what_one_plans(cast, client_of):
    page = client_of(cast.hilde).get(reverse("sessions:choose")).content.decode()
    assert reverse("sessions:new", args=["network", cast.network.pk]) in page
    assert str(cast.wip.pk) not in page
    assert "/sessions/new/" not in client_of(cast.anna).get(reverse("sessions:choose")).content.decode().split("<main")[1]
