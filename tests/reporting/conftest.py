"""The scene of the reporting tests."""

import pytest

from tests.cast import Cast
from tests.reporting.scene import make_scene


@pytest.fixture
def scene(cast) -> Cast:
    """The cast after some meetings."""
    return make_scene(cast)
