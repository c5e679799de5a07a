"""Three questions at the end of a meeting: once per person, without names, shown only closed and from five answers on."""

import html

import pytest
from django.urls import reverse

from core import qr
from core.errors import DomainError
from sessions import checkin, evaluations, invitations
from sessions.models import EvaluationAnswer, EvaluationGiven, Meeting
from tests.sessions.test_planning import plan

ANSWERS = {"helps": 4, "safe": 3, "clear": 2}


@pytest.fixture
def session(cast):
    return plan(cast.network, cast.hilde, days=0)


def url(meeting) -> str:
    return reverse("sessions:evaluation", args=[meeting.pk])


def test_both_pictures_to_scan_lead_to_the_sites_own_name_whatever_the_request_says(cast, client_of, settings, time_machine):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://traject.example.org", ["*"]
    meeting = open_today(cast, time_machine)
    coach = client_of(cast.hilde)
    coach.post(url(meeting), {"do": "open"})
    page = coach.get(url(meeting), headers={"host": "10.0.0.7"}).content.decode()
    assert f"https://traject.example.org{url(meeting)}" in page and "10.0.0.7" not in page
    assert html.escape(qr.picture_of(evaluations.address_of(meeting))) in page
    wall = coach.get(reverse("sessions:screen", args=[meeting.pk]), headers={"host": "10.0.0.7"}).content.decode()
    assert html.escape(qr.picture_of(checkin.address_of(meeting))) in wall
    assert "traject.example.org/sessions/in/" in wall and "10.0.0.7" not in wall


def open_today(cast, time_machine):
    """A session that is going on now."""
    meeting = plan(cast.network, cast.hilde, days=1)
    time_machine.move_to(meeting.ends_at)
    return meeting


def test_a_coach_opens_it_and_a_leader_answers_once(cast, client_of, time_machine):
    meeting = open_today(cast, time_machine)
    coach, leader = client_of(cast.hilde), client_of(cast.anna)
    assert "helps" not in leader.get(url(meeting)).content.decode()
    coach.post(url(meeting), {"do": "open"})
    assert "data:image/svg+xml" in coach.get(url(meeting)).content.decode()
    page = leader.get(url(meeting)).content.decode()
    assert page.count('type="radio"') == 12
    assert leader.post(url(meeting), {"helps": 4}).status_code == 422
    assert leader.post(url(meeting), ANSWERS).status_code == 302
    assert leader.post(url(meeting), ANSWERS).status_code == 422
    assert EvaluationAnswer.objects.count() == EvaluationGiven.objects.count() == 1
    assert not {field.name for field in EvaluationAnswer._meta.fields} & {"user", "created_at", "at"}


def test_answers_are_shown_only_when_closed_and_from_five_on(cast, client_of, time_machine):
    meeting = open_today(cast, time_machine)
    invitations.invite(meeting, by=cast.hilde, people=[cast.ada])
    found = evaluations.start(meeting, by=cast.hilde)
    people = [cast.anna, cast.bram, cast.zita, cast.yusuf, cast.ada]
    for number, person in enumerate(people):
        assert evaluations.results(found) == []
        evaluations.give(meeting, by=person, answers=ANSWERS)
        if number == 3:
            found.closes_at = meeting.ends_at
            assert evaluations.results(found) == []  # closed, and one too few
            found.refresh_from_db()
    assert evaluations.results(found) == []
    coach = client_of(cast.hilde)
    assert "chart" not in coach.get(url(meeting)).content.decode()
    coach.post(url(meeting), {"do": "close"})
    found.refresh_from_db()
    assert [result.counts for result in evaluations.results(found)] == [[0, 0, 0, 5], [0, 0, 5, 0], [0, 5, 0, 0]]
    assert "<svg" in coach.get(url(meeting)).content.decode()


def test_closed_is_closed_for_good(cast, client_of, time_machine):
    meeting = open_today(cast, time_machine)
    evaluations.start(meeting, by=cast.hilde)
    evaluations.close(meeting, by=cast.hilde)
    time_machine.shift(1)
    with pytest.raises(DomainError):
        evaluations.start(meeting, by=cast.hilde)
    assert client_of(cast.anna).post(url(meeting), ANSWERS).status_code == 422


def test_also_once_the_list_is_checked_and_no_button_where_it_cannot_be(cast, client_of, time_machine):
    meeting = open_today(cast, time_machine)
    Meeting.objects.filter(pk=meeting.pk).update(state="checked")
    coach = client_of(cast.hilde)
    assert 'value="open"' in coach.get(url(meeting)).content.decode()
    coach.post(url(meeting), {"do": "open"})
    assert evaluations.of(meeting).is_open

    evaluations.of(meeting).delete()
    time_machine.move_to(meeting.ends_at + evaluations.STAYS_OPEN)
    page = client_of(cast.hilde).get(url(meeting)).content.decode()
    assert 'value="open"' not in page and "te lang geleden" in page


def test_not_before_it_begins_not_at_a_moment_and_not_days_later(cast, time_machine):
    with pytest.raises(DomainError):
        evaluations.start(plan(cast.network, cast.hilde, days=3), by=cast.hilde)
    moment = plan(cast.nest, cast.hilde, days=1)
    time_machine.move_to(moment.ends_at)
    with pytest.raises(DomainError):
        evaluations.start(moment, by=cast.hilde)
    old = plan(cast.network, cast.hilde, days=-9)
    with pytest.raises(DomainError):
        evaluations.start(old, by=cast.hilde)


def test_who_was_not_asked_does_not_answer(cast, client_of, time_machine):
    meeting = open_today(cast, time_machine)
    evaluations.start(meeting, by=cast.hilde)
    place = meeting.attendances.get(user=cast.zita)
    place.is_invited = False
    place.save()
    assert client_of(cast.zita).post(url(meeting), ANSWERS).status_code == 422
    assert client_of(cast.karel).get(url(meeting)).status_code == 404
