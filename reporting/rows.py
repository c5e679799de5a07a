"""Attendance as rows, one per person and meeting: pseudonymised, in constant memory, and as the CSV that a snapshot is bound to.

Participants stand under their number, everybody else under a role; no name ever leaves through here.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import BinaryIO, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from reporting.hours import attendance_of, meetings_of
from sessions.models import Meeting
from trajectories.models import Programme

CHUNK = 5000
LOCKED = {Meeting.State.CHECKED, Meeting.State.SUBMITTED}
# what a spreadsheet may read as a formula, also in full-width form, and the apostrophe that guards against it
FORMULA = tuple("'=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


class AttendanceRow(NamedTuple):
    """One person or guest at one meeting. `participant` is empty for who is none; times are on the meeting's clock."""

    meeting: str
    day: datetime.date
    starts: datetime.datetime
    ends: datetime.datetime
    kind: str
    title: str
    host: str
    mode: str
    state: str
    participant: int | None
    role: str
    service: str
    status: str
    arrived: datetime.datetime | None
    left: datetime.datetime | None
    minutes: int
    established: str
    checked: bool


class Head(NamedTuple):
    """What the rows of one meeting have in common."""

    pk: UUID
    zone: ZoneInfo
    fields: tuple[str, datetime.date, datetime.datetime, datetime.datetime, str, str, str, str, str]
    checked: bool


def attendance_rows(programme: Programme, start: datetime.date, end: datetime.date) -> Iterator[AttendanceRow]:
    """The rows in the order of the meetings, in constant memory: two queries read side by side, 5,000 rows at a time
    (server-side cursors on PostgreSQL), so that what belongs to the meeting is read once."""
    found = (
        attendance_of(programme, start, end)
        .exclude(meeting__state=Meeting.State.DRAFT)
        .order_by("meeting__starts_at", "meeting_id", "number", "pk")
        .values_list(
            "meeting_id",
            "number",
            "guest_name",
            "seat__role",
            "part__pilot__service__name",
            "status",
            "arrived_at",
            "left_at",
            "minutes",
            "established",
        )
    )
    heads = _heads(programme, start, end)
    head: Head | None = None
    for pk, number, guest, role, service, status, arrived, left, minutes, established in found.iterator(chunk_size=CHUNK):
        while head is None or head.pk != pk:
            head = next(heads, None)
            if head is None:
                raise RuntimeError("a meeting was planned while its attendance was read")
        yield AttendanceRow(
            *head.fields,
            number,
            role or ("guest" if guest else ""),
            service or "",
            status,
            arrived and arrived.astimezone(head.zone),
            left and left.astimezone(head.zone),
            minutes,
            established,
            head.checked,
        )


def _heads(programme: Programme, start: datetime.date, end: datetime.date) -> Iterator[Head]:
    """The meetings in the order in which their attendance is read."""
    rows = (
        meetings_of(programme, start, end)
        .order_by("starts_at", "pk")
        .values_list(
            "pk",
            "starts_at",
            "ends_at",
            "time_zone",
            "kind",
            "title",
            "pilot__service__name",
            "network__name",
            "advisory_group__name",
            "partner__name",
            "mode",
            "state",
        )
    )
    home = ZoneInfo(programme.time_zone)
    for pk, starts, ends, zone_name, kind, title, pilot, network, group, partner, mode, state in rows.iterator(chunk_size=CHUNK):
        zone, host = ZoneInfo(zone_name), pilot or network or group or partner or ""
        day = starts.astimezone(home).date()
        fields = (str(pk), day, starts.astimezone(zone), ends.astimezone(zone), kind, title, host, mode, state)
        yield Head(pk, zone, fields, state in LOCKED)


def write_canonical(file: BinaryIO, rows: Iterable[AttendanceRow]) -> tuple[int, str]:
    """The rows as the CSV of a bundle (UTF-8, commas, ISO times, English headers); how many, and the SHA-256 of the bytes."""
    hashed = _Hashed(file)
    text = io.TextIOWrapper(cast(BinaryIO, hashed), encoding="utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(AttendanceRow._fields)
    number = 0
    for row in rows:
        number += 1
        writer.writerow(
            [
                cell.isoformat() if isinstance(cell, datetime.date) else int(cell) if isinstance(cell, bool) else _tame(cell)
                for cell in row
            ]
        )
    text.flush()
    text.detach()
    return number, hashed.digest.hexdigest()


def read_canonical(file: BinaryIO) -> Iterator[AttendanceRow]:
    """The rows of such a CSV again; ValueError when it is none."""
    lines = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
    if next(lines, None) != list(AttendanceRow._fields):
        raise ValueError("attendance.csv does not begin with its headers")
    moment = datetime.datetime.fromisoformat
    for cells in lines:
        row = AttendanceRow(*[_wild(cell) for cell in cells])  # type: ignore[arg-type]
        yield row._replace(
            day=datetime.date.fromisoformat(row.day),  # type: ignore[arg-type]
            starts=moment(row.starts),  # type: ignore[arg-type]
            ends=moment(row.ends),  # type: ignore[arg-type]
            participant=int(row.participant) if row.participant else None,
            arrived=moment(row.arrived) if row.arrived else None,  # type: ignore[arg-type]
            left=moment(row.left) if row.left else None,  # type: ignore[arg-type]
            minutes=int(row.minutes),
            checked=row.checked == "1",
        )


def _tame(cell: object) -> object:
    """Text that could begin a formula gets an apostrophe, so that the file is harmless in a spreadsheet too."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in FORMULA else cell


def _wild(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:2] in FORMULA and len(cell) > 1 else cell


class _Hashed(io.BufferedIOBase):
    """A file that passes on what is written and hashes it on the way."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self.file = file
        self.digest = sha256()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.digest.update(data)
        return self.file.write(data)
