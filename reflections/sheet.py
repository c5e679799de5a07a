"""One text with what stands around it, opened at one go: the words, the dialogue, the photos and files."""

from dataclasses import dataclass

from people.models import User
from reflections import attached, dialogue
from reflections.models import Comment, Reflection
from reflections.services import keys_by, tags_with, text_with


@dataclass(frozen=True)
class Sheet:
    """What a page shows of one text; `text` is None when its author's key was erased."""

    text: str | None
    tags: list[str]
    said: list[dialogue.Said]
    files: list[attached.Shown]


def sheet_of(reflection: Reflection, user: User) -> Sheet:
    """The text as this person may read it (three queries; the dialogue and files only where the door found any)."""
    comments = _comments(reflection, user) if getattr(reflection, "has_comments", True) else []
    rows = list(reflection.files.select_related("file")) if getattr(reflection, "has_files", True) else []
    opened = keys_by({reflection.author_id} | {comment.author_id for comment in comments})
    mine = reflection.author_id == user.pk
    return Sheet(
        text=text_with(reflection, opened),
        tags=tags_with(reflection, opened) if mine else [],
        said=[dialogue.shown(comment, user, opened) for comment in comments],
        files=[attached.shown(row, reflection.author_id, opened) for row in rows],
    )


def _comments(reflection: Reflection, user: User) -> list[Comment]:
    return list(Comment.objects.readable_by(user).filter(reflection=reflection).select_related("author")[: dialogue.MOST])
