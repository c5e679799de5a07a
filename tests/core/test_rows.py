"""Rows that are written together read afterwards as they stood in memory, on both databases."""

import datetime

import pytest
from django.utils import timezone

from core.rows import save_rows
from sessions.models import Attendance
from tests.sessions.record import network_session


@pytest.fixture
def rows(cast):
    return list(network_session(cast).attendances.order_by("pk"))


def test_each_row_keeps_its_own_values_of_the_fields_named(rows, cast, django_assert_num_queries):
    came = timezone.now()
    for number, row in enumerate(rows):
        row.remark, row.minutes, row.arrived_at = f"'{number}' 100%s", number, came + datetime.timedelta(minutes=number)
        row.recorded_by, row.guest_name = cast.hilde.pk, "not named, so not written"

    with django_assert_num_queries(1):
        save_rows(rows, ["remark", "minutes", "arrived_at", "left_at", "recorded_by"])

    kept = list(Attendance.objects.filter(meeting=rows[0].meeting_id).order_by("pk"))
    assert len(kept) > 2
    for row, one in zip(rows, kept, strict=True):
        assert (one.remark, one.minutes, one.arrived_at, one.left_at) == (row.remark, row.minutes, row.arrived_at, None)
        assert (one.recorded_by, one.guest_name) == (cast.hilde.pk, "")


def test_without_rows_nothing_is_asked(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        save_rows([], ["remark"])
