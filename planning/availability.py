"""When people, services and schools can: what is said, kept, and asked of it by the planner."""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import holidays
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import audit
from core.crypto import Unreadable
from core.errors import DomainError
from people import keys
from people.models import User
from planning.models import SchoolHoliday, Unavailability, WorkingHours
from planning.puzzle import Stretch
from sessions.doubts import same_place
from sessions.models import Attendance, Meeting
from trajectories.models import Pilot, Programme

FILE = Path(__file__).with_name("library") / "school_holidays.json"
USUAL = {weekday: (datetime.time(9), datetime.time(17)) for weekday in range(5)}
MOST = 200  # lines that one person may have
Hours = dict[int, tuple[datetime.time, datetime.time]]

# -- a person ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def say_away(
    *,
    by: User,
    first_day: datetime.date,
    last_day: datetime.date,
    weekday: int | None = None,
    starts: datetime.time | None = None,
    ends: datetime.time | None = None,
    note: str = "",
) -> Unavailability:
    """Note when one cannot oneself: whole days, or hours of each day; with `weekday` only on that day of the week."""
    if last_day < first_day:
        raise DomainError(_("The last day lies before the first."), field="last_day")
    if (starts is None) != (ends is None):
        raise DomainError(_("Fill in both hours, or neither for whole days."), field="ends")
    if starts is not None and ends is not None and ends <= starts:
        raise DomainError(_("The end lies before the start."), field="ends")
    if Unavailability.objects.own(by).count() >= MOST:
        raise DomainError(_("Your list is full. Remove what has passed first."))
    row = Unavailability(user=by, first_day=first_day, last_day=last_day, weekday=weekday, starts=starts, ends=ends)
    row.note_sealed = keys.seal_text(by.pk, note, about=_about(row)) if note else b""
    row.save()
    audit.record(by=by.pk, verb="unavailability.said", target=row)
    return row


@transaction.atomic
def take_back(row: Unavailability, *, by: User) -> None:
    """One can after all."""
    audit.record(by=by.pk, verb="unavailability.taken-back", target=row)
    row.delete()


def with_notes(user: User) -> list[tuple[Unavailability, str]]:
    """One's own lines, each with its note; two queries."""
    rows = list(Unavailability.objects.own(user))
    known = keys.keys_of([user.pk]) if any(row.note_sealed for row in rows) else {}
    return [(row, _note_of(row, known)) for row in rows]


def own_notes(user: User) -> list[dict[str, str]]:
    """One's notes for one's own export."""
    return [{"id": str(row.pk), "note": note} for row, note in with_notes(user) if note]


def _note_of(row: Unavailability, known: dict[UUID, bytes]) -> str:
    if not row.note_sealed:
        return ""
    try:
        return keys.unseal_text(row.user_id, bytes(row.note_sealed), about=_about(row), keys=known)
    except Unreadable:
        return ""


def _about(row: Unavailability) -> str:
    return f"unavailability:{row.pk}:note"


# -- what the planner asks --------------------------------------------------------------------------------------------


def away(people: Iterable[UUID], first: datetime.date, last: datetime.date) -> dict[str, tuple[Stretch, ...]]:
    """When these people cannot, on the clock on the wall; who always can is missing."""
    return stretches(Unavailability.objects.touching(people, first, last).defer("note_sealed"), first, last)


def stretches(rows: Iterable[Unavailability], first: datetime.date, last: datetime.date) -> dict[str, tuple[Stretch, ...]]:
    """By person, what of these lines falls in these days."""
    found: dict[str, list[Stretch]] = defaultdict(list)
    for row in rows:
        found[str(row.user_id)] += _stretches(row, max(row.first_day, first), min(row.last_day, last))
    return {person: tuple(stretches) for person, stretches in found.items()}


def _stretches(row: Unavailability, first: datetime.date, last: datetime.date) -> list[Stretch]:
    one_day = datetime.timedelta(days=1)
    if row.weekday is None and row.starts is None:
        return [Stretch(_at(first), _at(last + one_day))]
    days = [first + number * one_day for number in range((last - first).days + 1)]
    wanted = [day for day in days if row.weekday is None or day.weekday() == row.weekday]
    if row.starts is None or row.ends is None:
        return [Stretch(_at(day), _at(day + one_day)) for day in wanted]
    return [Stretch(_at(day, row.starts), _at(day, row.ends)) for day in wanted]


def _at(day: datetime.date, hour: datetime.time = datetime.time()) -> datetime.datetime:
    return datetime.datetime.combine(day, hour)


def busy(
    people: Iterable[UUID], first: datetime.date, last: datetime.date, zone: ZoneInfo
) -> tuple[dict[str, tuple[Stretch, ...]], dict[str, tuple[Stretch, ...]]]:
    """Planned meetings of these people in whatever programme, by person, and of places; on the wall clock of `zone`."""
    begins, ends = (_at(day).replace(tzinfo=zone) for day in (first, last + datetime.timedelta(days=1)))
    meetings = Meeting.objects.filter(state=Meeting.State.PLANNED, starts_at__lt=ends, ends_at__gt=begins)
    places = Attendance.objects.filter(user__in=list(people), is_invited=True, meeting__in=meetings)
    persons: dict[str, list[Stretch]] = defaultdict(list)
    for user, starts, until in places.exclude(reply="no").values_list("user_id", "meeting__starts_at", "meeting__ends_at"):
        persons[str(user)].append(_on_the_wall(starts, until, zone))
    taken: dict[str, list[Stretch]] = defaultdict(list)
    for place, starts, until in meetings.exclude(place="").values_list("place", "starts_at", "ends_at"):
        taken[same_place(place)].append(_on_the_wall(starts, until, zone))
    return {name: tuple(rows) for name, rows in persons.items()}, {name: tuple(rows) for name, rows in taken.items()}


