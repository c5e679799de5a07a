"""Planning, moving and cancelling meetings: versions, history, and the letters that follow."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, DomainError
from networks.models import AdvisoryGroup, LearningNetwork, Partner
from people.models import User
from sessions import invitations, moved
from sessions.models import AgendaItem, Attendance, Meeting, MeetingChange, MeetingTool
from tools.models import Tool
from trajectories.models import Pilot, Programme

State, Kind = Meeting.State, Meeting.Kind
Host = LearningNetwork | Pilot | AdvisoryGroup | Partner | Programme
HOSTS = {
    LearningNetwork: (Kind.NETWORK, "network"),
    Pilot: (Kind.COACHING, "pilot"),
    AdvisoryGroup: (Kind.ADVISORY, "advisory_group"),
    Partner: (Kind.EXCHANGE, "partner"),
    Programme: (Kind.EVENT, "programme"),
}
LONGEST = timedelta(days=14)
MAIN = ("starts_at", "ends_at", "mode", "place", "link")  # what people must hear about
FIELDS = {*MAIN, "title", "aim", "question", "break_minutes", "number"}


class AgendaLine(NamedTuple):
    """One timed line of an agenda, in the order in which it is given."""

    title: str
    minutes: int
    aim: str = ""
    owner_id: UUID | None = None
    tool_id: UUID | None = None


def draft_for(host: Host, **fields) -> Meeting:
    """An unsaved meeting of this host: kind, programme and zone follow from it."""
    kind, name = HOSTS[type(host)]
    programme = host if isinstance(host, Programme) else host.programme
    return Meeting(**{"programme": programme, "kind": kind, "time_zone": programme.time_zone, name: host} | fields)


@transaction.atomic
def plan_meeting(
    *,
    by: User | None,
    host: Host,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    publish: bool = True,
    agenda: Iterable[AgendaLine] = (),
    tools: Iterable[Tool] = (),
    **fields,
) -> Meeting:
    """Plan a meeting and invite those who belong there; with `publish=False` it stays a draft that nobody hears of.

    `fields`: mode, place, link, aim, question, break_minutes, number. Raises DomainError with the field it belongs to.
    """
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"not fields of a meeting: {sorted(unknown)}")
    author = by.pk if by else None
    type(host)._default_manager.select_for_update(no_key=True).get(pk=host.pk)  # two who plan at once come one after the other
    meeting = draft_for(host, title=title, starts_at=starts_at, ends_at=ends_at, created_by=author, **fields)
    _check(meeting)
    _refuse_twin(meeting)
    meeting.state = State.PLANNED if publish else State.DRAFT
    if meeting.number is None and meeting.kind in {Kind.NETWORK, Kind.COACHING}:
        meeting.number = _next_number(meeting)
    meeting.save()
    _set_agenda(meeting, agenda)
    _set_tools(meeting, tools)
    _note(meeting, "state", before="", after=meeting.state, by=author)
    invitations.invite_missing(Meeting.objects.filter(pk=meeting.pk))
    audit.record(by=author, verb="meeting.planned", target=meeting, state=meeting.state)
    return meeting


@transaction.atomic
def change_meeting(
    meeting: Meeting,
    *,
    by: User | None,
    version: int,
    reason: str = "",
    publish: bool = False,
    agenda: Iterable[AgendaLine] | None = None,
    tools: Iterable[Tool] | None = None,
    **fields,
) -> Meeting:
    """Save what changed; `publish` makes a draft planned. Moved in time or place: history, a higher sequence, one letter each.

    `version` is the one that the editor started from: Conflict when somebody saved in between. Returns the meeting as it is now.
    """
    unknown = set(fields) - FIELDS
    if unknown:
        raise TypeError(f"not fields of a meeting: {sorted(unknown)}")
    found = _open_at_version(meeting, version)
    before = {name: getattr(found, name) for name in fields}
    for name, value in fields.items():
        setattr(found, name, value)
    changed = [name for name in fields if before[name] != getattr(found, name)]
    if found.took_place and not found.has_begun:
        raise DomainError(_("This meeting has been held, so it cannot lie ahead."), field="day")
    _check(found)
    author = by.pk if by else None
    if {"starts_at", "ends_at", "break_minutes"}.intersection(changed):
        was = moved.Hours(before.get("starts_at", found.starts_at), before.get("ends_at", found.ends_at))
        moved.follow(found, was, by=author, reason=reason)
    if agenda is not None:
        _set_agenda(found, agenda)
    if tools is not None:
        _set_tools(found, tools)
    was_planned = found.state == State.PLANNED
    if was_planned and set(MAIN).intersection(changed):
        found.sequence += 1
    _save_history(found, before, changed, reason, author)
    if publish and found.state == State.DRAFT:
        found.state = State.PLANNED
        _note(found, "state", before=State.DRAFT, after=State.PLANNED, by=author)
    found.version += 1
    found.save()
    _follow(found, changed, was_planned=was_planned)
    audit.record(by=author, verb="meeting.changed", target=found, fields=changed, version=found.version)
    return found


def _follow(meeting: Meeting, changed: list[str], *, was_planned: bool) -> None:
    """Invitations and letters after a change."""
    mine = Meeting.objects.filter(pk=meeting.pk)
    moved = {"starts_at", "ends_at"}.intersection(changed) and not meeting.has_begun  # afterwards nobody answers anew
    if moved:
        meeting.attendances.filter(is_invited=True).update(reply="", replied_at=None)
        invitations.withdraw_ended(mine)
    if "mode" in changed and meeting.mode != Meeting.Mode.HYBRID:  # "online" is an answer only where one can choose
        online = meeting.attendances.filter(reply=Attendance.Reply.ONLINE)
        online.update(reply=Attendance.Reply.YES if meeting.mode == Meeting.Mode.ONLINE else Attendance.Reply.NONE)
    if meeting.state != State.PLANNED:
        if moved:
            invitations.invite_missing(mine)
        return
    if not was_planned:
        asked = meeting.attendances.filter(is_invited=True, user__isnull=False)
        invitations.tell_invited(meeting, asked.values_list("user_id", flat=True))
    elif set(MAIN).intersection(changed):
        invitations.tell_changed(meeting)
    invitations.invite_missing(mine)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by: User | None, version: int, reason: str) -> Meeting:
    """The meeting does not take place; who knew of it hears so at once. Refused once it was held."""
    found = _open_at_version(meeting, version)
    if found.took_place:
        raise DomainError(_("This meeting has been held, so it cannot be cancelled."))
    author = by.pk if by else None
    _was, found.state, found.state_reason = found.state, State.CANCELLED, reason[:300]
    found.sequence += 1
    found.version += 1
    found.save(update_fields=["state", "state_reason", "sequence", "version"])
    _note(found, "state", before=_was, after=State.CANCELLED, by=author, reason=reason)
    if _was == State.PLANNED:
        invitations.tell_cancelled(found)
    audit.record(by=author, verb="meeting.cancelled", target=found, sequence=found.sequence)
    return found


@transaction.atomic
def set_tools(meeting: Meeting, *, by: User, tools: Iterable[Tool]) -> None:
    """Which tools go along; allowed until the meeting is checked."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.is_locked:
        raise DomainError(_("This meeting has been checked and can no longer be changed."))
    _set_tools(meeting, tools)
    Meeting.objects.filter(pk=meeting.pk).update(version=meeting.version + 1)
    audit.record(by=by.pk, verb="meeting.tools-set", target=meeting)


