"""What happens in accounting; each subject has a module of its own."""

from reporting.services.participants import keep_up, sync_participants
from reporting.services.periods import remove_period, save_period
from reporting.services.reports import fingerprint, freeze, propose, save_section, start_report, take_back

__all__ = [
    "fingerprint",
    "freeze",
    "keep_up",
    "propose",
    "remove_period",
    "save_period",
    "save_section",
    "start_report",
    "sync_participants",
    "take_back",
]
