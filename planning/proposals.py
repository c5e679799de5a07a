"""A proposal for the whole plan: asked for, worked out by the planner, moved and pinned, asked again, accepted."""

import datetime
from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit, jobs
from core.errors import Conflict, DomainError
from core.models import Job
from core.rows import save_rows
from outbox.models import OutgoingMail
from people.models import User
from planning.models import Proposal, ProposedMeeting
from planning.proposal_puzzle import Hosts, host_of, hosts_of, meetings_of, puzzle_of
from planning.puzzle import Answer, Puzzle, Unmet, conflicts, pins_that_clash, unmet
from sessions import clock
from sessions import services as sessions
from sessions.invitations import KINDS
from sessions.models import Meeting
from trajectories.models import Programme

KIND = "planning.propose"
MOST = 600  # meetings in one proposal
NOTICE = 14  # days before the first meeting that is proposed, unless somebody asks otherwise
Solve = Callable[[Puzzle, Callable[[float, float], None]], Answer]
DOUBLE = {"elsewhere", "place", "double"}  # conflicts with which nothing is accepted


@transaction.atomic
def ask(
    programme: Programme,
    *,
    by: User,
    first_day: datetime.date,
    last_day: datetime.date,
    sessions_each: int = 8,
    moments_each: int = 3,
    least_weeks: int = 8,
    most_weeks: int = 14,
) -> Proposal:
    """A proposal for the hosts whose meetings this person plans: the drafts to come, and what each network or pilot still lacks
    of so many sessions or moments. DomainError when nothing needs a day."""
    if last_day < first_day:
        raise DomainError(_("The end lies before the start."), field="last_day")
    if most_weeks < least_weeks:
        raise DomainError(_("At most must be more than at least."), field="most_weeks")
    hosts = hosts_of(programme, by)
    if not hosts.networks and not hosts.pilots:
        raise DomainError(_("There is no network or pilot yet that you plan for. They are added when the programme is set up."))
    meetings = meetings_of(programme, hosts)
    proposal = Proposal(
        programme=programme,
        asked_by=by,
        first_day=first_day,
        last_day=last_day,
        least_weeks=least_weeks,
        most_weeks=most_weeks,
        seen=_mark(meetings),
    )
    entries = _entries(proposal, hosts, meetings, sessions_each, moments_each)
    if not entries:
        raise DomainError(_("Every session and moment has a day already. Nothing needs a proposal."))
    if len(entries) > MOST:
        raise DomainError(_("That is more than %(most)s meetings at once. Let each coach ask for their own.") % {"most": MOST})
    proposal.save()
    ProposedMeeting.objects.bulk_create(entries)
    _queue(proposal, by)
    audit.record(by=by.pk, verb="proposal.asked", target=proposal, meetings=len(entries))
    return proposal


def _mark(meetings: list[Meeting]) -> str:
    """The meetings as they are: another mark means that somebody planned or moved in between."""
    seen = ",".join(sorted(f"{row.pk}:{row.version}:{row.state}" for row in meetings))
    return sha256(seen.encode()).hexdigest()


def _entries(
    proposal: Proposal, hosts: Hosts, meetings: list[Meeting], sessions_each: int, moments_each: int
) -> list[ProposedMeeting]:
    now = timezone.now()
    found: list[ProposedMeeting] = []
    numbers: dict[UUID, list[int]] = {host: [] for host in (*hosts.networks, *hosts.pilots)}
    for meeting in meetings:
        host = host_of(meeting)
        numbers[host].append(meeting.number or len(numbers[host]) + 1)
        if meeting.state == Meeting.State.DRAFT and meeting.starts_at > now:
            whose = {"network_id": meeting.network_id, "pilot_id": meeting.pilot_id, "number": numbers[host][-1]}
            found.append(
                ProposedMeeting(proposal=proposal, meeting=meeting, title=meeting.title, minutes=meeting.length, **whose)
            )
    for host, known in numbers.items():
        is_network = host in hosts.networks
        wanted = sessions_each if is_network else moments_each
        free = [number for number in range(1, wanted + 1) if number not in known][: max(0, wanted - len(known))]
        title = _("Network session %(number)s") if is_network else _("Coaching moment %(number)s")
        found += [
            ProposedMeeting(
                proposal=proposal,
                network_id=host if is_network else None,
                pilot_id=None if is_network else host,
                number=number,
                title=title % {"number": number},
                minutes=180 if is_network else 120,
            )
            for number in free
        ]
    return found


