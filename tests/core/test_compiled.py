"""A question that is compiled once answers as its QuerySet would, whoever asks and on whatever day; the rest it refuses."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, IntegerField, Q, UUIDField
from django.utils import timezone

from core.compiled import Compiled, Given, each_of
from people.models import User
from sessions.models import Meeting
from tests.sessions.record import coaching_moment, network_session
from trajectories.models import Seat

SEATS = Compiled(
    lambda user, day: (
        Seat.objects.living(day)
        .filter(user_id=user, role__in=["leader", "coach"])
        .select_related("pilot__service")
        .order_by("since", "pk")
    )
)
PLACES = Compiled(lambda user: Seat.objects.filter(user_id=user).order_by("pk").values_list("programme_id", "role", "since"))
MEETINGS = Compiled(lambda user, now: Meeting.objects.visible_to(user).past(now).with_host())
OF_SOME = Compiled(lambda: Seat.objects.filter(user__id__in=each_of("users", UUIDField(), 3)).order_by("pk").values_list("pk"))
FAULTS = (TypeError, ObjectDoesNotExist)
LIVING = Compiled(lambda user: Seat.objects.living().filter(user=user))


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


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


def test_a_right_answers_each_person_as_it_would_uncompiled(cast):
    network_session(cast), coaching_moment(cast)
    now = timezone.now()
    seen = {}

    for _again in range(2):
        for name, person in vars(cast).items():
            if not hasattr(person, "living_seats"):
                continue
            user = fresh(person)
            seen[name] = [meeting.pk for meeting in MEETINGS.ask(user=user, now=now)]
            assert seen[name] == [meeting.pk for meeting in Meeting.objects.visible_to(user).past(now)]

    assert len(seen["anna"]) == 2 and len(seen["zita"]) == 1  # of one kind, asked the same question with other ids
    assert MEETINGS.ask(user=fresh(cast.anna), now=now - datetime.timedelta(days=30)) == []


def test_people_with_seats_of_one_kind_share_a_question(cast):
    Compiled.forget()
    for person in (cast.anna, cast.bram, cast.zita):
        MEETINGS.ask(user=fresh(person), now=timezone.now())

    assert len(MEETINGS._answers) == 1


def test_a_question_about_today_is_another_one_tomorrow(cast):
    seat = cast.anna.seats.get()
    seat.until = timezone.localdate()
    seat.save()
    anna = fresh(cast.anna)

    assert LIVING.ask(user=anna) == [seat]
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1)):
        assert LIVING.ask(user=anna) == []


def test_of_a_list_it_takes_as_many_as_are_given(cast):
    everybody = [cast.petra.pk, cast.omar.pk, cast.anna.pk]
    of_these = Compiled(lambda users: Seat.objects.filter(user_id__in=users).order_by("pk").values_list("pk"))

    for users in (everybody[:1], everybody[:2], everybody):
        expected = list(Seat.objects.filter(user__in=users).order_by("pk").values_list("pk"))
        assert OF_SOME.ask(users=users) == of_these.ask(users=users) == expected
    with pytest.raises(IndexError):
        OF_SOME.ask(users=[])
    with pytest.raises(ValueError, match="room for 3"):
        OF_SOME.ask(users=[*everybody, cast.bram.pk])
    assert of_these.ask(users=[]) == []


def test_a_value_that_is_missing_is_no_answer(cast):
    numbered = Compiled(lambda: Seat.objects.filter(place=Given("place", IntegerField())))
    for question in (SEATS, numbered):
        with pytest.raises(KeyError):
            question.ask(user=cast.anna.pk)


def test_what_would_be_the_same_for_everybody_is_refused(cast):
    anna, seats = cast.anna, Seat.objects
    refused = {
        "somebody's own id": Compiled(lambda user: seats.filter(user_id=anna.pk, programme_id__in=user.programmes_as("leader"))),
        "a moment": Compiled(lambda user: Meeting.objects.visible_to(user).past()),
        "a query on the way": Compiled(lambda user: seats.filter(pk__in=list(user.seats.values_list("pk", flat=True)))),
        "what else one knows of a person": Compiled(lambda user: seats.filter(Q(user__email=user.email))),
        "what is fetched beside it": Compiled(lambda user: seats.filter(user=user).prefetch_related("network_coaching")),
    }
    for why, question in refused.items():
        with pytest.raises(FAULTS):
            pytest.fail(f"{why}: {question.ask(user=anna)}")
        Compiled.every.remove(question)


def test_what_is_worked_out_from_a_value_is_refused_since_it_would_be_kept(cast):
    seats, day = Seat.objects, datetime.timedelta(days=1)
    refused = {
        "the day after": Compiled(lambda user, today, now: seats.filter(user=user, until=today + day)),
        "the day of a moment": Compiled(lambda user, today, now: seats.filter(user=user, until=now)),
        "a week before": Compiled(lambda user, today, now: Meeting.objects.filter(starts_at__gt=now - 7 * day)),
        "a word with an id in it": Compiled(lambda user, today, now: seats.filter(function__startswith=f"seat:{user.pk}")),
    }
    for why, question in refused.items():
        with pytest.raises(TypeError, match="not given to it"):
            pytest.fail(f"{why}: {question.ask(user=cast.anna, today=timezone.localdate(), now=timezone.now())}")
        Compiled.every.remove(question)


def test_what_somebody_typed_is_no_value(cast):
    with pytest.raises(TypeError, match="text cannot be a value"):
        Compiled(lambda text: Meeting.objects.filter(title=text)).ask(text="Samen kijken")


def test_a_count_is_a_question_too(cast):
    network_session(cast), coaching_moment(cast)
    counted = Compiled(
        lambda user, now: (
            Meeting.objects.visible_to(user)
            .past(now)
            .order_by()
            .values("programme")
            .annotate(n=Count("pk"))
            .values_list("n", flat=True)
        )
    )

    assert counted.first(user=cast.anna, now=timezone.now()) == 2
    assert counted.first(user=cast.omar, now=timezone.now()) is None
