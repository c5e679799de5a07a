"""Templates of trajectories, who is free when, polls, feeds and rules for reminders."""

from planning.models.availability import WEEKDAYS, SchoolHoliday, Unavailability, WorkingHours
from planning.models.feeds import Feed, digest_of
from planning.models.polls import Poll, PollAnswer, PollOption, PollParticipant
from planning.models.proposals import Proposal, ProposedMeeting
from planning.models.rules import PLACEHOLDER, ReminderRule
from planning.models.templates import (
    LANGUAGES,
    PlannedStep,
    Step,
    StepAgendaItem,
    StepTool,
    TemplateUse,
    TrajectoryTemplate,
    worded,
)

__all__ = [
    "LANGUAGES",
    "PLACEHOLDER",
    "WEEKDAYS",
    "Feed",
    "PlannedStep",
    "Poll",
    "PollAnswer",
    "PollOption",
    "PollParticipant",
    "Proposal",
    "ProposedMeeting",
    "ReminderRule",
    "SchoolHoliday",
    "Step",
    "StepAgendaItem",
    "StepTool",
    "TemplateUse",
    "TrajectoryTemplate",
    "Unavailability",
    "WorkingHours",
    "digest_of",
    "worded",
]
