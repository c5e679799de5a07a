"""Is this container alive? `python -m ilias.health web`, `worker` or `beat`; the exit code tells. For docker-compose.yml."""

import http.client
import socket
import sys
import time
from urllib.parse import urlsplit

from django.conf import settings

from ilias.celery import app

PORT = 8000  # where the Dockerfile has gunicorn listen
STALE_SECONDS = 600


def web() -> bool:
    """/healthz answers, asked by the public name as a proxy would."""
    site = urlsplit(settings.SITE_URL)
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
    connection.request("GET", "/healthz", headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
    return connection.getresponse().status < 400


def worker() -> bool:
    """The worker of this container answers a ping over the broker."""
    return bool(app.control.inspect(destination=[f"celery@{socket.gethostname()}"], timeout=5, limit=1).ping())


def beat() -> bool:
    """Beat has looked at its schedule lately (it does every minute; a tick that it does itself takes longer)."""
    sign = settings.BEAT_SIGN_OF_LIFE
    return sign.exists() and time.time() - sign.stat().st_mtime < STALE_SECONDS


if __name__ == "__main__":
    sys.exit(not {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]())
