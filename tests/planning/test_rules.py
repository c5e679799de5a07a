"""Rules for reminders: whom they write to and when, once each, in the team's own words."""

import datetime

import pytest
import time_machine

from core.errors import DomainError
from outbox import services as outbox
from outbox.models import OutgoingMail
from planning import rules
from planning.models import ReminderRule
from sessions import services
from sessions.models import Action, Attendance, Meeting
from tests.cast import make_cast

NOON = datetime.datetime(2026, 11, 24, 11, tzinfo=datetime.UTC)  # a Tuesday
WORDS = {"subject_nl": "Over {meeting}", "subject_en": "", "text_nl": "Dag {name},\n{when}", "text_en": "", "is_on": True}


def at(days: float, hours: float = 0) -> datetime.datetime:
    return NOON + datetime.timedelta(days=days, hours=hours)


@pytest.fixture
def cast(db):
    """The cast of that day, on that day: the words of letters name its dates."""
    with time_machine.travel(NOON, tick=False):
        yield make_cast()


@pytest.fixture
def session(cast):
    """A network session in ten days, planned this moment."""
    return services.plan_meeting(
        by=cast.hilde, host=cast.network, title="Vierde sessie", starts_at=at(10), ends_at=at(10, 3), place="Gent"
    )


def rule(cast, moment: str, number: int, **values) -> ReminderRule:
    fresh = ReminderRule(programme=cast.programme)
    return rules.save_rule(
        fresh, by=cast.tess, values={"moment": moment, "number": number, "who": "all", "steps": [], **WORDS, **values}
    )


def waiting(kind: str = rules.LETTER) -> dict:
    """Reader → when, of letters that wait."""
    mails = OutgoingMail.objects.waiting().filter(kind=kind)
    names = {row.user_id: row.user.first_name for row in Attendance.objects.filter(user__isnull=False).select_related("user")}
    return {names.get(mail.recipient_id, "?"): mail.not_before for mail in mails}


def test_a_rule_before_a_meeting_writes_once_at_nine_and_takes_the_place_of_the_built_in_ones(cast, session):
    assert len(waiting("reminder-7d")) == 6
    made = rule(cast, "before", 3)
    assert rules.keep_up(now=NOON) == 6 and rules.keep_up(now=NOON) == 0
    assert set(waiting().values()) == {datetime.datetime(2026, 12, 1, 8, tzinfo=datetime.UTC)}
    assert waiting("reminder-7d") == {} == waiting("reminder-1d")
    rules.remove_rule(made, by=cast.tess)
    rules.keep_up(now=NOON)
    assert waiting() == {} and len(waiting("reminder-7d")) == 6


@pytest.mark.parametrize(("who", "names"), [("answered", {"Anna"}), ("unanswered", {"Bram", "Zita", "Yusuf", "Hilde", "Joris"})])
def test_a_rule_writes_to_who_did_or_did_not_answer_and_asks_again_as_it_goes(cast, session, mailoutbox, settings, who, names):
    settings.LETTERS_ON_SCREEN = False
    session.attendances.filter(user=cast.anna).update(reply="yes")
    rule(cast, "before", 3, who=who)
    rules.keep_up(now=NOON)
    assert set(waiting()) == names
    session.attendances.filter(user__in=[cast.anna, cast.bram]).update(reply="no")
    with time_machine.travel(at(7), tick=False):
        outbox.deliver_all()
    told = {message.to[0] for message in mailoutbox if message.subject == "Over Vierde sessie"}
    assert told == {f"{name.lower()}@ilias.example" for name in names - {"Anna", "Bram"}}


def test_a_moved_meeting_is_reminded_of_for_its_new_day_only(cast, session, mailoutbox, settings):
    settings.LETTERS_ON_SCREEN = False
    rule(cast, "before", 3)
    rules.keep_up(now=NOON)
    services.change_meeting(session, by=cast.hilde, version=session.version, starts_at=at(12), ends_at=at(12, 3))
    rules.keep_up(now=NOON)
    with time_machine.travel(at(9.5), tick=False):
        outbox.deliver_all()
    mine = [message for message in mailoutbox if message.to == [cast.anna.email] and message.subject.startswith("Over")]
    assert len(mine) == 1 and "6 december 2026" in mine[0].body and "/outbox/fewer/" in mine[0].body


def test_after_a_meeting_who_came_and_who_did_not_hear_something_else(cast, session):
    Meeting.objects.update(state="held")
    session.attendances.filter(user=cast.anna).update(status="onsite")
    session.attendances.filter(user=cast.bram).update(status="excused")
    rule(cast, "after", 1, who="came")
    rules.keep_up(now=at(10, 4))
    assert list(waiting().items()) == [("Anna", datetime.datetime(2026, 12, 5, 8, tzinfo=datetime.UTC))]
    ReminderRule.objects.update(who="missed")
    rules.keep_up(now=at(10, 4))
    assert set(waiting()) == {"Anna", "Bram"}


