"""Two of the project team who decide about one report at the same moment, really: one does it, the other gets a sentence."""

import pytest

from core.models import AuditEntry
from people.models import User
from reporting import services
from reporting.models import ProgressReport, ReportFile, ReportingPeriod, Snapshot
from reporting.page import reading_of
from sessions.models import Meeting, MeetingChange
from tests.cast import Cast, make_cast, person
from tests.planning.test_at_once import together
from tests.reporting.scene import days, make_scene
from trajectories import services as trajectories
from trajectories.models import Seat

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene() -> Cast:
    return make_scene(make_cast())


@pytest.fixture
def tina(scene) -> User:
    """A third one of the project team."""
    user = person("Tina", "Smets")
    trajectories.seat_person(by=scene.tess, user=user, programme=scene.programme, role=Seat.Role.PROJECT, since=days(90))
    return user


@pytest.fixture
def proposed(scene) -> ProgressReport:
    """A report that Tess proposed."""
    period = ReportingPeriod(programme=scene.programme, name="Eerste half jaar", starts_on=days(90), ends_on=days(1))
    report = services.start_report(services.save_period(period, by=scene.tess), by=scene.tess)
    return services.propose(report, by=scene.tess)


def test_two_who_freeze_one_report_freeze_it_once(scene, tina, proposed):
    figures = reading_of(ProgressReport.objects.get(pk=proposed.pk))
    seen = services.fingerprint(figures.figures, figures.document["sections"])

    refused = together(
        *[lambda by=by: services.freeze(ProgressReport.objects.get(pk=proposed.pk), by=by, seen=seen) for by in (scene.tom, tina)]
    )

    assert refused == ["Dit rapport is vastgelegd. Het kan niet meer wijzigen."]
    report = ProgressReport.objects.get()
    assert report.state == "frozen" and report.frozen_by in (scene.tom, tina)
    assert Snapshot.objects.count() == ReportFile.objects.filter(is_frozen=True, language="").count() == 1
    assert [entry.by for entry in AuditEntry.objects.filter(verb="report.frozen")] == [report.frozen_by_id]
    assert set(MeetingChange.objects.filter(after=Meeting.State.SUBMITTED).values_list("by", flat=True)) == {report.frozen_by_id}
