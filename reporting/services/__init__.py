"""What happens in accounting; each subject has a module of its own."""

from reporting.erasing import erase_person
from reporting.services.characteristics import answer, own_answers, questions_of, was_told_otherwise
from reporting.services.enrolment import ask_again, enrol, enrol_list
from reporting.services.files import ask_file, language_of
from reporting.services.kept import ask_figures, compute, open_behind, refresh_figures
from reporting.services.own import note_results, remove_own_indicator, save_own_indicator
from reporting.services.participants import keep_up, sync_participants
from reporting.services.periods import remove_period, save_period
from reporting.services.readers import name_reader, withdraw_reader
from reporting.services.reports import fingerprint, freeze, propose, save_section, start_report, take_back
from reporting.services.retention import failures, keep_clocks

__all__ = [
    "answer",
    "ask_again",
    "ask_figures",
    "ask_file",
    "compute",
    "enrol",
    "enrol_list",
    "erase_person",
    "failures",
    "fingerprint",
    "freeze",
    "keep_clocks",
    "keep_up",
    "language_of",
    "name_reader",
    "note_results",
    "open_behind",
    "own_answers",
    "propose",
    "questions_of",
    "refresh_figures",
    "remove_own_indicator",
    "remove_period",
    "save_own_indicator",
    "save_period",
    "save_section",
    "start_report",
    "sync_participants",
    "take_back",
    "was_told_otherwise",
    "withdraw_reader",
]
