"""Participants with their answers opened, one after the other: for counting, never for showing one of them."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from core import crypto
from people import keys
from reporting.indicators import Record
from reporting.models import Participant, about_value
from trajectories.models import Programme

BATCH = 2000


@dataclass
class Member:
    """A participant under their number, with where they come from and the record that indicators count."""

    number: int
    service: str
    sector: dict[str, str]
    record: Record


def members(programme: Programme, until: datetime.date) -> Iterator[Member]:
    """Everybody who entered by `until`, by number: one query for the rows and one for the keys of each 2,000 people.

    An answer whose key is gone (erased) or that does not open is missing, so the record is incomplete.
    """
    rows = (
        Participant.objects.filter(programme=programme, entered_on__lte=until)
        .order_by("number", "characteristics__pk")
        .values_list(
            "number",
            "pk",
            "user_id",
            "entered_on",
            "left_on",
            "pilot__service__name",
            "pilot__service__sector__name_nl",
            "pilot__service__sector__name_en",
            "characteristics__moment",
            "characteristics__code",
            "characteristics__value",
            "characteristics__refused",
        )
    )
    people = ((number, list(group)) for number, group in groupby(rows.iterator(chunk_size=BATCH), key=lambda row: row[0]))
    while batch := list(islice(people, BATCH)):
        opened = keys.keys_of(group[0][2] for _number, group in batch if group[0][2])
        for number, group in batch:
            yield _member(number, group, opened)


def _member(number: int, group: list[tuple[Any, ...]], opened: dict[UUID, bytes]) -> Member:
    _number, pk, user_id, entered_on, left_on, service, sector_nl, sector_en = group[0][:8]
    record = Record(entered_on, left_on)
    for *_same, moment, code, value, refused in group:
        if moment is None:
            continue
        if refused:
            record.refused.add(f"{moment}.{code}")
        elif value is not None and user_id in opened:
            try:
                record.answers[f"{moment}.{code}"] = crypto.unseal(
                    opened[user_id], value, about=about_value(pk, moment, code)
                ).decode()
            except crypto.Unreadable:
                continue
    sector = {"nl": sector_nl or "", "en": sector_en or sector_nl or ""}
    return Member(number, service or "", sector, record)
