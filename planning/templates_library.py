"""The shipped templates: JSON files of this app, checked, and brought into the database after each migrate."""

import json
from datetime import time
from pathlib import Path

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import transaction
from django.utils import timezone

from core import audit
from planning.models import Step, StepAgendaItem, StepTool, TrajectoryTemplate
from planning.templates_dates import day_of, third_of
from sessions.models import Meeting
from tools.models import Tool, ToolVersion

LIBRARY = Path(__file__).parent / "library" / "templates"
TEMPLATE_KEYS = {"slug", "position", "weeks", "title", "summary", "sources", "steps"}
STEP_NEEDS = {"key", "rhythm", "title", "aim", "minutes", "starts", "mode", "offset_days", "reminders", "agenda"}
STEP_MAY = STEP_NEEDS | {"anchor", "min_weeks", "max_weeks", "third", "question", "tools"}
PLAIN = ("rhythm", "minutes", "mode", "offset_days")
MAYBE = ("min_weeks", "max_weeks")


def problems(entry: dict) -> list[str]:
    """What is wrong with a file of the library, in words for who writes one; an empty list when it may ship."""
    found = [f"keys of the template: {sorted(TEMPLATE_KEYS ^ set(entry))}"] if TEMPLATE_KEYS ^ set(entry) else []
    if found:
        return found
    keys = [step.get("key") for step in entry["steps"]]
    if len(keys) != len(set(keys)):
        found.append("two steps have the same key")
    rhythms = {step.get("key"): step.get("rhythm") for step in entry["steps"]}
    for place, step in enumerate(entry["steps"]):
        found += [f"{step.get('key')}: {problem}" for problem in _problems_of_step(step, rhythms)]
        anchor = step.get("anchor")
        if anchor and anchor not in keys[:place]:
            found.append(f"{step['key']}: counts from {anchor}, which does not come before it")
    found += [f"a text is not in both languages: {text}" for text in _texts(entry) if not (text.get("nl") and text.get("en"))]
    return found or _problems_of_time(entry)


def _problems_of_step(step: dict, rhythms: dict) -> list[str]:
    wrong = sorted((STEP_NEEDS - set(step)) | (set(step) - STEP_MAY))
    if wrong:
        return [f"keys missing or unknown: {wrong}"]
    found = []
    if step["rhythm"] not in Step.Rhythm.values or step["mode"] not in Meeting.Mode.values:
        found.append("unknown kind or way of meeting")
    if not 15 <= step["minutes"] <= 1440 or sum(line["minutes"] for line in step["agenda"]) > step["minutes"]:
        found.append("the agenda does not fit in its length")
    if step["rhythm"] == Step.Rhythm.NETWORK and rhythms.get(step.get("anchor")) == Step.Rhythm.COACHING:
        found.append("a session cannot count from a moment of one pilot")
    if step.get("max_weeks", 999) < step.get("min_weeks", 0):
        found.append("the spacing runs backwards")
    time.fromisoformat(step["starts"])
    return found


def _problems_of_time(entry: dict) -> list[str]:
    """Every step lies within the weeks of the template, and in the third that it asks for."""
    steps = {step["key"]: step for step in entry["steps"]}
    found = []
    for key, step in steps.items():
        after = day_of(key, lambda name: (steps[name].get("anchor"), steps[name]["offset_days"]))
        if not 0 <= after <= entry["weeks"] * 7:
            found.append(f"{key}: day {after} lies outside the {entry['weeks']} weeks")
        if step.get("third") and third_of(after, entry["weeks"]) != step["third"]:
            found.append(f"{key}: day {after} does not lie in third {step['third']}")
    return found


def _texts(entry: dict) -> list[dict]:
    texts = [entry["title"], entry["summary"]]
    for step in entry["steps"]:
        texts += [step[name] for name in ("title", "aim", "question") if name in step]
        texts += [line["title"] for line in step.get("agenda", [])]
    return texts


@transaction.atomic
def load_library(folder: Path = LIBRARY) -> int:
    """Bring the shipped templates into the database; returns how many are new or read differently.

    A step that is shipped no longer is taken out, not deleted: meetings keep knowing it. Plans in use do not change by this.
    Raises ValueError for a file that is no valid template, or that names a tool that is not there.
    """
    tools = {tool.slug: tool for tool in Tool.objects.all()}
    known = {row.slug: row for row in TrajectoryTemplate.objects.filter(programme=None).with_steps()}
    changed = 0
    for path in sorted(folder.glob("*.json")):
        entry = json.loads(path.read_text(encoding="utf-8"))
        wrong = problems(entry) or sorted({slug for step in entry["steps"] for slug in step.get("tools", [])} - set(tools))
        if wrong:
            raise ValueError(f"{path.name}: {wrong}")
        row = known.get(entry["slug"])
        if row is None or _as_shipped(row) != _shipped(entry):
            _write(entry, row, tools)
            changed += 1
    return changed


