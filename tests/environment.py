"""The environment in which every test process runs; set before the settings are read, whatever the shell has.

Each pytest-xdist worker gets files and a Redis database of its own. DATABASE_URL and REDIS_URL come from `manage.py test`;
without them (plain pytest) the tests run on SQLite in a temporary folder.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if "ILIAS_TEST_VAR" not in os.environ:
    os.environ["ILIAS_TEST_VAR"] = tempfile.mkdtemp(prefix="ilias-test-")
    atexit.register(shutil.rmtree, os.environ["ILIAS_TEST_VAR"], ignore_errors=True)
VAR = Path(os.environ["ILIAS_TEST_VAR"]) / WORKER
VAR.mkdir(parents=True, exist_ok=True)

for name in ("EMAIL_URL", "HOST", "PORT", "ALLOWED_HOSTS", "DEBUG", "LOG_LEVEL"):
    if name not in os.environ.get("ILIAS_TEST_KEEPS", "").split(","):
        os.environ.pop(name, None)
os.environ.update(
    VAR_DIR=str(VAR),
    SECRET_KEY="only-for-tests-" * 5,
    FIELD_KEYS="1:" + "A" * 43 + "=",
    DEMO="0",
    DJANGO_SETTINGS_MODULE="tests.settings",
    HYPOTHESIS_STORAGE_DIRECTORY=str(VAR / "hypothesis"),
)
os.environ.setdefault("SITE_URL", "http://localhost:8000")
if WORKER and os.environ.get("REDIS_URL"):
    number = int(WORKER.removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{number}").geturl()
