"""Places in a meeting while others work on it too: what a stale page or a second worker may do."""

import datetime
import threading

import pytest
import time_machine
from django.db import connection
from django.utils import timezone, translation

from core.errors import DomainError
from outbox.models import OutgoingMail
from sessions import mails, services
from sessions.models import Attendance, Meeting
from tests.cast import person
from tests.sessions.test_planning import ahead, letters, plan, sent
from trajectories import services as trajectories

State = OutgoingMail.State


@pytest.fixture(autouse=True)
def in_plain_english():
    with translation.override("en"):
        yield


@pytest.fixture
def moment(cast) -> Meeting:
    return plan(cast.nest, cast.hilde)


def place_of(meeting: Meeting, user) -> Attendance:
    return meeting.attendances.select_related("meeting", "user", "seat").get(user=user)


def test_an_answer_to_a_meeting_that_moved_meanwhile_is_refused_and_not_counted_for_the_new_day(cast, moment):
    stale = place_of(moment, cast.anna)
    services.change_meeting(moment, by=cast.hilde, version=1, starts_at=ahead(40), ends_at=ahead(40, 12))
    with pytest.raises(DomainError, match="changed"):
        services.answer(stale, reply="yes", by=cast.anna.pk)
    assert place_of(moment, cast.anna).reply == ""
    assert services.answer(place_of(moment, cast.anna), reply="yes", by=cast.anna.pk).reply == "yes"


def test_an_answer_in_a_place_that_was_taken_away_is_refused(cast, moment):
    stale = place_of(moment, cast.anna)
    services.withdraw(place_of(moment, cast.anna), by=cast.hilde)
    with pytest.raises(DomainError, match="no longer invited"):
        services.answer(stale, reply="yes", by=None)
    stale = place_of(moment, cast.bram)
    Attendance.objects.filter(pk=stale.pk).delete()
    with pytest.raises(DomainError, match="no longer invited"):
        services.answer(stale, reply="yes", by=None)


def test_who_is_taken_off_twice_hears_it_once(cast, moment):
    sent(moment, "meeting-invite")
    first, second = place_of(moment, cast.anna), place_of(moment, cast.anna)
    services.withdraw(first, by=cast.hilde)
    services.withdraw(second, by=cast.joris)
    assert len(letters(moment, kind="meeting-cancel", waiting=False)) == 1


def test_who_is_asked_by_two_coaches_hears_it_once(cast, moment):
    stale = Meeting.objects.get(pk=moment.pk)
    assert services.invite(moment, by=cast.hilde, people=[cast.tess]) == 1
    assert services.invite(stale, by=cast.joris, people=[cast.tess]) == 0
    asked = [mail for mail in letters(moment, kind="meeting-invite", waiting=False) if mail.recipient_id == cast.tess.pk]
    assert len(asked) == 1


def test_nobody_is_invited_to_a_meeting_that_was_cancelled_in_another_window(cast, moment):
    stale = Meeting.objects.get(pk=moment.pk)
    services.cancel_meeting(moment, by=cast.hilde, version=1, reason="x")
    with pytest.raises(DomainError, match="closed"):
        services.invite(stale, by=cast.joris, people=[cast.tess])


def test_who_was_taken_off_still_hears_so_when_the_meeting_moves_before_the_mail_could_leave(cast, moment):
    sent(moment, "meeting-invite")
    services.withdraw(place_of(moment, cast.anna), by=cast.hilde)
    moved = services.change_meeting(moment, by=cast.hilde, version=1, place="Brugge")
    [left] = letters(moved, kind="meeting-cancel")
    assert left.recipient_id == cast.anna.pk
    assert mails.cancel(left).calendar_method == "CANCEL"
    services.cancel_meeting(moved, by=cast.hilde, version=2, reason="x")
    told = [mail.recipient_id for mail in letters(moved, kind="meeting-cancel")]
    assert sorted(told) == sorted(user.pk for user in (cast.anna, cast.bram, cast.hilde, cast.joris))


def test_the_same_meeting_planned_twice_is_there_once(cast, moment):
    with pytest.raises(DomainError, match="already planned"):
        plan(cast.nest, cast.joris)
    assert Meeting.objects.count() == 1
    assert len(letters(moment, kind="meeting-invite")) == 4
    assert plan(cast.wip, cast.karel).number == 1
    services.cancel_meeting(moment, by=cast.hilde, version=1, reason="x")
    assert plan(cast.nest, cast.joris).number == 1


@pytest.mark.postgresql
def test_two_workers_at_once_tell_everybody_once(transactional_db, request):
    cast = request.getfixturevalue("cast")
    meetings = [plan(host, by, days) for host, by, days in [(cast.nest, cast.hilde, 20), (cast.network, cast.hilde, 30)]]
    lotte = person("Lotte", "Baert")
    today = timezone.localdate()
    bram = cast.bram.seats.get()
    trajectories.end_seat(bram, by=cast.tess, until=today)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=True):
        trajectories.seat_person(
            by=cast.tess, user=lotte, programme=cast.programme, role="leader", pilot=cast.nest, place=2,
            since=today + datetime.timedelta(days=1),
        )  # fmt: skip
        workers = [threading.Thread(target=_keep_up) for _worker in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(60)
    for meeting in meetings:
        told = [mail.recipient_id for mail in letters(meeting, kind="meeting-invite", waiting=False)]
        assert told.count(lotte.pk) == 1
        assert meeting.attendances.filter(user=lotte).count() == 1
        assert not meeting.attendances.filter(user=cast.bram).exists()


def _keep_up() -> None:
    try:
        services.keep_up(now=timezone.now())
    finally:
        connection.close()