def _facts(entry: dict) -> dict:
    facts = {"weeks": entry["weeks"], "position": entry["position"], "sources": "; ".join(entry["sources"])}
    return facts | _both(entry, "title", "summary")


def _step_facts(step: dict) -> dict:
    facts = {name: step[name] for name in PLAIN} | {name: step.get(name) for name in MAYBE}
    facts |= {"third": step.get("third", 0), "reminders": step["reminders"], "starts": time.fromisoformat(step["starts"])}
    return facts | _both(step, "title", "aim", "question")


def _both(entry: dict, *names: str) -> dict:
    return {f"{name}_{language}": entry.get(name, {}).get(language, "") for name in names for language in ("nl", "en")}


def _agenda(step: dict) -> list[dict]:
    return [_both(line, "title", "aim") | {"minutes": line["minutes"]} for line in step["agenda"]]


def _shipped(entry: dict) -> list:
    """A file in the form in which it is compared with the rows."""
    steps = [(s["key"], _step_facts(s), s.get("anchor"), s.get("tools", []), _agenda(s)) for s in entry["steps"]]
    return [_facts(entry), *steps]


def _as_shipped(row: TrajectoryTemplate) -> list:
    """The rows in the same form."""
    facts = {name: getattr(row, name) for name in ("weeks", "position", "sources")}
    facts |= {name: getattr(row, name) for name in ("title_nl", "title_en", "summary_nl", "summary_en")}
    keys = {step.pk: step.key for step in row.steps.all()}
    found: list = [facts]
    for step in sorted((step for step in row.steps.all() if step.removed_at is None), key=lambda step: step.position):
        words = [f"{name}_{language}" for name in ("title", "aim", "question") for language in ("nl", "en")]
        own = {name: getattr(step, name) for name in (*PLAIN, *MAYBE, "third", "reminders", "starts", *words)}
        lines = [
            {name: getattr(line, name) for name in ("title_nl", "title_en", "aim_nl", "aim_en", "minutes")}
            for line in step.agenda.all()
        ]
        anchor = keys.get(step.anchor_id) if step.anchor_id else None
        found.append((step.key, own, anchor, [line.tool.slug for line in step.tools.all()], lines))
    return found


def _write(entry: dict, row: TrajectoryTemplate | None, tools: dict[str, Tool]) -> None:
    if row is None:
        row = TrajectoryTemplate.objects.create(slug=entry["slug"], **_facts(entry))
    else:
        TrajectoryTemplate.objects.filter(pk=row.pk).update(version=row.version + 1, **_facts(entry))
    made: dict[str, Step] = {}
    for place, step in enumerate(entry["steps"], 1):
        facts = _step_facts(step) | {"position": place, "anchor": made.get(step.get("anchor", "")), "removed_at": None}
        made[step["key"]], _new = Step.objects.update_or_create(template=row, key=step["key"], defaults=facts)
        made[step["key"]].agenda.all().delete()
        made[step["key"]].tools.all().delete()
        StepAgendaItem.objects.bulk_create(
            [StepAgendaItem(step=made[step["key"]], position=at, **line) for at, line in enumerate(_agenda(step), 1)]
        )
        StepTool.objects.bulk_create(
            [StepTool(step=made[step["key"]], position=at, tool=tools[slug]) for at, slug in enumerate(step.get("tools", []), 1)]
        )
    row.steps.exclude(key__in=made).filter(removed_at=None).update(removed_at=timezone.now())
    audit.record(by=None, verb="template.loaded", target=row)


def after_migrate(*, using: str, apps: Apps = installed, **_given: object) -> None:
    """After each migrate (and flush, which names no apps) the templates are there; not while a table is of another state."""
    for model in (Tool, ToolVersion, TrajectoryTemplate, Step, StepAgendaItem, StepTool):
        try:
            state = apps.get_model(model._meta.app_label, model.__name__)
        except LookupError:
            return
        if {field.column for field in state._meta.local_fields} != {field.column for field in model._meta.local_fields}:
            return
    if using == "default":
        load_library()
