"""Moving the whole demo in time, so that there is always a session next week. Wall clocks stay what they were.

What then lies ahead has not happened yet: those meetings are planned, and nobody came, wrote or agreed anything there.
"""

import datetime

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from core import audit
from networks.models import GroupAgreement, NetworkCoach, NetworkPilot
from reflections.models import Opening, PortfolioPiece, ReaderGrant, Reflection, SelfAssessment
from reporting.models import Characteristic, Participant, ReportingPeriod
from sessions.models import Action, Attendance, Evidence, Meeting, MeetingChange, Minutes
from trajectories.models import Milestone, Phase, Pilot, Programme, Seat

# table -> the path to its programme, the columns that hold a day or a moment nobody reads a clock from
PLAIN: list[tuple[type[models.Model], str, list[str]]] = [
    (Programme, "pk", ["starts_on", "ends_on"]),
    (Phase, "programme", ["starts_on", "ends_on"]),
    (Milestone, "programme", ["due_on", "reached_on"]),
    (Pilot, "programme", ["starts_on", "ends_on"]),
    (Seat, "programme", ["since", "until"]),
    (NetworkPilot, "network__programme", ["since", "until"]),
    (NetworkCoach, "network__programme", ["since", "until"]),
    (GroupAgreement, "network__programme", ["since"]),
    (MeetingChange, "meeting__programme", ["at"]),
    (Minutes, "meeting__programme", ["updated_at"]),
    (Action, "programme", ["due_on", "settled_at", "created_at"]),
    (Reflection, "programme", ["created_at", "updated_at", "pair_since"]),
    (ReaderGrant, "reflection__programme", ["granted_at"]),
    (Opening, "reflection__programme", ["at"]),
    (PortfolioPiece, "programme", ["happened_on"]),
    (SelfAssessment, "programme", ["made_on"]),
    (ReportingPeriod, "programme", ["starts_on", "ends_on", "due_on"]),
    (Participant, "programme", ["entered_on", "left_on"]),
    (Characteristic, "participant__programme", ["answered_at"]),
]
NOTHING_NOTED: dict[str, object] = {
    "reply": Attendance.Reply.NONE,
    "status": Attendance.Status.UNKNOWN,
    "minutes": 0,
    "established": Attendance.Established.NONE,
    **dict.fromkeys(["arrived_at", "left_at", "recorded_by", "recorded_at"]),
}


@transaction.atomic
def move(programme: Programme, by: datetime.timedelta) -> None:
    """Move every day and moment of the programme; a session at nine stays at nine, also over a change of the clock."""
    for model, path, columns in PLAIN:
        rows = model._default_manager.filter(**{path: programme.pk})
        pks = rows.values("pk") if "__" in path else None
        found = model._default_manager.filter(pk__in=pks) if pks is not None else rows
        found.update(**{column: F(column) + by for column in columns})
    meetings = {meeting.pk: meeting for meeting in Meeting.objects.filter(programme=programme)}
    zones = {pk: meeting.zone for pk, meeting in meetings.items()}
    _move_clock(Meeting, meetings.values(), ["starts_at", "ends_at", "held_at", "checked_at"], by, lambda row: zones[row.pk])
    seen = Attendance.objects.filter(meeting__programme=programme).exclude(recorded_at=None)
    _move_clock(Attendance, list(seen), ["arrived_at", "left_at", "recorded_at"], by, lambda row: zones[row.meeting_id])
    for number, period in enumerate(programme.periods.order_by("starts_on"), start=1):
        period.name = f"Halfjaar {number}"  # the year in its name is not its year any more
        period.save(update_fields=["name"])
    _not_yet(programme)
    audit.record(by=None, verb="demo.moved", target=programme, days=by.days)


def _not_yet(programme: Programme) -> None:
    """Take back what the content tells of days that are still to come."""
    now, today = timezone.now(), timezone.localdate()
    ahead = Meeting.objects.filter(programme=programme, starts_at__gt=now, state__in=Meeting.TOOK_PLACE)
    for model in (Minutes, Action, Evidence):
        model._default_manager.filter(meeting__in=ahead).delete()
    came = Attendance.objects.filter(meeting__in=ahead)
    came.filter(user=None).delete()
    came.update(**NOTHING_NOTED)
    ahead.update(state=Meeting.State.PLANNED, held_by=None, held_at=None, checked_by=None, checked_at=None)
    Reflection.objects.filter(programme=programme, created_at__gt=now).delete()
    later = Action.objects.filter(programme=programme, settled_at__gt=now)
    later.update(state=Action.State.OPEN, settled_at=None)
    Milestone.objects.filter(programme=programme, reached_on__gt=today).update(reached_on=None)


def _move_clock(model, rows, columns: list[str], by: datetime.timedelta, zone_of) -> None:
    for row in rows:
        for column in columns:
            value = getattr(row, column)
            if value is not None:
                local = value.astimezone(zone_of(row)).replace(tzinfo=None) + by
                setattr(row, column, local.replace(tzinfo=zone_of(row)))
    model._default_manager.bulk_update(rows, columns, batch_size=200)
