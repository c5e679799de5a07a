"""Seats: who holds which place, from when till when."""

import datetime

import pytest
from django.utils import timezone

from core.errors import DomainError
from networks import services as networks
from people.models import User
from trajectories import services
from trajectories.models import Leader, Pilot, Programme, Seat


def test_a_pair_has_two_living_leaders_and_remembers_who_left(cast):
    living = Leader.objects.filter(pilot=cast.nest).living().order_by("place")

    assert [seat.user for seat in living] == [cast.anna, cast.bram]
    assert Leader.objects.filter(pilot=cast.nest).count() == 3


def test_a_full_pair_takes_nobody_more(cast):
    with pytest.raises(DomainError) as refusal:
        services.seat_person(by=cast.tess, user=cast.omar, programme=cast.programme, role=Seat.Role.LEADER, pilot=cast.nest)

    assert refusal.value.field == "pilot"
    assert not cast.omar.seats.filter(pilot=cast.nest).exists()


def test_a_leader_hands_over_and_loses_sight_the_day_after(cast):
    today = timezone.localdate()
    yesterday = today - datetime.timedelta(days=1)
    seat = Leader.objects.living().get(user=cast.bram)
    assert Pilot.objects.visible_to(cast.bram).filter(pk=cast.nest.pk).exists()

    new = services.replace_leader(seat, by=cast.tess, user=cast.els, until=yesterday)

    assert (new.place, new.since) == (2, today)
    bram, els = (User.objects.get(pk=person.pk) for person in (cast.bram, cast.els))  # as at their next request
    assert not Pilot.objects.visible_to(bram).exists()
    assert Pilot.objects.visible_to(els).filter(pk=cast.nest.pk).exists()


def test_a_programme_keeps_one_project_member(cast):
    seat = cast.omar.seats.get()

    with pytest.raises(DomainError):
        services.end_seat(seat, by=cast.omar, until=timezone.localdate())

    services.end_seat(cast.tess.seats.get(), by=cast.tom, until=timezone.localdate())


def test_nobody_sees_another_programme(cast):
    assert list(Programme.objects.visible_to(cast.omar)) == [cast.other_programme]
    assert not Programme.objects.visible_to(cast.tess).filter(pk=cast.other_programme.pk).exists()
    assert not Programme.objects.visible_to(cast.els).exists()
    assert not Programme.objects.visible_to(cast.kim).exists()


def test_of_a_pair_only_its_own_people_see_the_pilot(cast):
    sees = {name for name, user in cast.people().items() if Pilot.objects.visible_to(user).filter(pk=cast.nest.pk).exists()}

    assert sees == {"anna", "bram", "hilde", "joris", "tess", "tom"}


def test_networks_come_with_the_seat_that_opens_them_while_both_live(cast):
    today = timezone.localdate()
    yesterday = today - datetime.timedelta(days=1)
    coach, leader = Seat.Role.COACH, Seat.Role.LEADER
    second = networks.make_network(by=cast.tess, programme=cast.programme, name="Tweede netwerk")
    place = cast.hilde.seats.get(role=coach, pilot=None)
    networks.add_coach(second, by=cast.tess, seat=place, since=yesterday)

    assert fresh(cast.hilde).networks_as(coach) == {cast.network.pk, second.pk}
    assert fresh(cast.hilde).networks_as(leader) == set()
    assert len(fresh(cast.hilde).living_seats) == 2  # a seat is one seat, however many networks it opens
    assert fresh(cast.karel).networks_as(coach) == set()  # his pilot is in a network that he does not coach
    assert fresh(cast.anna).networks_as(leader) == {cast.network.pk}
    assert fresh(cast.anna).networks_as(coach) == fresh(cast.tess).networks_as(coach, leader) == set()

    networks.leave(cast.network.coaching.get(seat=place), by=cast.tess, until=yesterday)
    networks.leave(cast.network.memberships.get(pilot=cast.nest), by=cast.tess, until=yesterday)

    assert fresh(cast.hilde).networks_as(coach) == {second.pk}
    assert fresh(cast.anna).networks_as(leader) == set()
    assert fresh(cast.zita).networks_as(leader) == {cast.network.pk}


def fresh(user: User) -> User:
    """As at their next request."""
    return User.objects.get(pk=user.pk)
