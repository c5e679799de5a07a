"""From a programme to the planner's puzzle: which meetings need a day, who belongs there, what is wished."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from networks.models import LearningNetwork, NetworkCoach, NetworkPilot
from people.models import User
from planning import availability
from planning.models import PlannedStep, Proposal, ProposedMeeting
from planning.puzzle import Item, Puzzle
from sessions.doubts import same_place
from sessions.models import Meeting
from trajectories.models import Pilot, Programme, Seat

ABSENT_LEADER, ABSENT_SECOND, ABSENT_PAIR = 400, 300, 2000  # how much it weighs that somebody cannot
MOMENTS_APART = 56  # days: two moments of a pair do not fall in one quarter
USUAL_START = datetime.time(9, 30)
SECONDS = 25.0  # of work for one proposal
Host = LearningNetwork | Pilot


@dataclass
class Hosts:
    """The networks and pilots whose meetings one person plans in a programme, with their people of today."""

    networks: dict[UUID, LearningNetwork]
    pilots: dict[UUID, Pilot]
    coaches: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))  # of a network or pilot, the lead first
    leaders: dict[UUID, list[str]] = field(default_factory=lambda: defaultdict(list))  # the same

    @property
    def people(self) -> set[str]:
        return {person for rows in (*self.coaches.values(), *self.leaders.values()) for person in rows}


def hosts_of(programme: Programme, user: User) -> Hosts:
    """Five queries, whatever the number of hosts."""
    running = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())
    networks = LearningNetwork.objects.coached_by(user).filter(programme=programme)
    pilots = Pilot.objects.coached_by(user).filter(running, programme=programme).select_related("service")
    found = Hosts({row.pk: row for row in networks}, {row.pk: row for row in pilots})
    seats = Seat.objects.living().filter(programme=programme, pilot__isnull=False, role__in=["leader", "coach"])
    pairs: dict[UUID, list[str]] = defaultdict(list)
    for seat in seats.order_by("-is_lead", "place", "since"):
        if seat.pilot_id and seat.role == Seat.Role.LEADER:
            pairs[seat.pilot_id].append(str(seat.user_id))
        elif seat.pilot_id and seat.pilot_id in found.pilots:
            found.coaches[seat.pilot_id].append(str(seat.user_id))
    for pk in found.pilots:
        found.leaders[pk] = pairs[pk]
    for network, coach in NetworkCoach.objects.living().filter(network__in=networks).values_list("network", "seat__user"):
        found.coaches[network].append(str(coach))
    for network, pilot in NetworkPilot.objects.living().filter(network__in=networks).values_list("network", "pilot"):
        found.leaders[network] += pairs[pilot]
    return found


def meetings_of(programme: Programme, hosts: Hosts) -> list[Meeting]:
    """Every session and moment of these hosts that was not cancelled, in time."""
    mine = Q(network__in=list(hosts.networks)) | Q(pilot__in=list(hosts.pilots))
    return list(Meeting.objects.not_cancelled().filter(mine, programme=programme).order_by("starts_at", "pk"))


def host_of(meeting: Meeting) -> UUID:
    """The id of the network or pilot of a session or moment."""
    found = meeting.network_id or meeting.pilot_id
    assert found is not None
    return found


def puzzle_of(proposal: Proposal, entries: list[ProposedMeeting], hosts: Hosts, meetings: list[Meeting]) -> Puzzle:
    """The puzzle of a proposal as things stand now (seven queries): its entries by their ids, and around them what is fixed."""
    zone = proposal.programme.zone
    first, last = proposal.first_day, proposal.last_day
    whole, own = availability.hours_of(proposal.programme)
    book = _Book(proposal, hosts, {row.pk: row for row in meetings}, _steps(entries), whole, own, zone)
    by_host: dict[UUID, list[ProposedMeeting]] = defaultdict(list)
    for entry in entries:
        by_host[entry.host_id].append(entry)
    drafts = {entry.meeting_id for entry in entries}
    fixed: dict[UUID, list[Meeting]] = defaultdict(list)
    for meeting in meetings:
        if meeting.pk not in drafts:
            fixed[host_of(meeting)].append(meeting)
    items = [item for host in by_host for item in book.series(host, by_host[host], fixed[host])]
    people = {UUID(person) for person in hosts.people}
    days = [entry.starts_at.astimezone(zone).date() for entry in entries if entry.pinned and entry.starts_at]
    begins, ends = min([first, *days]), max([last, *days])
    persons, places = availability.busy(people, begins, ends, zone)
    closed = availability.closed_days(proposal.programme, begins, ends)
    away = availability.away(people, begins, ends)
    return Puzzle(tuple(items), closed, persons, away, places, seconds=SECONDS)


def _steps(entries: list[ProposedMeeting]) -> dict[UUID, PlannedStep]:
    drafts = [entry.meeting_id for entry in entries if entry.meeting_id]
    return {row.meeting_id: row for row in PlannedStep.objects.filter(meeting__in=drafts).select_related("step")}


@dataclass
class _Book:
    """What is known about the entries while they become items."""

    proposal: Proposal
    hosts: Hosts
    meetings: dict[UUID, Meeting]
    steps: dict[UUID, PlannedStep]
    whole: availability.Hours
    own: dict[UUID, availability.Hours]
    zone: ZoneInfo

    def series(self, host: UUID, entries: list[ProposedMeeting], fixed: list[Meeting]) -> list[Item]:
        """The entries of one host, among its meetings that have a day and keep it."""
        entries = sorted(entries, key=lambda entry: entry.number)
        items = [self._item(host, entry, place, len(entries)) for place, entry in enumerate(entries)]
        return items + [self._fixed(host, meeting, entries) for meeting in fixed]

    def _fixed(self, host: UUID, meeting: Meeting, entries: list[ProposedMeeting]) -> Item:
        """A meeting that stays: it only spaces the others; who is busy then is known already."""
        start = meeting.starts_at.astimezone(self.zone).replace(tzinfo=None)
        day = start.date()
        order = 2 * (meeting.number or 0) if day >= self.proposal.first_day else -1
        return Item(
            f"fixed:{meeting.pk}", str(host), order, meeting.length, day, day, day, day, day, {}, pinned=start, least=0, most=0
        )

    def _item(self, host: UUID, entry: ProposedMeeting, place: int, of: int) -> Item:
        draft = self.meetings.get(entry.meeting_id) if entry.meeting_id else None
        step = self.steps.get(entry.meeting_id) if entry.meeting_id else None
        first, last = self._range(entry)
        wish_from, wish_until = self._third(entry, step, first, last)
        start = draft.starts_at.astimezone(self.zone) if draft else None
        target = start.date() if start and wish_from <= start.date() <= wish_until else None
        lead, others = self.hosts.coaches[host][:1], self.hosts.coaches[host][1:]
        leaders = self.hosts.leaders[host]
        needed = tuple(self.hosts.coaches[host] if entry.network_id else lead)
        wished = [(person, ABSENT_LEADER if entry.network_id else ABSENT_PAIR) for person in leaders]
        wished += [] if entry.network_id else [(person, ABSENT_SECOND) for person in others]
        least, most = self._spacing(entry, step)
        return Item(
            str(entry.pk),
            str(host),
            entry.number * 2,
            entry.minutes,
            first,
            last,
            target or self._spread(entry, place, of, wish_from, wish_until),
            wish_from,
            wish_until,
            self.own.get(host, self.whole),
            needed,
            tuple((person, weight) for person, weight in wished if person not in needed),
            same_place(draft.place) if draft else "",
            start.time() if start else USUAL_START,
            least,
            most,
            entry.starts_at.astimezone(self.zone).replace(tzinfo=None) if entry.pinned and entry.starts_at else None,
        )

    def _range(self, entry: ProposedMeeting) -> tuple[datetime.date, datetime.date]:
        first, last = self.proposal.first_day, self.proposal.last_day
        pilot = self.hosts.pilots.get(entry.pilot_id) if entry.pilot_id else None
        if pilot is not None:
            first = max(first, pilot.starts_on)
            last = min(last, pilot.ends_on) if pilot.ends_on else last
        return min(first, last), last

    def _third(
        self, entry: ProposedMeeting, step: PlannedStep | None, first: datetime.date, last: datetime.date
    ) -> tuple[datetime.date, datetime.date]:
        """A moment in each third of the trajectory (the step may name another); sessions anywhere. What has passed is no wish."""
        third = step.step.third if step else 0
        if not third and entry.pilot_id and entry.number <= 3:
            third = entry.number
        if not third:
            return first, last
        programme = self.proposal.programme
        pilot = self.hosts.pilots.get(entry.pilot_id) if entry.pilot_id else None
        begins = max(programme.starts_on, pilot.starts_on) if pilot else programme.starts_on
        ends = (pilot.ends_on if pilot else None) or programme.ends_on
        length = (ends - begins).days / 3
        wish_from = begins + datetime.timedelta(days=int(length * (third - 1)))
        wish_until = begins + datetime.timedelta(days=int(length * third))
        if wish_until < first or wish_from > last:
            return first, last
        return max(wish_from, first), min(wish_until, last)

    def _spread(
        self, entry: ProposedMeeting, place: int, of: int, wish_from: datetime.date, wish_until: datetime.date
    ) -> datetime.date:
        """Sessions evenly; moments of one number one pilot after another, so that a coach does not get all in one week."""
        days = (wish_until - wish_from).days
        share = (place + 0.5) / of
        if entry.pilot_id and (wish_from, wish_until) != (self.proposal.first_day, self.proposal.last_day):
            pilots = list(self.hosts.pilots)
            share = (pilots.index(entry.pilot_id) + 0.5) / len(pilots)
        return wish_from + datetime.timedelta(days=int(days * share))

    def _spacing(self, entry: ProposedMeeting, step: PlannedStep | None) -> tuple[int, int]:
        if entry.pilot_id:
            return (step.step.min_weeks or 0) * 7 if step and step.step.min_weeks else MOMENTS_APART, 0
        least, most = self.proposal.least_weeks, self.proposal.most_weeks
        if step:
            least, most = step.step.min_weeks or least, step.step.max_weeks or most
        return least * 7, most * 7
