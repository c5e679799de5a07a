"""The scene of the reporting tests."""

import pytest

from reporting import services
from reporting.models import ProgressReport, ReportingPeriod
from tests.cast import Cast
from tests.reporting.scene import days, make_scene


@pytest.fixture
def scene(cast) -> Cast:
    """The cast after some meetings."""
    return make_scene(cast)


@pytest.fixture
def period(scene) -> ReportingPeriod:
    """The three months until yesterday."""
    period = ReportingPeriod(programme=scene.programme, name="Eerste half jaar", starts_on=days(90), ends_on=days(1))
    return services.save_period(period, by=scene.tess)


@pytest.fixture
def report(scene, period) -> ProgressReport:
    """The report of that period, begun by Tess."""
    return services.start_report(period, by=scene.tess)