def _queue(proposal: Proposal, by: User) -> None:
    title = _("Proposal for %(programme)s") % {"programme": proposal.programme.name}
    proposal.job = jobs.ask(KIND, by=by.pk, title=title[:200], proposal=proposal.pk, version=proposal.version)
    proposal.state = Proposal.State.ASKED
    proposal.save(update_fields=["job", "state"])


def make(job: Job, solve: Solve) -> None:
    """The worker's part: lay the puzzle, solve it, keep the days and what was not met. After a crash it starts over."""
    proposal = Proposal.objects.select_related("programme", "asked_by").get(pk=job.arguments["proposal"])
    if proposal.state != Proposal.State.ASKED or str(proposal.version) != job.arguments["version"]:
        return  # somebody went on meanwhile
    jobs.report_progress(job, 0, 100)
    entries = list(proposal.entries.select_related("network", "pilot__service"))
    hosts = hosts_of(proposal.programme, proposal.asked_by)
    entries = [entry for entry in entries if _plans(hosts, entry)]
    puzzle = puzzle_of(proposal, entries, hosts, meetings_of(proposal.programme, hosts))
    _refuse_clashing_pins(puzzle, entries)
    answer = solve(puzzle, lambda spent, limit: jobs.report_progress(job, int(95 * min(1, spent / limit)) + 1, 100))
    with transaction.atomic():
        proposal = Proposal.objects.select_for_update().select_related("programme").get(pk=proposal.pk)
        if proposal.state != Proposal.State.ASKED or str(proposal.version) != job.arguments["version"]:
            return
        _keep(proposal, entries, puzzle, answer.starts)
        proposal.state, proposal.gap, proposal.seconds = Proposal.State.READY, answer.gap, round(answer.seconds, 2)
        proposal.save(update_fields=["state", "gap", "seconds"])
        audit.record(by=job.requested_by, verb="proposal.made", target=proposal, proven=answer.proven)
    jobs.report_progress(job, 100, 100)


def _plans(hosts: Hosts, entry: ProposedMeeting) -> bool:
    return entry.network_id in hosts.networks if entry.network_id else entry.pilot_id in hosts.pilots


def _refuse_clashing_pins(puzzle: Puzzle, entries: list[ProposedMeeting]) -> None:
    titles = {str(entry.pk): f"{entry.title} ({entry.host})" for entry in entries}
    for one, other in pins_that_clash(puzzle.items):
        words = {"one": titles.get(one.key, ""), "other": titles.get(other.key, "")}
        raise DomainError(_("%(one)s and %(other)s are pinned at the same time. Move one of them first.") % words)


def _keep(
    proposal: Proposal, entries: list[ProposedMeeting], puzzle: Puzzle, starts: dict[str, datetime.datetime | None]
) -> None:
    """Write days, unmet wishes and conflicts of the entries."""
    zone = proposal.programme.zone
    wishes, wrong = unmet(puzzle, starts), conflicts(puzzle, starts)
    for entry in entries:
        start = starts.get(str(entry.pk))
        entry.starts_at = clock.moment(start.date(), start.time(), zone) if start else None
        told = dict.fromkeys([*wrong.get(str(entry.pk), []), *wishes.get(str(entry.pk), [])])
        entry.unmet = [_kept(one) for one in told]
    save_rows(entries, ["starts_at", "unmet"])


def _kept(one: Unmet) -> list[str]:
    return [one.wish, one.why, one.about]


# -- by hand ----------------------------------------------------------------------------------------------------------


def _open_at_version(proposal: Proposal, version: int) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).select_related("programme", "asked_by").get(pk=proposal.pk)
    if found.state in {Proposal.State.ACCEPTED, Proposal.State.AWAY}:
        raise DomainError(_("This proposal has been closed."))
    if found.is_being_made:
        raise DomainError(_("The proposal is being worked out. Wait until it is ready."))
    if found.version != version:
        raise Conflict(_("Somebody else changed this proposal meanwhile. Look at it and try again."))
    return found


