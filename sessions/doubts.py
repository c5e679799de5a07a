"""What a planner may have overlooked: said once beside the form, never a refusal."""

from collections.abc import Iterable
from functools import lru_cache

import holidays
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sessions import clock, invitations
from sessions.models import Meeting
from sessions.planning import AgendaLine


def doubts(meeting: Meeting, agenda: Iterable[AgendaLine] = ()) -> list[str]:
    """Sentences about a meeting as it would be saved: the hour, the day, the phases, the people, the agenda."""
    found = [*_about_the_clock(meeting), *_about_the_day(meeting)]
    saved = not meeting._state.adding
    people = _invited(meeting) if saved else invitations.belonging(meeting)
    for person in invitations.clashes(
        people=people, starts=meeting.starts_at, ends=meeting.ends_at, apart_from=meeting.pk if saved else None
    ):
        found.append(_("%(name)s has something else at that time.") % {"name": person.name})
    needed = sum(line.minutes for line in agenda)
    if needed > meeting.length:
        words = {"needed": needed, "length": meeting.length}
        found.append(_("The agenda takes %(needed)s minutes, the meeting %(length)s.") % words)
    return found


def _invited(meeting: Meeting) -> set:
    return set(meeting.attendances.filter(is_invited=True, user__isnull=False).values_list("user_id", flat=True))


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
