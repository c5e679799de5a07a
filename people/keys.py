"""A person's key: made with their first sealed text, kept wrapped, deleted to erase."""

from collections.abc import Iterable
from uuid import UUID

from django.db import IntegrityError, transaction

from core import crypto
from people.models import PersonKey


def _about(user_id: UUID) -> str:
    return f"person:{user_id}"


def key_of(user_id: UUID) -> bytes:
    """The person's key, made on first use."""
    found = PersonKey.objects.filter(pk=user_id).first()
    if found is None:
        version, wrapped = crypto.wrap(crypto.new_key(), about=_about(user_id))
        try:
            with transaction.atomic():
                found = PersonKey.objects.create(pk=user_id, master=version, wrapped=wrapped)
        except IntegrityError:
            found = PersonKey.objects.get(pk=user_id)
    return crypto.unwrap(found.master, bytes(found.wrapped), about=_about(user_id))


def keys_of(user_ids: Iterable[UUID]) -> dict[UUID, bytes]:
    """The keys of many people in one query; who has none (or is erased) is missing from the answer."""
    return {
        row.pk: crypto.unwrap(row.master, bytes(row.wrapped), about=_about(row.pk))
        for row in PersonKey.objects.filter(pk__in=set(user_ids))
    }


def opened(user_id: UUID, master: int, wrapped: bytes) -> bytes:
    """The key of a row that a query of many people has read along; raises core.crypto.Unreadable."""
    return crypto.unwrap(master, bytes(wrapped), about=_about(user_id))


def seal_text(user_id: UUID, text: str, *, about: str) -> bytes:
    """Seal a text with its owner's key; `about` names row and field, for example `reflection:<id>:body`."""
    return crypto.seal(key_of(user_id), text.encode(), about=about)


def unseal_text(user_id: UUID, sealed: bytes, *, about: str, keys: dict[UUID, bytes] | None = None) -> str:
    """The text again; raises core.crypto.Unreadable after erasure. `keys` saves a query per row in lists."""
    if keys is not None:
        if user_id not in keys:
            raise crypto.Unreadable(about)
        return crypto.unseal(keys[user_id], sealed, about=about).decode()
    return crypto.unseal(key_of(user_id), sealed, about=about).decode()


def rewrap_all() -> int:
    """Wrap every key by the newest master key (rotation); returns how many were changed."""
    newest, changed = max(crypto.masters()), 0
    for row in PersonKey.objects.exclude(master=newest).iterator():
        plain = crypto.unwrap(row.master, bytes(row.wrapped), about=_about(row.pk))
        version, wrapped = crypto.wrap(plain, about=_about(row.pk))
        changed += PersonKey.objects.filter(pk=row.pk, master=row.master).update(master=version, wrapped=wrapped)
    return changed
