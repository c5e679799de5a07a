"""Meetings and what remains of them; split by subject."""

from sessions.models.certificates import Certificate
from sessions.models.evaluations import Evaluation, EvaluationAnswer, EvaluationGiven
from sessions.models.materials import Material, MaterialQuerySet
from sessions.models.meetings import AgendaItem, AgendaRole, Attendance, Meeting, MeetingChange, MeetingQuerySet, MeetingTool
from sessions.models.preparation import Brought, BroughtQuerySet, BroughtReader
from sessions.models.record import Action, ActionQuerySet, Evidence, Minutes, SessionReport
from sessions.models.signatures import Signature
from sessions.models.versions import MinutesVersion

__all__ = [
    "Action",
    "ActionQuerySet",
    "AgendaItem",
    "AgendaRole",
    "Attendance",
    "Brought",
    "BroughtQuerySet",
    "BroughtReader",
    "Certificate",
    "Evaluation",
    "EvaluationAnswer",
    "EvaluationGiven",
    "Evidence",
    "Material",
    "MaterialQuerySet",
    "Meeting",
    "MeetingChange",
    "MeetingQuerySet",
    "MeetingTool",
    "Minutes",
    "MinutesVersion",
    "SessionReport",
    "Signature",
]
