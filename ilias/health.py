"""Is this container alive? `python -m ilias.health web`, `worker` or `beat`; the exit code tells. For docker-compose.yml."""

import http.client
import os
import socket
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from ilias.celery import app

STALE_SECONDS = 600


def web() -> bool:
    """/healthz answers, asked by the public name as a proxy would."""
    site = urlsplit(os.environ.get("SITE_URL", "http://localhost"))
    connection = http.client.HTTPConnection("127.0.0.1", 8000, timeout=5)
    connection.request("GET", "/healthz", headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
    return connection.getresponse().status < 400


def worker() -> bool:
    """The worker of this container answers a ping over the broker."""
    return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=5))


def beat() -> bool:
    """Beat has written its schedule lately (it does every three minutes)."""
    place = Path(app.conf.beat_schedule_filename)
    ages = [time.time() - path.stat().st_mtime for path in place.parent.glob(f"{place.name}*")]
    return bool(ages) and min(ages) < STALE_SECONDS


if __name__ == "__main__":
    sys.exit(not {"web": web, "worker": worker, "beat": beat}[sys.argv[1]]())
