"""From a template to a plan: seen before it happens, never double, and changed with the letters that belong to it."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse

from outbox.models import OutgoingMail
from people.models import Service
from planning import publishing, templates, templates_plan
from planning.models import PlannedStep, Step, TemplateUse, TrajectoryTemplate
from sessions import services as sessions
from sessions.models import Meeting
from trajectories import services as trajectories
from trajectories.models import Milestone, Phase, Programme, Seat

MONDAY = datetime.date(2027, 1, 4)


@pytest.fixture(autouse=True)
def december():
    with time_machine.travel("2026-12-01T10:00:00Z", tick=False):
        yield


@pytest.fixture
def own(cast):
    found = TrajectoryTemplate.objects.with_steps().get(slug="ilias")
    made = templates.copy_template(found, by=cast.tess, programme=cast.programme)
    return fresh(made)


def fresh(template) -> TrajectoryTemplate:
    return TrajectoryTemplate.objects.with_steps().get(pk=template.pk)


def plan_of(template, cast, user=None, starts_on=MONDAY):
    return templates_plan.plan_of(fresh(template), cast.programme, user=user or cast.tess, starts_on=starts_on, language="nl")


def apply(template, cast, user=None, starts_on=MONDAY):
    plan = plan_of(template, cast, user, starts_on)
    asked = {"starts_on": starts_on, "language": "nl", "mark": plan.mark}
    return templates_plan.apply_template(fresh(template), by=user or cast.tess, programme=cast.programme, **asked)


def steps_of(template, key) -> Step:
    return template.steps.get(key=key)


def change(template, cast, key, **fields):
    """Change a step of an own template, its agenda and tools kept."""
    step = fresh(template).steps.get(key=key)
    agenda = [templates.StepLine(row.title_nl, row.minutes, row.aim_nl) for row in step.agenda.all()]
    tools = [row.tool for row in step.tools.all()]
    templates.save_step(step, by=cast.tess, version=step.template.version, agenda=agenda, tools=tools, **fields)


def meeting(key, **host) -> Meeting:
    return Meeting.objects.get(planned_step__step__key=key, **host)


def publish(cast, *drafts):
    chosen = list(publishing.drafts_of(cast.programme, cast.tess).filter(pk__in=[draft.pk for draft in drafts]))
    return publishing.plan_drafts(cast.programme, by=cast.tess, drafts=chosen, mark=publishing.mark_of(chosen))


def letters(kind="") -> int:
    return OutgoingMail.objects.filter(kind__startswith=kind or "meeting").count()


# -- applying ----------------------------------------------------------------------------------------------------------


def test_the_page_says_what_is_made_for_whom_and_when_and_marks_doubts(cast, client_of, own):
    url = reverse("planning:apply", args=[cast.programme.pk, own.pk])

    page = client_of(cast.tess).get(url, {"starts_on": "2027-01-04", "language": "nl"}).content.decode()
    sunday = client_of(cast.tess).get(url, {"starts_on": "2027-01-06", "language": "nl"}).content.decode()

    assert Meeting.objects.count() == 0
    made, follows = page.split('id="h-follow"')
    assert len(re.findall(r"<tr><th scope=\"row\">", made)) == 8 + 2 * 3
    assert len(re.findall(r"<tr><th scope=\"row\">", follows)) == 8 + 3
    assert page.count("Het Nest") == page.count("De Wip") == 3
    assert "4 februari 2027" in page or "4 feb 2027" in page
    assert "zaterdag" in sunday and "zaterdag" not in page  # an offset from a Wednesday falls in the weekend, and is kept


def test_applying_makes_drafts_with_agenda_tools_and_question_and_mails_nobody(cast, client_of, own):
    url = reverse("planning:apply", args=[cast.programme.pk, own.pk])
    browser = client_of(cast.tess)
    page = browser.get(url, {"starts_on": "2027-01-04", "language": "nl"}).content.decode()
    sent = dict(re.findall(r'type="hidden" name="(starts_on|language|mark)" value="([^"]+)"', page))

    answer = browser.post(url, sent)

    assert answer.status_code == 302
    assert set(Meeting.objects.values_list("state", flat=True)) == {"draft"}
    assert Meeting.objects.filter(network=cast.network).count() == 8
    assert Meeting.objects.filter(pilot=cast.nest).count() == Meeting.objects.filter(pilot=cast.wip).count() == 3
    assert letters() == 0
    session = meeting("diversity", network=cast.network)
    assert [row.title for row in session.agenda.all()][:2] == [
        "Aankomen en kort delen hoe het gaat",
        "Diversiteit en inclusie: korte inbreng",
    ]
    assert [row.tool.slug for row in session.tools.all()] == ["uniqueness-belonging-square"]
    assert session.question.startswith("Wie in je team")
    assert [session.number, session.length, session.local_start.isoformat()] == [2, 180, "2027-04-29T09:30:00+02:00"]
    moment = meeting("moment-3", pilot=cast.nest)
    assert (meeting("harvest").local_start.date() - moment.local_start.date()).days == 23
    assert TemplateUse.objects.get().starts_on == MONDAY


def test_applying_twice_makes_nothing_double_and_a_new_pilot_is_filled_up(cast, client_of, own):
    apply(own, cast)
    assert [len(plan_of(own, cast).to_make), len(apply(own, cast).to_make)] == [0, 0]
    service = Service.objects.create(name="De Boot", sector=cast.nest.service.sector, municipality="Aalst")
    boat = trajectories.make_pilot(by=cast.tess, programme=cast.programme, service=service, starts_on=datetime.date(2027, 9, 6))

    assert len(apply(own, cast).to_make) == 3

    assert Meeting.objects.count() == 8 + 9
    first = meeting("moment-1", pilot=boat)
    assert first.local_start.date() - boat.starts_on == meeting("moment-1", pilot=cast.nest).local_start.date() - MONDAY


def test_a_plan_that_changed_since_it_was_seen_is_shown_once_more(cast, client_of, own):
    mark = plan_of(own, cast).mark
    change(own, cast, "start", title_nl="Anders")
    url = reverse("planning:apply", args=[cast.programme.pk, own.pk])

    answer = client_of(cast.tess).post(url, {"starts_on": "2027-01-04", "language": "nl", "mark": mark})

    assert answer.status_code == 409
    assert "Anders" in answer.content.decode()
    assert Meeting.objects.count() == 0 and not TemplateUse.objects.exists()


def test_a_coach_applies_for_the_hosts_they_coach_and_the_team_fills_up_the_rest(cast, client_of, own):
    plan = apply(own, cast, user=cast.karel)

    assert plan.others == 2
    assert set(Meeting.objects.values_list("pilot__service__name", flat=True)) == {"De Wip"}
    assert client_of(cast.anna).get(reverse("planning:apply", args=[cast.programme.pk, own.pk])).status_code == 403
    assert client_of(cast.omar).get(reverse("planning:apply", args=[cast.programme.pk, own.pk])).status_code == 404
    assert len(apply(own, cast).to_make) == 8 + 3


def test_texts_come_in_the_language_that_was_chosen(cast, own):
    plan = templates_plan.plan_of(fresh(own), cast.programme, user=cast.tess, starts_on=MONDAY, language="en")

    assert plan.lines[0].said["title"] == "Getting to know each other and learning safely"


@pytest.mark.parametrize("number", [1, 3])
def test_the_preview_takes_a_fixed_number_of_queries(cast, client_of, own, django_assert_max_num_queries, number):
    apply(own, cast)
    for row in range(number):
        service = Service.objects.create(name=f"Pilot {row}", sector=cast.nest.service.sector, municipality="Gent")
        trajectories.make_pilot(by=cast.tess, programme=cast.programme, service=service)
    browser = client_of(cast.tess)

    with django_assert_max_num_queries(12):
        page = browser.get(reverse("planning:apply", args=[cast.programme.pk, own.pk])).content.decode()

    assert len(re.findall(r"<tr><th scope=\"row\">", page.split('id="h-follow"')[0])) == 3 * number


# -- changing a template or a plan in use ------------------------------------------------------------------------------


def test_a_change_shows_what_it_does_to_whom_then_does_it_with_change_letters(cast, client_of, own):
    apply(own, cast)
    publish(cast, meeting("start"))
    OutgoingMail.objects.update(state=OutgoingMail.State.SENT)  # who had not been told yet would simply be invited
    before = letters("meeting-change")
    step = fresh(own).steps.get(key="start")
    change(own, cast, "start", offset_days=step.offset_days + 7, title_nl="Een nieuwe start")

    plan = plan_of(own, cast)
    asked = meeting("start").attendances.filter(is_invited=True).count()
    assert plan.letters == asked == 6
    assert len(plan.to_change) == 8 + 6  # what counts from it moves along
    page = client_of(cast.tess).get(reverse("planning:apply", args=[cast.programme.pk, own.pk])).content.decode()
    assert "Een nieuwe start" in page and "<del>" in page
    assert letters("meeting-change") == before and meeting("start").title != "Een nieuwe start"

    apply(own, cast)

    moved = meeting("start")
    assert [moved.title, moved.sequence, str(moved.local_start.date())] == ["Een nieuwe start", 1, "2027-02-11"]
    assert letters("meeting-change") - before == 6
    assert str(meeting("harvest").local_start.date()) == "2028-09-21"
    assert plan_of(own, cast).to_change == []


def test_what_a_hand_changed_and_what_was_held_or_cancelled_stays(cast, own):
    apply(own, cast)
    hand, held, gone = meeting("traits"), meeting("diversity"), meeting("moment-1", pilot=cast.nest)
    sessions.change_meeting(hand, by=cast.hilde, version=hand.version, title="Met de hand")
    sessions.cancel_meeting(gone, by=cast.hilde, version=gone.version, reason="Ziek")
    Meeting.objects.filter(pk=held.pk).update(state=Meeting.State.HELD)
    for key in ("traits", "diversity", "moment-1"):
        change(own, cast, key, title_nl="Uit het sjabloon")

    plan = apply(own, cast)

    assert {line.kind for line in plan.staying} == {"hand", "held", "cancelled"}
    assert {line.host for line in plan.to_change} == {cast.wip}
    titles = {row.title for row in Meeting.objects.filter(pk__in=[hand.pk, held.pk, gone.pk])}
    assert "Met de hand" in titles and "Uit het sjabloon" not in titles
    assert plan_of(own, cast).to_make == []


def test_moments_move_along_with_a_session_that_moved(cast, own):
    apply(own, cast)
    session = meeting("diversity")
    later = datetime.timedelta(days=14)
    sessions.change_meeting(
        session, by=cast.hilde, version=session.version, starts_at=session.starts_at + later, ends_at=session.ends_at + later
    )

    changed = {line.step.key for line in plan_of(own, cast).to_change}

    assert {"traits", "moment-1"} <= changed
    assert "diversity" not in changed


def test_another_first_day_moves_the_whole_plan(cast, own):
    apply(own, cast)

    plan = plan_of(own, cast, starts_on=MONDAY + datetime.timedelta(days=7))

    assert len(plan.to_change) == 8 + 6
    assert plan.letters == 0


def test_a_step_that_was_taken_out_leaves_its_meetings_and_says_so(cast, client_of, own):
    apply(own, cast)
    templates.remove_step(steps_of(own, "shared"), by=cast.tess)

    plan = apply(own, cast)

    assert [row.step.key for row in plan.orphans] == ["shared"]
    assert meeting("shared").state == Meeting.State.DRAFT
    assert str(meeting("feedback").local_start.date()) == str(plan_of(own, cast).lines[4].day)


# -- planning drafts together ------------------------------------------------------------------------------------------


def test_drafts_become_planned_together_after_the_letters_are_counted(cast, client_of, own):
    apply(own, cast)
    browser, url = client_of(cast.tess), reverse("planning:drafts", args=[cast.programme.pk])
    chosen = [str(meeting("start").pk), str(meeting("moment-1", pilot=cast.nest).pk)]

    counted = browser.post(url, {"drafts": chosen, "do": "count"}).content.decode()
    assert letters() == 0
    mark = re.search(r'name="mark" value="(\w+)"', counted).group(1)
    expected = 6 + 4  # four leaders and the tandem; the pair and the tandem
    assert f"{expected} mails vertrekken" in counted and "Samen naar 6 personen." in counted

    answer = browser.post(url, {"drafts": chosen, "do": "plan", "mark": mark})

    assert answer.status_code == 302
    assert Meeting.objects.filter(state=Meeting.State.PLANNED).count() == 2
    assert letters("meeting-invite") == expected
    again = browser.post(url, {"drafts": chosen, "do": "plan", "mark": mark})
    assert again.status_code == 200 and letters("meeting-invite") == expected


def test_what_changed_after_counting_is_counted_again(cast, client_of, own):
    apply(own, cast)
    browser, url, draft = client_of(cast.tess), reverse("planning:drafts", args=[cast.programme.pk]), meeting("start")
    counted = browser.post(url, {"drafts": [draft.pk], "do": "count"}).content.decode()
    mark = re.search(r'name="mark" value="(\w+)"', counted).group(1)
    sessions.change_meeting(draft, by=cast.hilde, version=draft.version, title="Anders")

    answer = browser.post(url, {"drafts": [draft.pk], "do": "plan", "mark": mark})

    assert answer.status_code == 200 and letters() == 0
    assert Meeting.objects.get(pk=draft.pk).state == Meeting.State.DRAFT


def test_a_coach_sees_and_plans_only_the_drafts_they_run(cast, client_of, own):
    apply(own, cast)
    url, session = reverse("planning:drafts", args=[cast.programme.pk]), meeting("start")
    page = client_of(cast.karel).get(url).content.decode()

    assert page.count('name="drafts"') == 3 and "Het Nest" not in page
    client_of(cast.karel).post(url, {"drafts": [str(session.pk)], "do": "plan", "mark": publishing.mark_of([])})
    assert meeting("start").state == Meeting.State.DRAFT
    assert client_of(cast.anna).get(url).status_code == 403


# -- the next edition --------------------------------------------------------------------------------------------------


def test_the_next_edition_has_the_form_and_none_of_the_people_or_texts(cast, client_of, own):
    first = cast.programme
    phase = Phase(programme=first, name="Fase 1", starts_on=first.starts_on, ends_on=first.ends_on)
    trajectories.save_phase(phase, by=cast.tess)
    trajectories.save_milestone(
        Milestone(programme=first, title="Boek", due_on=first.ends_on, reached_on=first.ends_on), by=cast.tess
    )
    apply(own, cast)
    starts = first.starts_on + datetime.timedelta(days=800)

    answer = client_of(cast.tess).post(
        reverse("planning:edition", args=[first.pk]), {"name": "ILIAS 2", "starts_on": starts.isoformat()}
    )

    assert answer.status_code == 302
    made = Programme.objects.get(name="ILIAS 2")
    assert made.ends_on - first.ends_on == datetime.timedelta(days=800)
    assert [made.funder_sentence, made.leader_places, made.framework] == [
        first.funder_sentence,
        first.leader_places,
        first.framework,
    ]
    assert (made.phases.get().starts_on, made.milestones.get().reached_on) == (starts, None)
    assert made.networks.get().memberships.count() == made.networks.get().coaching.count() == 0
    assert [seat.user for seat in Seat.objects.filter(programme=made)] == [cast.tess]
    assert made.pilots.count() == made.meetings.count() == 0
    use = TemplateUse.objects.get(programme=made)
    assert [use.template.programme, use.starts_on, use.applied_at] == [made, MONDAY + datetime.timedelta(days=800), None]
    assert not PlannedStep.objects.filter(template=use.template).exists()
    assert client_of(cast.hilde).get(reverse("planning:edition", args=[first.pk])).status_code == 403
    assert client_of(cast.tess).get(reverse("trajectories:setup", args=[made.pk])).status_code == 200


@pytest.mark.parametrize("who", ["tess", "hilde"])
def test_every_link_of_the_first_page_of_planning_opens_for_who_sees_it(cast, client_of, who):
    browser = client_of(getattr(cast, who))
    main = browser.get(reverse("planning:home")).content.decode().split("<main")[1].split("</main>")[0]
    links = set(re.findall(r'<a[^>]* href="(/[^"]*)"', main))
    assert len(links) >= 8
    assert [link for link in links if browser.get(link).status_code != 200] == []


def test_the_start_page_leads_to_what_one_may_do(cast, client_of):
    team = client_of(cast.tess).get(reverse("planning:home")).content.decode()
    coach = client_of(cast.hilde).get(reverse("planning:home")).content.decode()

    assert reverse("planning:edition", args=[cast.programme.pk]) in team
    assert reverse("planning:edition", args=[cast.programme.pk]) not in coach
    assert reverse("planning:drafts", args=[cast.programme.pk]) in coach
    assert client_of(cast.anna).get(reverse("planning:home")).status_code == 403
