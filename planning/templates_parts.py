"""The parts of a meeting that a step of a template sets: what the step asks, what the meeting says, and their names."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from planning.models import Step, worded
from sessions.models import Meeting

WORDS = ("title", "aim", "question", "mode")
PARTS = (*WORDS, "when", "agenda", "tools")


def said_by(step: Step, starts_at: datetime, language: str) -> dict:
    """What a step asks of a meeting that starts then; the words in which `PlannedStep.applied` is kept."""
    ends_at = starts_at + timedelta(minutes=step.minutes)
    lines = [[worded(row, "title", language), row.minutes, worded(row, "aim", language)] for row in step.agenda.all()]
    return {
        "title": worded(step, "title", language),
        "aim": worded(step, "aim", language),
        "question": worded(step, "question", language),
        "mode": step.mode,
        "when": [starts_at.isoformat(), ends_at.isoformat()],
        "agenda": lines,
        "tools": sorted(str(row.tool_id) for row in step.tools.all()),
    }


def told_by(meeting: Meeting, name: str) -> str | list:
    """One part of a meeting as it is, in the same words."""
    if name == "when":
        return [meeting.starts_at.isoformat(), meeting.ends_at.isoformat()]
    if name == "agenda":
        return [[row.title, row.minutes, row.aim] for row in meeting.agenda.all()]
    if name == "tools":
        return sorted(str(row.tool_id) for row in meeting.tools.all())
    return getattr(meeting, name)


def part_name(name: str) -> str:
    """A part of a meeting in words."""
    return {
        "title": _("title"),
        "aim": _("aim"),
        "question": _("question for the day after"),
        "mode": _("how you meet"),
        "when": _("day and hour"),
        "agenda": _("agenda"),
        "tools": _("tools"),
    }[name]
