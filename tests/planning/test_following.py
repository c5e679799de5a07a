"""After a coaching moment the next one is proposed, and settled with one button."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from core.errors import DomainError
from planning import availability, following, polls
from planning.models import Poll
from sessions import planning
from sessions.models import Meeting
from tests.sessions.record import coaching_moment, network_session

DAY = datetime.timedelta(days=1)


def page_of(meeting: Meeting) -> str:
    return f"/planning/next/{meeting.pk}/"


@pytest.fixture(autouse=True)
def november():
    """Nothing that is proposed falls in the summer, unless a test says so."""
    with time_machine.travel("2026-11-24T11:00:00Z", tick=False):
        yield


@pytest.fixture
def moment(cast) -> Meeting:
    return coaching_moment(cast, number=1)


def test_the_next_moment_is_spread_over_what_is_left_at_hours_when_everybody_can(cast, moment, client_of):
    found = following.following(moment)
    ends, held = cast.programme.ends_on, moment.local_start.date()

    aim = held + (ends - held) / 3
    assert len(found.suggestions) == 3 and "2" in found.why
    assert all(abs((one.starts_at.date() - aim).days) < 28 and not one.missing for one in found.suggestions)
    assert {one.starts_at.astimezone(moment.zone).hour for one in found.suggestions} == {13}
    page = client_of(cast.hilde).get(page_of(moment)).content.decode()
    assert (
        page.count('name="starts"') == 3
        and page_of(moment) in client_of(cast.hilde).get(f"/sessions/{moment.pk}/").content.decode()
    )


def test_when_all_that_is_near_is_closed_as_in_the_summer_days_further_away_are_proposed(cast, moment):
    held, summer = moment.local_start.date(), datetime.date(2027, 8, 1)
    cast.programme.ends_on = held + 3 * (summer - held)
    cast.programme.save()
    found = following.following(moment).suggestions
    assert len(found) == 3
    for one in found:
        day = one.starts_at.astimezone(moment.zone).date()
        assert day.month in {6, 9} and not one.missing and not availability.closed_days(cast.programme, day, day)


def test_one_button_plans_it_like_this_one_and_a_second_time_says_so(cast, moment, client_of):
    hilde, chosen = client_of(cast.hilde), following.following(moment).suggestions[1]
    sent = {"do": "plan", "starts": chosen.starts_at.isoformat()}

    answer = hilde.post(page_of(moment), sent)

    made = Meeting.objects.get(title="Coachingmoment 2")
    assert answer.url == f"/sessions/{made.pk}/"
    assert (made.state, made.starts_at, made.length, made.place, made.number) == ("planned", chosen.starts_at, 120, "Het Nest", 2)
    assert {row.user.first_name for row in made.attendances.all()} == {"Anna", "Bram", "Hilde", "Joris"}
    assert hilde.post(page_of(moment), sent).status_code == 422
    assert str(made.pk) in hilde.get(page_of(moment)).content.decode()


def test_a_day_on_which_somebody_cannot_is_not_proposed_as_long_as_there_are_others(cast, moment):
    first = following.following(moment).suggestions[0].starts_at.astimezone(moment.zone).date()
    availability.say_away(by=cast.bram, first_day=first, last_day=first)
    starts, ends = (datetime.datetime.combine(first + 2 * DAY, datetime.time(hour), moment.zone) for hour in (7, 20))
    other = planning.plan_meeting(by=cast.karel, host=cast.network, title="Elders", starts_at=starts, ends_at=ends)

    days = [one.starts_at.astimezone(moment.zone).date() for one in following.following(moment).suggestions]

    assert first not in days and other.local_start.date() not in days


def test_who_cannot_is_named_when_no_day_suits_all(cast, moment):
    today = timezone.localdate()
    availability.say_away(by=cast.bram, first_day=today, last_day=today + 700 * DAY)
    assert [one.missing for one in following.following(moment).suggestions] == [["Bram De Smet"]] * 3


def test_a_draft_of_the_plan_is_proposed_near_its_day_and_moved_not_doubled(cast, moment, client_of):
    starts = moment.starts_at + 90 * DAY
    draft = planning.plan_meeting(
        by=cast.hilde, host=cast.nest, title="Verdieping", starts_at=starts, ends_at=starts + 3 * DAY / 24, publish=False
    )
    found = following.following(moment)
    assert found.draft == draft and all(abs(one.starts_at - starts) < 14 * DAY for one in found.suggestions)

    client_of(cast.hilde).post(page_of(moment), {"do": "draft", "starts": found.suggestions[0].starts_at.isoformat()})

    draft.refresh_from_db()
    assert (draft.state, draft.starts_at, draft.length) == ("draft", found.suggestions[0].starts_at, 180)
    assert Meeting.objects.filter(pilot=cast.nest).count() == 2


def test_or_the_pair_is_asked_which_of_the_days_suits(cast, moment, client_of):
    wanted = [one.starts_at for one in following.following(moment).suggestions]

    answer = client_of(cast.hilde).post(page_of(moment), {"do": "ask"})

    poll = Poll.objects.get(pilot=cast.nest)
    assert answer.url == f"/planning/polls/{poll.pk}/"
    assert sorted(option.starts_at for option in poll.options.all()) == sorted(wanted)
    assert {part.user.first_name for part in poll.participants.all()} == {"Anna", "Bram", "Hilde", "Joris"}


def test_while_the_question_is_out_the_page_leads_to_it_and_nothing_else_is_planned_or_asked(cast, moment, client_of):
    hilde, start = client_of(cast.hilde), following.following(moment).suggestions[0].starts_at
    poll = following.ask(moment, by=cast.hilde)
    page = hilde.get(page_of(moment)).content.decode()
    assert f"/planning/polls/{poll.pk}/" in page and 'name="do"' not in page and "/sessions/new/pilot/" not in page

    for do in ("ask", "plan", "draft"):
        answer = hilde.post(page_of(moment), {"do": do, "starts": start.isoformat()})
        assert answer.status_code == 422 and "Iedereen kreeg al de vraag" in answer.content.decode()

    assert Poll.objects.count() == 1 and Meeting.objects.filter(pilot=cast.nest).count() == 1
    polls.withdraw(poll, by=cast.hilde)
    assert following.following(moment).asked is None and 'name="do"' in hilde.get(page_of(moment)).content.decode()


def test_a_question_about_a_draft_plans_that_very_draft(cast, moment):
    starts = moment.starts_at + 90 * DAY
    draft = planning.plan_meeting(
        by=cast.hilde, host=cast.nest, title="Verdieping", starts_at=starts, ends_at=starts + DAY / 8, publish=False
    )
    poll = following.ask(moment, by=cast.hilde)
    assert (poll.meeting, poll.title, following.following(moment).asked) == (draft, "Verdieping", poll)
    with pytest.raises(DomainError, match="kreeg al de vraag"):
        following.ask(moment, by=cast.joris)
    for part in poll.participants.all():
        polls.answer(part, choices={option.pk: "yes" for option in poll.options.all()}, by=part.user_id)

    made = polls.close(poll, by=cast.hilde, option=poll.options.all()[0], mode="onsite", place="Het Nest")

    assert (made.pk, made.state, made.title) == (draft.pk, "planned", "Verdieping")
    assert Meeting.objects.filter(pilot=cast.nest).count() == 2


def test_a_poll_about_days_that_are_over_or_about_another_draft_stands_in_no_way(cast, moment):
    early, late = (
        planning.plan_meeting(
            by=cast.hilde, host=cast.nest, title=f"Over {days} dagen", publish=False,
            starts_at=moment.starts_at + days * DAY, ends_at=moment.ends_at + days * DAY,
        )
        for days in (60, 120)
    )  # fmt: skip
    options = [(late.starts_at + more * DAY, late.ends_at + more * DAY) for more in (0, 1)]
    asked = {"by": cast.hilde, "host": cast.nest, "title": "Welke dag?", "options": options, "deadline": timezone.now() + DAY}
    polls.open_poll(draft=late, **asked)
    old = polls.open_poll(**asked)
    assert following.following(moment).asked == old
    for option in old.options.all():
        option.starts_at, option.ends_at = option.starts_at - 200 * DAY, option.ends_at - 200 * DAY
        option.save()
    found = following.following(moment)
    assert (found.draft, found.asked) == (early, None)


def test_what_was_planned_since_the_page_was_read_is_not_planned_twice(cast, moment):
    chosen = following.following(moment).suggestions
    following.settle(moment, by=cast.hilde, starts_at=chosen[0].starts_at, publish=True)
    with pytest.raises(DomainError, match="al gepland"):
        following.settle(moment, by=cast.joris, starts_at=chosen[1].starts_at, publish=True)
    with pytest.raises(DomainError, match="al gepland"):
        following.ask(moment, by=cast.joris)
    assert Meeting.objects.filter(pilot=cast.nest).count() == 2 and not Poll.objects.exists()


def test_a_draft_made_since_the_page_was_read_is_moved_not_doubled(cast, moment):
    chosen = following.following(moment).suggestions[0]
    draft = following.settle(moment, by=cast.hilde, starts_at=chosen.starts_at, publish=False)
    again = following.following(moment).suggestions[1]
    made = following.settle(moment, by=cast.joris, starts_at=again.starts_at, publish=True)
    assert (made.pk, made.state, made.starts_at) == (draft.pk, "planned", again.starts_at)


@pytest.mark.parametrize("typed", ["", "gisteren", "2026-13-45T99:99", "2031-01-01T09:00:00+00:00", "9" * 500])
def test_another_day_than_proposed_is_refused_with_a_sentence(cast, moment, client_of, typed):
    answer = client_of(cast.hilde).post(page_of(moment), {"do": "plan", "starts": typed})
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert Meeting.objects.filter(pilot=cast.nest).count() == 1


def test_after_the_last_moment_none_is_proposed_and_one_more_is_planned_by_hand(cast, client_of):
    first, second, third = (
        coaching_moment(cast, days_ago=days, number=number, title=f"Coachingmoment {number}")
        for number, days in enumerate((61, 31, 1), 1)
    )
    hilde = client_of(cast.hilde)

    for address in (page_of(third), f"/sessions/{third.pk}/"):
        page = hilde.get(address).content.decode()
        assert "het laatste van de 3 coachingmomenten" in page and f"/sessions/new/pilot/{cast.nest.pk}/" in page
        assert 'name="do"' not in page and f'href="{page_of(third)}"' not in page
    answer = hilde.post(page_of(third), {"do": "ask"})
    assert answer.status_code == 422 and not Poll.objects.exists()
    for moment, following_one in ((first, second), (second, third)):
        assert f"/sessions/{following_one.pk}/" in hilde.get(f"/sessions/{moment.pk}/").content.decode()
        assert 'name="do"' not in hilde.get(page_of(moment)).content.decode()

    anna = client_of(cast.anna)  # the pair sees what follows, and proposes nothing
    assert f"/sessions/{second.pk}/" in anna.get(f"/sessions/{first.pk}/").content.decode()
    assert "het laatste van de" not in anna.get(f"/sessions/{third.pk}/").content.decode()

    draft = planning.plan_meeting(
        by=cast.hilde, host=cast.nest, title="Vierde", publish=False,
        starts_at=third.starts_at + 60 * DAY, ends_at=third.ends_at + 60 * DAY,
    )  # fmt: skip
    assert following.following(third).draft == draft  # who keeps a fourth as a draft is helped with its day


def test_a_cancelled_moment_is_none_of_the_three(cast, client_of):
    moments = [coaching_moment(cast, days_ago=days, number=number) for number, days in enumerate((61, 31, 1), 1)]
    Meeting.objects.filter(pk=moments[0].pk).update(state="cancelled")
    assert following.following(moments[2]).suggestions


def test_only_a_coaching_moment_has_a_next_one_and_only_who_runs_it_proposes(cast, moment, client_of):
    session = network_session(cast)
    assert client_of(cast.hilde).get(page_of(session)).status_code == 403
    assert client_of(cast.anna).get(page_of(moment)).status_code == 403
    assert client_of(cast.zita).get(page_of(moment)).status_code == 404


def test_after_the_end_of_the_trajectory_nothing_is_proposed(cast, moment, client_of):
    cast.programme.ends_on = timezone.localdate() + DAY
    cast.programme.save()
    page = client_of(cast.hilde).get(page_of(moment)).content.decode()
    assert 'name="starts"' not in page and "/sessions/new/pilot/" in page
