"""The plan of a programme: warnings over its trajectories, a month or an agenda of meetings, and what does not go together."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, DateField, DateTimeField, F, Q, QuerySet, UUIDField, Window
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core.compiled import Compiled, Given, each_of
from networks.models import LearningNetwork, NetworkPilot
from people.models import User
from planning import availability
from planning.models import Unavailability
from planning.puzzle import Stretch, touch
from sessions.doubts import Taken, places_taken, shares_its_place
from sessions.models import Attendance, Meeting, MeetingQuerySet
from sessions.trajectory import Overview, PilotRow
from trajectories.models import Phase, Pilot, Programme, Seat

MOST = 100  # meetings in a month
QUIET_MONTHS = (3, 6, 9, 12)
State = Meeting.State


# -- warnings ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Warned:
    """One thing to look at: about whom, what, and where it is mended."""

    about: str
    sentence: str
    url: str


def warnings(overview: Overview, phases: Sequence[Phase], months: int) -> list[Warned]:
    """What in this part of the programme asks for attention; no query."""
    found = [
        warned for row in overview.pilots if row.moments is not None for warned in _of_pilot(row, overview.programme, months)
    ]
    return [*_of_networks(overview), *found, *_outside_phases(overview.meetings, phases)]


def _of_pilot(row: PilotRow, programme: Programme, months: int) -> Iterator[Warned]:
    page = reverse("sessions:pilot", args=[row.pilot.pk])
    plan = reverse("sessions:new", args=["pilot", row.pilot.pk])
    empty = programme.leader_places - len(row.leaders)
    if empty > 0:
        yield Warned(str(row.pilot), _("A leader's place is empty."), page)
    now, days = timezone.now(), _days_of(row)
    ahead = [moment for moment in row.moments or [] if moment.state == State.PLANNED and moment.starts_at > now]
    if not ahead and row.missing:
        yield Warned(str(row.pilot), _("Nothing is planned."), plan)
    today = timezone.localdate()
    last = max((day for day in days if day <= today), default=row.pilot.starts_on)
    if row.missing and not ahead and (today - last).days > 30 * months:
        yield Warned(str(row.pilot), _("No coaching moment for more than %(months)s months.") % {"months": months}, plan)
    for one, other in combinations(days, 2):
        if (one.year, (one.month - 1) // 3) == (other.year, (other.month - 1) // 3):
            words = {"one": date_format(one, "j F Y"), "other": date_format(other, "j F Y")}
            yield Warned(str(row.pilot), _("Two moments in one quarter: %(one)s and %(other)s.") % words, page)


def _days_of(row: PilotRow) -> list[datetime.date]:
    moments = [moment for moment in row.moments or [] if moment.state not in {State.CANCELLED, State.DRAFT}]
    return sorted(moment.local_start.date() for moment in moments)


def _of_networks(overview: Overview) -> Iterator[Warned]:
    now = timezone.now()
    ahead = {row.network_id for row in overview.sessions if row.state == State.PLANNED and row.starts_at > now}
    for network in overview.part.networks:
        if network.pk not in ahead:
            yield Warned(str(network), _("No session is planned."), reverse("sessions:new", args=["network", network.pk]))


def _outside_phases(meetings: Iterable[Meeting], phases: Sequence[Phase]) -> Iterator[Warned]:
    for row in meetings:
        day = row.local_start.date()
        if phases and row.is_open and not any(phase.starts_on <= day <= phase.ends_on for phase in phases):
            yield Warned(row.title, _("Lies outside every phase of the programme."), reverse("sessions:edit", args=[row.pk]))


# -- a month, an agenda -----------------------------------------------------------------------------------------------


class Choice(NamedTuple):
    """One line of a list to choose from."""

    pk: UUID
    name: str


@dataclass
class Filters:
    """What is shown; the choices are those of the chosen network, or of the whole programme where it is small."""

    networks: list[Choice]
    pilots: list[Choice]
    coaches: list[Choice]
    network: UUID | None = None
    pilot: UUID | None = None
    coach: UUID | None = None

    @property
    def asked(self) -> dict[str, str]:
        """The chosen ones, for an address."""
        chosen = {"network": self.network, "pilot": self.pilot, "coach": self.coach}
        return {name: str(value) for name, value in chosen.items() if value}


MANY = 100  # choices in one list


@Compiled
def networks_to_choose(user: User, programme: UUID) -> QuerySet[LearningNetwork, Any]:
    """Those whose sessions this person plans."""
    return LearningNetwork.objects.coached_by(user).filter(programme=programme).values_list("pk", "name")[:MANY]


@Compiled
def pilots_to_choose(user: User, programme: UUID, network: UUID | None) -> QuerySet[Pilot, Any]:
    """Those whose moments this person plans, of one network when it is given."""
    pilots = Pilot.objects.coached_by(user).filter(programme=programme)
    if network:
        pilots = pilots.filter(pk__in=NetworkPilot.objects.living().filter(network=network).values("pilot"))
    return pilots.values_list("pk", "service__name")[:MANY]


@Compiled
def coaches_to_choose(programme: UUID) -> QuerySet[User]:
    """The coaches of a programme."""
    seats = Seat.objects.filter(programme=programme, role=Seat.Role.COACH, until=None).values("user")
    people = User.objects.filter(pk__in=seats, is_active=True).by_name()
    return people.only("first_name", "last_name", "email")[:MANY]


def filters_of(programme: Programme, user: User, asked: dict[str, str]) -> Filters:
    """The filters with what was asked for, as far as it is there (three queries)."""
    whose = {"user": user, "programme": programme.pk}
    networks = [Choice(*row) for row in networks_to_choose.ask(**whose)]
    network = _one_of(networks, asked.get("network", ""))
    pilots = [Choice(*row) for row in pilots_to_choose.ask(**whose, network=network)]
    coaches = [Choice(person.pk, person.name) for person in coaches_to_choose.ask(programme=programme.pk)]
    pilot = _one_of(pilots, asked.get("pilot", ""))
    return Filters(networks, pilots, coaches, network, pilot, _one_of(coaches, asked.get("coach", "")))


def _one_of(known: Iterable[Choice], asked: str) -> UUID | None:
    return next((row.pk for row in known if str(row.pk) == asked), None) if asked else None


def meetings_of(programme: Programme, user: User, chosen: Filters) -> MeetingQuerySet:
    """The meetings that this person runs and that fit the filters, as rows."""
    found = Meeting.objects.run_by(user).filter(programme=programme)
    if chosen.network:
        members = NetworkPilot.objects.living().filter(network=chosen.network).values("pilot")
        found = found.filter(Q(network=chosen.network) | Q(pilot__in=members))
    if chosen.pilot:
        members = NetworkPilot.objects.living().filter(pilot=chosen.pilot).values("network")
        found = found.filter(Q(pilot=chosen.pilot) | Q(network__in=members))
    if chosen.coach:
        there = Attendance.objects.filter(user=chosen.coach, is_invited=True).values("meeting")
        found = found.filter(pk__in=there)
    return found.as_rows()


def meetings_between(
    programme: Programme, user: User, chosen: Filters, first: datetime.datetime, last: datetime.datetime
) -> list[Meeting]:
    """Those of a stretch, in time; one query, one more than `MOST` at most."""
    found = meetings_of(programme, user, chosen).filter(ends_at__gte=first, starts_at__lt=last)
    return list(found.order_by("starts_at", "pk")[: MOST + 1])


@dataclass
class PlanRow:
    """One meeting, and what does not go together with it."""

    meeting: Meeting
    conflicts: list[str] = field(default_factory=list)

    @property
    def day(self) -> datetime.date:
        return self.meeting.local_start.date()


def rows_of(meetings: Sequence[Meeting]) -> list[PlanRow]:
    """Meetings (at most `MOST`) with their conflicts: the same person or place at the same time, or somebody who cannot; four
    queries at most. What happens elsewhere is not told, shown here or not."""
    rows = {row.pk: PlanRow(row) for row in meetings}
    open_ones = [row for row in meetings if row.is_open and not row.has_ended]
    if not open_ones:
        return list(rows.values())
    first, last = min(row.starts_at for row in open_ones), max(row.ends_at for row in open_ones)
    asked = [row.pk for row in open_ones]
    zone = open_ones[0].zone
    days = first.astimezone(zone).date(), last.astimezone(zone).date()
    elsewhere = _elsewhere(asked, first, last)
    away = availability.stretches(AWAY.ask(meetings=asked, first=days[0], last=days[1]), *days)
    doubtful = {*elsewhere, *map(UUID, away)}
    by_meeting, names = _people(asked, doubtful)
    for row in open_ones:
        for person in sorted(by_meeting[row.pk], key=names.__getitem__):
            taken = elsewhere.get(person, ())
            if any(starts < row.ends_at and row.starts_at < ends and pk != row.pk for pk, starts, ends in taken):
                rows[row.pk].conflicts.append(_("%(name)s is not available then.") % {"name": names[person]})
            wall = Stretch(row.local_start.replace(tzinfo=None), row.local_end.replace(tzinfo=None))
            if any(touch(wall, gone) for gone in away.get(str(person), ())):
                rows[row.pk].conflicts.append(_("%(name)s cannot then.") % {"name": names[person]})
    places = places_taken(first, last)
    for row in open_ones:
        if shares_its_place(row, places):
            rows[row.pk].conflicts.append(_("Another meeting is in that place then."))
    return list(rows.values())


def _invited() -> QuerySet[Attendance]:
    return Attendance.objects.filter(is_invited=True, user__isnull=False).exclude(reply="no")


def _invited_to_these() -> QuerySet[Attendance]:
    """To the meetings of a page, which are given later."""
    return _invited().filter(meeting__id__in=each_of("meetings", UUIDField(), MOST))


NAME = ("user__first_name", "user__last_name", "user__email")
PEOPLE = Compiled(lambda: _invited_to_these().order_by().values_list("meeting_id", "user_id", *NAME))
ELSEWHERE = Compiled(
    lambda: (
        _invited()
        .filter(
            user__in=_invited_to_these().order_by().values("user"),
            meeting__starts_at__lt=Given("last", DateTimeField()),
            meeting__ends_at__gt=Given("first", DateTimeField()),
            meeting__state__in=[State.PLANNED, State.DRAFT],
        )
        .annotate(number=Window(Count("pk"), partition_by=F("user")))
        .filter(number__gt=1)
        .order_by("meeting__starts_at")
        .values_list("user_id", "meeting_id", "meeting__starts_at", "meeting__ends_at")
    )
)
AWAY = Compiled(
    lambda: Unavailability.objects.filter(
        user__in=_invited_to_these().order_by().values("user"),
        first_day__lte=Given("last", DateField()),
        last_day__gte=Given("first", DateField()),
    ).defer("note_sealed")
)


def _people(meetings: list[UUID], doubtful: set[UUID]) -> tuple[dict[UUID, set[UUID]], dict[UUID, str]]:
    """Who of these people is invited to which of the meetings, and their names; no query for nobody."""
    by_meeting: dict[UUID, set[UUID]] = defaultdict(set)
    names: dict[UUID, str] = {}
    for meeting, person, first, last, email in PEOPLE.ask(meetings=meetings) if doubtful else ():
        if person in doubtful:
            by_meeting[meeting].add(person)
            names[person] = f"{first} {last}".strip() or email
    return by_meeting, names


def _elsewhere(meetings: list[UUID], first: datetime.datetime, last: datetime.datetime) -> dict[UUID, list[Taken]]:
    """Who of these meetings is invited to two at once in this stretch, and to which all: drafts count too, nobody should be asked
    for two at once."""
    found: dict[UUID, list[Taken]] = defaultdict(list)
    for user, *taken in ELSEWHERE.ask(meetings=meetings, first=first, last=last):
        found[user].append(tuple(taken))
    return {user: taken for user, taken in found.items() if _touch(taken)}


def _touch(taken: list[Taken]) -> bool:
    """Does one of these begin before another has ended? They come in the order of time."""
    return any(starts < ends for (_one, _starts, ends), (_other, starts, _ends) in pairwise(taken))
