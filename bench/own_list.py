"""A leader's own list with 50 and with 50,000 texts of one's own, in turns. Prints JSON rows; the texts are not kept."""

import json
import sys
import time
from datetime import timedelta

import django

SIZES = (50, 50_000)
GOAL_QUERIES, GOAL_RATIO = 12, 1.5
ROUNDS, AT_ONCE = 30, 1_000
ADDRESSES = [
    ("own list", "/reflections/"),
    ("one occasion", "/reflections/?occasion=monthly"),
    ("our pair", "/reflections/pair/"),
]


def main() -> int:
    """The same pages for two leaders of one programme: one wrote fifty texts, the other fifty thousand."""
    django.setup()
    from django.db import transaction  # noqa: PLC0415 - Django is ready only now

    rows = [["page", "texts", "queries", "goal", "ms", "of the time with 50", "goal"]]
    with transaction.atomic():
        clients = {size: _leader_with(size) for size in SIZES}
        _analyze()
        for name, address in ADDRESSES:
            rows += _compare(name, address, clients)
        transaction.set_rollback(True)
    json.dump(rows, sys.stdout)
    return 0


def _leader_with(size: int):
    """A signed-in browser of a leader who wrote so many texts, a tenth of them on the line of the pair."""
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from bench.pages import BACKEND  # noqa: PLC0415
    from core import crypto  # noqa: PLC0415
    from people import keys  # noqa: PLC0415
    from reflections.models import Reflection  # noqa: PLC0415
    from trajectories.models import Seat  # noqa: PLC0415

    seat = Seat.objects.living().leaders().select_related("user").order_by("pk")[SIZES.index(size)]
    Reflection.objects.filter(author=seat.user).delete()
    key, now = keys.key_of(seat.user_id), timezone.now()
    for first in range(0, size, AT_ONCE):
        made = []
        for number in range(first, min(first + AT_ONCE, size)):
            at = now - timedelta(minutes=30 * number)
            on_line = {"pair_part": "reflection", "pair_since": at} if number % 10 == 0 else {}
            row = Reflection(
                author_id=seat.user_id, programme_id=seat.programme_id, pilot_id=seat.pilot_id, created_at=at, updated_at=at,
                occasion="monthly" if number % 3 else "", question="Wat bleef hangen?", **on_line,
            )  # fmt: skip
            row.body = crypto.seal(key, b"Drie zinnen over wat er die dag gebeurde. " * 8, about=row.about_body)
            made.append(row)
        Reflection.objects.bulk_create(made, batch_size=AT_ONCE)
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(seat.user, backend=BACKEND)
    return client


def _analyze() -> None:
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reflections_reflection")


def _compare(name: str, address: str, clients: dict) -> list[list[str]]:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    best, queries = dict.fromkeys(clients, float("inf")), {}
    for size, client in clients.items():
        client.get(address, follow=True)
        with CaptureQueriesContext(connection) as counted:
            answer = client.get(address, follow=True)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
        queries[size] = len(counted.captured_queries)
    for _round in range(ROUNDS):
        for size, client in clients.items():
            begun = time.perf_counter()
            client.get(address, follow=True)
            best[size] = min(best[size], (time.perf_counter() - begun) * 1000)
    base = best[SIZES[0]]
    return [
        [name, str(size), str(queries[size]), str(GOAL_QUERIES), f"{best[size]:.1f}", f"{best[size] / base:.2f}", str(GOAL_RATIO)]
        for size in SIZES
    ]


if __name__ == "__main__":
    sys.exit(main())
