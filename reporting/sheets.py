"""A report as tables: one sheet each, typed cells, in the reader's language. Workbook and bundle read them here."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.tables import Cell, Sheet
from reporting import words
from reporting.document import Source
from reporting.lines import day
from reporting.reading import Reading
from reporting.rows import AttendanceRow


def sheets(source: Source) -> list[Sheet]:
    """Every table of the report; the attendance comes last, row by row."""
    reading = Reading(source.document)
    return [
        _overview(source, reading),
        _activities(reading),
        _meetings(reading),
        _people(reading),
        _sectors(reading),
        _indicators(reading),
        _milestones(reading),
        *_beside_earlier(reading),
        _missing(reading),
        _texts(reading),
        Sheet(_("Attendance"), attendance_headers(), attendance_table(source.rows()), ATTENDANCE_WIDTHS),
    ]


def _beside_earlier(reading: Reading) -> list[Sheet]:
    """Targets, comparison and corrections; a document from before those were kept has none of these sheets."""
    if "earlier" not in reading.figures:
        return []
    return [_targets(reading), _compared(reading), _corrections(reading), _effects(reading)]


ATTENDANCE_WIDTHS = (12, 8, 8, 20, 36, 30, 12, 14, 30, 14, 8, 8, 10, 24, 10)


def attendance_headers() -> list[str]:
    """The heads of the list with one row per person and meeting."""
    return [
        _("Day"), _("From"), _("Till"), _("Kind"), _("Title"), _("Of"), _("How"), _("Participant"), _("Service or role"),
        _("Attendance"), _("Arrived"), _("Left"), _("Minutes present"), _("How established"), _("Checked"),
    ]  # fmt: skip


class Worded(dict[str, str]):
    """Codes to words, each looked up once: a list of attendance has few words and many rows."""

    def __init__(self, look_up: Any) -> None:
        super().__init__()
        self.look_up = look_up

    def __missing__(self, code: str) -> str:
        self[code] = word = str(self.look_up(code))
        return word


def attendance_table(rows: Iterable[AttendanceRow]) -> Iterator[list[Cell]]:
    """The rows of the list for people: words instead of codes, clock times, yes or no."""
    kinds, modes, states, proofs = (Worded(look) for look in (words.kind, words.mode, words.status, words.established))
    roles, yes, no = Worded(lambda code: words.ROLES.get(code, code)), _("yes"), _("no")
    for row in rows:
        yield [
            row.day,
            row.starts.time(),
            row.ends.time(),
            kinds[row.kind],
            row.title,
            row.host,
            modes[row.mode],
            row.participant,
            row.service or roles[row.role],
            states[row.status],
            row.arrived.time() if row.arrived else None,
            row.left.time() if row.left else None,
            row.minutes,
            proofs[row.established],
            yes if row.checked else no,
        ]


def list_headers() -> list[str]:
    """The heads of the list as one file: those of the attendance, then what says of a line that it corrects an earlier period."""
    return [*attendance_headers(), _("Corrects"), _("Minutes more or less")]


def list_table(source: Source) -> Iterator[list[Cell]]:
    """The attendance of this period, then a line for each presence that was corrected in an earlier one. Those have no minutes of
    their own but a difference, so that the sum of the minutes counts nothing twice."""
    for row in attendance_table(source.rows()):
        row += (None, None)
        yield row
    roles = Worded(lambda code: words.ROLES.get(code, code))
    for correction in source.document["figures"].get("corrections", ()):
        for meeting in correction["meetings"]:
            for place in meeting["places"]:
                yield _corrected_line(correction["period"]["name"], meeting, place, roles)


def _corrected_line(period: str, meeting: dict[str, Any], place: dict[str, Any], roles: Worded) -> list[Cell]:
    before, after = place["before"] or {}, place["after"] or {}
    arrived, left = (datetime.fromisoformat(after[name]).time() if after.get(name) else None for name in ("arrived", "left"))
    return [
        day(meeting["day"]), None, None, None, meeting["title"], None, None, place["participant"], roles[place["role"]],
        words.status(after["status"]) if after else _("taken away"), arrived, left, None,
        words.established(after["established"]) if after else None, None,
        period, after.get("minutes", 0) - before.get("minutes", 0),
    ]  # fmt: skip


def _overview(source: Source, reading: Reading) -> Sheet:
    programme, totals = source.document["programme"], reading.totals
    rows: list[list[Cell]] = [
        [_("Programme"), programme["name"]],
        [_("Promoter"), programme["promoter"]],
        [_("Call"), programme["call_number"]],
        [_("Dossier number"), programme["dossier_number"]],
        [_("Co-financing"), programme["funder_sentence"]],
        [_("Period"), source.document["stretch"]["name"]],
        [_("From"), reading.first_day],
        [_("Till"), reading.last_day],
        [_("State"), _("frozen") if source.is_frozen else _("draft: these figures can still change")],
        [_("Fingerprint (SHA-256)"), source.sha256],
        [_("Meetings planned"), totals["planned"]],
        [_("Meetings held"), totals["held"]],
        [_("Meetings cancelled"), totals["cancelled"]],
        [_("Held on site (also hybrid)"), totals["live"]],
        [_("Held online"), totals["online"]],
        [_("Participants since the programme began"), reading.participants],
        [_("Participants who were present in this period"), totals["took_part"]],
        [_("Hours of participants"), words.hours(totals["person_minutes"])],
        [_("Hours on site"), words.hours(totals["person_onsite"])],
        [_("Hours online"), words.hours(totals["person_online"])],
    ]
    rows += [[_("Presences of others: %(role)s") % {"role": role}, number] for role, number in reading.others]
    return Sheet(_("Overview"), [_("What"), _("Value")], rows, (44, 60))


def _activities(reading: Reading) -> Sheet:
    headers = [
        _("Phase"), _("Kind"), _("Planned"), _("Held"), _("Cancelled"), _("Still open"), _("Moved"),
        _("On site"), _("Hybrid"), _("Online"), _("Hours"), _("Presences of participants"),
    ]  # fmt: skip
    names = ("planned", "held", "cancelled", "open", "moved", "onsite", "hybrid", "online", "hours", "presences")
    rows = [[row["phase"], str(row["kind_word"]), *(row[name] for name in names)] for row in reading.activities]
    return Sheet(_("Planned and held"), headers, rows, (36, 22))


def _meetings(reading: Reading) -> Sheet:
    headers = [
        _("Day"), _("From"), _("Till"), _("Kind"), _("Number"), _("Title"), _("Of"), _("Phase"), _("How"), _("State"),
        _("Net hours"), _("Asked"), _("Present"), _("Participants present"), _("Proofs"), _("Checked"), _("Reason"), _("Id"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            row["on"], row["from"], row["till"], row["kind_word"], row["number"], row["title"], row["host"], row["phase"],
            row["mode_word"], row["state_word"], row["hours"], row["asked"], row["present"], row["participants"], row["proofs"],
            _("yes") if row["checked"] else _("no"), row["reason"] or row["moved_reason"] or row["online_reason"], row["id"],
        ]
        for row in reading.meetings
    ]  # fmt: skip
    return Sheet(_("Meetings"), headers, rows, (12, 8, 8, 20, 8, 40, 30, 30, 14, 12))


def _people(reading: Reading) -> Sheet:
    headers = [
        _("Participant"), _("Service"), _("Sector"), _("Entered"), _("Left"), _("Meetings"), _("Hours"),
        _("Hours in the network"), _("Hours of coaching"), _("Other hours"), _("Hours on site"), _("Hours online"),
        _("Minutes counted once"),
    ]  # fmt: skip
    names = ("hours", "hours_network", "hours_coaching", "hours_other", "hours_onsite", "hours_online", "doubled")
    rows: list[list[Cell]] = [
        [
            row["number"],
            row["service"],
            row["sector_word"],
            row["entered"],
            row["left"],
            row["meetings"],
            *(row[name] for name in names),
        ]
        for row in reading.people
    ]
    return Sheet(_("Hours per participant"), headers, rows, (12, 36, 36, 12, 12))


def _sectors(reading: Reading) -> Sheet:
    rows = [[row["name"], row["services"], row["participants"], row["hours"]] for row in reading.sectors]
    return Sheet(_("Sectors"), [_("Sector"), _("Services"), _("Participants"), _("Hours")], rows, (44,))


def _indicators(reading: Reading) -> Sheet:
    heads = [f"{head} ({scope})" for scope in (_("this period"), _("since the start")) for _code, head in reading.genders]
    rows: list[list[Cell]] = [["", row["name"], *row["cells"]] for row in reading.headcounts]
    for row in reading.indicators:
        rows.append([row["code"], row["name"], *(row["cells"] or [row["elsewhere"]])])
    for row in reading.sensitive:
        told = _("asked and answered: %(answered)s, refused: %(refused)s, not asked yet: %(not_asked)s") % row
        rows.append(["", row["name"], told])
    return Sheet(_("Indicators"), [_("Code"), _("Indicator"), *heads], rows, (10, 70))


def _milestones(reading: Reading) -> Sheet:
    rows: list[list[Cell]] = [[row["title"], row["due"], row["reached"], str(row["word"])] for row in reading.milestones]
    return Sheet(_("Milestones"), [_("Milestone"), _("Due"), _("Reached"), _("State")], rows, (60, 12, 12, 16))


def _targets(reading: Reading) -> Sheet:
    headers = [_("Own indicator"), _("Unit"), _("this period").capitalize(), _("since the start").capitalize(), _("Target")]
    rows: list[list[Cell]] = [
        [row["title"], row["unit"], row["stretch"], row["since_start"], row["target"]] for row in reading.own
    ]
    return Sheet(_("Own indicators"), headers, rows, (60, 16, 14, 14, 10))


def _compared(reading: Reading) -> Sheet:
    found = reading.comparison or {"heads": [], "rows": []}
    rows: list[list[Cell]] = [[row["name"], *row["cells"]] for row in found["rows"]]
    return Sheet(_("Beside earlier periods"), [_("Figure"), *found["heads"]], rows, (44,))


def _corrections(reading: Reading) -> Sheet:
    headers = [_("Period"), _("Frozen on"), _("Day"), _("Meeting or participant"), _("What"), _("Who"), _("When"), _("Why")]
    rows: list[list[Cell]] = [
        [told["name"], told["frozen"], row["on"], row["title"], what, row["who"], row["when"], row["why"]]
        for told in reading.corrections
        for row in told["rows"]
        for what in row["what"]
    ]
    return Sheet(_("Corrected from earlier"), headers, rows, (30, 12, 12, 40, 60, 16, 12, 40))


def _effects(reading: Reading) -> Sheet:
    headers = [_("Period"), _("Figure"), _("Reported"), _("Now"), _("Difference")]
    rows: list[list[Cell]] = [
        [told["name"], effect["figure"], effect["reported"], effect["now"], effect["difference"]]
        for told in reading.corrections
        for effect in told["effects"]
    ]
    return Sheet(_("Corrected figures"), headers, rows, (30, 60, 12, 12, 12))


def _missing(reading: Reading) -> Sheet:
    rows: list[list[Cell]] = [[gap["on"], gap.get("title", ""), gap["sentence"], str(gap["who"])] for gap in reading.gaps]
    return Sheet(_("Missing proof"), [_("Day"), _("Meeting"), _("What"), _("Who can mend it")], rows, (12, 40, 80, 44))


def _texts(reading: Reading) -> Sheet:
    rows: list[list[Cell]] = [[str(section["title"]), section["body"]] for section in reading.sections]
    return Sheet(_("Text"), [_("Part"), _("Text")], rows, (28, 120))