def keep_up(*, now: datetime) -> int:
    """The tick's part: who took a seat after planning is invited, who left loses their place in meetings to come."""
    ahead = Meeting.objects.filter(state=State.PLANNED, starts_at__gt=now)
    return invitations.withdraw_ended(ahead) + invitations.invite_missing(ahead)


def _open_at_version(meeting: Meeting, version: int) -> Meeting:
    """The locked row, when it still is the version that the editor saw and may be changed."""
    found = Meeting.objects.select_for_update(of=("self",)).with_host().get(pk=meeting.pk)
    if found.state == State.CANCELLED:
        raise DomainError(_("This meeting has been cancelled."))
    if found.is_locked:
        raise DomainError(_("This meeting has been checked and can no longer be changed."))
    if found.version != version:
        raise Conflict(_("Somebody else changed this meeting while you were typing. Compare both and save again."))
    return found


def _check(meeting: Meeting) -> None:
    if meeting.ends_at <= meeting.starts_at:
        raise DomainError(_("The end lies before the start."), field="ends")
    if meeting.ends_at - meeting.starts_at > LONGEST:
        raise DomainError(_("A meeting lasts two weeks at most."), field="ends")
    if timedelta(minutes=meeting.break_minutes) >= meeting.ends_at - meeting.starts_at:
        raise DomainError(_("The break is longer than the meeting."), field="break_minutes")


