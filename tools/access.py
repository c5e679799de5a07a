"""Doors to tools."""

from uuid import UUID

from core.doors import through
from people.models import User
from tools.models import Tool


def tool_for(user: User, pk: UUID) -> Tool:
    """A tool of the library that this person may read, with its texts."""
    return through(Tool.objects.visible_to(user).with_texts(), pk=pk)
