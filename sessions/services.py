"""What happens to meetings; each subject has a module of its own."""

from sessions.invitations import answer, clashes, invite, withdraw
from sessions.planning import AgendaLine, cancel_meeting, change_meeting, keep_up, plan_meeting, set_tools

__all__ = [
    "AgendaLine",
    "answer",
    "cancel_meeting",
    "change_meeting",
    "clashes",
    "invite",
    "keep_up",
    "plan_meeting",
    "set_tools",
    "withdraw",
]
