"""After a coaching moment: when the next one could be. A day from the plan, or so that what is left is spread evenly, when pair
and coaches can. One act keeps it as a draft, plans it, or asks the pair which of these days suits."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from people.models import User
from planning import availability, polls
from planning.models import Poll
from planning.proposal_puzzle import MOMENTS_APART
from planning.puzzle import A_DAY, Grid, Item, Puzzle, runs
from sessions import clock, invitations
from sessions import services as sessions
from sessions.doubts import same_place
from sessions.models import Meeting
from sessions.planning import draft_for
from sessions.trajectory import MOMENTS, after
from trajectories.models import Pilot

SHOWN = 3  # days to choose from
NOTICE = datetime.timedelta(days=7)  # nobody is asked for tomorrow
AROUND = datetime.timedelta(weeks=4)  # on both sides of the day that is aimed at
TO_ANSWER = datetime.timedelta(days=10)
DAY = datetime.timedelta(days=1)
State = Meeting.State


@dataclass(frozen=True)
class Suggestion:
    """One stretch, and who of those who belong there cannot."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime
    missing: Sequence[str] = ()


@dataclass(frozen=True)
class Following:
    """What comes after a moment: one that was planned already, or that is asked about, or nothing after the last one, or the day
    that is aimed at, why, and what could be."""

    moment: Meeting
    planned: Meeting | None = None
    last_of: int = 0
    draft: Meeting | None = None
    asked: Poll | None = None
    why: str = ""
    suggestions: list[Suggestion] = field(default_factory=list)

    def chosen(self, starts_at: datetime.datetime | None) -> Suggestion:
        """The suggestion that begins then; DomainError when it is none of them (any more)."""
        found = next((one for one in self.suggestions if one.starts_at == starts_at), None)
        if found is None:
            raise DomainError(_("Choose one of these days. Perhaps somebody got something else in the meantime."), field="starts")
        return found


def following(moment: Meeting) -> Following:
    """What to propose after this coaching moment, as things stand now (twelve queries)."""
    pilot = moment.pilot
    assert pilot is not None
    there = after(moment)
    if there.next:
        return Following(moment, planned=there.next)
    drafts = Meeting.objects.filter(kind=Meeting.Kind.COACHING, pilot=pilot, state=State.DRAFT, ends_at__gt=timezone.now())
    draft = drafts.filter(starts_at__gt=moment.starts_at).order_by("starts_at").first()
    if asked := _asked(moment, pilot, draft):
        return Following(moment, draft=draft, asked=asked)
    if there.is_last and draft is None:
        return Following(moment, last_of=there.number)
    aim, why = _aimed_at(moment, pilot, draft)
    return Following(moment, draft=draft, why=why, suggestions=list(_suggestions(moment, pilot, draft, aim)))


@transaction.atomic
def settle(moment: Meeting, *, by: User, starts_at: datetime.datetime | None, publish: bool) -> Meeting:
    """The next moment on one of the suggested days: the draft that was there is moved to it, or a new one is made like this one.
    With `publish` everybody is invited. DomainError for another day, or when one was planned or asked about meanwhile."""
    found = _held(moment)
    chosen, draft = found.chosen(starts_at), found.draft
    when: dict[str, Any] = {"starts_at": chosen.starts_at, "ends_at": chosen.ends_at}
    if draft is not None:
        meeting = sessions.change_meeting(draft, by=by, version=draft.version, publish=publish, **when)
    else:
        like: dict[str, Any] = {name: getattr(moment, name) for name in ("mode", "place", "link", "break_minutes")}
        meeting = sessions.plan_meeting(by=by, host=moment.host, title=title_after(moment), publish=publish, **when, **like)
    audit.record(by=by.pk, verb="meeting.followed", target=meeting, after=moment.pk)
    return meeting


@transaction.atomic
def ask(moment: Meeting, *, by: User) -> Poll:
    """Ask pair and coaches which of the suggested days suits; they answer from the letter, until ten days from now at most. The
    day that is chosen plans the draft, when there is one. DomainError when one was planned or asked about meanwhile."""
    found = _held(moment)
    options = [(one.starts_at, one.ends_at) for one in found.suggestions]
    if len(options) < polls.FEWEST:
        raise DomainError(_("There are not enough days to ask about."))
    zone = moment.zone
    last = min(timezone.localdate(timezone=zone) + TO_ANSWER, min(options)[0].astimezone(zone).date() - 2 * DAY)
    deadline = clock.moment(last, datetime.time(23, 59), zone)
    host, draft = moment.pilot, found.draft
    assert host is not None
    title = draft.title if draft else title_after(moment)
    return polls.open_poll(by=by, host=host, title=title, options=options, deadline=deadline, draft=draft)


def title_after(moment: Meeting) -> str:
    """The title of the next one: the same words with the next number when this one ends with its own."""
    words, _space, last = moment.title.rpartition(" ")
    if words and moment.number and last == str(moment.number):
        return f"{words} {moment.number + 1}"
    return _("Coaching moment %(number)s") % {"number": (moment.number or 0) + 1}


# -- inside -----------------------------------------------------------------------------------------------------------


