"""Enrolling participants other than leaders: one by one, from a list that is tried as a whole, or a guest who came."""

import datetime
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from core.rows import save_rows
from core.text import looks_like_national_number
from people import services as people
from people.models import User
from reporting.models import Participant
from reporting.services import asking
from reporting.services.participants import sync_participants
from sessions import guests
from sessions.models import Attendance, Meeting
from trajectories import invitations
from trajectories import services as trajectories
from trajectories.models import Pilot, Programme, Seat

Role = Seat.Role


def faults_of_days(
    programme: Programme, entered_on: datetime.date | None, left_on: datetime.date | None
) -> list[tuple[str, str]]:
    """Everything that is wrong with the days of a participant, each with its field."""
    faults = []
    if entered_on and entered_on > timezone.localdate():
        faults.append(("entered_on", _("This day is still to come. Enrol somebody from the day they take part.")))
    if entered_on and not programme.starts_on <= entered_on <= programme.ends_on:
        faults.append(("entered_on", _outside(programme)))
    if entered_on and left_on and left_on < entered_on:
        faults.append(("left_on", _("The exit lies before the entry.")))
    if left_on and left_on > programme.ends_on:
        faults.append(("left_on", _outside(programme)))
    return faults


def _outside(programme: Programme) -> str:
    days = {"start": f"{programme.starts_on:%d/%m/%Y}", "end": f"{programme.ends_on:%d/%m/%Y}"}
    return _("The programme runs from %(start)s to %(end)s.") % days


@transaction.atomic
def enrol(programme: Programme, *, by: User, came: Collection[Attendance] = (), **typed) -> Participant:
    """Make somebody a participant (or again: the first entry stays, the exit moves), and ask them the questions by letter.

    `came` are lines of a guest who turned out to be this person: these presences count as theirs. Raises DomainError, naming the
    field.
    """
    pilot: Pilot | None = typed.get("pilot")
    day = guests.first_day_of(came, programme)
    if day is not None and day < typed["entered_on"]:
        raise _later_than_presence(f"{typed['first_name']} {typed['last_name']}", day)
    seat, _letter = _seated(programme=programme, by=by, **typed)
    if came:
        guests.take_over(came, seat=seat, by=by)
    return _followed(programme, {seat.user_id: pilot}, by)[0]


def enrol_list(programme: Programme, lines: Iterable[invitations.Newcomer], *, by: User, keep: bool) -> bool:
    """Try a whole list; every line notes its faults. Kept only when `keep` and no line has any; returns whether it was."""
    lines = list(lines)
    with transaction.atomic():
        kept = invitations.try_list(programme, lines, by=by, keep=keep, each=_seated)
        if kept:
            emails = {line.asked["email"].lower(): line.asked.get("pilot") for line in lines if line.asked}
            rows = User.objects.filter(email__in=emails).values_list("pk", "email")
            _followed(programme, {pk: emails[email] for pk, email in rows}, by)
    return kept


def _seated(
    *,
    programme: Programme,
    by: User,
    email: str,
    first_name: str,
    last_name: str,
    entered_on: datetime.date,
    left_on: datetime.date | None = None,
    language: str = "nl",
    organisation: str = "",
    function: str = "",
    pilot: Pilot | None = None,
) -> tuple[Seat, bool]:
    """An account if there is none and a seat as participant; and whether they are going to be asked the questions."""
    Programme.objects.select_for_update().get(pk=programme.pk)
    if pilot is not None and pilot.programme_id != programme.pk:
        raise DomainError(_("This pilot belongs to another programme."), field="pilot")
    for field, sentence in faults_of_days(programme, entered_on, left_on):
        raise DomainError(sentence, field=field)
    for field, text in {"first_name": first_name, "last_name": last_name, "organisation": organisation}.items():
        if looks_like_national_number(text):
            raise DomainError(_("This seems to be a national register number. We may not keep it."), field=field)
    user = people.person_at(email, by=by, first_name=first_name, last_name=last_name, language=language)
    _refuse_other_places(user, programme)
    _refuse_later_than_presence(user, programme, entered_on)
    new = not Participant.objects.filter(programme=programme, user=user).exists()
    seat = trajectories.seat_person(
        by=by, user=user, programme=programme, role=Role.PARTICIPANT, since=entered_on, until=left_on,
        organisation=organisation, function=function,
    )  # fmt: skip
    return seat, new and programme.ends_on >= timezone.localdate()


def _refuse_other_places(user: User, programme: Programme) -> None:
    roles = set(Seat.objects.living().filter(user=user, programme=programme).values_list("role", flat=True))
    if Role.LEADER in roles:
        told = _("%(name)s is a leader in this programme, and becomes a participant on the first day of being present.")
        raise DomainError(told % {"name": user.name}, field="email")
    if roles & {Role.PROJECT, Role.COACH}:
        told = _("%(name)s works for this programme, and so is no participant.")
        raise DomainError(told % {"name": user.name}, field="email")


def _refuse_later_than_presence(user: User, programme: Programme, entered_on: datetime.date) -> None:
    """Entry is the first day of taking part (1304/2013 Annex I), so never later than a presence that was noted."""
    there = Attendance.objects.filter(
        user=user, meeting__programme=programme, meeting__state__in=Meeting.TOOK_PLACE, status__in=Attendance.PRESENT
    )
    first = there.aggregate(first=Min("meeting__starts_at"))["first"]
    known = Participant.objects.filter(programme=programme, user=user, entered_on__lte=entered_on).exists()
    if first and not known and (day := first.astimezone(programme.zone).date()) < entered_on:
        raise _later_than_presence(user.name, day)


def _later_than_presence(name: str, day: datetime.date) -> DomainError:
    told = _("%(name)s was present on %(day)s already: the entry is that day at the latest.")
    return DomainError(told % {"name": name, "day": f"{day:%d/%m/%Y}"}, field="entered_on")


def _followed(programme: Programme, pilots: dict, by: User) -> list[Participant]:
    """The list of participants brought in line, and where people come from noted; returns their rows."""
    sync_participants(programme, by=by)
    rows = list(Participant.objects.filter(programme=programme, user__in=pilots).select_related("user", "pilot"))
    for row in rows:
        row.pilot = pilots[row.user_id] or row.pilot
    save_rows(rows, ["pilot"])
    audit.record_many(by=by.pk, verb="participant.enrolled", targets=rows)
    return rows


@transaction.atomic
def ask_again(participant: Participant, *, by: User) -> str:
    """A new letter with a new personal link for the first questions that are still open; returns the moment. The older link stops
    working. Raises DomainError when nothing is open."""
    return asking.ask_again(participant, by=by, today=timezone.localdate())
