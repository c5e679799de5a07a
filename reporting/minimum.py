"""What stays of a participant who was erased: what a frozen report had counted, under the number, without a name, a birth date
or a sensitive answer. It is sealed with the master key and goes on the clock of evidence.

Without it every later figure "since the start" would be smaller than what was reported, and the difference between two reports
would tell what the erased person had answered. Sensitive answers stay as totals of nobody in particular.
"""

import datetime
import json
import zlib
from collections import Counter
from uuid import UUID

from core import crypto
from reporting.indicators import ErasedTotals
from reporting.models import Erased, about_minimum
from trajectories.models import Programme


def sealed(pk: UUID, answers: dict[str, str], ages: dict[str, int]) -> tuple[int, bytes]:
    """The ordinary answers and the ages on the day of entry, sealed: (version of the master key, bytes)."""
    return crypto.wrap(json.dumps([answers, ages]).encode(), about=about_minimum(pk))


def opened(pk: UUID, master: int, kept: bytes, entered_on: datetime.date) -> dict[str, str]:
    """The answers again; instead of a date of birth a day that gives the same age. Raises core.crypto.Unreadable."""
    answers, ages = json.loads(crypto.unwrap(master, bytes(kept), about=about_minimum(pk)))
    day = min(entered_on.day, 28)
    born = {key: datetime.date(entered_on.year - years, entered_on.month, day) for key, years in ages.items()}
    return answers | {key: date.isoformat() for key, date in born.items()}


def totals_of(programme: Programme) -> ErasedTotals:
    """What people who were erased keep giving to the sensitive figures of a programme."""
    row = Erased.objects.filter(programme=programme).first()
    return _unpacked(row) if row is not None else ErasedTotals()


def add(programme: Programme, more: ErasedTotals) -> None:
    """Add somebody's; the programme's row is locked."""
    master, nothing = _packed(Erased(programme=programme), ErasedTotals())
    fresh = {"master": master, "totals": nothing}
    row, _made = Erased.objects.select_for_update().get_or_create(programme=programme, defaults=fresh)
    known = _unpacked(row)
    known.codes.update(more.codes)
    known.states.update(more.states)
    row.master, row.totals = _packed(row, known)
    row.save(update_fields=["master", "totals"])


def _packed(row: Erased, totals: ErasedTotals) -> tuple[int, bytes]:
    told = [[[*key, number] for key, number in sorted(part.items())] for part in (totals.codes, totals.states)]
    return crypto.wrap(zlib.compress(json.dumps(told).encode()), about=row.about_totals)


def _unpacked(row: Erased) -> ErasedTotals:
    told = json.loads(zlib.decompress(crypto.unwrap(row.master, bytes(row.totals), about=row.about_totals)))
    codes, states = (Counter({tuple(key): number for *key, number in part}) for part in told)
    return ErasedTotals(codes, states)
