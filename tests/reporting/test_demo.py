"""The demo programme: there once, whole, and movable to today."""

import datetime
import json
import tempfile
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from outbox.models import OutgoingMail
from people.models import User
from reflections.models import Reflection
from reporting.models import Characteristic, ProgressReport, ReportingPeriod
from sessions.models import Action, Attendance, Evidence, Meeting, Minutes
from trajectories.models import Leader, Pilot, Programme


@pytest.fixture
def demo(db, settings):
    settings.DEMO = True
    call_command("demo")
    return Programme.objects.get(slug="ilias")


def test_the_demo_is_ilias_as_its_sources_tell_it(demo):
    assert demo.is_demo
    assert demo.phases.count() == 2
    assert demo.sectors.count() == 4
    assert Pilot.objects.filter(programme=demo).count() == 8
    assert Leader.objects.living().filter(programme=demo).count() == 16
    assert Meeting.objects.filter(programme=demo, kind=Meeting.Kind.NETWORK).count() == 8
    assert ReportingPeriod.objects.filter(programme=demo).count() == 4
    assert not OutgoingMail.objects.exists()


def test_the_demo_is_built_once(demo):
    with pytest.raises(CommandError):
        call_command("demo")
    call_command("demo", "--if-empty")

    assert Programme.objects.count() == 1


def test_without_demo_mode_there_are_no_open_accounts(db, settings):
    settings.DEMO = False

    with pytest.raises(CommandError):
        call_command("demo")

    assert not User.objects.exists()


def test_the_demo_accounts_open_with_their_password_and_nobody_elses_does(demo):
    with_password = {user.email for user in User.objects.all() if user.has_usable_password()}

    assert with_password == {f"{name}@ilias.example" for name in ("team", "coach", "leader", "advisor", "partner")}
    assert User.objects.get(email="leader@ilias.example").check_password("ilias-demo")


def test_what_leaders_wrote_and_answered_is_sealed(demo):
    bodies = [bytes(body) for body in Reflection.objects.values_list("body", flat=True)]
    answers = [bytes(value) for value in Characteristic.objects.exclude(value=None).values_list("value", flat=True)]

    assert len(bodies) >= 30
    assert not any(b" ik " in body for body in bodies)
    assert answers and b"woman" not in answers


@pytest.mark.parametrize("today", ["2026-11-30 00:20", "2027-03-28 02:30", "2028-02-29 12:00", "2026-12-06 23:50"])
def test_moved_to_today_a_network_session_comes_next_week_and_nine_stays_nine(demo, today):
    before = dict(Meeting.objects.values_list("pk", "starts_at"))

    with time_machine.travel(datetime.datetime.fromisoformat(today).replace(tzinfo=ZoneInfo("Europe/Brussels")), tick=False):
        call_command("demo", "--now")
        call_command("demo", "--now")
        monday = timezone.localdate() - datetime.timedelta(days=timezone.localdate().weekday())
        leader = User.objects.get(email="leader@ilias.example")
        next_one = Meeting.objects.upcoming().filter(kind=Meeting.Kind.NETWORK, attendances__user=leader).first()

    assert (next_one.local_start.date() - monday).days in range(7, 14)
    for meeting in Meeting.objects.all():
        was = before[meeting.pk].astimezone(meeting.zone)
        assert meeting.local_start.time() == was.time()
        assert meeting.local_start.weekday() == was.weekday()


def test_what_lies_ahead_has_not_happened_yet(demo):
    call_command("demo", "--now")

    now = timezone.now()
    ahead = Meeting.objects.filter(starts_at__gt=now)
    assert ahead.filter(kind=Meeting.Kind.NETWORK).count() == 2
    assert set(ahead.values_list("state", flat=True)) == {"planned"}
    assert not Attendance.objects.filter(meeting__in=ahead).exclude(status="", minutes=0, arrived_at=None).exists()
    assert not Attendance.objects.filter(meeting__in=ahead, user=None).exists()
    for model in (Minutes, Action, Evidence):
        assert model.objects.exists() and not model.objects.filter(meeting__in=ahead).exists()
    assert Reflection.objects.exists() and not Reflection.objects.filter(created_at__gt=now).exists()
    assert not Action.objects.filter(settled_at__gt=now).exists()


def test_a_hundred_times_as_much_is_the_same_many_times(db, settings):
    settings.DEMO = True
    call_command("demo", "--scale", "3")

    assert Pilot.objects.count() == 24
    assert Leader.objects.living().count() == 48
    assert Attendance.objects.filter(meeting__kind="network").exclude(user=None).count() == 3 * 128


def test_the_demo_has_a_frozen_report_a_draft_and_proof_with_some_sessions_only(demo):
    first, second = ProgressReport.objects.order_by("period__starts_on")

    assert (first.state, second.state) == ("frozen", "draft")
    assert first.proposed_by_id != first.frozen_by_id and first.sections.exclude(body="").count() == 8
    proven = Meeting.objects.filter(state="checked").exclude(evidence=None).count()
    assert 5 < proven < Meeting.objects.filter(state="checked").count()
    gaps = {group["what"] for group in json.loads(second.kept.summary)["gap_groups"]}
    assert "no-proof" in gaps
    with tempfile.TemporaryDirectory() as folder:
        target = f"{folder}/r.zip"
        period = first.period
        stretch = ["--from", str(period.starts_on), "--until", str(period.ends_on)]
        call_command("esf_report", "ilias", *stretch, "--format", "zip", "-o", target)
        call_command("verify_report", target)


def test_a_demo_that_moves_takes_its_reports_along(demo):
    call_command("demo", "--now")

    first = ProgressReport.objects.get(state="frozen")
    assert first.period.starts_on.isoformat() == json.loads(first.snapshot.data)["stretch"]["from"] > "2024"
    assert ProgressReport.objects.count() == 2