@transaction.atomic
def move(entry: ProposedMeeting, *, by: User, version: int, day: datetime.date, hour: datetime.time) -> ProposedMeeting:
    """Put a meeting on another day or hour; it is pinned there. What does not fit is told on the page; refused are an hour that
    the clock skips, the past, and the time of another pinned meeting of the same people."""
    proposal = _open_at_version(entry.proposal, version)
    zone = proposal.programme.zone
    if clock.is_skipped(day, hour, zone):
        raise DomainError(_("That hour does not exist on that day: the clock goes forward. Choose another hour."), field="hour")
    start = clock.moment(day, hour, zone)
    if start <= timezone.now():
        raise DomainError(_("%(day)s lies in the past.") % {"day": date_format(day, "DATE_FORMAT")}, field="day")
    latest = max(proposal.programme.ends_on, proposal.last_day) + datetime.timedelta(days=366)
    if not proposal.programme.starts_on <= day <= latest:
        raise DomainError(_("That day lies outside the programme."), field="day")
    entry.starts_at, entry.pinned = start, True
    entry.save(update_fields=["starts_at", "pinned"])
    _look_again(proposal, by)
    proposal.gap = None  # what the planner proved was about its own days
    proposal.save(update_fields=["gap"])
    _rise(proposal)
    audit.record(by=by.pk, verb="proposal.moved", target=entry, proposal=proposal.pk)
    return entry


@transaction.atomic
def pin(entry: ProposedMeeting, *, by: User, version: int, pinned: bool) -> None:
    """A pinned meeting keeps its day when a proposal is asked again."""
    proposal = _open_at_version(entry.proposal, version)
    if pinned and entry.starts_at is None:
        raise DomainError(_("This meeting has no day yet. Give it one first."))
    ProposedMeeting.objects.filter(pk=entry.pk).update(pinned=pinned)
    _rise(proposal)
    audit.record(by=by.pk, verb="proposal.pinned" if pinned else "proposal.unpinned", target=entry, proposal=proposal.pk)


def _look_again(proposal: Proposal, by: User) -> None:
    """Conflicts and wishes of all entries, now that one has moved."""
    hosts = hosts_of(proposal.programme, by)
    entries = [entry for entry in proposal.entries.select_related("network", "pilot__service") if _plans(hosts, entry)]
    puzzle = puzzle_of(proposal, entries, hosts, meetings_of(proposal.programme, hosts))
    _refuse_clashing_pins(puzzle, entries)
    starts = {item.key: item.pinned for item in puzzle.items} | _starts(proposal, entries)
    _keep(proposal, entries, puzzle, starts)


def _rise(proposal: Proposal) -> None:
    proposal.version += 1
    proposal.save(update_fields=["version"])


@transaction.atomic
def again(proposal: Proposal, *, by: User, version: int) -> None:
    """Ask once more; what is pinned stays."""
    found = _open_at_version(proposal, version)
    _rise(found)
    found.seen = _mark(meetings_of(found.programme, hosts_of(found.programme, found.asked_by)))
    found.save(update_fields=["seen"])
    _queue(found, by)
    audit.record(by=by.pk, verb="proposal.asked-again", target=found)


@transaction.atomic
def put_away(proposal: Proposal, *, by: User, version: int) -> None:
    """Nothing comes of it; no meeting changes."""
    found = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if found.state == Proposal.State.ACCEPTED:
        raise DomainError(_("This proposal has been closed."))
    found.state, found.settled_at = Proposal.State.AWAY, timezone.now()
    found.version += 1
    found.save(update_fields=["state", "settled_at", "version"])
    audit.record(by=by.pk, verb="proposal.put-away", target=found)


class Letters(NamedTuple):
    """What accepting sends: so many invitations to so many people, about so many meetings."""

    meetings: int
    letters: int
    people: int


def letters_of(proposal: Proposal, *, by: User, version: int) -> Letters:
    """How many invitations accepting would send: it is done and taken back, so the number is the very one that goes out."""
    with transaction.atomic():
        meetings = accept(proposal, by=by, version=version, publish=True)
        found = _letters(proposal, meetings)
        transaction.set_rollback(True)
    return found


