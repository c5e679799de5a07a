"""A programme and a pilot as one sees them: the line of meetings, the pairs, what comes next."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.compiled import Compiled
from core.drawing import Chart
from core.pages import how_many
from core.trajectory_line import Band, Line, Stop, trajectory_line
from networks.models import LearningNetwork, NetworkPilot
from people.models import User
from sessions.models import Action, Attendance, Meeting
from trajectories.models import Pilot, Programme, Seat

MOMENTS = 3  # individual support about three times in two years (the programme's action plan)
AT_ONCE = 16  # pilots on one drawing; a larger programme is shown one network at a time
MOST_MEETINGS = 300  # on one drawing; of more, the latest
LATEST = ("-starts_at", "-pk")
WITHOUT = "none"  # in the address: the pilots that are in no network
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


@dataclass(frozen=True)
class Part:
    """What is shown at once: a small programme whole, of a large one a network; `previous` and `next` are addresses."""

    networks: Sequence[LearningNetwork]
    pilots: Sequence[Pilot]
    name: str = ""
    previous: str = ""
    next: str = ""

    @property
    def is_whole(self) -> bool:
        return not self.name


@dataclass
class Overview:
    """What one person sees of a programme, or of a part of it, from inside."""

    programme: Programme
    part: Part
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


def overview_of(programme: Programme, user: User, asked: str = "") -> Overview:
    """The programme as this person sees it; of a large one the network that was `asked` for, else the first.

    Four queries and the phases when they are drawn; three more for a large programme.
    """
    part = _part_of(programme, user, asked)
    rows = {pilot.pk: PilotRow(pilot, moments=[] if pilot.is_visible else None) for pilot in part.pilots}  # type: ignore[attr-defined]
    meetings = _meetings_of(programme, user, part)
    for seat in pairs_and_tandems_of.ask(pilots=list(rows)):
        row = rows[seat.pilot_id]
        (row.leaders if seat.role == Seat.Role.LEADER else row.coaches).append(seat)
    for meeting in meetings:
        own = rows.get(meeting.pilot_id) if meeting.pilot_id else None
        if own is not None and own.moments is not None:
            own.moments.append(meeting)
    return Overview(programme, part, meetings, list(rows.values()))


@Compiled
def first_pilots(user: User, programme: UUID) -> QuerySet[Pilot]:
    """As many pilots as fit on one drawing, and one more."""
    return _pilots(user, programme)[: AT_ONCE + 1]


@Compiled
def pilots_of_network(user: User, programme: UUID, network: UUID) -> QuerySet[Pilot]:
    """The pilots that are in a network today."""
    inside = NetworkPilot.objects.living().filter(network_id=network).values("pilot_id")
    return _pilots(user, programme).filter(pk__in=inside)[: 2 * AT_ONCE]


@Compiled
def pilots_without_network(user: User, programme: UUID, most: int) -> QuerySet[Pilot]:
    """The pilots of one's own that are in no network."""
    inside = NetworkPilot.objects.living().values("pilot_id")
    return _pilots(user, programme).filter(is_visible=True).exclude(pk__in=inside)[:most]


@Compiled
def networks_seen(user: User, programme: UUID) -> QuerySet[LearningNetwork]:
    """The networks of a programme that this person sees."""
    return LearningNetwork.objects.visible_to(user).filter(programme_id=programme).only("pk", "name")


@Compiled
def meetings_of_all(user: User, programme: UUID) -> QuerySet[Meeting]:
    """The meetings of a programme, the latest first."""
    return Meeting.objects.visible_to(user).filter(programme_id=programme).with_host().order_by(*LATEST)[:MOST_MEETINGS]


@Compiled
def meetings_of_part(user: User, programme: UUID, networks: list[UUID], pilots: list[UUID]) -> QuerySet[Meeting]:
    """Those of these networks and pilots, and those that belong to none."""
    part = Q(network_id__in=networks) | Q(pilot_id__in=pilots) | Q(network=None, pilot=None)
    seen = Meeting.objects.visible_to(user).filter(part, programme_id=programme)
    return seen.with_host().order_by(*LATEST)[:MOST_MEETINGS]


@Compiled
def pairs_and_tandems_of(pilots: list[UUID]) -> QuerySet[Seat]:
    """The leaders and coaches of these pilots today."""
    return _pairs_and_tandems().filter(pilot_id__in=pilots)


def _pilots(user: User, programme: UUID) -> QuerySet[Pilot]:
    visible = Pilot.objects.visible_to(user).filter(pk=OuterRef("pk"))
    pilots = Pilot.objects.filter(programme_id=programme).select_related("service__sector")
    return pilots.annotate(is_visible=Exists(visible))


