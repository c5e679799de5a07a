"""Real neighbours for the tests: a mail server that keeps what it gets, and a Celery worker in a process of its own."""

import email
import logging
import os
import sys
from email.message import EmailMessage
from email.policy import default as modern

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as django_settings
from django.db import connection

from ilias import processes
from ilias.celery import app
from tests import environment
from tests.waiting import wait_until


class Sink:
    """A mail server's memory. Set `answer` to something like "451 later" to make it refuse."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.answer = ""

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.answer:
            return self.answer
        message = email.message_from_bytes(envelope.original_content, policy=modern)
        message["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        self.messages.append(message)
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        """The letters that one person got, the oldest first."""
        return [message for message in self.messages if address in message["X-Envelope-To"]]

    def wait_for(self, address: str, number: int = 1) -> list[EmailMessage]:
        """The person's letters, once there are `number` of them."""
        wait_until(lambda: len(self.to(address)) >= number, f"{number} letters to {address}", pause=0.05)
        return self.to(address)


@pytest.fixture(scope="session")
def smtp_server():
    """The mail server of this test process: (sink, port)."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    sink, port = Sink(), processes.free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    yield sink, port
    controller.stop()


@pytest.fixture
def smtp_sink(smtp_server, settings):
    """An empty mail server; what this process sends goes there (a `celery_worker` always does)."""
    sink, port = smtp_server
    sink.messages.clear()
    sink.answer = ""
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.LETTERS_ON_SCREEN = False
    return sink


@pytest.fixture(scope="session")
def worker_process(django_db_setup, django_db_blocker, live_server, smtp_server):
    """One Celery worker per test process, on the tests' database, broker and mail server."""
    with django_db_blocker.unblock():
        database = str(connection.settings_dict["NAME"])
    app.control.purge()
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {
        "ILIAS_TEST_VAR": str(environment.VAR),
        "ILIAS_TEST_DATABASE": database,
        "ILIAS_TEST_KEEPS": "EMAIL_URL",
        "EMAIL_URL": f"smtp://127.0.0.1:{smtp_server[1]}",
        "SITE_URL": live_server.url,
        "PYTHONPATH": str(django_settings.BASE_DIR),
    }
    log = environment.VAR / "worker.log"
    command = [sys.executable, "-m", "celery", "-A", "ilias", "worker", "-P", "threads", "-c", "2", "--loglevel", "INFO"]
    worker = processes.start(command, log=log, env=env, cwd=django_settings.BASE_DIR)
    try:
        _await_worker(worker, log)
        yield worker
    finally:
        processes.stop([worker], patience=3)


def _await_worker(worker, log) -> None:
    def said() -> str:
        return log.read_text(errors="replace") if log.exists() else ""

    wait_until(lambda: worker.poll() is not None or " ready." in said(), lambda: said()[-3000:])
    assert worker.poll() is None, said()[-3000:]


@pytest.fixture
def celery_worker(transactional_db, worker_process):
    """A real worker does what this test pokes; the test's rows stay until the worker is idle."""
    yield worker_process
    wait_until(lambda: not _busy(), "the worker does not come to rest")


def _busy() -> bool:
    """Whether the worker still runs something; one that was killed by the test runs nothing."""
    try:
        answer = app.control.inspect(timeout=0.5).active() or {}
    except (TimeoutError, OSError):
        return False
    return any(answer.values())
