"""How what somebody is typing is sealed: one way for every form, bound to its person and place; and all of it to take along."""

import json
from collections.abc import Mapping
from uuid import UUID

from core.crypto import Unreadable
from people import keys
from people.models import Draft, User


def sealed(by: UUID, place: str, said: Mapping[str, object]) -> bytes:
    """What a form says, for `Draft.body`."""
    return keys.seal_text(by, json.dumps(said), about=_about(place))


def opened(row: Draft, known: dict[UUID, bytes]) -> dict:
    """What was sealed. Raises core.crypto.Unreadable."""
    return json.loads(keys.unseal_text(row.user_id, bytes(row.body), about=_about(row.place), keys=known))


def _about(place: str) -> str:
    return f"draft:{place}"


def own_drafts(user: User) -> list[dict[str, object]]:
    """What this person typed and did not save, also in forms that are no longer theirs to send."""
    rows = list(Draft.objects.filter(user=user).order_by("-updated_at"))
    try:
        known = keys.keys_of([user.pk]) if rows else {}
    except Unreadable:
        return []
    return [draft for draft in (_draft(row, known) for row in rows) if draft]


def _draft(row: Draft, known: dict[UUID, bytes]) -> dict[str, object]:
    try:
        said = opened(row, known)
    except Unreadable:
        return {}
    return {"typed": row.updated_at.isoformat(), "heading": said.get("heading") or "", "text": said["text"]}
