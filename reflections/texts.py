"""The words of texts, opened with their authors' keys: for pages, for comparing, and to take along."""

from collections.abc import Iterable
from uuid import UUID

from core.crypto import Unreadable
from people import keys
from people.models import User
from reflections.models import Reflection, ReflectionVersion


def text_of(reflection: Reflection) -> str | None:
    """The text, or None when its key was erased (one query)."""
    return texts_of([reflection])[0]


def texts_of(reflections: Iterable[Reflection]) -> list[str | None]:
    """The texts in the same order, None where the key was erased (one query for all authors together)."""
    reflections = list(reflections)
    opened = keys_by({reflection.author_id for reflection in reflections})
    return [text_with(reflection, opened) for reflection in reflections]


def keys_by(authors: set[UUID]) -> dict[UUID, bytes]:
    """The keys of these authors (one query); none when the master key is gone."""
    try:
        return keys.keys_of(authors)
    except Unreadable:
        return {}


def tags_with(reflection: Reflection, opened: dict[UUID, bytes]) -> list[str]:
    """The author's own tags, as far as these keys open them."""
    if not reflection.tags:
        return []
    return (_unsealed(reflection.author_id, reflection.tags, reflection.about_tags, opened) or "").split()


def text_with(reflection: Reflection, opened: dict[UUID, bytes]) -> str | None:
    """The text, as far as these keys open it."""
    return _unsealed(reflection.author_id, reflection.body, reflection.about_body, opened)


def versions_of(reflection: Reflection) -> list[tuple[ReflectionVersion, str | None]]:
    """What others had read before the author changed it, the newest first (two queries)."""
    earlier = list(reflection.versions.all())
    opened = keys_by({reflection.author_id}) if earlier else {}
    return [(version, _unsealed(reflection.author_id, version.body, version.about_body, opened)) for version in earlier]


def _unsealed(author_id: UUID, sealed: bytes | memoryview, about: str, opened: dict[UUID, bytes]) -> str | None:
    try:
        return keys.unseal_text(author_id, bytes(sealed), about=about, keys=opened)
    except Unreadable:
        return None


def own_texts(user: User) -> list[dict[str, object]]:
    """Everything this person wrote, to take along."""
    mine = list(Reflection.objects.written_by(user).select_related("meeting", "prompt"))
    opened = keys_by({user.pk})
    return [
        {
            "written": reflection.created_at.isoformat(),
            "about": reflection.meeting.title if reflection.meeting else "",
            "line": "pair" if reflection.is_of_pair else "own",
            "question": reflection.asked,
            "text": text or "",
            "tags": tags_with(reflection, opened),
            "before": [earlier or "" for _version, earlier in versions_of(reflection)] if reflection.version > 1 else [],
        }
        for reflection, text in zip(mine, texts_of(mine), strict=True)
    ]