def _letters(proposal: Proposal, meetings: int) -> Letters:
    invitations = OutgoingMail.objects.waiting().filter(kind=KINDS["invite"])
    mine = invitations.filter(subject_id__in=proposal.entries.exclude(starts_at=None).values("meeting_id"))
    return Letters(meetings, mine.count(), mine.values("recipient_id").distinct().count())


@transaction.atomic
def invite_all(proposal: Proposal, *, by: User, version: int, told: Letters) -> int:
    """Accept it and invite everybody, when that still sends what was told; Conflict when it would be another number."""
    meetings = accept(proposal, by=by, version=version, publish=True)
    if _letters(proposal, meetings) != told:
        raise Conflict(_("Something changed since you counted the letters. Look at it once more."))
    return meetings


@transaction.atomic
def accept(proposal: Proposal, *, by: User, version: int, publish: bool) -> int:
    """Write all days at once as drafts, or planned with invitations (`publish`); returns how many meetings. Nothing is written
    when somebody planned in between or two meetings of one person coincide. Meetings without a day are left as they are."""
    Programme.objects.select_for_update().get(pk=proposal.programme_id)  # two who accept at once go one after the other
    found = _open_at_version(proposal, version)
    hosts = hosts_of(found.programme, found.asked_by)
    meetings = {row.pk: row for row in meetings_of(found.programme, hosts)}
    if _mark(list(meetings.values())) != found.seen:
        raise Conflict(_("Meetings were planned or moved since this proposal was made. Ask again: what you pinned stays."))
    own = hosts_of(found.programme, by)
    rows = [entry for entry in found.entries.select_related("network", "pilot__service") if entry.starts_at]
    if not all(_plans(own, entry) for entry in rows):
        raise DomainError(_("You no longer plan all of these meetings. Ask for a new proposal."))
    if _coincide(found, rows, hosts, list(meetings.values())):
        raise DomainError(_("Somebody would be in two places at once. Move the meetings marked as a conflict first."))
    if any(entry.starts_at <= timezone.now() for entry in rows if entry.starts_at):
        raise DomainError(_("Some of these days have passed. Ask again."))
    for entry in sorted(rows, key=lambda row: (row.starts_at, row.number)):
        _write(entry, meetings, by=by, publish=publish)
    found.state, found.settled_at = Proposal.State.ACCEPTED, timezone.now()
    found.save(update_fields=["state", "settled_at"])
    _rise(found)
    audit.record(by=by.pk, verb="proposal.accepted", target=found, meetings=len(rows), published=publish)
    return len(rows)


def _coincide(proposal: Proposal, entries: list[ProposedMeeting], hosts: Hosts, meetings: list[Meeting]) -> bool:
    """Whether, as things stand now, somebody or some place would be in two meetings at once."""
    puzzle = puzzle_of(proposal, entries, hosts, meetings)
    wrong = conflicts(puzzle, _starts(proposal, entries))
    return any(one.wish in DOUBLE for told in wrong.values() for one in told)


def _starts(proposal: Proposal, entries: list[ProposedMeeting]) -> dict[str, datetime.datetime | None]:
    zone = proposal.programme.zone
    return {
        str(entry.pk): entry.starts_at.astimezone(zone).replace(tzinfo=None) if entry.starts_at else None for entry in entries
    }


def _write(entry: ProposedMeeting, meetings: dict[UUID, Meeting], *, by: User, publish: bool) -> None:
    assert entry.starts_at and entry.ends_at
    starts, ends = entry.starts_at, entry.ends_at
    if entry.meeting_id:
        draft = meetings[entry.meeting_id]
        sessions.change_meeting(draft, by=by, version=draft.version, publish=publish, starts_at=starts, ends_at=ends)
    else:
        meeting = sessions.plan_meeting(
            by=by, host=entry.host, title=entry.title, starts_at=starts, ends_at=ends, publish=publish, number=entry.number
        )
        ProposedMeeting.objects.filter(pk=entry.pk).update(meeting=meeting)