def _on_the_wall(starts: datetime.datetime, ends: datetime.datetime, zone: ZoneInfo) -> Stretch:
    return Stretch(*(moment.astimezone(zone).replace(tzinfo=None) for moment in (starts, ends)))


# -- hours ------------------------------------------------------------------------------------------------------------


def hours_of(programme: Programme) -> tuple[Hours, dict[UUID, Hours]]:
    """The hours of the programme (nine to five on weekdays as long as none are kept), and those of pilots that have their own."""
    whole: Hours = {}
    own: dict[UUID, Hours] = defaultdict(dict)
    for row in WorkingHours.objects.filter(programme=programme):
        (own[row.pilot_id] if row.pilot_id else whole)[row.weekday] = (row.opens, row.closes)
    return whole or dict(USUAL), dict(own)


@transaction.atomic
def set_hours(programme: Programme, *, by: User, pilot: Pilot | None = None, hours: Hours) -> None:
    """The hours of a programme or of one pilot; without any, the pilot follows the programme and the programme what is usual."""
    if any(closes <= opens for opens, closes in hours.values()):
        raise DomainError(_("The end lies before the start."))
    Programme.objects.select_for_update().get(pk=programme.pk)
    WorkingHours.objects.filter(programme=programme, pilot=pilot).delete()
    rows = [
        WorkingHours(programme=programme, pilot=pilot, weekday=day, opens=opens, closes=closes)
        for day, (opens, closes) in sorted(hours.items())
    ]
    WorkingHours.objects.bulk_create(rows)
    audit.record(by=by.pk, verb="hours.set", target=pilot or programme, days=len(rows))


# -- holidays ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Holiday:
    """A school holiday as it counts for a programme; `row` when the team made or changed it."""

    key: str
    name: str
    first_day: datetime.date
    last_day: datetime.date
    counts: bool = True
    row: SchoolHoliday | None = None


@lru_cache(maxsize=1)
def _of_the_file() -> dict:
    return json.loads(FILE.read_text(encoding="utf-8"))


def source() -> tuple[str, datetime.date]:
    """Where the dates of the file come from, and when they were looked at."""
    told = _of_the_file()
    return told["source"], datetime.date.fromisoformat(told["checked_on"])


def school_holidays(programme: Programme, until: datetime.date | None = None) -> list[Holiday]:
    """The holidays of the file that touch the programme (or the days after it, `until`), as the team changed them, and those it
    added; one query."""
    ends_on = max(programme.ends_on, until or programme.ends_on)
    language = "nl" if (get_language() or "nl").startswith("nl") else "en"
    rows = list(SchoolHoliday.objects.filter(programme=programme))
    changed = {row.key: row for row in rows if row.key}
    found = [Holiday(row.key, row.name, row.first_day, row.last_day, row.counts, row) for row in rows]
    for told in _of_the_file()["holidays"]:
        first, last = (datetime.date.fromisoformat(told[name]) for name in ("first_day", "last_day"))
        if told["key"] not in changed and last >= programme.starts_on and first <= ends_on:
            found.append(Holiday(told["key"], told[f"name_{language}"], first, last))
    return sorted(found, key=lambda one: (one.first_day, one.name))


def school_holiday(programme: Programme, key: str) -> Holiday | None:
    """One of them by its key in the file or its id."""
    return next((one for one in school_holidays(programme) if key in {one.key, str(one.row.pk) if one.row else ""}), None)


@transaction.atomic
def set_holiday(
    programme: Programme, *, by: User, name: str, first_day: datetime.date, last_day: datetime.date, counts: bool = True,
    holiday: Holiday | None = None,
) -> SchoolHoliday:  # fmt: skip
    """Add a holiday, or change one; one of the file gets a row that stands in its place."""
    if last_day < first_day:
        raise DomainError(_("The last day lies before the first."), field="last_day")
    if (last_day - first_day).days > 120:
        raise DomainError(_("A holiday takes four months at most."), field="last_day")
    row = holiday.row if holiday and holiday.row else SchoolHoliday(programme=programme, key=holiday.key if holiday else "")
    row.name, row.first_day, row.last_day, row.counts = name, first_day, last_day, counts
    row.save()
    audit.record(by=by.pk, verb="holiday.set", target=row, programme=programme.pk)
    return row


@transaction.atomic
def forget_holiday(holiday: Holiday, *, by: User) -> None:
    """Take away what the team made of it; one of the file counts again as the file says."""
    if holiday.row is not None:
        audit.record(by=by.pk, verb="holiday.forgotten", target=holiday.row)
        holiday.row.delete()


def closed_days(programme: Programme, first: datetime.date, last: datetime.date) -> frozenset[datetime.date]:
    """Belgian public holidays (the library `holidays`) and the school holidays that count."""
    closed = set(holidays.country_holidays("BE", years=range(first.year, last.year + 1)))
    for holiday in school_holidays(programme, last):
        if holiday.counts:
            length = (holiday.last_day - holiday.first_day).days + 1
            closed.update(holiday.first_day + datetime.timedelta(days=number) for number in range(length))
    return frozenset(day for day in closed if first <= day <= last)
