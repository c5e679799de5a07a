"""The demo's sessions, coaching moments and other meetings, as they were held."""

import datetime
from zoneinfo import ZoneInfo

from people.models import User
from reporting.demo.people import Group
from reporting.demo.world import World, content
from sessions.attendance import net_minutes
from sessions.models import Action, AgendaItem, Attendance, Meeting, MeetingChange, MeetingTool, Minutes
from tools.models import Tool

ZONE = ZoneInfo("Europe/Brussels")
STATES = {"held": Meeting.State.CHECKED, "planned": Meeting.State.PLANNED, "cancelled": Meeting.State.CANCELLED}
ROLE_OF_OWNER = {"leaders": "leader", "coaches": "coach", "project": "project", "advisers": "adviser", "partners": "partner"}


def _words(text: dict | str | None, language: str = "nl") -> str:
    return (text[language] if isinstance(text, dict) else text) or ""


def _moment(date: str, hour: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{date}T{hour}").replace(tzinfo=ZONE)


def meetings(world: World, found: Group, tools: dict[str, Tool]) -> dict[str, Meeting]:
    """Every meeting of one group by its key; the programme's own meetings stand in the first group only."""
    made: dict[str, Meeting] = {}
    told = content("sessions")
    for session in told["network_sessions"]:
        made[session["key"]] = _meeting(world, found, tools, session, kind="network", network=found.network)
    for moment in content("coaching")["coaching_moments"]:
        if moment["date"]:
            pilot = found.pilots[moment["pilot"]]
            made[moment["key"]] = _meeting(world, found, tools, moment, kind="coaching", pilot=pilot)
    if found.number == 1:
        for other in told["other_meetings"]:
            host = {"advisory_group": found.advisory_group} if other["kind"] == "advisory" else {}
            kind = "advisory" if host else "event"
            made[other["key"]] = _meeting(world, found, tools, other, kind=kind, **host)
    return made


def _meeting(world: World, found: Group, tools: dict[str, Tool], told: dict, *, kind: str, **host) -> Meeting:
    state = STATES[told["state"]]
    place = told.get("place") or {}
    starts, ends = _moment(told["date"], told["starts"]), _moment(told["date"], told["ends"])
    language = told.get("language", "nl")
    meeting = Meeting(
        programme=found.programme,
        kind=kind,
        number=told.get("number"),
        title=_words(told["title"], language),
        aim=_words(told.get("aim"), language),
        starts_at=starts,
        ends_at=ends,
        break_minutes=told.get("break_minutes") or 0,
        mode=told["mode"],
        place=", ".join(filter(None, [place.get("name"), place.get("address")])) if isinstance(place, dict) else place,
        link=told.get("link") or "",
        question=_words(told.get("question")),
        state=state,
        state_reason=told.get("reason") or "",
        **host,
    )
    if state == Meeting.State.CHECKED:
        coaches = told.get("coaches") or ["katrien", "joris"]
        meeting.held_by, meeting.checked_by = (found.people[key].pk for key in coaches[:2])
        meeting.held_at, meeting.checked_at = ends + datetime.timedelta(minutes=20), ends + datetime.timedelta(days=1)
    world.add(meeting)
    _agenda(world, found, meeting, told.get("agenda") or [])
    _moved(world, meeting, told.get("moved_online"))
    for number, slug in enumerate(told.get("tools") or [], 1):
        world.add(MeetingTool(meeting=meeting, tool=tools[slug], position=number))
    _attendance(world, found, meeting, told)
    _said(world, found, meeting, told)
    return meeting


def _agenda(world: World, found: Group, meeting: Meeting, items: list[dict]) -> None:
    for number, item in enumerate(items, 1):
        owner = found.people.get(item.get("owner") or "")
        title, aim = item["title"], item.get("aim") or ""
        world.add(AgendaItem(meeting=meeting, position=number, title=title, aim=aim, minutes=item["minutes"], owner=owner))


def _moved(world: World, meeting: Meeting, moved: dict | None) -> None:
    if moved:
        told_at = _moment(moved["announced_on"], "10:00")
        before, reason = moved["from_place"]["name"], moved["reason"]
        world.add(MeetingChange(meeting=meeting, at=told_at, what="place", before=before, after="", reason=reason))
        world.add(MeetingChange(meeting=meeting, at=told_at, what="mode", before="onsite", after="online", reason=reason))
        meeting.sequence = 1


def _attendance(world: World, found: Group, meeting: Meeting, told: dict) -> None:
    for line in told["attendance"]:
        if line["person"] in found.people:
            _came(world, found, meeting, told["date"], line)
    for guest in told.get("guests") or []:
        row = Attendance(meeting=meeting, guest_name=guest["name"], guest_organisation=guest["organisation"], is_invited=False)
        _present(row, meeting, guest["status"])
        world.add(row)


def _came(world: World, found: Group, meeting: Meeting, date: str, line: dict) -> None:
    key, user = line["person"], found.people[line["person"]]
    seat = next((seat for (person, _where), seat in found.seats.items() if person == key and seat.until is None), None)
    row = Attendance(meeting=meeting, user=user, seat=seat or next(s for (p, _w), s in found.seats.items() if p == key))
    if line["status"] != "invited":
        row.arrived_at = _moment(date, line["arrive"]) if line.get("arrive") else None
        row.left_at = _moment(date, line["leave"]) if line.get("leave") else None
        _present(row, meeting, line["status"])
    world.add(row)


def _present(row: Attendance, meeting: Meeting, status: str) -> None:
    row.status = status
    row.reply = {"onsite": "yes", "online": "online", "excused": "no"}.get(status, "")
    row.established = Attendance.Established.COACH
    row.recorded_at, row.recorded_by = meeting.held_at, meeting.held_by
    if status in Attendance.PRESENT:
        row.arrived_at, row.left_at = row.arrived_at or meeting.starts_at, row.left_at or meeting.ends_at
        row.minutes = net_minutes(meeting, row.arrived_at, row.left_at)


def _said(world: World, found: Group, meeting: Meeting, told: dict) -> None:
    text = told.get("minutes") or told.get("notes")
    if text:
        by = found.people[(told.get("coaches") or ["katrien"])[0]]
        world.add(Minutes(meeting=meeting, body=text, version=1, updated_by=by, updated_at=meeting.held_at))
    for agreed in told.get("agreements") or []:
        if owner := _owner(found, told, agreed):
            world.add(_action(found, meeting, told, agreed, owner))


def _owner(found: Group, told: dict, agreed: dict) -> User | None:
    """Who keeps an eye on it: the person named, or for an agreement of all one of those who were there, in turn."""
    if agreed["owner"]:
        return found.people.get(agreed["owner"])
    role = ROLE_OF_OWNER[agreed["owner_role"]]
    came = [line["person"] for line in told["attendance"] if line["status"] in ("onsite", "online")]
    with_role = {key for (key, _where), seat in found.seats.items() if seat.role == role}
    able = [found.people[key] for key in came if key in with_role and key in found.people]
    return able[len(agreed["title"]) % len(able)] if able else None


def _action(found: Group, meeting: Meeting, told: dict, agreed: dict, owner: User) -> Action:
    date = datetime.date.fromisoformat(told["date"])
    action = Action(programme=found.programme, meeting=meeting, text=agreed["title"], owner=owner)
    if agreed.get("due_days") is not None:
        action.due_on = date + datetime.timedelta(days=agreed["due_days"])
    if agreed.get("done_days") is not None:
        done = date + datetime.timedelta(days=agreed["done_days"])
        action.state, action.settled_at = Action.State.DONE, datetime.datetime.combine(done, datetime.time(16), ZONE)
    action.created_at = meeting.ends_at
    return action
