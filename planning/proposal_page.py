"""A proposal as its page shows it: one month, and what is not as wished anywhere."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.urls import reverse

from people.models import User
from planning import availability
from planning.models import Proposal, ProposedMeeting
from planning.months import Month, last_of, month_asked, month_of
from planning.reasons import CONFLICTS, sentences

MOST = 60  # meetings told as not as wished; the others stand in their months


@dataclass
class Row:
    """One meeting of a proposal."""

    entry: ProposedMeeting
    start: datetime.datetime | None
    told: list[tuple[str, str]]

    @property
    def is_conflict(self) -> bool:
        return any(shape == "stop" for shape, _sentence in self.told)


@dataclass
class ProposalPage:
    """What is shown: counts, one month, and the meetings that are not as wished."""

    month: Month
    rows: list[Row]
    missed: list[Row]
    placed: int
    unplaced: int
    pinned: int
    conflicts: int
    more: int
    months: list[tuple[datetime.date, int]]  # each month with a meeting, and how many

    @property
    def met(self) -> bool:
        return not self.missed


def page_of(proposal: Proposal, user: User, asked: str) -> ProposalPage:
    """Three queries, whatever the number of meetings."""
    zone = proposal.programme.zone
    entries = list(proposal.entries.planned_by(user).select_related("network", "pilot__service"))
    days = [entry.starts_at.astimezone(zone).date() for entry in entries if entry.starts_at]
    first = month_asked(asked, min(days, default=proposal.first_day))
    in_month = {entry.pk for entry in entries if entry.starts_at and _in(entry.starts_at.astimezone(zone).date(), first)}
    missed = [entry for entry in entries if entry.unmet]
    told = missed[:MOST]
    names = _names([entry for entry in entries if entry.pk in in_month] + told, entries)
    rows = {entry.pk: _row(entry, zone, names) for entry in entries if entry.pk in in_month or entry in told}
    shown = [rows[entry.pk] for entry in entries if entry.pk in in_month]
    closed = availability.closed_days(proposal.programme, first, last_of(first))
    return ProposalPage(
        month=month_of(first, shown, lambda row: row.start.date(), closed),
        rows=shown,
        missed=[rows[entry.pk] for entry in told],
        placed=len(days),
        unplaced=len(entries) - len(days),
        pinned=sum(entry.pinned for entry in entries),
        conflicts=sum(any(wish in CONFLICTS for wish, _why, _about in entry.unmet) for entry in entries),
        more=len(missed) - len(told),
        months=sorted(Counter(day.replace(day=1) for day in days).items()),
    )


def _in(day: datetime.date, first: datetime.date) -> bool:
    return (day.year, day.month) == (first.year, first.month)


def _row(entry: ProposedMeeting, zone: ZoneInfo, names: dict[str, str]) -> Row:
    start = entry.starts_at.astimezone(zone) if entry.starts_at else None
    return Row(entry, start, sentences(entry.unmet, names))


def _names(shown: Iterable[ProposedMeeting], entries: Iterable[ProposedMeeting]) -> dict[str, str]:
    """Names of the people and titles of the meetings that are spoken of."""
    about = {told[2] for entry in shown for told in entry.unmet if len(told[2]) == 36}
    names = {str(entry.pk): f"{entry.title} ({entry.host})" for entry in entries if str(entry.pk) in about}
    people = User.objects.filter(pk__in=about - set(names)) if about - set(names) else ()
    return names | {str(person.pk): person.name for person in people}


def initial_of(entry: ProposedMeeting) -> dict:
    """What the form to move one starts from."""
    start = entry.starts_at.astimezone(entry.proposal.programme.zone) if entry.starts_at else None
    when = {"day": start.date(), "hour": start.time()} if start else {"day": None, "hour": datetime.time(9, 30)}
    return {"version": entry.proposal.version} | when


def address_of(entry: ProposedMeeting) -> str:
    """The month of the proposal in which the meeting stands."""
    page = reverse("planning:proposal", args=[entry.proposal_id])
    start = entry.starts_at
    return f"{page}?month={start.astimezone(entry.proposal.programme.zone):%Y-%m}" if start else page
