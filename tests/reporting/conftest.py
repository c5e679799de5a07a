"""The scene of the reporting tests."""

import pytest

from reporting import services
from reporting.models import ProgressReport, ReportingPeriod
from tests.cast import Cast, make_cast
from tests.remembered import Remembered
from tests.reporting.scene import days, make_scene

_remembered = Remembered(lambda: make_scene(make_cast()))


@pytest.fixture
def scene(db) -> Cast:
    """The cast after some meetings."""
    return _remembered()


@pytest.fixture
def period(scene) -> ReportingPeriod:
    """The three months until yesterday."""
    period = ReportingPeriod(programme=scene.programme, name="Eerste half jaar", starts_on=days(90), ends_on=days(1))
    return services.save_period(period, by=scene.tess)


@pytest.fixture
def report(scene, period) -> ProgressReport:
    """The report of that period, begun by Tess."""
    return services.start_report(period, by=scene.tess)
