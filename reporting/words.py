"""The words for the codes of a report's document; the document itself is in no language."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reporting.models import ReportSection
from sessions.models import Attendance, Meeting
from trajectories.models import Seat

KINDS = {
    "network": gettext_lazy("Network sessions"),
    "coaching": gettext_lazy("Coaching moments"),
    "advisory": gettext_lazy("Advisory meetings"),
    "exchange": gettext_lazy("Exchanges"),
    "event": gettext_lazy("Events"),
}
MILESTONES = {
    "reached": (gettext_lazy("reached"), "ok"),
    "reached-late": (gettext_lazy("reached late"), "ok"),
    "open": (gettext_lazy("still open"), "next"),
    "late": (gettext_lazy("late"), "wait"),
}
MENDED_BY = {
    "coach": gettext_lazy("the coach of the meeting"),
    "second": gettext_lazy("somebody other than who closed the list"),
    "participant": gettext_lazy("the participants themselves"),
    "project": gettext_lazy("the project team"),
}
GAPS = {
    "not-closed": gettext_lazy("The attendance list has not been closed."),
    "nobody-present": gettext_lazy("The meeting was held, but nobody is noted as present."),
    "no-proof": gettext_lazy("There is no signed list, scan or confirmation: only the coach noted who was there."),
    "not-checked": gettext_lazy("No second person has checked the list."),
    "checked-by-closer": gettext_lazy("The list was closed and checked by the same person."),
    "no-reason": gettext_lazy("The meeting was cancelled without a reason."),
}
ROLES = dict(Seat.Role.choices) | {"guest": gettext_lazy("guests")}
SECTIONS = dict(ReportSection.Name.choices)


def label(choices: list, code: str) -> str:
    """The word of a model's choice."""
    return str(dict(choices).get(code, code))


def kind(code: str) -> str:
    """One meeting of this kind."""
    return label(Meeting.Kind.choices, code)


def mode(code: str) -> str:
    return label(Meeting.Mode.choices, code)


def state(code: str) -> str:
    return label(Meeting.State.choices, code)


def status(code: str) -> str:
    return label(Attendance.Status.choices, code)


def established(code: str) -> str:
    return label(Attendance.Established.choices, code)


def pseudonym(number: int | None) -> str:
    """How a participant is called outside the list of participants."""
    return "" if number is None else _("participant %(number)s") % {"number": number}


def gap(found: dict) -> str:
    """A gap as a sentence."""
    number = found.get("count", len(found.get("participants", [])))
    match found["what"]:
        case "check":
            return check(found["check"])
        case "overlap":
            who = pseudonym(found["participants"][0]).capitalize()
            return _("%(who)s was at two meetings at the same time. The shared time counts once.") % {"who": who}
        case "not-noted":
            return ngettext("%(n)s person has not been noted.", "%(n)s people have not been noted.", number) % {"n": number}
        case "open-ended":
            return ngettext(
                "%(n)s person has no time of arriving or leaving.",
                "%(n)s people have no time of arriving or leaving.",
                number,
            ) % {"n": number}
        case "incomplete":
            return ngettext(
                "%(n)s participant has not answered all questions and counts only in the grand total.",
                "%(n)s participants have not answered all questions and count only in the grand total.",
                number,
            ) % {"n": number}
        case what:
            return str(GAPS[what])


def check(failed: dict) -> str:
    """A consistency check that failed, with its codes and figures."""
    words = {
        "left": " + ".join(failed["left"]), "right": " + ".join(failed["right"]), "is": failed["is"], "of": failed["of"],
        "who": gender(failed["who"]),
    }  # fmt: skip
    if failed["relation"] == "=":
        return _("%(left)s is %(is)s and should be as much as %(right)s, which is %(of)s (%(who)s).") % words
    return _("%(left)s is %(is)s and may be at most %(right)s, which is %(of)s (%(who)s).") % words


def gender(code: str) -> str:
    """The head of a column of the indicator table."""
    heads = {"total": _("total"), "woman": _("women"), "man": _("men"), "non-binary": _("non-binary"), "unknown": _("unknown")}
    return heads.get(code, code)


def hours(minutes: int) -> float:
    """Minutes as hours with two decimals."""
    return round(minutes / 60, 2)
