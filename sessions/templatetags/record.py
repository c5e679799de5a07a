"""Words of attendance lists and reports: hours, from–to, where somebody comes from."""

import datetime
import unicodedata

from django import template
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from sessions import attendance
from sessions.models import Attendance, Meeting

register = template.Library()
FROM_RIGHT = "\u200f"


@register.filter
def hours(minutes: int | None) -> str:
    """Minutes as people say them: "3 h 15"."""
    whole, rest = divmod(int(minutes or 0), 60)
    if not rest:
        return _("%(hours)s h") % {"hours": whole}
    if not whole:
        return _("%(minutes)s min") % {"minutes": rest}
    return _("%(hours)s h %(minutes)s") % {"hours": whole, "minutes": f"{rest:02}"}


@register.filter
def affiliation(row: Attendance) -> str:
    """Somebody's service, organisation or role."""
    return attendance.affiliation(row)


@register.simple_tag
def span(row: Attendance, meeting: Meeting) -> str:
    """From when till when somebody was there, in the meeting's wall clock; nothing for who was not."""
    if row.arrived_at is None or row.left_at is None:
        return ""
    return "–".join(wall_clock(value.astimezone(meeting.zone)) for value in (row.arrived_at, row.left_at))


@register.filter
def wall_clock(moment: datetime.datetime) -> str:
    """The time of day that a local moment shows: 9.00."""
    return dateformat.format(moment, pgettext("time, Django's date format", "H:i"))


@register.filter
def with_direction(text: str) -> str:
    """Lines that begin from right to left, between two marks of that direction: on paper their full stops stand where they
    belong, though no style sheet can say so there."""
    return "\n".join(map(_marked, text.split("\n")))


def _marked(line: str) -> str:
    strong = next((kind for kind in map(unicodedata.bidirectional, line) if kind in {"L", "R", "AL"}), "L")
    if strong == "L":
        return line
    words = line.lstrip("#>-* \t")
    return f"{line[: len(line) - len(words)]}{FROM_RIGHT}{words.rstrip()}{FROM_RIGHT}"


@register.simple_tag
def lateness(row: Attendance, meeting: Meeting) -> int:
    """Minutes after the start that somebody came."""
    return row.late_minutes(meeting)


@register.filter
def signature_of(signed: dict, row: Attendance) -> tuple | None:
    """The picture and moment of somebody's signature, if there is one."""
    return signed.get(row.pk)
