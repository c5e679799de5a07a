"""PostgreSQL is what the suite runs on; everything marked `both_databases` runs on SQLite too, in a pytest of its own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests import environment


@pytest.fixture
def sqlite_round(record_property):
    """Runs pytest over the tests marked `both_databases` without PostgreSQL and Redis; gives the finished process."""
    own = {"DATABASE_URL", "REDIS_URL", "ILIAS_TEST_VAR"}
    env = {name: value for name, value in os.environ.items() if name not in own and not name.startswith("PYTEST_")}
    env["ILIAS_TEST_VAR"] = str(environment.VAR / "sqlite")
    command = [sys.executable, "-m", "pytest", "-m", "both_databases", "-q", "--color=no"]
    done = subprocess.run(command, env=env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    record_property("on SQLite", done.stdout.strip().splitlines()[-1])
    return done


@pytest.mark.postgresql
def test_what_runs_on_both_databases_passes_on_sqlite_too(sqlite_round):
    assert sqlite_round.returncode == 0, sqlite_round.stdout[-12_000:]
