"""The audit trail: written in the transaction of the act, sealed into a hash chain by the tick."""

import hashlib
import json
from collections.abc import Iterable
from uuid import UUID

from django.db import models, transaction

from core.models import AuditEntry, AuditSeal


def record(*, by: UUID | None, verb: str, target: models.Model, fields: Iterable[str] = (), **facts: object) -> None:
    """Note that person `by` did `verb` to `target`. `fields` are names; facts are ids, numbers, states or hashes, never words."""
    AuditEntry.objects.create(
        by=by,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        fields=list(fields),
        facts={name: value if isinstance(value, int | bool | type(None)) else str(value) for name, value in facts.items()},
    )


def record_many(*, by: UUID | None, verb: str, targets: Iterable[models.Model], **facts: object) -> None:
    """The same for many rows in one insert."""
    shown = {name: str(value) for name, value in facts.items()}
    AuditEntry.objects.bulk_create(
        [
            AuditEntry(by=by, verb=verb, target_type=target._meta.label_lower, target_id=str(target.pk), facts=shown)
            for target in targets
        ],
        batch_size=500,
    )


def digest_of(entries: Iterable[AuditEntry], previous: str) -> str:
    """The hash over a stretch of entries and the link before it (canonical JSON, SHA-256)."""
    total = hashlib.sha256(previous.encode())
    for entry in entries:
        line = [entry.pk, entry.at.isoformat(), str(entry.by), entry.verb, entry.target_type, entry.target_id]
        total.update(json.dumps([*line, entry.fields, entry.facts], sort_keys=True, separators=(",", ":")).encode())
    return total.hexdigest()


@transaction.atomic
def seal(limit: int = 5000) -> int:
    """Seal the entries that no link covers yet; returns how many. Two sealers at once: the unique first entry lets one win."""
    last = AuditSeal.objects.order_by("-pk").first()
    after = last.last_entry if last else 0
    entries = list(AuditEntry.objects.filter(pk__gt=after).order_by("pk")[:limit])
    if not entries:
        return 0
    previous = last.digest if last else ""
    AuditSeal.objects.create(
        first_entry=entries[0].pk, last_entry=entries[-1].pk, previous=previous, digest=digest_of(entries, previous)
    )
    return len(entries)


def broken_links() -> list[int]:
    """The seals whose entries no longer give the digest that was noted; empty when the trail is whole."""
    broken, previous = [], ""
    for link in AuditSeal.objects.order_by("pk"):
        entries = AuditEntry.objects.filter(pk__gte=link.first_entry, pk__lte=link.last_entry).order_by("pk")
        if link.previous != previous or digest_of(entries.iterator(), previous) != link.digest:
            broken.append(link.pk)
        previous = link.digest
    return broken