def _refuse_twin(meeting: Meeting) -> None:
    """One host comes together once at a time: sent twice, or planned by two coaches at once, it is there once."""
    if meeting.kind not in {Kind.NETWORK, Kind.COACHING}:
        return
    twin = _same_host(meeting).filter(starts_at=meeting.starts_at, ends_at=meeting.ends_at).first()
    if twin is not None:
        words = {"title": twin.title, "host": meeting.host}
        raise DomainError(_("“%(title)s” of %(host)s is already planned at that very time.") % words, field="day")


def last_of_same_host(meeting: Meeting) -> Meeting | None:
    """The latest meeting of the same kind with the same host."""
    return _same_host(meeting).order_by("-starts_at").first()


def _same_host(meeting: Meeting) -> QuerySet[Meeting]:
    host = {f"{name}_id": getattr(meeting, f"{name}_id") for _kind, name in HOSTS.values()}
    return Meeting.objects.not_cancelled().filter(kind=meeting.kind, **host)


def _next_number(meeting: Meeting) -> int:
    return (_same_host(meeting).aggregate(last=Max("number"))["last"] or 0) + 1


def _set_agenda(meeting: Meeting, lines: Iterable[AgendaLine]) -> None:
    meeting.agenda.all().delete()
    AgendaItem.objects.bulk_create(
        [AgendaItem(meeting=meeting, position=place, **line._asdict()) for place, line in enumerate(lines, 1)]
    )


def _set_tools(meeting: Meeting, tools: Iterable[Tool]) -> None:
    meeting.tools.all().delete()
    MeetingTool.objects.bulk_create(
        [MeetingTool(meeting=meeting, tool=tool, position=place) for place, tool in enumerate(tools, 1)]
    )


def _save_history(meeting: Meeting, before: dict, changed: list[str], reason: str, by: UUID | None) -> None:
    """One row for the time, one for each of how, where, link and title; told and shown as old → new."""
    if {"starts_at", "ends_at"}.intersection(changed):
        was = stretch(before.get("starts_at", meeting.starts_at), before.get("ends_at", meeting.ends_at))
        _note(meeting, "time", before=was, after=stretch(meeting.starts_at, meeting.ends_at), by=by, reason=reason)
    for name in ("mode", "place", "link", "title"):
        if name in changed:
            _note(meeting, name, before=before[name], after=getattr(meeting, name), by=by, reason=reason)


def stretch(starts: datetime, ends: datetime) -> str:
    """A stretch of time as it is kept in the history (ISO 8601)."""
    return f"{starts.isoformat()}/{ends.isoformat()}"


def _note(meeting: Meeting, what: str, *, before: str, after: str, by: UUID | None, reason: str = "") -> None:
    MeetingChange.objects.create(
        meeting=meeting, what=what, before=before, after=after, by=by, reason=reason[:300], sequence=meeting.sequence,
        at=timezone.now(),
    )  # fmt: skip
