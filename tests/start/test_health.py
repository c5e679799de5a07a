"""What the health checks of docker-compose.yml say, and the sign of life that beat gives them."""

import os
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ilias import health
from ilias.beat import Scheduler
from ilias.celery import app


@pytest.fixture
def sign(settings, tmp_path):
    settings.BEAT_SIGN_OF_LIFE = tmp_path / "beat"
    return settings.BEAT_SIGN_OF_LIFE


@pytest.fixture
def published(monkeypatch):
    names: list[str] = []
    monkeypatch.setattr(Scheduler, "apply_async", lambda self, entry, **_: names.append(entry.task))
    return names


def test_beat_ticks_at_once_and_then_waits_for_the_next_minute(sign, published):
    scheduler = Scheduler(app=app)
    seconds = [scheduler.tick() for _ in range(3)][-1]
    assert published == ["ilias.tick"]
    assert 0 < seconds <= 60


def test_beat_is_alive_as_long_as_it_looks_at_its_schedule(sign, published):
    assert not health.beat()
    Scheduler(app=app).tick()
    assert health.beat()
    long_ago = time.time() - health.STALE_SECONDS - 1
    os.utime(sign, (long_ago, long_ago))
    assert not health.beat()
    Scheduler(app=app).tick()
    assert health.beat()


def test_a_beat_that_has_just_started_leaves_nothing_else_on_disk(sign, published):
    Scheduler(app=app).tick()
    assert list(sign.parent.iterdir()) == [sign]


@pytest.mark.parametrize(("status", "alive"), [(200, True), (503, False)])
def test_web_is_asked_by_the_public_name(settings, monkeypatch, status, alive):
    asked = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Host"], self.headers["X-Forwarded-Proto"]))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *args):
            """Nothing."""

    settings.SITE_URL = "https://traject.example.org"
    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        monkeypatch.setattr(health, "PORT", server.server_port)
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert health.web() is alive
    assert asked == [("/healthz", "traject.example.org", "https")]
