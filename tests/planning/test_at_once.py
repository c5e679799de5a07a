"""Two coaches who plan at once, really: one does it, the other is told, nobody gets a letter twice."""

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from core.errors import DomainError
from outbox.models import OutgoingMail
from planning import following, polls, templates_plan
from planning.models import Poll, ReminderRule, TrajectoryTemplate
from sessions import services
from sessions.models import Meeting
from tests.planning.test_polls import say
from tests.sessions.record import coaching_moment
from tests.sessions.test_planning import ahead, plan

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def together(*acts: Callable) -> list[str]:
    """All of these at the same moment, each on a connection of its own; what was refused. Any other fault is raised."""
    start, refused, faults = threading.Barrier(len(acts)), [], []

    def run(act: Callable) -> None:
        try:
            start.wait()
            act()
        except DomainError as refusal:
            refused.append(refusal.message)
        except Exception as fault:  # noqa: BLE001 - told to the test below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert faults == []
    return refused


@pytest.fixture
def people():
    from tests.cast import make_cast

    return make_cast()


def invitations() -> list:
    """Meeting and reader of every invitation."""
    return list(OutgoingMail.objects.filter(kind="meeting-invite").values_list("subject_id", "recipient_id"))


def test_a_poll_of_a_draft_that_two_close_while_a_third_plans_it_gives_one_day(people):
    draft = plan(people.nest, people.hilde, publish=False)
    options = [(ahead(day, 9), ahead(day, 12)) for day in (20, 21)]
    poll = polls.open_poll(by=people.hilde, host=people.nest, draft=draft, title="Kijken", options=options, deadline=ahead(9))
    for user in (people.hilde, people.anna):
        say(poll, user, "yes", "yes")
    first, second = poll.options.all()

    refused = together(
        lambda: polls.close(Poll.objects.get(pk=poll.pk), by=people.hilde, option=first, mode="onsite"),
        lambda: polls.close(Poll.objects.get(pk=poll.pk), by=people.joris, option=second, mode="onsite"),
        lambda: services.change_meeting(draft, by=people.tess, version=draft.version, publish=True),
    )

    assert len(refused) == 2
    polls.keep_up(now=timezone.now())
    assert Meeting.objects.get().state == "planned" and Poll.objects.get().state == "planned"
    assert len(invitations()) == len(set(invitations())) == 4


def test_two_who_ask_about_one_draft_make_one_poll(people):
    draft = plan(people.nest, people.hilde, publish=False)
    options = [(ahead(day, 9), ahead(day, 12)) for day in (20, 21)]
    asked = {"host": people.nest, "draft": draft, "title": "Kijken", "options": options, "deadline": ahead(9)}

    refused = together(*[lambda by=by: polls.open_poll(by=by, **asked) for by in (people.hilde, people.joris)])

    assert len(refused) == 1 and Poll.objects.count() == 1
    assert OutgoingMail.objects.filter(kind="poll-ask").count() == 3


def test_the_question_after_a_moment_waits_for_a_poll_by_hand_and_is_not_asked_beside_it(people):
    moment, begun = coaching_moment(people, number=1), threading.Event()
    options = [(ahead(day, 9), ahead(day, 12)) for day in (40, 41)]

    def by_hand() -> None:
        with transaction.atomic():
            polls.open_poll(by=people.joris, host=people.nest, title="Wanneer?", options=options, deadline=ahead(30))
            begun.set()
            time.sleep(0.5)  # the other one waits now, or has asked already

    def by_the_page() -> None:
        begun.wait(20)
        following.ask(moment, by=people.hilde)

    refused = together(by_hand, by_the_page)

    assert len(refused) == 1 and Poll.objects.count() == 1


def test_two_who_plan_move_or_cancel_at_once_leave_one_meeting_and_no_letter_twice(people):
    refused = together(*[lambda by=by: plan(people.nest, by) for by in (people.hilde, people.joris, people.tess)])
    assert len(refused) == 2 and len(invitations()) == 4
    meeting = Meeting.objects.get()
    OutgoingMail.objects.update(state="sent")

    refused = together(
        lambda: services.change_meeting(meeting, by=people.hilde, version=1, starts_at=ahead(31), ends_at=ahead(31, 12)),
        lambda: services.change_meeting(meeting, by=people.joris, version=1, starts_at=ahead(32), ends_at=ahead(32, 12)),
        lambda: services.cancel_meeting(meeting, by=people.tess, version=1, reason="Ziek"),
    )

    assert len(refused) == 2
    told = OutgoingMail.objects.waiting().filter(kind__in=["meeting-change", "meeting-cancel"])
    assert told.count() == told.values("recipient_id").distinct().count() == 4


def test_two_who_apply_a_template_make_its_drafts_and_rules_once(people):
    template = TrajectoryTemplate.objects.with_steps().get(slug="ilias")
    day = timezone.localdate()
    start = {"starts_on": day, "language": "nl"}
    plans = {by: templates_plan.plan_of(template, people.programme, user=by, **start) for by in (people.hilde, people.joris)}

    refused = together(
        *[
            lambda by=by, mark=seen.mark: templates_plan.apply_template(
                template, by=by, programme=people.programme, mark=mark, **start
            )
            for by, seen in plans.items()
        ]
    )

    assert len(refused) == 1
    assert Meeting.objects.count() == 8 + 3
    assert sorted(ReminderRule.objects.values_list("number", flat=True)) == [1, 7]
