"""Attendance as rows, one per person and meeting: pseudonymised, in constant memory, and as the CSV that a snapshot is bound to.

Participants stand under their number, everybody else under a role; no name ever leaves through here.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, BinaryIO, NamedTuple, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, F, IntegerField, QuerySet, UUIDField, Value, When
from django.db.models.functions import Coalesce

from core.compiled import Compiled, Given
from reporting.hours import STRETCH, attendance_in, attendance_of, meetings_of, stretch
from sessions.models import Attendance, Meeting
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


# what is read of a place, and of the meeting that it is at
PLACE = (
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
HEAD = (
    "pk", "starts_at", "ends_at", "time_zone", "kind", "title",
    "pilot__service__name", "network__name", "advisory_group__name", "partner__name", "mode", "state",
)  # fmt: skip


def attendance_rows(programme: Programme, start: datetime.date, end: datetime.date) -> Iterator[AttendanceRow]:
    """All rows in the order of the meetings, in constant memory: two queries read side by side, 5,000 rows at a time
    (server-side cursors on PostgreSQL), so that what belongs to the meeting is read once."""
    home = programme.zone
    places = _ordered(attendance_of(programme, start, end)).values_list("meeting_id", *PLACE)
    meetings = meetings_of(programme, start, end).order_by("starts_at", "pk").values_list(*HEAD)
    heads = (_head(home, *cells) for cells in meetings.iterator(chunk_size=CHUNK))
    head: Head | None = None
    for pk, *place in places.iterator(chunk_size=CHUNK):
        while head is None or head.pk != pk:
            head = next(heads, None)
            if head is None:
                raise RuntimeError("a meeting was planned while its attendance was read")
        yield _row(head, *place)


def attendance_at(programme: Programme, start: datetime.date, end: datetime.date, meeting: UUID) -> list[AttendanceRow]:
    """The rows of one meeting."""
    return _few(programme, AT_MEETING.ask(**stretch(programme, start, end), meeting=meeting))


def attendance_by(programme: Programme, start: datetime.date, end: datetime.date, number: int) -> list[AttendanceRow]:
    """The rows of one participant, in the order of the meetings."""
    return _few(programme, BY_PARTICIPANT.ask(**stretch(programme, start, end), number=number))


def _few(programme: Programme, rows: list[tuple]) -> list[AttendanceRow]:
    home, width = programme.zone, len(HEAD)
    return [_row(_head(home, *row[:width]), *row[width:]) for row in rows]


def _with_meeting(**chosen: object) -> QuerySet[Attendance, Any]:
    """The places of a stretch that is given later, each with its meeting."""
    head = ("meeting_id" if name == "pk" else f"meeting__{name}" for name in HEAD)
    return _ordered(attendance_in(*STRETCH).filter(**chosen)).values_list(*head, *PLACE)


AT_MEETING = Compiled(lambda: _with_meeting(meeting=Given("meeting", UUIDField())))
BY_PARTICIPANT = Compiled(lambda: _with_meeting(number=Given("number", IntegerField())))


def _ordered(places: QuerySet[Attendance]) -> QuerySet[Attendance]:
    return places.exclude(meeting__state=Meeting.State.DRAFT).order_by("meeting__starts_at", "meeting_id", "number", "pk")


def _head(
    home: ZoneInfo,
    pk: UUID,
    starts: datetime.datetime,
    ends: datetime.datetime,
    zone_name: str,
    kind: str,
    title: str,
    *rest: str,
) -> Head:
    *hosts, mode, state = rest
    zone, host = ZoneInfo(zone_name), next((name for name in hosts if name), "")
    day = starts.astimezone(home).date()
    fields = (str(pk), day, starts.astimezone(zone), ends.astimezone(zone), kind, title, host, mode, state)
    return Head(pk, zone, fields, state in LOCKED)


def _row(
    head: Head,
    participant: int | None,
    guest: str,
    role: str | None,
    service: str | None,
    invited: bool,
    status: str,
    arrived: datetime.datetime | None,
    left: datetime.datetime | None,
    minutes: int,
    established: str,
    noted: datetime.datetime | None,
) -> AttendanceRow:
    return AttendanceRow(
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
