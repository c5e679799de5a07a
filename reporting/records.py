"""Participants with their answers opened, one after the other: for counting, never for showing one of them.

A participant's answers stand twice, sealed with the same key: each by itself, as it was given, and all together in
`Participant.answers`, so that counting many people opens one seal for each.
"""

import datetime
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from core import crypto
from people import keys
from reporting import minimum
from reporting.indicators import Record
from reporting.models import Characteristic, Participant, about_answers, about_value
from trajectories.models import Programme, Seat

BATCH = 2000
PLACE = ("pilot__service__name", "pilot__service__sector__name_nl", "pilot__service__sector__name_en")
BARE = ("number", "entered_on", "left_on", *PLACE)


@dataclass
class Member:
    """A participant under their number, with where they come from, the record that indicators count, and whether they lead."""

    number: int
    service: str
    sector: dict[str, str]
    record: Record
    leads: bool = False


def leading() -> Exists:
    """Did this participant ever have a place as a leader?"""
    seats = Seat.objects.filter(user=OuterRef("user"), programme=OuterRef("programme"), role=Seat.Role.LEADER)
    return Exists(seats)


def members(programme: Programme, until: datetime.date, *, only: UUID | None = None) -> Iterator[Member]:
    """Everybody (or one participant) who entered by `until`, by number: one query for the rows, and one for each 2,000 people
    whose answers have not been brought together.

    Of who was erased the counted minimum is read. An answer whose key is gone or that does not open is missing, so the record is
    incomplete.
    """
    chosen = Participant.objects.filter(programme=programme, entered_on__lte=until)
    rows = (
        (chosen.filter(pk=only) if only else chosen)
        .order_by("number")
        .annotate(leads=leading())
        .values_list(
            "pk",
            "number",
            "user_id",
            "entered_on",
            "left_on",
            *PLACE,
            "answers",
            "user__key__master",
            "user__key__wrapped",
            "minimum",
            "master",
            "leads",
        )
    )
    found = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(found, BATCH)):
        single = singly((row[0], row[2], row[9], row[10]) for row in batch if row[8] is None and row[10] is not None)
        for row in batch:
            yield _member(row, single)


def bare(row: Mapping[str, Any]) -> Member:
    """A participant without their answers, for lists of hours; `row` holds the columns of BARE."""
    service, nl, en = (row[column] or "" for column in PLACE)
    return Member(row["number"], service, {"nl": nl, "en": en or nl}, Record(row["entered_on"], row["left_on"]))


def _member(row: tuple[Any, ...], single: Mapping[UUID, tuple[dict[str, str], set[str]]]) -> Member:
    pk, number, user_id, entered_on, left_on, service, sector_nl, sector_en, sealed, master, wrapped, *erased, leads = row
    record = Record(entered_on, left_on)
    if erased[0] is not None:
        with suppress(crypto.Unreadable):
            record.answers, record.erased = minimum.opened(pk, erased[1], erased[0], entered_on), True
    elif pk in single:
        record.answers, record.refused = single[pk]
    elif sealed is not None and wrapped is not None:
        with suppress(crypto.Unreadable):
            record.answers, record.refused = unsealed(keys.opened(user_id, master, wrapped), sealed, pk)
    return Member(number, service or "", {"nl": sector_nl or "", "en": sector_en or sector_nl or ""}, record, leads)


def sealed(key: bytes, pk: UUID, answers: Mapping[str, str], refused: Iterable[str]) -> bytes:
    """All answers of a participant (`moment.code` → value) and what was refused, under one seal."""
    plain = json.dumps([dict(answers), sorted(refused)], separators=(",", ":"))
    return crypto.seal(key, plain.encode(), about=about_answers(pk))


def sealed_for(person: tuple[UUID, UUID, int, bytes], answers: Mapping[str, str], refused: Iterable[str]) -> bytes:
    """The same for a participant as `singly` takes them."""
    pk, user_id, master, wrapped = person
    return sealed(keys.opened(user_id, master, wrapped), pk, answers, refused)


def unsealed(key: bytes, together: bytes, pk: UUID) -> tuple[dict[str, str], set[str]]:
    """The answers again, and what was refused; raises core.crypto.Unreadable."""
    answers, refused = json.loads(crypto.unseal(key, together, about=about_answers(pk)).decode())
    return answers, set(refused)


def singly(people: Iterable[tuple[UUID, UUID, int, bytes]]) -> dict[UUID, tuple[dict[str, str], set[str]]]:
    """Answers and refusals that were not brought together, each opened by itself. `people`: participant, user, and the key as it
    is kept (master, wrapped); whose key does not open has no answers."""
    opened = {}
    for pk, user_id, master, wrapped in people:
        try:
            opened[pk] = keys.opened(user_id, master, wrapped)
        except crypto.Unreadable:
            continue
    found: dict[UUID, tuple[dict[str, str], set[str]]] = {pk: ({}, set()) for pk in opened}
    answers = Characteristic.objects.filter(participant__in=list(opened))
    columns = ("participant_id", "moment", "code", "value", "refused")
    for pk, moment, code, value, refused in answers.values_list(*columns) if opened else ():
        if refused:
            found[pk][1].add(f"{moment}.{code}")
        elif value is not None:
            try:
                plain = crypto.unseal(opened[pk], value, about=about_value(pk, moment, code))
            except crypto.Unreadable:
                continue
            found[pk][0][f"{moment}.{code}"] = plain.decode()
    return found
