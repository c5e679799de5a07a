"""A poll about a session or moment that exists as a draft: closing it plans that very meeting, once."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import DomainError
from outbox.models import OutgoingMail
from planning import polls
from planning.models import Poll
from sessions import invitations, services
from sessions.models import Meeting
from sessions.planning import AgendaLine
from tests.planning.test_polls import in_plain_english, letters, say  # noqa: F401
from tests.sessions.test_planning import ahead, plan

pytestmark = pytest.mark.usefixtures("no_holiday_ahead")
YES, NO = "yes", "no"


@pytest.fixture
def draft(cast) -> Meeting:
    return plan(cast.network, cast.hilde, publish=False, aim="Kijken", agenda=[AgendaLine("Welkom", 10)], place="Zaal 3")


def ask(draft, by, days=(20, 21)) -> Poll:
    options = [(ahead(day, 9), ahead(day, 12)) for day in days]
    return polls.open_poll(by=by, host=draft.host, draft=draft, title=draft.title, options=options, deadline=ahead(10, 23))


def close(poll, cast, place="Zaal 3") -> Meeting:
    best = polls.results(poll)[0].option
    return polls.close(poll, by=cast.hilde, option=best, mode="onsite", place=place)


def test_a_coach_asks_about_a_draft_and_the_chosen_day_plans_that_very_meeting(cast, client_of, draft):
    browser, address = client_of(cast.hilde), reverse("planning:poll_draft", args=[draft.pk])
    assert address in browser.get(reverse("sessions:meeting", args=[draft.pk])).content.decode()
    assert address in browser.get(reverse("sessions:edit", args=[draft.pk])).content.decode()
    page = browser.get(address).content.decode()
    assert 'value="Samen kijken"' in page and f'value="{ahead(30):%Y-%m-%d}"' in page
    typed = {"title": "Samen kijken", "deadline": f"{ahead(10):%Y-%m-%d}", "days-TOTAL_FORMS": "2", "days-INITIAL_FORMS": "0"}
    for row, day in enumerate((20, 27)):
        typed |= {f"days-{row}-day": f"{ahead(day):%Y-%m-%d}", f"days-{row}-starts": "09:00", f"days-{row}-ends": "12:00"}

    answer = browser.post(address, typed)

    poll = Poll.objects.get()
    assert answer.url == reverse("planning:poll", args=[poll.pk]) == browser.get(address).url, "asked twice, it is shown"
    assert poll.meeting == draft and len(letters(poll, "ask")) == 5
    say(poll, cast.anna, NO, YES)
    say(poll, cast.hilde, YES, YES)
    best = polls.results(poll)[0].option
    choose = reverse("planning:poll_choose", args=[poll.pk, best.pk])
    assert 'value="Zaal 3"' in browser.get(choose).content.decode()
    planned = browser.post(choose, {"title": "Samen kijken", "mode": "onsite", "place": "Zaal 4", "link": ""})
    assert planned.url == reverse("sessions:meeting", args=[draft.pk])
    meeting = Meeting.objects.get()
    assert (meeting.pk, meeting.state, meeting.starts_at, meeting.place) == (draft.pk, "planned", ahead(27, 9), "Zaal 4")
    assert (meeting.aim, [line.title for line in meeting.agenda.all()]) == ("Kijken", ["Welkom"])
    assert OutgoingMail.objects.about(draft.pk).filter(kind="meeting-invite").count() == 6
    with pytest.raises(DomainError):
        close(poll, cast)
    assert OutgoingMail.objects.about(draft.pk).filter(kind="meeting-invite").count() == 6


def test_a_draft_that_is_planned_in_another_way_has_its_day_and_nobody_answers_any_more(cast, client_of, draft):
    poll = ask(draft, cast.hilde)
    services.change_meeting(draft, by=cast.joris, version=draft.version, publish=True)

    poll = Poll.objects.with_host().get()
    assert poll.has_its_day and not poll.takes_answers
    with pytest.raises(DomainError, match="A day has been chosen"):
        say(poll, cast.anna, YES, YES)
    with pytest.raises(DomainError, match="closed already"):
        close(poll, cast)
    page = client_of(cast.hilde).get(reverse("planning:poll", args=[poll.pk])).content.decode()
    assert "/days/" not in page and reverse("sessions:meeting", args=[draft.pk]) in page
    polls.keep_up(now=timezone.now())
    poll.refresh_from_db()
    assert poll.state == "planned" and not OutgoingMail.objects.waiting().filter(kind__startswith="poll").exists()


def test_a_draft_that_is_cancelled_ends_its_poll_and_who_was_asked_hears_so(cast, draft):
    poll = ask(draft, cast.hilde)
    OutgoingMail.objects.filter(kind="poll-ask").update(state="sent")
    services.cancel_meeting(draft, by=cast.hilde, version=draft.version, reason="Geen nood")
    with pytest.raises(DomainError, match="does not take place"):
        say(poll, cast.anna, YES, YES)
    polls.keep_up(now=timezone.now())
    poll.refresh_from_db()
    assert poll.state == "withdrawn" and len(letters(poll, "withdrawn")) == 6
    polls.keep_up(now=timezone.now())
    assert len(letters(poll, "withdrawn")) == 6


def test_only_a_draft_is_asked_about_by_one_poll_at_a_time(cast, client_of, draft):
    first = ask(draft, cast.hilde)
    with pytest.raises(DomainError, match="already asked"):
        ask(draft, cast.joris)
    polls.withdraw(first, by=cast.hilde)
    second = ask(draft, cast.joris)
    assert {second.meeting, Poll.objects.get(pk=first.pk).meeting} == {draft}
    planned = plan(cast.nest, cast.hilde)
    with pytest.raises(DomainError, match="no draft"):
        ask(planned, cast.hilde)
    advisory = plan(cast.advisers, cast.tess, publish=False)
    for meeting in (planned, advisory):
        answer = client_of(cast.tess).get(reverse("planning:poll_draft", args=[meeting.pk]))
        assert answer.url == reverse("sessions:meeting", args=[meeting.pk])


def test_who_was_asked_to_the_draft_by_hand_is_asked_and_who_was_taken_off_is_not(cast, draft):
    invitations.invite(draft, by=cast.hilde, people=[cast.karel])
    invitations.withdraw(draft.attendances.get(user=cast.zita), by=cast.hilde)
    poll = ask(draft, cast.hilde)
    assert {part.user.first_name for part in polls.asked_in(poll)} == {"Anna", "Bram", "Yusuf", "Hilde", "Joris", "Karel"}
    say(poll, cast.karel, YES, YES)
    page = re.sub(r"\s+", " ", polls.why_closed(poll, cast.zita.pk))
    assert page == "You no longer belong to this group, so there is nothing to answer."


def test_a_day_on_a_holiday_is_said_once_before_anybody_is_asked(cast, client_of, draft):
    browser, address = client_of(cast.hilde), reverse("planning:poll_draft", args=[draft.pk])
    christmas = datetime.date(timezone.localdate().year + 1, 12, 25)
    typed = {"title": "Samen kijken", "deadline": f"{ahead(10):%Y-%m-%d}", "days-TOTAL_FORMS": "2", "days-INITIAL_FORMS": "0"}
    for row, day in enumerate((ahead(20), christmas)):
        typed |= {f"days-{row}-day": f"{day:%Y-%m-%d}", f"days-{row}-starts": "09:00", f"days-{row}-ends": "12:00"}

    answer = browser.post(address, typed)

    assert "is een feestdag (Kerstmis)" in answer.content.decode() and f'value="{christmas}"' in answer.content.decode()
    assert Poll.objects.count() == 0 and not OutgoingMail.objects.filter(kind="poll-ask").exists()
    again = browser.post(address, typed | {"seen": answer.context["form"].mark})
    assert again.url == reverse("planning:poll", args=[Poll.objects.get().pk])
