"""The demo programme: there once, whole, and movable to today."""

import datetime

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from outbox.models import OutgoingMail
from people.models import User
from reflections.models import Reflection
from reporting.models import Characteristic, ReportingPeriod
from sessions.models import Attendance, Meeting
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


def test_moved_to_today_there_is_a_session_soon_and_nine_stays_nine(demo):
    before = dict(Meeting.objects.values_list("pk", "starts_at"))

    call_command("demo", "--now")
    call_command("demo", "--now")

    next_one = Meeting.objects.upcoming().first()
    assert next_one.starts_at - timezone.now() < datetime.timedelta(days=21)
    for meeting in Meeting.objects.all():
        was = before[meeting.pk].astimezone(meeting.zone)
        assert meeting.local_start.time() == was.time()
        assert meeting.local_start.weekday() == was.weekday()


def test_a_hundred_times_as_much_is_the_same_many_times(db, settings):
    settings.DEMO = True
    call_command("demo", "--scale", "3")

    assert Pilot.objects.count() == 24
    assert Leader.objects.living().count() == 48
    assert Attendance.objects.filter(meeting__kind="network").exclude(user=None).count() == 3 * 128
