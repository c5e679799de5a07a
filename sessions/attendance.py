"""Who was there: the whole list saved in one go, closed, checked by a second person, reopened with a reason.

What a list must hold follows from what proofs of attendance need: who, from when till when, how it was established, by whom.
"""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import dateformat, timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from core import audit
from core.compiled import Compiled
from core.errors import Conflict, DomainError
from core.rows import save_rows
from people.models import User
from sessions import clock
from sessions.models import Attendance, Meeting, MeetingChange
from trajectories.models import Seat

State, Status = Meeting.State, Attendance.Status
WRITTEN = ["status", "arrived_at", "left_at", "minutes", "remark", "established", "guest_name", "guest_organisation"]
TRACED = [*WRITTEN, "recorded_by", "recorded_at"]


@dataclass(frozen=True)
class Line:
    """One person's or guest's line as typed, in the wall clock of the meeting's day; no time means start or end.

    `seen` is the mark of the row as it stood on the page: with it, what somebody else saved in between is not overwritten.
    """

    status: str
    arrived: datetime.time | None = None
    left: datetime.time | None = None
    remark: str = ""
    established: str = Attendance.Established.COACH
    name: str = ""
    organisation: str = ""
    seen: str = ""


class OthersSaved(Conflict):
    """Somebody else noted other things for the same people; `rows` holds what stands there now."""

    def __init__(self, rows: list[Attendance]) -> None:
        super().__init__(
            _("Somebody else noted something else in the meantime. Nothing has been saved yet: look at the marked lines.")
        )
        self.rows = rows


@dataclass(frozen=True)
class Summary:
    """Who was there, for the meeting's page and its report."""

    meeting: Meeting
    rows: list[Attendance] = field(repr=False)

    def _with(self, *statuses: str) -> list[Attendance]:
        return [row for row in self.rows if row.status in statuses]

    @cached_property
    def present(self) -> list[Attendance]:
        return self._with(*Attendance.PRESENT)

    @cached_property
    def onsite(self) -> list[Attendance]:
        return self._with(Status.ONSITE)

    @cached_property
    def online(self) -> list[Attendance]:
        return self._with(Status.ONLINE)

    @cached_property
    def excused(self) -> list[Attendance]:
        return self._with(Status.EXCUSED)

    @cached_property
    def absent(self) -> list[Attendance]:
        return self._with(Status.ABSENT)

    @cached_property
    def unknown(self) -> list[Attendance]:
        return self._with(Status.UNKNOWN)

    @property
    def minutes(self) -> int:
        return sum(row.minutes for row in self.present)

    @property
    def is_noted(self) -> bool:
        return len(self.unknown) < len(self.rows)


@Compiled
def _lines_of(meeting: UUID) -> QuerySet[Attendance]:
    on_the_list = Q(is_invited=True) | ~Q(status=Status.UNKNOWN)
    lines = Attendance.objects.filter(on_the_list, meeting_id=meeting).select_related("user", "seat__pilot__service")
    return lines.order_by("guest_name", "user__last_name", "user__first_name", "pk")


def rows_of(meeting: Meeting) -> list[Attendance]:
    """The people of the list by name, then the guests. Who was taken off before the meeting does not stand on it."""
    rows = _lines_of.ask(meeting=meeting.pk)
    for row in rows:
        row.meeting = meeting
    return rows


def summary(meeting: Meeting) -> Summary:
    """Counts, names and hours, in one query."""
    return Summary(meeting, rows_of(meeting))


def responsible(meeting: Meeting) -> dict[str, str]:
    """The names of who closed and who checked the list."""
    names = {person.pk: person.name for person in User.objects.filter(pk__in=[meeting.held_by, meeting.checked_by])}
    return {"held": names.get(meeting.held_by, ""), "checked": names.get(meeting.checked_by, "")}


def affiliation(row: Attendance) -> str:
    """The service of a leader, the organisation of a guest or of another seat, else the role."""
    if row.is_guest or row.seat is None:
        return row.guest_organisation
    if row.seat.role == Seat.Role.LEADER and row.seat.pilot:
        return row.seat.pilot.service.name
    return row.seat.organisation or row.seat.get_role_display()


