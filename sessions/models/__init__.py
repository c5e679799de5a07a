"""Meetings and what remains of them; split by subject."""

from sessions.models.meetings import AgendaItem, Attendance, Meeting, MeetingChange, MeetingQuerySet, MeetingTool
from sessions.models.record import Action, ActionQuerySet, Evidence, Minutes, SessionReport

__all__ = [
    "Action",
    "ActionQuerySet",
    "AgendaItem",
    "Attendance",
    "Evidence",
    "Meeting",
    "MeetingChange",
    "MeetingQuerySet",
    "MeetingTool",
    "Minutes",
    "SessionReport",
]
