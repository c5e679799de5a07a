"""`python3 manage.py test`: the whole suite on a private PostgreSQL and Redis, with units and one walk on SQLite too.

Options and paths go to pytest. `--long` adds the long tests. The last line printed is pytest's.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from ilias import distribution, private_services, processes
from ilias.console import step, words

ROOT = Path(__file__).resolve().parent.parent
# the settings of a shell or a server do not reach the tests
NOT_FOR_TESTS = ("DATABASE_URL", "REDIS_URL", "SITE_URL", "EMAIL_URL", "SECRET_KEY", "FIELD_KEYS", "VAR_DIR")


def main(args: list[str]) -> int:
    """Starts the services, runs pytest, takes everything away again; returns pytest's exit code."""
    gaps = distribution.complete()
    env = {name: value for name, value in os.environ.items() if name.removesuffix("_FILE") not in NOT_FOR_TESTS}
    with ExitStack() as stack:
        place = stack.enter_context(private_services.folder())
        with step(words("PostgreSQL and Redis", "PostgreSQL en Redis")):
            if "PostgreSQL" not in gaps:
                env["DATABASE_URL"] = stack.enter_context(private_services.postgresql(place))
            if "Redis" not in gaps:
                env["REDIS_URL"] = stack.enter_context(private_services.redis(place))
        env["ILIAS_TEST_VAR"] = str(place / "var")
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *args]
        tests = processes.start(command, cwd=ROOT, env=env, orphan_signal=signal.SIGINT)
        return _await(tests)


def _await(tests: subprocess.Popen[bytes]) -> int:
    """pytest's exit code; when we are told to end, pytest is asked to end its own children first."""
    try:
        return tests.wait()
    finally:
        processes.stop([tests], gentle=signal.SIGINT)