def _held(moment: Meeting) -> Following:
    """What comes after this moment, while nobody else plans or asks for its pilot; DomainError when it is settled already."""
    Pilot.objects.select_for_update(no_key=True).get(pk=moment.pilot_id)
    found = following(moment)
    if found.planned:
        raise DomainError(_("The next moment is planned already. Nothing has changed."))
    if found.asked:
        raise DomainError(_("Everybody has already been asked which day suits for the next moment. Choose the day there."))
    if found.last_of:
        raise DomainError(_("This was the last coaching moment of this pilot: nothing has been planned."))
    return found


def _asked(moment: Meeting, pilot: Pilot, draft: Meeting | None) -> Poll | None:
    """The open poll about the next moment: about its draft, or about days to come without a draft."""
    about = Q(meeting=None, options__starts_at__gt=max(moment.starts_at, timezone.now()))
    if draft is not None:
        about |= Q(meeting=draft)
    return Poll.objects.open().filter(about, pilot=pilot).first()


def _aimed_at(moment: Meeting, pilot: Pilot, draft: Meeting | None) -> tuple[datetime.date, str]:
    if draft is not None:
        day = draft.local_start.date()
        return day, _("The plan says %(day)s.") % {"day": date_format(day, "DATE_FORMAT")}
    held, ends = moment.local_start.date(), _ends(moment, pilot)
    left = max(1, MOMENTS - (moment.number or 0))
    aim = max(held + (ends - held) / (left + 1), held + datetime.timedelta(days=MOMENTS_APART))
    told = {"day": date_format(ends, "DATE_FORMAT"), "number": left}
    if left == 1:
        return aim, _("Halfway between this moment and the end of the trajectory on %(day)s.") % told
    return aim, _("So that the %(number)s moments that are left are spread evenly until %(day)s.") % told


def _ends(moment: Meeting, pilot: Pilot) -> datetime.date:
    return pilot.ends_on or moment.programme.ends_on


def _suggestions(moment: Meeting, pilot: Pilot, draft: Meeting | None, aim: datetime.date) -> Iterator[Suggestion]:
    """On different weekdays, the nearest to the day that is aimed at first: when all can, and only without such days when all but
    as few as possible can. Looks further when most of what is near is closed, as in the summer."""
    earliest, ends = timezone.localdate(timezone=moment.zone) + NOTICE, _ends(moment, pilot)
    found: list[tuple[datetime.datetime, list[str]]] = []
    minutes = (draft or moment).length
    for around in (AROUND, 2 * AROUND, 4 * AROUND):
        first = max(earliest, aim - around)
        last = min(ends, max(aim, first) + around)
        if last >= first and len(found) < SHOWN:
            item, puzzle, names = _puzzle(draft or moment, pilot, (first, min(max(aim, first), last), last))
            found = list(islice(_best(Grid(puzzle), item, names), SHOWN))
    for starts, missing in found:
        begins = clock.moment(starts.date(), starts.time(), moment.zone)
        yield Suggestion(begins, begins + datetime.timedelta(minutes=minutes), missing)


def _puzzle(like: Meeting, pilot: Pilot, days: tuple[datetime.date, ...]) -> tuple[Item, Puzzle, dict[str, str]]:
    """One meeting to place, what surrounds it, and the names of those who belong there."""
    first, target, last = days
    begins = clock.moment(target, like.local_start.time(), like.zone)
    people = invitations.belonging(draft_for(pilot, starts_at=begins))
    names = {str(person.pk): person.name for person in User.objects.filter(pk__in=people).by_name()}
    whole, own = availability.hours_of(pilot.programme)
    busy, taken = availability.busy(people, first, last, like.zone)
    item = Item(
        "next", str(pilot.pk), 0, like.length, first, last, target, first, last, own.get(pilot.pk, whole),
        place=same_place(like.place), at=like.local_start.time(),
    )  # fmt: skip
    closed = availability.closed_days(pilot.programme, first, last)
    return item, Puzzle((item,), closed, busy, availability.away(people, first, last), taken), names


def _best(grid: Grid, item: Item, names: dict[str, str]) -> Iterator[tuple[datetime.datetime, list[str]]]:
    place = grid.blocked(item, grid.puzzle.taken.get(item.place, ()), grid.puzzle.travel) if item.place else 0
    opened = grid.opened(item) & ~place
    cannot = {
        person: grid.away(item, person) | grid.blocked(item, grid.puzzle.busy.get(person, ()), grid.puzzle.travel)
        for person in names
    }
    found = []
    for slot in (slot for low, high in runs(opened) for slot in range(low, high + 1)):
        missing = [name for person, name in names.items() if cannot[person] >> slot & 1]
        starts = grid.moment(slot)
        hours = abs(slot % A_DAY - (item.at.hour * 60 + item.at.minute) // 30)
        found.append((len(missing), abs((starts.date() - item.target).days), hours, starts, missing))
    weekdays: set[int] = set()
    for _few, _days, _hours, starts, missing in sorted(found):
        if starts.weekday() not in weekdays and len(missing) < len(names):
            weekdays.add(starts.weekday())
            yield starts, missing
