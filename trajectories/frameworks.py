"""Which indicator frameworks a programme can choose: one data file each, of which only the title is read here."""

import json
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language


@cache
def _titles(folder: Path) -> dict[str, dict[str, str]]:
    return {path.stem: json.loads(path.read_text(encoding="utf-8"))["title"] for path in sorted(folder.glob("*.json"))}


def title_of(name: str) -> str:
    """A framework's title in the reader's language; its name when there is no such file any longer."""
    title = _titles(settings.FRAMEWORKS).get(name, {})
    return title.get(get_language() or "nl") or title.get("nl", name)


def choices() -> list[tuple[str, str]]:
    """(name, title) of every framework that is there."""
    return [(name, title_of(name)) for name in _titles(settings.FRAMEWORKS)]
