"""Who is a participant, from which day until which: it follows from leaders' seats and from where they really were, and from the
places of who was enrolled besides."""

import datetime
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import DateField, Exists, F, Max, Min, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from core import audit
from core.models import Pulse
from core.rows import save_rows
from people.models import User
from reporting.hours import HELD
from reporting.models import Characteristic, Participant, ProgressReport
from reporting.services import asking
from sessions.models import Attendance, Meeting
from trajectories.models import Programme, Seat

MARK, OVERLAP = "participants", datetime.timedelta(minutes=30)


@dataclass(frozen=True)
class Stretch:
    """Somebody's time in the programme: the leader's pilot on entry, the first day, the last (none while it goes on)."""

    pilot_id: UUID | None
    entered_on: datetime.date
    left_on: datetime.date | None


@transaction.atomic
def sync_participants(programme: Programme, *, by: User | None, today: datetime.date | None = None) -> int:
    """Bring the list of participants in line with seats and attendance; returns how many rows changed.

    Entry is the first day on which a leader was present at a held meeting; no leader is a participant before. Of who was
    enrolled besides it is the first day of their place. Exit is the last day of the last seat, at the latest the programme's. A
    second seat keeps the first entry and moves the exit (re-entry).
    """
    programme = Programme.objects.select_for_update().get(pk=programme.pk)  # its days as they are, whatever the caller's row says
    wanted = _stretches(programme, today or timezone.localdate())
    rows = Participant.objects.filter(programme=programme, user__isnull=False)
    standing = {row.user_id: row for row in rows if row.user_id is not None}
    changed = _correct(programme, standing, wanted)
    last = Participant.objects.filter(programme=programme).aggregate(last=Max("number"))["last"] or 0
    new = sorted((stretch.entered_on, str(user_id), user_id) for user_id, stretch in wanted.items() if user_id not in standing)
    made = [
        Participant(
            programme=programme, user_id=user_id, number=number, entered_on=entered_on,
            pilot_id=wanted[user_id].pilot_id, left_on=wanted[user_id].left_on,
        )
        for number, (entered_on, _order, user_id) in enumerate(new, start=last + 1)
    ]  # fmt: skip
    Participant.objects.bulk_create(made, batch_size=500)
    audit.record_many(by=by.pk if by else None, verb="participant.entered", targets=made)
    _ask(programme, made, today or timezone.localdate())
    audit.record_many(by=by.pk if by else None, verb="participant.corrected", targets=changed)
    return len(made) + len(changed)


def _ask(programme: Programme, made: list[Participant], today: datetime.date) -> None:
    """A letter to who just became a participant, as long as the programme runs: a few questions wait."""
    if programme.ends_on >= today:
        asking.ask(made, programme, moment=Characteristic.Moment.ENTRY, today=today)


def _stretches(programme: Programme, today: datetime.date) -> dict[UUID, Stretch]:
    """Per leader who was present at least once, and per person who was enrolled."""
    seats: dict[UUID, list[tuple]] = {}
    rows = Seat.objects.filter(programme=programme, role=Seat.Role.LEADER).order_by("since", "pk")
    for user_id, *seat in rows.values_list("user_id", "pilot_id", "since", "until"):
        seats.setdefault(user_id, []).append(tuple(seat))
    first_days = _first_days(programme)
    firsts = {user_id: day for user_id, day in first_days.items() if user_id in seats}
    enrolled = Seat.objects.filter(programme=programme, role=Seat.Role.PARTICIPANT, since__lte=today).order_by("since", "pk")
    for user_id, since, until in enrolled.values_list("user_id", "since", "until"):
        if user_id in seats and user_id not in firsts:
            seats[user_id] = []  # a leader who never came counts by this place alone
        seats.setdefault(user_id, []).append((None, since, until))
        firsts[user_id] = min(firsts.get(user_id, since), since)
    return {user_id: _stretch(programme, seats[user_id], first, today) for user_id, first in firsts.items()}


def _first_days(programme: Programme) -> dict[UUID, datetime.date]:
    day = TruncDate("meeting__starts_at", tzinfo=programme.zone, output_field=DateField())
    rows = (
        Attendance.objects.annotate(day=day)
        .filter(  # one filter, so that it is the leader's own seat that had begun by that day
            meeting__programme=programme,
            meeting__state__in=HELD,
            status__in=Attendance.PRESENT,
            user__seats__programme=programme,
            user__seats__role=Seat.Role.LEADER,
            user__seats__since__lte=F("day"),
        )
        .order_by()
        .values("user_id")
        .annotate(first=Min("day"))
    )
    return dict(rows.values_list("user_id", "first"))


def _stretch(programme: Programme, seats: list[tuple], first: datetime.date, today: datetime.date) -> Stretch:
    there = [pilot for pilot, since, until in seats if since <= first and (until is None or until >= first)]
    pilot = next(filter(None, [*there, *(pilot for pilot, _since, _until in seats)]), None)
    last = min(programme.ends_on, max(until or programme.ends_on for _pilot, _since, until in seats))
    return Stretch(pilot, first, max(first, last) if last < today else None)


def _correct(programme: Programme, standing: dict[UUID, Participant], wanted: dict[UUID, Stretch]) -> list[Participant]:
    """Move days that no longer hold. Who turns out never to have been present goes, unless a frozen report counted them."""
    changed = []
    for user_id, stretch in wanted.items():
        row = standing.get(user_id)
        pilot_id = stretch.pilot_id or (row.pilot_id if row else None)  # of who was enrolled, the team notes it
        if row and (row.entered_on, row.left_on, row.pilot_id) != (stretch.entered_on, stretch.left_on, pilot_id):
            row.entered_on, row.left_on, row.pilot_id = stretch.entered_on, stretch.left_on, pilot_id
            changed.append(row)
    save_rows(changed, ["entered_on", "left_on", "pilot_id"])
    gone = [row for user_id, row in standing.items() if user_id not in wanted and not row.characteristics.exists()]
    if gone and not ProgressReport.objects.filter(programme=programme, state=ProgressReport.State.FROZEN).exists():
        Participant.objects.filter(pk__in=[row.pk for row in gone]).delete()
        changed += gone
    return changed


def keep_up(*, now: datetime.datetime) -> int:
    """The tick's part: new participants after a list was closed, and exits after a last day. Returns how many rows changed.

    Lists are read from where the last run stopped, less half an hour for what was being written then; after days without a
    background process nobody is missed.
    """
    today = timezone.localdate(now)
    mark = Pulse.objects.filter(name=MARK).first()
    held = Meeting.objects.filter(held_at__isnull=False, state__in=HELD)
    if mark is not None:
        held = held.filter(held_at__gte=min(mark.at, now) - OVERLAP)
    going_on = Seat.objects.filter(
        Q(until=None) | Q(until__gte=today), programme=OuterRef("programme"), user=OuterRef("user"),
        role__in=[Seat.Role.LEADER, Seat.Role.PARTICIPANT],
    )  # fmt: skip
    ended = Participant.objects.filter(~Exists(going_on) | Q(programme__ends_on__lt=today), left_on=None, user__isnull=False)
    concerned = Programme.objects.filter(Q(pk__in=held.values("programme")) | Q(pk__in=ended.values("programme")))
    changed = sum(sync_participants(programme, by=None, today=today) for programme in concerned)
    Pulse.objects.update_or_create(name=MARK, defaults={"at": now})
    asking.ask_what_is_due(now=now)
    return changed
