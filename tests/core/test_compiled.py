"""A question that is compiled once answers as its QuerySet would, whoever asks and on whatever day."""

import datetime

import pytest
from django.db.models import DateField, UUIDField
from django.utils import timezone

from core.compiled import Compiled, Given, each_of
from trajectories.models import Seat

SEATS = Compiled(
    lambda: (
        Seat.objects.living(Given("day", DateField()))
        .filter(user_id=Given("user", UUIDField()), role__in=["leader", "coach"])
        .select_related("pilot__service")
        .order_by("since", "pk")
    )
)
PLACES = Compiled(
    lambda: Seat.objects.filter(user_id=Given("user", UUIDField())).order_by("pk").values_list("programme_id", "role", "since")
)

OF_SOME = Compiled(lambda: Seat.objects.filter(user__id__in=each_of("users", UUIDField(), 3)).order_by("pk").values_list("pk"))


def test_it_answers_each_time_for_the_values_it_was_asked_with(cast, django_assert_num_queries):
    today = timezone.localdate()
    long_ago = today - datetime.timedelta(days=3650)

    with django_assert_num_queries(4):
        hilde, anna, tess, before = (
            SEATS.ask(user=user.pk, day=day)
            for user, day in [(cast.hilde, today), (cast.anna, today), (cast.tess, today), (cast.anna, long_ago)]
        )
        assert [seat.pilot and seat.pilot.service.name for seat in anna] == ["Het Nest"]

    assert sorted(str(seat.pilot or "") for seat in hilde) == ["", "Het Nest"]
    assert (tess, before) == ([], [])
    assert anna == list(Seat.objects.filter(user=cast.anna).living())


def test_it_gives_plain_values_too_each_as_its_field_reads_them(cast):
    for user in (cast.petra, cast.omar):
        expected = list(user.seats.order_by("pk").values_list("programme_id", "role", "since"))

        assert PLACES.ask(user=user.pk) == expected


def test_of_a_list_it_takes_as_many_as_are_given(cast):
    everybody = [cast.petra.pk, cast.omar.pk, cast.anna.pk]

    for users in (everybody[:1], everybody[:2], everybody):
        assert OF_SOME.ask(users=users) == list(Seat.objects.filter(user__in=users).order_by("pk").values_list("pk"))
    with pytest.raises(IndexError):
        OF_SOME.ask(users=[])


def test_a_value_that_is_missing_is_no_answer(cast):
    with pytest.raises(KeyError):
        SEATS.ask(user=cast.anna.pk)
