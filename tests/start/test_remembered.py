"""The cast that later tests get is the one that the services make."""

import datetime

import time_machine
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from core import files
from tests.cast import _make_cast, make_cast
from tests.remembered import Remembered
from tools.models import Tool


def rows() -> dict[str, int]:
    counted = {model._meta.label: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}
    return {name: number for name, number in counted.items() if number}


def made(make) -> tuple[dict[str, int], list]:
    """How many rows of each kind, and what there is to say of a seat."""
    with transaction.atomic():
        seats = [(str(seat.user), seat.role, str(seat.pilot), seat.until) for seat in make().programme.seats.all()]
        counted = rows()
        transaction.set_rollback(True)
    return counted, sorted(seats, key=str)


def test_the_remembered_cast_has_the_same_rows_each_time(db):
    anew = made(_make_cast)

    assert made(make_cast) == made(make_cast) == anew
    assert len(anew[0]) >= 12 and not rows().get("people.User")


def test_before_the_moment_it_was_made_it_is_made_anew(db):
    remembered = Remembered(_make_cast)
    noon = timezone.now().replace(hour=12, minute=0)
    with time_machine.travel(noon, tick=False):
        assert made(remembered)[1]
    with time_machine.travel(noon - datetime.timedelta(hours=1), tick=False), transaction.atomic():
        assert remembered().anna.activated_at < noon
        transaction.set_rollback(True)


def test_when_what_it_leans_on_has_changed_it_is_made_anew(db):
    counted = Remembered(Tool.objects.count)
    before = counted()
    assert counted() == before == Tool.objects.count()

    Tool.objects.create(slug="nog-een", minutes=5, people_min=1, people_max=2)

    assert counted() == before + 1


def test_the_bytes_that_another_test_swept_away_are_there_again(db):
    remembered = Remembered(lambda: files.store(b"een lijst", name="lijst.txt", content_type="text/plain", by=None))
    first = remembered()
    default_storage.delete(first.path)
    first.delete()

    assert files.read(remembered()) == b"een lijst"
