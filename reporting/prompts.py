"""A first text for each section of the narrative, made of the figures: a start to write from, never saved by itself."""

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reporting.models import ReportSection
from reporting.reading import Reading

Name = ReportSection.Name
QUESTIONS = {
    Name.SUMMARY: lambda: _("What must the reader remember of this period?"),
    Name.ACTIVITIES: lambda: _("What happened, with whom, and what came of it?"),
    Name.PARTICIPANTS: lambda: _("Who takes part, and did you reach whom you wanted to reach?"),
    Name.RESULTS: lambda: _("Which results and milestones were reached? Which were not, and why?"),
    Name.DEVIATIONS: lambda: _("What went differently from the plan, why, and what do you do about it?"),
    Name.PUBLICITY: lambda: _("How did you make the support visible: emblems, poster, website, to participants?"),
    Name.LESSONS: lambda: _("What did you learn that others can use?"),
    Name.NEXT: lambda: _("What are the plans for the next period, and which risks do you see?"),
}


def question(name: str) -> str:
    """What the section answers."""
    return QUESTIONS[Name(name)]()


def first_text(name: str, reading: Reading) -> str:
    """Sentences made of the figures; empty where figures say nothing."""
    match name:
        case Name.SUMMARY:
            return _summary(reading)
        case Name.ACTIVITIES:
            return "\n".join(_activity(row) for row in reading.activities)
        case Name.PARTICIPANTS:
            return _participants(reading)
        case Name.RESULTS:
            return "\n".join(
                f"- {row['title']}: {row['word']} ({formats.date_format(row['reached'] or row['due'], 'DATE_FORMAT')})"
                for row in reading.milestones
            )
        case Name.DEVIATIONS:
            return "\n".join(
                f"- {formats.date_format(row['on'], 'DATE_FORMAT')}, {row['title']}: {row['what']}"
                + (f" – {row['why']}" if row["why"] else "")
                for row in reading.changed_meetings
            )
        case _:
            return ""


def _summary(reading: Reading) -> str:
    held = _("In this period %(held)s of the %(planned)s planned meetings were held.") % reading.totals
    hours = formats.localize(round(reading.person_hours, 1))
    took_part = _("%(people)s participants took part for %(hours)s hours together.")
    return f"{held} {took_part % {'people': reading.totals['took_part'], 'hours': hours}}"


def _activity(row: dict) -> str:
    text = _("- %(phase)s, %(kind)s: %(held)s of %(planned)s held") % {
        "phase": row["phase"], "kind": str(row["kind_word"]).lower(), "held": row["held"], "planned": row["planned"],
    }  # fmt: skip
    for name, words in (("online", _("%(n)s online")), ("moved", _("%(n)s moved")), ("cancelled", _("%(n)s cancelled"))):
        if row[name]:
            text += ", " + words % {"n": row[name]}
    return text + "."


def _participants(reading: Reading) -> str:
    counted = reading.figures["indicators"]
    new, everybody = (counted["participants"][scope]["total"] for scope in ("stretch", "since_start"))
    incomplete = everybody - counted["complete"]["since_start"]["total"]
    text = ngettext("%(n)s participant entered in this period", "%(n)s participants entered in this period", new) % {"n": new}
    text += ", " + _("%(all)s since the programme began.") % {"all": everybody}
    if incomplete:
        text += " " + ngettext(
            "Of %(n)s participant data are missing; they count only in the grand total.",
            "Of %(n)s participants data are missing; they count only in the grand total.",
            incomplete,
        ) % {"n": incomplete}
    return text
