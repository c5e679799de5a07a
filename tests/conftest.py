"""What holds for every test: a closed network, options, and on which database a test runs."""

import os
import sys
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.emptied import Beginning

pytest_plugins = ["tests.services", "tests.browser", "tests.cast"]

LOOPBACK = {"localhost", "127.0.0.1", "::1", "", None}
CI = os.environ.get("CI") == "true"


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="also the long tests: kill runs, full crawls, large random runs")


def pytest_configure(config):
    _close_the_network()
    quiet = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
    hypothesis_settings.register_profile("short", derandomize=True, max_examples=40, **quiet)
    hypothesis_settings.register_profile("long", max_examples=1000, **quiet)
    hypothesis_settings.load_profile("long" if config.getoption("--long") else "short")


def _close_the_network():
    """Nothing in a test process speaks with another machine."""

    def refuse(event, arguments):
        if event == "socket.getaddrinfo":
            host = arguments[0]
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            host = arguments[1][0]
        else:
            return
        if host not in LOOPBACK and host not in {b"localhost", b"127.0.0.1"}:
            raise RuntimeError(f"The tests' network is closed; something asked for {host!r}.")

    sys.addaudithook(refuse)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Gives every test of the database the marker `both_databases`, leaves out what cannot run here, and puts long work first,
    whatever other plugins sort: the two processes end together."""
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    kept, left_out = [], []
    for item in items:
        fixtures = set(item.fixturenames)
        uses_database = item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"}
        apart = fixtures & {"browser", "celery_worker"} or item.get_closest_marker("long") or _at_random(item)
        if uses_database and not apart and item.path.parent.name != "tests":  # the sweeps of the whole house run once
            item.add_marker("both_databases")
        long_now = item.get_closest_marker("long") and not config.getoption("--long")
        wrong_database = item.get_closest_marker("postgresql") and on_sqlite
        (left_out if long_now or wrong_database else kept).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
    items[:] = kept
    result = yield
    items.sort(key=_lightness)
    return result


def _at_random(item):
    """What is drawn at random looks for faults of ours, not of a database, and takes long: one database is enough."""
    return item.get_closest_marker("at_random") or getattr(item.obj, "is_hypothesis_test", False)


def _lightness(item):
    """The round on SQLite takes one process for minutes; sweeps, browsers and workers are slower than the rest."""
    fixtures = set(item.fixturenames)
    if "sqlite_round" in fixtures:
        return 1
    return 2 if fixtures & {"crowd", "browser", "celery_worker", "record_property"} else 3


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """With CI=true a skipped test is a failed one. Keeps each phase's report for fixtures that look after failures."""
    report = yield
    if CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Nothing is skipped with CI=true: {report.longrepr}"
    setattr(item, f"report_{report.when}", report)
    return report


def pytest_terminal_summary(terminalreporter):
    """Says how many tests the round on SQLite ran; pytest's own line stays the last."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in getattr(report, "user_properties", []):
            if name == "on SQLite":
                terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """A test that commits leaves the tables as the first test found them. Before PostgreSQL drops the tests' database, sessions
    that a browser's request left open are ended."""
    with django_db_blocker.unblock():
        beginning = Beginning()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: beginning.again())
        yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(autouse=True)
def limits_of_one_test(settings):
    """What the shared cache counts (codes asked, wrong passwords) starts anew; not flushed: the broker lives there too."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"KEY_PREFIX": uuid.uuid4().hex}}
