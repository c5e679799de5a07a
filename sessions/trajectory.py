"""A programme and a pilot as one sees them: the line of meetings, the pairs, what comes next."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.drawing import Chart
from core.trajectory_line import Band, Line, Stop, trajectory_line
from people.models import User
from sessions.models import Action, Attendance, Meeting
from trajectories.models import Pilot, Programme, Seat

MOMENTS = 3  # individual support about three times in two years (the programme's action plan)
Kind, State = Meeting.Kind, Meeting.State
ON_THE_LINE: dict[str, str] = {
    State.DRAFT: "missing",
    State.PLANNED: "planned",
    State.HELD: "held",
    State.CHECKED: "checked",
    State.SUBMITTED: "checked",
    State.CANCELLED: "cancelled",
}


@dataclass
class PilotRow:
    """One pilot: its people of today and its coaching moments; `moments` is None for who may not see them."""

    pilot: Pilot
    leaders: list[Seat] = field(default_factory=list)
    coaches: list[Seat] = field(default_factory=list)
    moments: list[Meeting] | None = None

    @property
    def held(self) -> int:
        return sum(moment.took_place for moment in self.moments or [])

    @property
    def planned(self) -> int:
        return sum(moment.state == State.PLANNED for moment in self.moments or [])

    @property
    def missing(self) -> int:
        return max(0, MOMENTS - self.held - self.planned)

    @property
    def badge(self) -> tuple[str, str]:
        if self.held >= MOMENTS:
            return "ok", _("complete")
        return ("next", _("on its way")) if self.missing == 0 else ("wait", _("still to plan"))


@dataclass
class Overview:
    """What one person sees of a programme from inside."""

    programme: Programme
    meetings: list[Meeting]
    pilots: list[PilotRow]

    @property
    def coming(self) -> list[Meeting]:
        now = timezone.now()
        return [row for row in self.meetings if row.state in {State.PLANNED, State.DRAFT} and row.ends_at >= now]

    @property
    def sessions(self) -> list[Meeting]:
        return [row for row in self.meetings if row.kind == Kind.NETWORK]

    def chart(self) -> Chart:
        """The trajectory line: network sessions large, coaching moments small, one line for each pilot that one sees."""
        lines = [
            Line(label=str(row.pilot), stops=[*_stops(row.moments), *_missing(row)])
            for row in self.pilots
            if row.moments is not None
        ]
        others = [row for row in self.meetings if row.kind not in {Kind.NETWORK, Kind.COACHING}]
        if others:
            lines.append(Line(label=_("Other meetings"), stops=_stops(others)))
        bands = [Band(label=phase.name, start=phase.starts_on, end=phase.ends_on) for phase in self.programme.phases.all()]
        return trajectory_line(
            title=_("Trajectory line"),
            description=_("Large stops are sessions of the learning network, small ones are coaching moments of a pilot."),
            stops=_stops(self.sessions),
            lines=lines,
            bands=bands,
            today=timezone.localdate(),
            main=_("Learning network"),
            side=_("Pilot"),
            key=str(self.programme.pk)[:8],
        )


def _stops(meetings: Iterable[Meeting]) -> list[Stop]:
    return [
        Stop(
            label=row.title,
            status=ON_THE_LINE[row.state],
            on=row.local_start.date(),
            number=row.number if row.kind in {Kind.NETWORK, Kind.COACHING} else None,
            url=reverse("sessions:meeting", args=[row.pk]),
        )
        for row in meetings
    ]


def _missing(row: PilotRow) -> list[Stop]:
    last = row.held + row.planned
    return [
        Stop(label=_("Coaching moment %(number)s") % {"number": last + step}, status="missing", number=last + step)
        for step in range(1, row.missing + 1)
    ]


def overview_of(programme: Programme, user: User) -> Overview:
    """The programme as this person sees it (four queries, and the phases when they are drawn)."""
    meetings = list(Meeting.objects.visible_to(user).filter(programme=programme).with_host())
    visible = set(Pilot.objects.visible_to(user).filter(programme=programme).values_list("pk", flat=True))
    pilots = programme.pilots.select_related("service__sector")
    rows = {pilot.pk: PilotRow(pilot, moments=[] if pilot.pk in visible else None) for pilot in pilots}
    for seat in _pairs_and_tandems().filter(pilot__in=rows):
        row = rows[seat.pilot_id]
        (row.leaders if seat.role == Seat.Role.LEADER else row.coaches).append(seat)
    for meeting in meetings:
        moments = rows[meeting.pilot_id].moments if meeting.pilot_id in rows else None
        if moments is not None:
            moments.append(meeting)
    return Overview(programme, meetings, list(rows.values()))


def _pairs_and_tandems():
    return (
        Seat.objects.living()
        .filter(role__in=[Seat.Role.LEADER, Seat.Role.COACH])
        .select_related("user")
        .order_by("place", "since")
    )


@dataclass
class PilotPage:
    """A pilot's page."""

    row: PilotRow
    attended: dict[str, int]
    held_sessions: int
    actions: list[Action]

    @property
    def attendance_lines(self) -> list[tuple[str, int]]:
        """How many held sessions each leader of today came to."""
        return [(seat.user.name, self.attended.get(str(seat.user_id), 0)) for seat in self.row.leaders]

    @property
    def stops(self) -> list[dict]:
        """The three coaching moments as a line, those still to plan included."""
        planned = [
            {
                "title": moment.title,
                "url": reverse("sessions:meeting", args=[moment.pk]),
                "when": moment.local_start.date(),
                "state": moment.badge[0],
                "label": moment.badge[1],
            }
            for moment in self.row.moments or []
        ]
        return planned + [{"title": stop.label, "state": "wait", "label": _("still to plan")} for stop in _missing(self.row)]


def pilot_page(pilot: Pilot, user: User) -> PilotPage:
    """What this person may know of a pilot: its people, moments, sessions attended by each leader, open agreements."""
    row = PilotRow(pilot, moments=list(Meeting.objects.visible_to(user).filter(pilot=pilot).with_host()))
    for seat in _pairs_and_tandems().filter(pilot=pilot):
        (row.leaders if seat.role == Seat.Role.LEADER else row.coaches).append(seat)
    held = Meeting.objects.filter(
        Exists(Attendance.objects.filter(meeting=OuterRef("pk"), seat__pilot=pilot)),
        kind=Kind.NETWORK,
        state__in=[State.HELD, State.CHECKED, State.SUBMITTED],
    )
    present = Attendance.objects.filter(meeting__in=held, seat__pilot=pilot, status__in=Attendance.PRESENT)
    attended: dict[str, int] = defaultdict(int)
    for person in present.values_list("user_id", flat=True):
        attended[str(person)] += 1
    pair = [seat.user_id for seat in row.leaders]
    actions = (
        Action.objects.visible_to(user).open().filter(Q(meeting__pilot=pilot) | Q(owner__in=pair), programme=pilot.programme)
    )
    return PilotPage(row, dict(attended), held.count(), list(actions.select_related("owner", "meeting")[:20]))
