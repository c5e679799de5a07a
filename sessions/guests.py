"""Guests who came, and what becomes of their lines once they have a place of their own in the programme."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Count, F, Min, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from core import audit
from core.rows import save_rows
from people.models import User
from sessions.models import Attendance, Meeting, MeetingChange
from trajectories.models import Programme, Seat

SHOWN = 50


@dataclass(frozen=True)
class Guest:
    """Somebody without a seat who was present at held meetings; `pk` is one of their lines."""

    pk: UUID
    name: str
    organisation: str
    times: int
    first: datetime.date


def lines_of(programme: Programme) -> QuerySet[Attendance]:
    """The presences of guests at held meetings."""
    return Attendance.objects.filter(
        meeting__programme=programme, meeting__state__in=Meeting.TOOK_PLACE, user=None, status__in=Attendance.PRESENT
    )


def guests_of(programme: Programme) -> list[Guest]:
    """Who came as a guest, the most frequent first; the same name with the same organisation is one guest."""
    rows = (
        lines_of(programme)
        .order_by()
        .values("guest_name", "guest_organisation")
        .annotate(n=Count("pk"), first=Min("meeting__starts_at"), one=Min(Cast("pk", CharField())))
        .order_by("-n", "guest_name", "guest_organisation")
        .values_list("one", "guest_name", "guest_organisation", "n", "first")
    )
    zone = programme.zone
    return [
        Guest(UUID(pk), name, organisation, times, first.astimezone(zone).date())
        for pk, name, organisation, times, first in rows[:SHOWN]
    ]


def same_as(line: Attendance) -> QuerySet[Attendance]:
    """Every line with the name and organisation of this one, in the order of the meetings: one guest, or perhaps two people."""
    same = Attendance.objects.filter(
        meeting__programme=line.meeting.programme_id, user=None, guest_name=line.guest_name,
        guest_organisation=line.guest_organisation,
    )  # fmt: skip
    return same.select_related("meeting").order_by("meeting__starts_at", "pk")


def first_day_of(lines: Collection[Attendance], programme: Programme) -> datetime.date | None:
    """The first day on which one of these guests was present at a held meeting."""
    zone, there = programme.zone, Attendance.PRESENT
    held = [row.meeting for row in lines if row.meeting.state in Meeting.TOOK_PLACE and row.status in there]
    return min((meeting.starts_at.astimezone(zone).date() for meeting in held), default=None)


@transaction.atomic
def take_over(lines: Collection[Attendance], *, seat: Seat, by: User) -> int:
    """These guests are the person of this seat from now on; who was there and how long stays as it was noted. Returns how many
    lines were taken over; a meeting where the person stands already keeps both."""
    same = Attendance.objects.select_for_update(of=("self",)).filter(
        meeting__programme=seat.programme_id, user=None, pk__in=[row.pk for row in lines]
    )
    rows = list(same.exclude(meeting__attendances__user=seat.user).order_by("meeting_id", "pk"))
    once = {row.meeting_id: row for row in reversed(rows)}  # twice in one list: the first line
    reason = _("A guest became a participant.")
    for row in once.values():
        row.user, row.seat, row.guest_name, row.guest_organisation = seat.user, seat, "", ""
    save_rows(once.values(), ["user", "seat", "guest_name", "guest_organisation"])
    Meeting.objects.filter(pk__in=once).update(version=F("version") + 1)  # so that what shows the list is made anew
    MeetingChange.objects.bulk_create([MeetingChange(meeting_id=pk, by=by.pk, what="guest", reason=reason) for pk in once])
    audit.record_many(by=by.pk, verb="attendance.guest-taken-over", targets=list(once.values()), person=seat.user_id)
    return len(once)
