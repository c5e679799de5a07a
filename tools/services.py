"""What happens to the library of tools."""

import json
from dataclasses import dataclass
from pathlib import Path

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import transaction

from core import audit
from tools.models import Tool, ToolVersion

LIBRARY = Path(__file__).parent / "library"
FACTS = ("theme", "minutes", "people_min", "people_max", "setting", "position")
WORDS = ("title", "summary", "aim", "materials", "body")


@dataclass
class Loaded:
    """What a load brought: tools that are new, and texts that are new or read differently."""

    tools: int = 0
    texts: int = 0


@transaction.atomic
def load_library(folder: Path = LIBRARY) -> Loaded:
    """Bring the shipped tools into the database. A changed text becomes a version with the next number; older ones stay.

    Loading again what is there already changes nothing. A file that is no valid tool raises KeyError or ValueError.
    """
    known = {tool.slug: tool for tool in Tool.objects.with_texts()}
    loaded = Loaded()
    for path in sorted(folder.glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        _load(entry, known.get(entry["slug"]), loaded)
    return loaded


def _load(entry: dict, tool: Tool | None, loaded: Loaded) -> None:
    facts = {name: entry[name] for name in FACTS} | {"sources": "; ".join(entry.get("sources", []))}
    versions: list[ToolVersion] = []
    if tool is None:
        tool = Tool.objects.create(slug=entry["slug"], **facts)
        loaded.tools += 1
    else:
        versions = list(tool.versions.all())
        if any(getattr(tool, name) != value for name, value in facts.items()):
            Tool.objects.filter(pk=tool.pk).update(**facts)
    for language, words in entry["texts"].items():
        newest = max((v for v in versions if v.language == language), key=lambda v: v.number, default=None)
        texts = {name: words.get(name, "") for name in WORDS}
        if newest is not None and all(getattr(newest, name) == text for name, text in texts.items()):
            continue
        number = newest.number + 1 if newest else 1
        version = ToolVersion.objects.create(tool=tool, language=language, number=number, **texts)
        audit.record(by=None, verb="tool.text-loaded", target=version, language=language, number=number)
        loaded.texts += 1


def after_migrate(*, using: str, apps: Apps = installed, **_given: object) -> None:
    """After each migrate (and flush, which names no apps) the library is there; not while the tables are of another state."""
    for model in (Tool, ToolVersion):
        try:
            state = apps.get_model("tools", model.__name__)
        except LookupError:
            return
        if {field.column for field in state._meta.local_fields} != {field.column for field in model._meta.local_fields}:
            return
    if using == "default":
        load_library()
