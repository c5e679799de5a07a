"""What a report keeps sealed with the master key: who counts for what, and the tables of answers that a snapshot is bound to."""

import json
import struct
import zlib
from collections.abc import Iterator

from core import crypto
from reporting.answers import Tables
from reporting.models import Erased, KeptFigures, Participant, Snapshot, about_minimum

Row = KeptFigures | Snapshot | Participant | Erased


def seal(snapshot: Snapshot, tables: Tables) -> None:
    """Put the tables into the snapshot's row, unsaved."""
    head = json.dumps({"rows": tables.rows, "split": len(tables.participants)}).encode()
    packed = zlib.compress(struct.pack("<I", len(head)) + head + tables.participants + tables.sensitive, 6)
    snapshot.master, snapshot.answers = crypto.wrap(packed, about=snapshot.about_answers)


def opened(snapshot: Snapshot) -> Tables:
    """The tables again; raises core.crypto.Unreadable."""
    packed = zlib.decompress(crypto.unwrap(snapshot.master, bytes(snapshot.answers or b""), about=snapshot.about_answers))
    (length,) = struct.unpack_from("<I", packed)
    head, rest = json.loads(packed[4 : 4 + length]), packed[4 + length :]
    return Tables(rest[: head["split"]], rest[head["split"] :], tuple(head["rows"]))


def rewrap_all() -> int:
    """Seal everything by the newest master key (rotation); returns how many were changed."""
    newest = max(crypto.masters())
    return sum(_rewrap(row, field, about, newest) for row, field, about in _sealed(newest))


def still_needed(newest: int) -> list[int]:
    """The older master keys, once for each row that one still seals."""
    return [row.master for row, _field, _about in _sealed(newest)]


def _sealed(newest: int) -> Iterator[tuple[Row, str, str]]:
    for kept in KeptFigures.objects.exclude(behind=None).exclude(master=newest).iterator():
        yield kept, "behind", kept.about_behind
    for snapshot in Snapshot.objects.exclude(answers=None).exclude(master=newest).iterator():
        yield snapshot, "answers", snapshot.about_answers
    for participant in Participant.objects.exclude(minimum=None).exclude(master=newest).iterator():
        yield participant, "minimum", about_minimum(participant.pk)
    for erased in Erased.objects.exclude(master=newest).iterator():
        yield erased, "totals", erased.about_totals


def _rewrap(row: Row, field: str, about: str, newest: int) -> int:
    plain, before = crypto.unwrap(row.master, bytes(getattr(row, field)), about=about), row.master
    row.master, sealed = crypto.wrap(plain, about=about)
    fresh = {"master": row.master, field: sealed}
    return type(row)._default_manager.filter(pk=row.pk, master=before).update(**fresh)
