"""The words for the codes of a report's document; the document itself is in no language."""

import datetime

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from reporting.frameworks import framework, in_words
from reporting.models import ReportSection
from reporting.rows import SIGNED
from sessions.models import Attendance, Evidence, Meeting
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
    "no-scan": gettext_lazy("The list says “on paper” or “by mail”, but the scan or mail itself is not with the meeting."),
    "not-checked": gettext_lazy("No second person has checked the list."),
    "checked-by-closer": gettext_lazy("The list was closed and checked by the same person."),
    "no-reason": gettext_lazy("The meeting was cancelled without a reason."),
}
ROLES = dict(Seat.Role.choices) | {"guest": gettext_lazy("guests")}
FUNDER_REPORT = "report"
SECTIONS = dict(ReportSection.Name.choices)
KIND, MODE, STATE, STATUS, ESTABLISHED, PROOF = (
    dict(choices.choices)
    for choices in (Meeting.Kind, Meeting.Mode, Meeting.State, Attendance.Status, Attendance.Established, Evidence.Kind)
)


def kind(code: str) -> str:
    """One meeting of this kind."""
    return str(KIND.get(code, code))


def mode(code: str) -> str:
    return str(MODE.get(code, code))


def state(code: str) -> str:
    return str(STATE.get(code, code))


def status(code: str) -> str:
    return str(STATUS.get(code, code))


def established(code: str) -> str:
    return str(_("signed in person")) if code == SIGNED else str(ESTABLISHED.get(code, code))


def proof(code: str) -> str:
    return str(_("session report for the funder")) if code == FUNDER_REPORT else str(PROOF.get(code, code))


def asked(filters: dict[str, str]) -> list[str]:
    """What a list of meetings is cut down to, in words."""
    what = {
        "held": _("held"), "cancelled": _("cancelled"), "moved": _("moved"), "online": _("online"), "open": _("still open"),
    }  # fmt: skip
    told = {"kind": KINDS.get(filters.get("kind", "")), "phase": filters.get("phase"), "what": what.get(filters.get("what", ""))}
    if told["phase"] == "-":
        told["phase"] = _("outside the phases")
    return [str(word) for word in told.values() if word]


def pseudonym(number: int | None) -> str:
    """How a participant is called outside the list of participants."""
    return "" if number is None else _("participant %(number)s") % {"number": number}


def gap(found: dict) -> str:
    """A gap as a sentence."""
    number = found.get("count", len(found.get("participants", [])))
    match found["what"]:
        case "check":
            return check(found["check"])
        case "overlap" if found.get("number", 1) > 1:
            return _("%(n)s times a participant was at two meetings at the same time. The shared time counts once.") % {
                "n": found["number"]
            }
        case "overlap":
            who = pseudonym(found["participants"][0]).capitalize()
            return _("%(who)s was at two meetings at the same time. The shared time counts once.") % {"who": who}
        case "not-noted":
            return ngettext("%(n)s person has not been noted.", "%(n)s people have not been noted.", number) % {"n": number}
        case "outside-periods":
            told = {"n": number, "day": formats.date_format(datetime.date.fromisoformat(found["first_day"]), "SHORT_DATE_FORMAT")}
            return (
                ngettext(
                    "%(n)s meeting was held on a day that no period covers (%(day)s).",
                    "%(n)s meetings were held on days that no period covers (the first: %(day)s).",
                    number,
                )
                % told
            )
        case "after-leaving":
            return ngettext(
                "%(n)s participant was noted as present after their last day.",
                "%(n)s participants were noted as present after their last day.",
                number,
            ) % {"n": number}
        case "undated":
            return ngettext(
                "Of %(n)s person it is not known when the presence was noted.",
                "Of %(n)s people it is not known when the presence was noted.",
                number,
            ) % {"n": number}
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


def checks(indicators: dict) -> list[dict]:
    """Every consistency check of the framework, in words, with the figures of both sides since the start."""
    rows = {row["code"]: row for row in indicators["rows"] if "stretch" in row}
    found = []
    for one in framework(indicators["framework"]).checks:
        left, right = (sum(rows[code]["since_start"]["total"] for code in side) for side in (one.left, one.right))
        wrong = [check(row) for row in indicators["checks"] if (row["left"], row["right"]) == (list(one.left), list(one.right))]
        sides = [[f"{code}: {in_words(rows[code]['title'])}" for code in side] for side in (one.left, one.right)]
        exact = one.relation == "="
        rule = _("must be as much as") if exact else _("may be at most")
        found.append({"left": sides[0], "right": sides[1], "rule": rule, "is": left, "of": right, "wrong": wrong})
    return found


def scope(code: str) -> str:
    """Over which days a figure counts."""
    return _("this period") if code == "stretch" else _("since the start")


def total(name: str) -> str:
    """One of the sums of a stretch; minutes are shown as hours."""
    names = {
        "planned": _("meetings planned"), "held": _("meetings held"), "cancelled": _("meetings cancelled"),
        "moved": _("meetings moved"), "live": _("held on site"), "onsite": _("held on site"), "hybrid": _("held hybrid"),
        "online": _("held online"), "net_minutes": _("hours of meetings"), "person_minutes": _("hours of participants"),
        "person_onsite": _("hours of participants on site"), "person_online": _("hours of participants online"),
        "took_part": _("participants present"), "others_present": _("presences of others"),
        "presences": _("presences of participants"), "entered": _("participants who entered"), "left": _("participants who left"),
        "services": _("services"), "participants": _("participants"), "minutes": _("hours"), "meetings": _("meetings"),
    }  # fmt: skip
    return names.get(name, name)


def fact(name: str) -> str:
    """What is said of a meeting, or of when somebody took part."""
    facts = {
        "title": _("title"), "day": _("day"), "starts": _("from"), "ends": _("till"), "net_minutes": _("net"), "mode": _("how"),
        "state": _("state"), "proofs": _("proofs"),
    }  # fmt: skip
    return facts[name]


def _scope_there(code: str) -> str:
    """Over which days a figure of another period counts."""
    return _("in that period") if code == "stretch" else _("since the start")


def figure(key: list[str], title: str = "") -> str:
    """A figure by its place in the report; `title` is what the programme calls it."""
    match key:
        case ["totals", "others_present", role]:
            return f"{total('others_present')}: {ROLES.get(role, role)}"
        case ["activities", phase, kind_code, name]:
            return f"{phase or _('outside the phases')}, {KINDS[kind_code]}: {total(name)}"
        case ["sectors", sector, name]:
            return f"{title or sector or _('no sector')}: {total(name)}"
        case ["indicators", code, scope_code, who]:
            heads = {
                "participants": _("all participants"), "complete": _("with a complete record"), "left": _("who left"),
            }  # fmt: skip
            told = {"code": heads.get(code, code), "who": gender(who), "scope": _scope_there(scope_code)}
            return _("%(code)s, %(who)s, %(scope)s") % told
        case ["own", _id, scope_code]:
            return f"{title}, {_scope_there(scope_code)}"
        case ["people", number, name]:
            return f"{pseudonym(int(number))}: {total(name)}"
        case _other:
            return total(key[-1])


def gender(code: str) -> str:
    """The head of a column of the indicator table."""
    heads = {"total": _("total"), "woman": _("women"), "man": _("men"), "non-binary": _("non-binary"), "unknown": _("unknown")}
    return heads.get(code, code)


def hours(minutes: int) -> float:
    """Minutes as hours with two decimals."""
    return round(minutes / 60, 2)
