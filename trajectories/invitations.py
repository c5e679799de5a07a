"""People come in: one by one, or from a list that is tried as a whole before anything is kept."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from core.errors import DomainError
from people import services as people
from people.models import Invitation, User
from trajectories import services
from trajectories.models import Pilot, Programme, Seat


@dataclass
class Newcomer:
    """A line of a list: what was typed, what is wrong with it, and what it asks for when nothing is."""

    line: int
    typed: dict[str, str]
    asked: dict | None = None
    faults: list[str] = field(default_factory=list)
    gets_letter: bool = False


# what is done with one line: the seat that it gave, and whether a letter goes out
Comer = Callable[..., tuple[Seat, object]]


class _Undo(Exception):
    """Takes back what was only tried."""


@transaction.atomic
def invite_person(
    *,
    by: User | None,
    programme: Programme,
    email: str,
    first_name: str,
    last_name: str,
    language: str = "nl",
    role: str,
    pilot: Pilot | None = None,
    since: datetime.date | None = None,
    **seat_fields,
) -> tuple[Seat, Invitation | None]:
    """An account if there is none, a seat, and one invitation; none for who takes part already or was invited just now.

    A coach of a pilot also gets the seat in the programme. Raises DomainError, naming the field.
    """
    user = people.person_at(email, by=by, first_name=first_name, last_name=last_name, language=language)
    inside = user.activated_at is not None and user.seats.living().filter(programme=programme).exists()
    if role == Seat.Role.COACH and pilot is not None:
        _seat_in_programme(user, by=by, programme=programme, since=since, **_without_place(seat_fields))
    seat = services.seat_person(by=by, user=user, programme=programme, role=role, pilot=pilot, since=since, **seat_fields)
    if inside or Invitation.objects.open().filter(user=user, programme_id=programme.pk).exists():
        return seat, None
    return seat, people.invite(user, by=by, programme_id=programme.pk)


def _seat_in_programme(user: User, *, by: User | None, programme: Programme, since: datetime.date | None, **fields) -> None:
    there = user.seats.filter(programme=programme, role=Seat.Role.COACH, pilot=None)
    if not there.overlapping(since or timezone.localdate(), None).exists():
        services.seat_person(by=by, user=user, programme=programme, role=Seat.Role.COACH, since=since, **fields)


def _without_place(fields: dict) -> dict:
    return {name: value for name, value in fields.items() if name in {"organisation", "function"}}


@transaction.atomic
def replace(
    seat: Seat, *, by: User, until: datetime.date, email: str, first_name: str, last_name: str, language: str, **fields
) -> Seat:
    """Somebody new takes over the place of a pair or tandem, and is invited."""
    user = people.person_at(email, by=by, first_name=first_name, last_name=last_name, language=language)
    newer = services.replace_leader(seat, by=by, user=user, until=until, **fields)
    if seat.role == Seat.Role.COACH:
        _seat_in_programme(user, by=by, programme=seat.programme, since=newer.since)
    people.invite(user, by=by, programme_id=seat.programme_id)
    return newer


def try_list(
    programme: Programme, newcomers: Iterable[Newcomer], *, by: User, keep: bool = False, each: Comer = invite_person
) -> bool:
    """Do the whole list, `each` line in turn; every line notes its faults. Kept only when `keep` and no line has a fault; returns
    whether it was."""
    lines = list(newcomers)
    for newcomer in lines:
        newcomer.gets_letter = False
    try:
        with transaction.atomic():
            for newcomer in lines:
                _try(newcomer, programme, by, each)
            if not keep or any(newcomer.faults for newcomer in lines):
                raise _Undo
    except _Undo:
        return False
    return True


def _try(newcomer: Newcomer, programme: Programme, by: User, each: Comer) -> None:
    if newcomer.asked is None:
        return
    try:
        with transaction.atomic():
            _seat, letter = each(by=by, programme=programme, **newcomer.asked)
    except DomainError as refusal:
        newcomer.faults.append(str(refusal))
    else:
        newcomer.gets_letter = bool(letter)
