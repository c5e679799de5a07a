"""The tests' settings for processes under fire: their tables are made at once, without the history of migrations, and beat may
tick faster."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import CELERY_BEAT_SCHEDULE, INSTALLED_APPS

MIGRATION_MODULES = {name.split(".")[0] if name.endswith("Config") else name.rsplit(".", 1)[-1]: None for name in INSTALLED_APPS}
MIGRATION_MODULES["coaching_sessions"] = None
CELERY_BEAT_SCHEDULE["tick"]["schedule"] = float(os.environ.get("ILIAS_TEST_TICK", "60"))
