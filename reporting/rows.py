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

from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce

from reporting.hours import attendance_of, meetings_of
from sessions.models import Meeting
from trajectories.models import Programme

CHUNK = 5000
YOUNGER = {"dated": "", "invited": ""}  # columns that reports frozen earlier do not have
SIGNED = "signed"  # how a presence is established under which its own signature stands
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
    invited: bool
    status: str
    arrived: datetime.datetime | None
    left: datetime.datetime | None
    minutes: int
    established: str
    dated: datetime.date | None
    checked: bool


class Head(NamedTuple):
    """What the rows of one meeting have in common."""

    pk: UUID
    zone: ZoneInfo
    fields: tuple[str, datetime.date, datetime.datetime, datetime.datetime, str, str, str, str, str]
    checked: bool


def attendance_rows(
    programme: Programme, start: datetime.date, end: datetime.date, *, meeting: UUID | None = None, number: int | None = None
) -> Iterator[AttendanceRow]:
    """The rows (all, of one meeting, or of one participant) in the order of the meetings, in constant memory: two queries read
    side by side, 5,000 rows at a time (server-side cursors on PostgreSQL), so that what belongs to the meeting is read once."""
    asked = ({"meeting": meeting} if meeting else {}) | ({"number": number} if number else {})
    found = (
        attendance_of(programme, start, end)
        .filter(**asked)
        .exclude(meeting__state=Meeting.State.DRAFT)
        .order_by("meeting__starts_at", "meeting_id", "number", "pk")
        .values_list(
            "meeting_id",
            "number",
            "guest_name",
            "seat__role",
            "part__pilot__service__name",
            "is_invited",
            "status",
            "arrived_at",
            "left_at",
            "minutes",
            Case(When(signature__isnull=False, then=Value(SIGNED)), default=F("established")),
            Coalesce("signature__signed_at", "recorded_at"),
        )
    )
    heads = _heads(programme, start, end)
    head: Head | None = None
    for pk, participant, guest, role, service, invited, status, arrived, left, minutes, established, noted in found.iterator(
        chunk_size=CHUNK
    ):
        while head is None or head.pk != pk:
            head = next(heads, None)
            if head is None:
                raise RuntimeError("a meeting was planned while its attendance was read")
        yield AttendanceRow(
            *head.fields,
            participant,
            role or ("guest" if guest else ""),
            service or "",
            invited,
            status,
            arrived and arrived.astimezone(head.zone),
            left and left.astimezone(head.zone),
            minutes,
            established,
            noted and noted.astimezone(head.zone).date(),
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
                cell.isoformat() if isinstance(cell, datetime.date) else int(cell) if isinstance(cell, bool) else tame(cell)
                for cell in row
            ]
        )
    text.flush()
    text.detach()
    return number, hashed.digest.hexdigest()


def read_canonical(file: BinaryIO) -> Iterator[AttendanceRow]:
    """The rows of such a CSV again; ValueError when it is none."""
    lines = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
    heads = next(lines, None)
    if heads != [name for name in AttendanceRow._fields if name in (heads or ()) or name not in YOUNGER]:
        raise ValueError("attendance.csv does not begin with its headers")
    moment = datetime.datetime.fromisoformat
    for cells in lines:
        row = AttendanceRow(**YOUNGER | dict(zip(heads, map(_wild, cells), strict=True)))  # type: ignore[arg-type]
        yield row._replace(
            day=datetime.date.fromisoformat(row.day),  # type: ignore[arg-type]
            starts=moment(row.starts),  # type: ignore[arg-type]
            ends=moment(row.ends),  # type: ignore[arg-type]
            participant=int(row.participant) if row.participant else None,
            arrived=moment(row.arrived) if row.arrived else None,  # type: ignore[arg-type]
            left=moment(row.left) if row.left else None,  # type: ignore[arg-type]
            minutes=int(row.minutes),
            dated=datetime.date.fromisoformat(row.dated) if row.dated else None,  # type: ignore[arg-type]
            invited=row.invited == "1",
            checked=row.checked == "1",
        )


def tame(cell: object) -> object:
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
