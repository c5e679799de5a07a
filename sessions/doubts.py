"""What a planner may have overlooked: said once beside the form, never a refusal."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from functools import lru_cache
from uuid import UUID

import holidays
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from people.models import User
from sessions import clock, invitations, moved
from sessions.models import Attendance, Meeting
from sessions.planning import AgendaLine

Taken = tuple[UUID, datetime.datetime, datetime.datetime]


def doubts(meeting: Meeting, agenda: Iterable[AgendaLine] = ()) -> list[str]:
    """Sentences about a meeting as it would be saved: the hour, the day, the phases, the people, the place, the agenda."""
    found = [*_about_the_clock(meeting), *_about_the_day(meeting), *_about_the_people(meeting), *_about_the_place(meeting)]
    found += _about_the_list(meeting)
    needed = sum(line.minutes for line in agenda)
    if needed > meeting.length:
        words = {"needed": needed, "length": meeting.length}
        found.append(_("The agenda takes %(needed)s minutes, the meeting %(length)s.") % words)
    return found


def doubts_about_days(wanted: Meeting, stretches: Iterable[tuple[datetime.datetime, datetime.datetime]]) -> list[str]:
    """Sentences about the days that are proposed for a meeting, before anybody is asked: the hour, the holiday, the phases."""
    found: list[str] = []
    for starts, ends in stretches:
        proposed = copy(wanted)
        proposed.starts_at, proposed.ends_at = starts, ends
        if starts > timezone.now():  # what lies in the past is refused
            found += [*_about_the_clock(proposed), *_about_the_day(proposed)]
    return list(dict.fromkeys(found))


def _about_the_people(meeting: Meeting) -> list[str]:
    """Who is elsewhere then, or said that they cannot: that somebody is not available, never why."""
    saved = not meeting._state.adding
    people = _invited(meeting) if saved else invitations.belonging(meeting)
    apart_from = meeting.pk if saved else None
    busy = invitations.clashes(people=people, starts=meeting.starts_at, ends=meeting.ends_at, apart_from=apart_from)
    missing = User.objects.filter(Q(pk__in=[person.pk for person in busy]) | Q(pk__in=_cannot(meeting, people)))
    return [_("%(name)s is not available then.") % {"name": person.name} for person in missing.by_name()]


def _about_the_list(meeting: Meeting) -> list[str]:
    """Who was noted at the hours as they are saved now, and is not any more at these."""
    before = None if meeting._state.adding else Meeting.objects.filter(pk=meeting.pk).first()
    if before is None or (before.starts_at, before.ends_at) == (meeting.starts_at, meeting.ends_at):
        return []
    number = len(moved.overtaken(meeting, moved.Hours(before.starts_at, before.ends_at)))
    if not number:
        return []
    sentence = ngettext(
        "%(n)s person has been noted for the time as it was. At the new time nobody knows yet whether they are there.",
        "%(n)s people have been noted for the time as it was. At the new time nobody knows yet whether they are there.",
        number,
    )
    return [sentence % {"n": number}]


def _invited(meeting: Meeting) -> set[UUID]:
    places = meeting.attendances.filter(is_invited=True, user__isnull=False).exclude(reply=Attendance.Reply.NO)
    return {person for person in places.values_list("user_id", flat=True) if person}


def _cannot(meeting: Meeting, people: Iterable[UUID]) -> set[UUID]:
    """Who of these said that they cannot at that day and hour, asked through the person: what they said stands in `planning`."""
    starts, ends = meeting.local_start, meeting.local_end
    days = (ends.date() - starts.date()).days
    weekdays = {(starts.date() + datetime.timedelta(days=number)).weekday() for number in range(min(days, 6) + 1)}
    said = {"first_day__lte": ends.date(), "last_day__gte": starts.date()}
    on_the_day = Q(unavailabilities__weekday=None) | Q(unavailabilities__weekday__in=weekdays)
    whole_days = Q(unavailabilities__starts=None)
    that_hour = Q(unavailabilities__starts__lt=ends.time(), unavailabilities__ends__gt=starts.time())
    then = Q(**{f"unavailabilities__{name}": value for name, value in said.items()}) & on_the_day
    rows = User.objects.filter(then & (Q() if days else whole_days | that_hour), pk__in=list(people))
    return set(rows.values_list("pk", flat=True))


def same_place(place: str) -> str:
    """One way of writing a place, so that two spellings of one are the same."""
    return " ".join(place.casefold().split())


def places_taken(starts: datetime.datetime, ends: datetime.datetime) -> dict[str, list[Taken]]:
    """Which places have a meeting in this stretch, in whatever programme (one query): place in one spelling → id, start, end."""
    somewhere = Meeting.objects.filter(state__in=[Meeting.State.DRAFT, Meeting.State.PLANNED]).exclude(place="")
    then = somewhere.exclude(mode=Meeting.Mode.ONLINE).filter(starts_at__lt=ends, ends_at__gt=starts)
    found: dict[str, list[Taken]] = defaultdict(list)
    for place, pk, begins, until in then.values_list("place", "pk", "starts_at", "ends_at"):
        found[same_place(place)].append((pk, begins, until))
    return found


def shares_its_place(meeting: Meeting, taken: dict[str, list[Taken]]) -> bool:
    """Whether another of these meetings is in the place of this one then."""
    if not meeting.place or meeting.mode == Meeting.Mode.ONLINE:
        return False
    there = taken.get(same_place(meeting.place), [])
    return any(pk != meeting.pk and starts < meeting.ends_at and meeting.starts_at < ends for pk, starts, ends in there)


def _about_the_place(meeting: Meeting) -> list[str]:
    """Whether another meeting is in the same place then; not which."""
    taken = places_taken(meeting.starts_at, meeting.ends_at)
    return [_("Another meeting is in that place then.")] if shares_its_place(meeting, taken) else []


def _about_the_clock(meeting: Meeting) -> list[str]:
    start = meeting.local_start
    if clock.is_doubled(start.date(), start.time(), meeting.zone):
        return [_("That hour comes twice that night, because the clock goes back. The first one is meant.")]
    return []


def _about_the_day(meeting: Meeting) -> list[str]:
    day, found = meeting.local_start.date(), []
    words = {"day": date_format(day, "DATE_FORMAT")}
    if meeting.starts_at < timezone.now():
        found.append(_("%(day)s lies in the past: nobody gets a mail.") % words)
    name = _public_holidays(day.year, get_language() or "nl").get(day)
    if name:
        found.append(_("%(day)s is a public holiday (%(name)s).") % (words | {"name": name}))
    phases = list(meeting.programme.phases.values_list("starts_on", "ends_on"))
    if phases and not any(starts <= day <= ends for starts, ends in phases):
        found.append(_("%(day)s lies outside the phases of the programme.") % words)
    return found


@lru_cache(maxsize=32)
def _public_holidays(year: int, language: str) -> dict:
    """Belgian public holidays (the `holidays` library), in the reader's language."""
    return dict(holidays.country_holidays("BE", years=year, language="nl" if language == "nl" else "en_US"))