def stretch(meeting: Meeting, line: Line) -> tuple[datetime.datetime | None, datetime.datetime | None]:
    """From when till when a line says that somebody was there; nothing for who was not.

    DomainError with field `arrived` or `left` when the times do not fit the meeting.
    """
    if line.status not in Attendance.PRESENT:
        return None, None
    arrived = _moment(meeting, line.arrived) if line.arrived else meeting.starts_at
    left = _moment(meeting, line.left) if line.left else meeting.ends_at
    if not meeting.starts_at <= arrived < meeting.ends_at:
        raise DomainError(
            _("The meeting is from %(start)s to %(end)s. Note a time in between.") % _hours(meeting), field="arrived"
        )
    if not meeting.starts_at < left <= meeting.ends_at:
        raise DomainError(
            _("The meeting is from %(start)s to %(end)s. Did it run late? Then change its end first.") % _hours(meeting),
            field="left",
        )
    if left <= arrived:
        raise DomainError(_("The time of leaving lies before the time of arriving."), field="left")
    return arrived, left


def net_minutes(meeting: Meeting, arrived: datetime.datetime | None, left: datetime.datetime | None) -> int:
    """Minutes that count: the overlap with the meeting, less the break for who was there at least half of the time."""
    if arrived is None or left is None:
        return 0
    overlap = min(left, meeting.ends_at) - max(arrived, meeting.starts_at)
    minutes = max(0, int(overlap.total_seconds() // 60))
    return max(0, minutes - meeting.break_minutes) if 2 * minutes >= meeting.length else minutes


def mark_of(row: Attendance) -> str:
    """A short mark of what the row says, so that a page can tell whether it was changed since."""
    times = [f"{value.astimezone(datetime.UTC):%Y-%m-%d %H:%M}" if value else "" for value in (row.arrived_at, row.left_at)]
    words = [row.status, row.remark, row.established, row.guest_name, row.guest_organisation]
    return sha256("\x1f".join([*times, *words]).encode()).hexdigest()[:16]


@transaction.atomic
def save_list(
    meeting: Meeting,
    *,
    by: User,
    lines: Mapping[UUID, Line],
    guests: Collection[Line] = (),
    people: Iterable[User] = (),
    removed: Collection[UUID] = (),
) -> int:
    """Note everybody at once: `lines` by row, new `guests`, `people` of the programme who came unasked, guests taken off.

    Only lines that say something new are written. Returns how many rows were changed. Raises OthersSaved, and DomainError
    when the day has not come, the list is locked or times do not fit.
    """
    meeting = _open_list(meeting)
    rows = {row.pk: row for row in rows_of(meeting)}
    _refuse_conflicts(meeting, rows, lines)
    changed = [rows[pk] for pk, line in lines.items() if pk in rows and pk not in removed and _write(meeting, rows[pk], line, by)]
    save_rows(changed, TRACED)
    changed += _add(meeting, guests, people, by)
    gone = [rows[pk] for pk in removed if pk in rows and rows[pk].is_guest]
    if gone:
        meeting.attendances.filter(pk__in=[row.pk for row in gone]).delete()
    if changed or gone:
        facts = {str(row.pk): f"{row.status} {row.minutes}" for row in changed} | {str(row.pk): "removed" for row in gone}
        audit.record(by=by.pk, verb="attendance.saved", target=meeting, **facts)
        if meeting.state == State.HELD:  # who changed it last vouches for it: the second pair of eyes is another's
            Meeting.objects.filter(pk=meeting.pk).update(held_by=by.pk, held_at=timezone.now())
        _note_change(meeting)
    return len(changed) + len(gone)


@transaction.atomic
def close_list(meeting: Meeting, *, by: User) -> Meeting:
    """The session was held and its list is complete; from now on a second person can check it. Closing twice changes nothing."""
    meeting = _open_list(meeting)
    if not meeting.has_begun:
        raise DomainError(_("The list can be closed once the meeting has begun."))
    if meeting.state == State.HELD:
        return meeting
    rows = rows_of(meeting)
    missing = sum(row.status == Status.UNKNOWN for row in rows)
    if missing:
        raise DomainError(ngettext("%(n)s person is not noted yet.", "%(n)s people are not noted yet.", missing) % {"n": missing})
    for row in rows:
        row.minutes = net_minutes(meeting, row.arrived_at, row.left_at)
    save_rows(rows, ["minutes"])
    meeting.state, meeting.held_by, meeting.held_at = State.HELD, by.pk, timezone.now()
    return _turn(meeting, by=by, what="held", before=State.PLANNED)


@transaction.atomic
def check_meeting(meeting: Meeting, *, by: User) -> Meeting:
    """A second person has compared list and evidence; the meeting is locked. Four eyes: not who closed the list. Twice is
    once."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state == State.CHECKED and meeting.checked_by == by.pk:
        return meeting
    if meeting.state != State.HELD:
        raise DomainError(_("Only a meeting whose list is closed can be checked."))
    if meeting.held_by == by.pk:
        raise DomainError(_("You closed this list yourself. Somebody else checks it: four eyes see more than two."))
    meeting.state, meeting.checked_by, meeting.checked_at = State.CHECKED, by.pk, timezone.now()
    return _turn(meeting, by=by, what="checked", before=State.HELD)


def may_reopen(meeting: Meeting, user: User) -> bool:
    """A checked meeting by who runs it; one that went to the funder by the project team only."""
    return meeting.is_locked and (
        meeting.state != State.SUBMITTED or meeting.programme_id in user.programmes_as(Seat.Role.PROJECT)
    )


@transaction.atomic
def reopen(meeting: Meeting, *, by: User, reason: str) -> Meeting:
    """A checked or submitted meeting can be corrected again; the reason stays in its history."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not meeting.is_locked:
        raise DomainError(_("This meeting is open already."))
    if not reason.strip():
        raise DomainError(_("Say why the meeting is reopened."), field="reason")
    if not may_reopen(meeting, by):
        raise DomainError(_("This meeting is part of a report to the funder. Only the project team reopens it."))
    before = meeting.state
    meeting.state, meeting.checked_by, meeting.checked_at = State.HELD, None, None
    return _turn(meeting, by=by, what="reopened", before=before, reason=reason.strip())


@transaction.atomic
def submit_meetings(meetings: QuerySet[Meeting], *, by: User, at: datetime.datetime | None = None) -> int:
    """Those of `meetings` that were checked are part of a report to the funder from now on (or from `at`); only the project team
    reopens them. Their reports stay as they are, for nothing in them changes. Returns how many."""
    rows = list(meetings.filter(state=State.CHECKED).select_for_update(of=("self",)).order_by("pk"))
    Meeting.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.SUBMITTED, state_reason="")
    moment = {"before": State.CHECKED, "after": State.SUBMITTED, "at": at or timezone.now()}
    MeetingChange.objects.bulk_create([MeetingChange(meeting=row, by=by.pk, what="state", **moment) for row in rows])
    audit.record_many(by=by.pk, verb="meeting.submitted", targets=rows, before=State.CHECKED, after=State.SUBMITTED)
    return len(rows)


# -- inside -----------------------------------------------------------------------------------------------------------


def _open_list(meeting: Meeting) -> Meeting:
    """The meeting under a lock, when its list may be written today."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_locked:
        raise DomainError(_("This meeting has been checked. Reopen it first, with a reason."))
    if not meeting.is_noted_now:
        raise DomainError(_("Attendance is noted for planned meetings only."))
    if timezone.now().astimezone(meeting.zone).date() < meeting.local_start.date():
        day = dateformat.format(meeting.local_start, pgettext("day, Django's date format", "l j F Y"))
        raise DomainError(_("You can note attendance from %(day)s on.") % {"day": day})
    return meeting


def _moment(meeting: Meeting, hour: datetime.time) -> datetime.datetime:
    """A wall clock reading on the meeting's day; after midnight on the next one when the meeting runs on."""
    for edge, local in ((meeting.starts_at, meeting.local_start), (meeting.ends_at, meeting.local_end)):
        if local.time().replace(second=0, microsecond=0) == hour:
            return edge
    first = meeting.local_start.date()
    found = clock.moment(first, hour, meeting.zone)
    if found < meeting.starts_at and meeting.local_end.date() > first:
        return clock.moment(meeting.local_end.date(), hour, meeting.zone)
    return found


def _hours(meeting: Meeting) -> dict[str, str]:
    form = pgettext("time, Django's date format", "H:i")
    return {"start": dateformat.format(meeting.local_start, form), "end": dateformat.format(meeting.local_end, form)}


def _apply(meeting: Meeting, row: Attendance, line: Line) -> Attendance:
    row.arrived_at, row.left_at = stretch(meeting, line)
    row.minutes = net_minutes(meeting, row.arrived_at, row.left_at)
    row.status, row.remark, row.established = line.status, line.remark, line.established
    if row.is_guest:
        row.guest_name, row.guest_organisation = line.name or row.guest_name, line.organisation
    return row


def _refuse_conflicts(meeting: Meeting, rows: Mapping[UUID, Attendance], lines: Mapping[UUID, Line]) -> None:
    """A conflict: the row is no longer what the page showed, the typed line is neither that nor what stands there now."""
    clashing = []
    for pk, line in lines.items():
        row = rows.get(pk)
        if row is None or line.seen in {"", mark_of(row)}:
            continue
        if _mark_as_typed(meeting, row, line) not in {line.seen, mark_of(row)}:
            clashing.append(row)
    if clashing:
        raise OthersSaved(clashing)


def _mark_as_typed(meeting: Meeting, row: Attendance, line: Line) -> str:
    """What the row's mark would be with this line."""
    typed = Attendance(user_id=row.user_id, guest_name=row.guest_name)
    return mark_of(_apply(meeting, typed, line))


def _write(meeting: Meeting, row: Attendance, line: Line, by: User) -> bool:
    """Bring the line into the row; False when it says nothing new, or nothing that this writer changed."""
    before, counted = mark_of(row), row.minutes == net_minutes(meeting, row.arrived_at, row.left_at)
    if line.seen not in {"", before}:  # not a conflict, so the writer left this line as the page showed it
        return False
    if mark_of(_apply(meeting, row, line)) == before and counted:
        return False
    row.recorded_by, row.recorded_at = by.pk, timezone.now()
    return True


def _add(meeting: Meeting, guests: Collection[Line], people: Iterable[User], by: User) -> list[Attendance]:
    """Places for guests, and for people of the programme who came without being asked or had been taken off."""
    people = list(people)
    if not guests and not people:
        return []
    seats: dict[UUID, Seat] = {}
    for seat in Seat.objects.living(meeting.local_start.date()).filter(programme_id=meeting.programme_id, user__in=people):
        seats.setdefault(seat.user_id, seat)
    standing = {row.user_id: row for row in meeting.attendances.filter(user__in=people)}
    rows = [
        Attendance(meeting=meeting, is_invited=False, guest_name=line.name, guest_organisation=line.organisation)
        for line in guests
    ]
    came = Line(status=Status.ONLINE if meeting.mode == Meeting.Mode.ONLINE else Status.ONSITE)
    lines = [*guests, *(came for _person in people)]
    rows += [
        standing.get(person.pk) or Attendance(meeting=meeting, is_invited=False, user=person, seat=seats.get(person.pk))
        for person in people
    ]
    for row, line in zip(rows, lines, strict=True):
        _apply(meeting, row, line)
        row.recorded_by, row.recorded_at = by.pk, timezone.now()
    Attendance.objects.bulk_create([row for row in rows if row._state.adding])
    save_rows([row for row in rows if row.user_id in standing], TRACED)
    return rows


def _note_change(meeting: Meeting) -> None:
    """What a report shows has changed: the version rises, so that it is made anew."""
    meeting.version += 1
    meeting.save(update_fields=["version"])


def _turn(meeting: Meeting, *, by: User, what: str, before: str, reason: str = "") -> Meeting:
    """Keep a new state with its trace."""
    meeting.state_reason = reason
    meeting.version += 1
    meeting.save(update_fields=["state", "state_reason", "version", "held_by", "held_at", "checked_by", "checked_at"])
    MeetingChange.objects.create(meeting=meeting, by=by.pk, what="state", before=before, after=meeting.state, reason=reason)
    audit.record(by=by.pk, verb=f"meeting.{what}", target=meeting, fields=["state"], before=before, after=meeting.state)
    return meeting
