"""Reminders and the question of a step follow when its template is applied: shown before, as rules, and once each."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from ilias.timetable import tick
from outbox.models import OutgoingMail
from planning import editions, rules, templates
from planning.models import ReminderRule, TemplateUse
from sessions import services as sessions
from sessions.invitations import REMINDERS
from tests.planning.test_apply_template import (  # noqa: F401
    apply,
    change,
    december,
    fresh,
    meeting,
    own,
    plan_of,
    publish,
    steps_of,
)

DAY = datetime.timedelta(days=1)


def of_template() -> dict[int, int]:
    """Days before → number of steps, of the rules that came with a template."""
    return {rule.number: rule.steps.count() for rule in ReminderRule.objects.filter(template__isnull=False)}


def reminded(found, kinds=(rules.LETTER, *REMINDERS)) -> list[tuple[str, int]]:
    """Which letters wait about a meeting: (kind, days before it), once for each reader."""
    mails = OutgoingMail.objects.waiting().filter(subject_id=found.pk, kind__in=kinds)
    when = {(mail.kind, (found.local_start.date() - timezone.localdate(mail.not_before)).days) for mail in mails}
    assert mails.count() == len(when) * found.attendances.count()
    return sorted(when)


def planned(cast, key="start"):
    """The meeting of this step for the network, planned; eleven days before it begins."""
    draft = meeting(key)
    publish(cast, draft)
    return draft


def test_the_page_shows_what_follows_each_meeting_and_applying_makes_two_rules_for_all_steps(cast, client_of, own):  # noqa: F811
    change(own, cast, "harvest", reminders=[14])
    url, client = reverse("planning:apply", args=[cast.programme.pk, own.pk]), client_of(cast.tess)

    page = client.get(url, {"starts_on": "2027-01-04", "language": "nl"}).content.decode()

    assert "De herinneringen van 11 stappen worden regels van het programma." in page
    assert page.count("dagen vooraf: 7, 1") == 10 and page.count("dagen vooraf: 14") == 1
    assert steps_of(own, "start").question_nl in page and not ReminderRule.objects.exists()
    apply(own, cast)
    assert of_template() == {14: 1, 7: 10, 1: 10}
    again = client.get(url, {"starts_on": "2027-01-04", "language": "nl"}).content.decode()
    assert "stappen worden regels" not in again and "Er is niets te doen" in again
    apply(own, cast)
    assert of_template() == {14: 1, 7: 10, 1: 10}
    assert meeting("start").question == steps_of(own, "start").question_nl


def test_a_meeting_of_a_template_is_reminded_of_on_the_days_of_its_step_alone(cast, own):  # noqa: F811
    change(own, cast, "start", reminders=[14])
    change(own, cast, "diversity", reminders=[])
    apply(own, cast)
    first, silent = planned(cast), planned(cast, "diversity")
    other = sessions.plan_meeting(
        by=cast.hilde, host=cast.network, title="Los", starts_at=first.starts_at + 2 * DAY, ends_at=first.ends_at + 2 * DAY
    )
    with time_machine.travel(first.starts_at - 22 * DAY, tick=False):
        rules.keep_up()
        assert reminded(first) == [(rules.LETTER, 14)]
        assert reminded(silent) == []
        assert reminded(other) == [("reminder-1d", 1), ("reminder-7d", 7)]


def test_each_reminder_and_the_question_go_once_and_in_the_team_s_own_words(cast, own, mailoutbox, settings):  # noqa: F811
    settings.LETTERS_ON_SCREEN = False
    apply(own, cast)
    rule = ReminderRule.objects.get(number=7)
    values = {name: getattr(rule, name) for name in ("moment", "number", "who", "is_on", "text_nl", "text_en", "subject_en")}
    rules.save_rule(rule, by=cast.tess, values=values | {"subject_nl": "Bijna zover: {meeting}"})
    session = planned(cast)
    for days in (-7, -1, 1):
        at = session.starts_at + days * DAY
        for hours in (0, 1, 12):
            with time_machine.travel(at.replace(hour=9) + hours * DAY / 24, tick=False):
                tick()
    mine = [message.subject for message in mailoutbox if message.to == [cast.anna.email]]
    assert len([subject for subject in mine if subject.startswith("Bijna zover")]) == 1
    assert len([subject for subject in mine if subject.startswith("Morgen")]) == 1
    asked = [message for message in mailoutbox if message.to == [cast.anna.email] and session.question in message.body]
    assert len(asked) == 1 and len(mine) == 4  # and the invitation


def test_a_changed_template_says_which_reminders_change_and_what_a_hand_made_stays(cast, client_of, own):  # noqa: F811
    apply(own, cast)
    ReminderRule.objects.filter(number=1).first().delete()  # the team does not want this one
    change(own, cast, "start", reminders=[10, 7])
    change(own, cast, "diversity", reminders=[])
    url = reverse("planning:apply", args=[cast.programme.pk, own.pk])
    page = client_of(cast.tess).get(url, {"starts_on": "2027-01-04", "language": "nl"}).content.decode()
    assert "De herinneringen van 2 stappen worden regels van het programma." in page
    told = re.sub(r"\s+", " ", page)
    assert "<del>7, 1</del> → dagen vooraf: 10, 7" in told and "<del>7, 1</del> → geen" in told
    apply(own, cast)
    assert of_template() == {10: 1, 7: 10}
    for key in [step.key for step in fresh(own).living_steps if step.key != "start"]:
        change(own, cast, key, reminders=[])
    change(own, cast, "start", reminders=[10])
    apply(own, cast)
    assert of_template() == {10: 1}, "a rule without steps would be a rule for all meetings"


def test_a_rule_for_all_meetings_of_the_same_day_gives_its_words_and_tells_nobody_twice(cast, own):  # noqa: F811
    seven, _one = rules.adopt_shipped(cast.programme, by=cast.tess)
    seven.subject_nl = "Onze woorden: {meeting}"
    seven.save()
    apply(own, cast)
    assert ReminderRule.objects.get(number=7, template=own).subject_nl == "Onze woorden: {meeting}"
    session = planned(cast)
    with time_machine.travel(session.starts_at - 8 * DAY, tick=False):
        rules.keep_up()
        assert reminded(session) == [(rules.LETTER, 1), (rules.LETTER, 7)]
    ReminderRule.objects.filter(template=own).update(is_on=False)
    with time_machine.travel(session.starts_at - 8 * DAY, tick=False):
        OutgoingMail.objects.filter(kind=rules.LETTER).delete()
        rules.keep_up()
        assert reminded(session) == [(rules.LETTER, 1), (rules.LETTER, 7)], "the rule for all meetings stands in again"


def test_the_list_says_where_a_rule_comes_from_and_the_form_keeps_its_steps(cast, client_of, own):  # noqa: F811
    apply(own, cast)
    client, rule = client_of(cast.tess), ReminderRule.objects.get(number=7)
    page = client.get(reverse("planning:rules", args=[cast.programme.pk])).content.decode()
    assert page.count("alleen voor 11 stappen") == 2 and f"uit het sjabloon “{own.title}”" in page
    assert "volgen in de plaats daarvan" in page and "/rules/shipped/" in page
    typed = {"moment": "before", "number": 7, "who": "all", "subject_nl": "Nog een week", "text_nl": "Dag {name}", "is_on": "on"}
    two = [str(step.pk) for step in list(rule.steps.all())[:2]]
    assert client.post(reverse("planning:rule", args=[rule.pk]), typed | {"steps": two}).status_code == 302
    assert of_template() == {7: 2, 1: 11}


def test_a_rule_for_a_step_that_was_taken_out_stays_for_that_step_when_it_is_saved(cast, client_of, own):  # noqa: F811
    change(own, cast, "harvest", reminders=[14])
    apply(own, cast)
    client, rule = client_of(cast.tess), ReminderRule.objects.get(number=14)
    templates.remove_step(steps_of(own, "harvest"), by=cast.tess)
    address = reverse("planning:rule", args=[rule.pk])
    shown = client.get(address).content.decode()
    ticked = re.findall(r'name="steps" value="([^"]+)"[^>]* checked', shown)
    assert ticked == [str(rule.steps.get().pk)]
    assert f"{rule.steps.get().title} (uit het sjabloon gehaald)" in shown and shown.count("uit het sjabloon gehaald") == 1
    listed = client.get(reverse("planning:rules", args=[cast.programme.pk])).content.decode()
    assert listed.count("is uit het sjabloon gehaald") == 1

    typed = {"moment": "before", "number": 14, "who": "all", "subject_nl": "Nog twee weken", "text_nl": "Dag {name}"}
    assert client.post(address, typed | {"steps": ticked, "is_on": "on"}).status_code == 302

    rule.refresh_from_db()
    assert (rule.subject_nl, rule.steps.get().key) == ("Nog twee weken", "harvest")
    page = client.get(reverse("planning:rule_new", args=[cast.programme.pk])).content.decode()
    assert ticked[0] not in page, "a new rule is not made for it"


def test_the_next_edition_has_the_rules_for_all_meetings_and_gets_those_of_a_template_when_it_is_applied(cast, own):  # noqa: F811
    rules.adopt_shipped(cast.programme, by=cast.tess)
    apply(own, cast)
    copy = editions.copy_programme(cast.programme, by=cast.tess, name="Volgende", starts_on=datetime.date(2028, 1, 3))
    assert sorted(copy.reminder_rules.values_list("number", "template")) == [(1, None), (7, None)]
    assert TemplateUse.objects.get(programme=copy).reminders == {}


@pytest.mark.parametrize("who", ["joris", "karel"])
def test_a_second_coach_who_applies_it_for_other_pilots_makes_no_second_rule(cast, own, who):  # noqa: F811
    apply(own, cast, user=cast.hilde)
    assert plan_of(own, cast, user=getattr(cast, who)).new_reminders == []
    apply(own, cast, user=getattr(cast, who))
    assert of_template() == {7: 11, 1: 11}
