"""Attendance when a meeting gets other hours: what was noted follows them, or no longer holds.

A note about who was there belongs to the time at which it was made. A check-in holds as long as it lies in the window in which
one checks in at the meeting; what a coach noted holds from the meeting's day on. What no longer holds is not known any more.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from core import audit
from core.rows import save_rows
from sessions import attendance, checkin, signatures
from sessions.models import Attendance, Meeting, MeetingChange

State, Status = Meeting.State, Attendance.Status


class Hours(NamedTuple):
    """From when till when a meeting was to be, before it was moved."""

    starts_at: datetime
    ends_at: datetime


def follow(meeting: Meeting, was: Hours, *, by: UUID | None, reason: str = "") -> None:
    """Bring the list after the meeting's other hours or another break, inside the caller's transaction.

    Who was noted from the start or until the end still was, nobody stands outside the meeting, and minutes follow. Once the list
    is closed, who changed the hours vouches for it, as for a line of it.
    """
    gone = overtaken(meeting, was)
    stay = list(meeting.attendances.filter(status__in=Attendance.PRESENT).exclude(pk__in=[row.pk for row in gone]))
    for row in stay:
        _fit(meeting, was, row)
    save_rows(stay, ["arrived_at", "left_at", "minutes"])
    if gone:
        _take_back(meeting, gone, by=by, reason=reason)
    if meeting.state == State.HELD and by:
        meeting.held_by, meeting.held_at = by, timezone.now()


def overtaken(meeting: Meeting, was: Hours) -> list[Attendance]:
    """What was noted and no longer holds at the meeting's hours as they are now (one query). A closed list was vouched for: it
    stands."""
    if meeting.state != State.PLANNED:
        return []
    noted = meeting.attendances.exclude(status=Status.UNKNOWN).exclude(recorded_at=None)
    return [row for row in noted if not _holds(meeting, was, row)]


def _holds(meeting: Meeting, was: Hours, row: Attendance) -> bool:
    noted = _noted_at(was, row)
    if row.established == Attendance.Established.SELF and row.recorded_by == row.user_id:
        return checkin.is_in_window(meeting, noted)
    return noted.astimezone(meeting.zone).date() >= meeting.local_start.date()


def _noted_at(was: Hours, row: Attendance) -> datetime:
    """When it was said. A telephone without network told it later: then the arrival is the moment."""
    assert row.recorded_at
    if row.arrived_at and was.starts_at < row.arrived_at < was.ends_at and row.recorded_by == row.user_id:
        return row.arrived_at
    return row.recorded_at


def _fit(meeting: Meeting, was: Hours, row: Attendance) -> None:
    if row.arrived_at is None or row.left_at is None:
        return
    arrived = meeting.starts_at if row.arrived_at == was.starts_at else max(row.arrived_at, meeting.starts_at)
    left = meeting.ends_at if row.left_at == was.ends_at else min(row.left_at, meeting.ends_at)
    row.arrived_at, row.left_at = arrived, max(arrived, left)
    row.minutes = attendance.net_minutes(meeting, row.arrived_at, row.left_at)


def _take_back(meeting: Meeting, rows: list[Attendance], *, by: UUID | None, reason: str) -> None:
    """Nobody knows any more whether these people are there; the history says how many, the trail who."""
    signatures.withdraw(rows)
    for row in rows:
        row.status, row.established = Status.UNKNOWN, Attendance.Established.NONE
        row.arrived_at = row.left_at = row.recorded_by = row.recorded_at = None
        row.minutes = 0
    save_rows(rows, attendance.TRACED)
    MeetingChange.objects.create(
        meeting=meeting, what="noted", before=str(len(rows)), by=by, reason=reason[:300], sequence=meeting.sequence
    )
    audit.record_many(by=by, verb="attendance.taken-back", targets=rows, meeting=meeting.pk)
