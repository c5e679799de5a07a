"""The figures of a stretch: planned and held, hours that count once, and what an auditor would miss."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reporting import document, figures, services, summary
from reporting.models import Participant
from reporting.services import kept
from sessions import services as sessions
from tests.reporting.scene import Status, at, hold, plan
from trajectories import services as trajectories
from trajectories.models import Leader


@pytest.fixture
def found(scene) -> dict:
    return collect(scene)


def collect(scene) -> dict:
    today = timezone.localdate()
    return figures.collect(scene.programme, today - datetime.timedelta(days=90), today)


def numbers(scene) -> dict:
    return {
        row.user.first_name: row.number for row in Participant.objects.filter(programme=scene.programme).select_related("user")
    }


def test_planned_stands_beside_held_with_the_reason_of_what_was_cancelled(found):
    totals = found["totals"]
    assert (totals["planned"], totals["held"], totals["cancelled"], totals["live"], totals["online"]) == (5, 3, 1, 2, 1)
    activities = {row["kind"]: row for row in found["activities"]}
    assert activities["network"] | {"planned": 3, "held": 2, "open": 1, "onsite": 1, "online": 1} == activities["network"]
    assert activities["coaching"] | {"planned": 2, "held": 1, "cancelled": 1} == activities["coaching"]
    assert [row["reason"] for row in found["meetings"] if row["state"] == "cancelled"] == ["Ziekte in het team"]


def test_hours_come_from_real_times_less_the_break(scene, found):
    minutes = {row["number"]: row["minutes"] for row in found["people"]}
    number = numbers(scene)
    assert minutes[number["Bram"]] == 120 - 15  # came an hour late to a session of three hours with a quarter's break
    assert minutes[number["Zita"]] == 120


def test_two_meetings_at_once_count_once(scene, found):
    anna = next(row for row in found["people"] if row["number"] == numbers(scene)["Anna"])
    # 9–12 less the break, 9–11 online, 10–12 of which one hour is new
    assert (anna["meetings"], anna["minutes"], anna["doubled"]) == (3, 165 + 120 + 60, 60)
    assert anna["by_kind"] == {"network": 285, "coaching": 60}
    assert [gap["participants"] for gap in found["gaps"] if gap["what"] == "overlap"] == [[anna["number"]]]


def test_a_participant_enters_on_the_first_day_of_being_present(scene):
    days = {row.user.first_name: row.entered_on for row in Participant.objects.select_related("user")}
    today = timezone.localdate()
    assert days == {
        "Anna": today - datetime.timedelta(days=60),
        "Bram": today - datetime.timedelta(days=60),
        "Zita": today - datetime.timedelta(days=40),
    }
    assert sorted(numbers(scene).values()) == [1, 2, 3]


def test_re_entry_keeps_the_first_entry_and_moves_the_exit(scene):
    seat = Leader.objects.living().get(user=scene.bram)
    last = timezone.localdate() - datetime.timedelta(days=5)
    trajectories.end_seat(seat, by=scene.tess, until=last)
    assert services.keep_up(now=timezone.now()) == 1
    bram = Participant.objects.get(user=scene.bram)
    assert bram.left_on == last
    entered = bram.entered_on
    trajectories.seat_person(by=scene.tess, user=scene.bram, programme=scene.programme, role="leader", pilot=scene.nest)
    services.sync_participants(scene.programme, by=scene.tess)
    bram.refresh_from_db()
    assert (bram.entered_on, bram.left_on) == (entered, None)


def test_gaps_are_listed_with_who_can_mend_them(found):
    gaps = {(gap["what"], gap.get("title", "")): gap["mended_by"] for gap in found["gaps"]}
    assert gaps["not-closed", "Sessie die niemand afsloot"] == "coach"
    assert gaps["not-checked", "Coachingmoment"] == "second"
    assert gaps["no-proof", "Coachingmoment"] == "coach"
    assert gaps["incomplete", ""] == "participant"
    assert not [title for what, title in gaps if title == "Kennismaking"]


def test_people_who_are_no_participants_are_counted_by_role_and_never_named(found):
    assert found["totals"]["others_present"] == {"coach": 3, "guest": 1}
    assert "Gast Een" not in str(found) and "Vermeulen" not in str(found) and "Claes" not in str(found)


def test_a_meeting_belongs_to_the_day_it_begins_in_brussels(scene):
    day = timezone.localdate() - datetime.timedelta(days=30)
    sessions.plan_meeting(
        by=scene.hilde, host=scene.nest, title="Rond middernacht", starts_at=at(30, 0, 30), ends_at=at(30, 1, 30)
    )
    assert figures.collect(scene.programme, day, day)["totals"]["planned"] == 1
    before = day - datetime.timedelta(days=1)
    assert figures.collect(scene.programme, before, before)["totals"]["planned"] == 0


def test_the_number_of_queries_does_not_grow_with_meetings_and_people(scene):
    with CaptureQueriesContext(connection) as few:
        collect(scene)
    for number in range(4):
        extra = plan(scene, scene.network, f"Nog een {number}", 9 - number)
        hold(scene, extra, {scene.yusuf: Status.ONSITE, scene.anna: Status.ONSITE})
    services.sync_participants(scene.programme, by=None)
    with CaptureQueriesContext(connection) as many:
        collect(scene)
    assert len(few) == len(many) <= 11


def test_a_page_reads_row_by_row_what_a_document_holds_as_a_whole(scene, period):
    report = services.start_report(period, by=scene.tess)
    whole = document.draft_of(report).document["figures"]
    found, gaps, marks = summary.live(report)
    assert (found, gaps) == summary.of_figures(whole)
    assert gaps == whole["gaps"] and found["totals"] == whole["totals"] and found["sectors"] == whole["sectors"]
    everybody = whole["indicators"]["participants"]["since_start"]["total"]
    assert len(marks.behind("participants", "since_start")) == everybody == 3


def test_answers_given_before_they_were_kept_together_count_the_same(scene, period):
    anna = Participant.objects.get(user=scene.anna)
    told = {"gender": "woman", "birth_date": "1980-02-29", "employment": "employed", "education": "master"}
    services.answer(anna, by=scene.anna, moment="entry", answers=told)
    report = services.start_report(period, by=scene.tess)
    together = collect(scene)["indicators"]
    assert Participant.objects.exclude(answers=None).count() == 1
    Participant.objects.update(answers=None)
    assert collect(scene)["indicators"] == together and together["complete"]["stretch"]["total"] == 1
    assert kept.bring_together(report) == 1
    assert collect(scene)["indicators"] == together and Participant.objects.exclude(answers=None).count() == 1
