"""What happens in accounting; each subject has a module of its own."""

from reporting.services.characteristics import answer, own_answers, questions_of
from reporting.services.files import ask_file, language_of
from reporting.services.participants import keep_up, sync_participants
from reporting.services.periods import remove_period, save_period
from reporting.services.reports import fingerprint, freeze, propose, save_section, start_report, take_back

__all__ = [
    "answer",
    "ask_file",
    "fingerprint",
    "freeze",
    "keep_up",
    "language_of",
    "own_answers",
    "propose",
    "questions_of",
    "remove_period",
    "save_period",
    "save_section",
    "start_report",
    "sync_participants",
    "take_back",
]