def test_coaches_hear_once_that_a_pilot_has_nothing_planned(cast, session, mailoutbox, settings):
    settings.LETTERS_ON_SCREEN = False
    for days in (-100, -60):
        services.plan_meeting(by=cast.hilde, host=cast.nest, title="Moment", starts_at=at(days), ends_at=at(days, 1))
    rule(cast, "quiet", 6, subject_nl="{pilot}: {weeks} weken stil", text_nl="Dag {name}")
    with time_machine.travel(at(1), tick=False):
        assert rules.keep_up() == 3 and rules.keep_up(now=at(2)) == 0  # the other pilot never met at all
        outbox.deliver_all()
    quiet = [message for message in mailoutbox if "weken stil" in message.subject]
    assert {m.to[0] for m in quiet if m.subject == "Het Nest: 8 weken stil"} == {cast.hilde.email, cast.joris.email}
    assert [m.to[0] for m in quiet if "De Wip" in m.subject] == [cast.karel.email]


def test_an_owner_is_reminded_of_an_open_agreement_while_it_is_open(cast, session, mailoutbox, settings, client_of):
    settings.LETTERS_ON_SCREEN = False
    for owner, text in ((cast.anna, "Bellen"), (cast.bram, "Schrijven")):
        Action.objects.create(programme=cast.programme, meeting=session, text=text, owner=owner, due_on=at(5).date())
    rule(cast, "action", 2, subject_nl="{action} tegen {due}", text_nl="Dag {name}")
    assert rules.keep_up(now=NOON) == 2
    Action.objects.filter(owner=cast.bram).update(state="done")
    with time_machine.travel(at(4), tick=False):
        outbox.deliver_all()
    [letter] = [message for message in mailoutbox if "tegen" in message.subject]
    assert letter.subject == "Bellen tegen 29 november 2026"
    link = f"/sessions/actions/{Action.objects.get(owner=cast.anna).pk}/"  # the agreement itself, with one button
    assert link in letter.body and client_of(cast.anna).get(link).content.decode().count('name="state" value="done"') == 1


def test_words_that_a_moment_does_not_know_are_named_and_nothing_is_lost(cast, client_of, session):
    client = client_of(cast.tess)
    sent = {**WORDS, "moment": "before", "number": 2, "who": "all", "is_on": "on"}
    address = f"/planning/programmes/{cast.programme.pk}/rules/new/"
    page = client.post(address, {**sent, "text_nl": "Dag {naam}, {weeks} en {name}"}).content.decode()
    assert "{naam}, {weeks}" in page and "{where}" in page and not ReminderRule.objects.exists()
    for wrong in (
        {"text_nl": "open { haak"},
        {"who": "came"},
        {"number": 366},
        {"number": -1},
        {"moment": "x"},
        {"subject_nl": ""},
    ):
        assert client.post(address, {**sent, **wrong}).status_code == 200
    assert not ReminderRule.objects.exists()
    page = client.get(client.post(address, sent).url).content.decode()
    assert "Over Vierde sessie" in page and "Dag Tess," in page  # the letter as it looks, about the real session


def test_the_two_built_in_reminders_become_rules_once(cast, client_of, session):
    client, address = client_of(cast.tess), f"/planning/programmes/{cast.programme.pk}/rules/"
    assert f"{address}shipped/" in client.get(address).content.decode()
    client.post(f"{address}shipped/")
    assert sorted(ReminderRule.objects.values_list("number", flat=True)) == [1, 7]
    with pytest.raises(DomainError):
        rules.adopt_shipped(cast.programme, by=cast.tess)
    rules.keep_up(now=NOON)
    assert OutgoingMail.objects.waiting().filter(kind=rules.LETTER).count() == 12 and waiting("reminder-7d") == {}
    one = ReminderRule.objects.first()
    client.post(f"/planning/rules/{one.pk}/", {**WORDS, "moment": "before", "number": 2, "who": "all", "is_on": ""})
    assert OutgoingMail.objects.waiting().filter(kind=rules.LETTER).count() == 6  # what is off takes its letters back


def test_the_list_costs_the_same_for_one_rule_and_many(cast, client_of, django_assert_max_num_queries):
    client, address = client_of(cast.tess), f"/planning/programmes/{cast.programme.pk}/rules/"
    for _round in range(2):
        rule(cast, "before", 5)
        with django_assert_max_num_queries(5):
            client.get(address)