def _part_of(programme: Programme, user: User, asked: str) -> Part:
    """A programme that fits on one drawing as a whole; of a larger one a network."""
    about = {"user": user, "programme": programme.pk}
    pilots, networks = first_pilots.ask(**about), networks_seen.ask(**about)
    return Part(networks[:AT_ONCE], pilots) if len(pilots) <= AT_ONCE else _one_of_many(about, networks, asked)


def _one_of_many(about: dict[str, object], networks: list[LearningNetwork], asked: str) -> Part:
    """The network that was asked for, with its neighbours; the pilots of one's own that are in no network stand at the end."""
    alone = pilots_without_network.ask(**about, most=1)
    names = [*(str(network.pk) for network in networks), *([WITHOUT] if alone else [])]
    at = names.index(asked) if asked in names else 0
    previous, following = names[at - 1 : at] if at else [], names[at + 1 : at + 2]
    around = {
        "previous": "".join(f"?network={name}" for name in previous),
        "next": "".join(f"?network={name}" for name in following),
    }
    if not names or names[at] == WITHOUT:
        return Part([], pilots_without_network.ask(**about, most=AT_ONCE), _("Pilots without a network"), **around)
    shown = networks[at]
    return Part([shown], pilots_of_network.ask(**about, network=shown.pk), shown.name, **around)


def _meetings_of(programme: Programme, user: User, part: Part) -> list[Meeting]:
    """The meetings of this part, and those that belong to no network and no pilot."""
    if part.is_whole:
        return meetings_of_all.ask(user=user, programme=programme.pk)[::-1]
    inside = {"networks": [network.pk for network in part.networks], "pilots": [pilot.pk for pilot in part.pilots]}
    return meetings_of_part.ask(user=user, programme=programme.pk, **inside)[::-1]


@dataclass(frozen=True)
class After:
    """What comes after a coaching moment: the next one that was planned or held, and how many the pilot has of those."""

    next: Meeting | None
    number: int

    @property
    def is_last(self) -> bool:
        """Nothing follows, and the pilot has had what the programme gives: there is none left to propose."""
        return self.next is None and self.number >= MOMENTS


def after(moment: Meeting) -> After:
    """One query; drafts and cancelled moments do not count."""
    moments = Meeting.objects.not_cancelled().filter(kind=Kind.COACHING, pilot_id=moment.pilot_id)
    rows = list(moments.exclude(state=State.DRAFT).order_by("starts_at", "pk"))
    return After(next((row for row in rows if row.starts_at > moment.starts_at), None), len(rows))


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


@Compiled
def moments_of(user: User, pilot: UUID) -> QuerySet[Meeting]:
    """The meetings of a pilot that this person sees."""
    return Meeting.objects.visible_to(user).filter(pilot_id=pilot).with_host()


@Compiled
def number_of_sessions(pilot: UUID) -> QuerySet:
    """How many sessions were held to which somebody of this pilot was asked."""
    return how_many(_sessions_of(pilot))


@Compiled
def who_came(pilot: UUID) -> QuerySet:
    """Somebody's id for each of those sessions at which they were."""
    came = Attendance.objects.filter(meeting__in=_sessions_of(pilot), seat__pilot_id=pilot, status__in=Attendance.PRESENT)
    return came.values_list("user_id", flat=True)


@Compiled
def open_agreements(user: User, programme: UUID, moments: list[UUID], pair: list[UUID]) -> QuerySet[Action]:
    """What is agreed at these moments or by these people, and not done yet."""
    theirs = Q(meeting_id__in=moments) | Q(owner_id__in=pair)
    return Action.objects.visible_to(user).open().filter(theirs, programme_id=programme).select_related("owner", "meeting")[:20]


def _sessions_of(pilot: UUID) -> QuerySet[Meeting]:
    asked = Exists(Attendance.objects.filter(meeting=OuterRef("pk"), seat__pilot_id=pilot))
    return Meeting.objects.filter(asked, kind=Kind.NETWORK, state__in=Meeting.TOOK_PLACE)


def pilot_page(pilot: Pilot, user: User) -> PilotPage:
    """What this person may know of a pilot: its people, moments, sessions attended by each leader, open agreements."""
    row = PilotRow(pilot, moments=moments_of.ask(user=user, pilot=pilot.pk))
    for seat in pairs_and_tandems_of.ask(pilots=[pilot.pk]):
        (row.leaders if seat.role == Seat.Role.LEADER else row.coaches).append(seat)
    attended = Counter(str(person) for person in who_came.ask(pilot=pilot.pk))
    about = {"moments": [moment.pk for moment in row.moments or ()], "pair": [seat.user_id for seat in row.leaders]}
    actions = open_agreements.ask(user=user, programme=pilot.programme_id, **about)
    return PilotPage(row, dict(attended), number_of_sessions.first(pilot=pilot.pk), actions)
