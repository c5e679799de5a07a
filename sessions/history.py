"""What was moved, in words: old → new, for the meeting's page and for the letter about a change."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Concat
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.templatetags.ui import when
from people.models import User
from sessions.models import Meeting, MeetingChange

WORDS = {
    "time": gettext_lazy("When"),
    "mode": gettext_lazy("How"),
    "place": gettext_lazy("Where"),
    "link": gettext_lazy("Link"),
    "title": gettext_lazy("Title"),
    "state": gettext_lazy("Status"),
    "guest": gettext_lazy("Guest"),
    "noted": gettext_lazy("Attendance"),
}
TOLD = ("time", "mode", "place", "link")


STATES = {
    Meeting.State.DRAFT: gettext_lazy("draft"),
    Meeting.State.PLANNED: gettext_lazy("invited"),
    Meeting.State.HELD: gettext_lazy("held"),
    Meeting.State.CHECKED: gettext_lazy("checked"),
    Meeting.State.SUBMITTED: gettext_lazy("submitted"),
}


@dataclass(frozen=True)
class Line:
    """One thing that changed."""

    label: str
    before: str
    after: str
    at: datetime | None = None
    who: str = ""
    reason: str = ""


def states_of(meeting: Meeting) -> list[tuple[str, str]]:
    """The way from draft to submitted: each word with "past", "here" or "next". Empty for a cancelled meeting."""
    states = list(STATES)
    if meeting.state not in states:
        return []
    here = states.index(Meeting.State(meeting.state))
    return [
        (str(word), "here" if place == here else "past" if place < here else "next") for place, word in enumerate(STATES.values())
    ]


def when_words(meeting: Meeting) -> str:
    """Day and hours in words, without markup."""
    return strip_tags(when(meeting.starts_at, meeting.ends_at, meeting.zone))


def _worded(meeting: Meeting, what: str, value: str) -> str:
    if what == "time" and value:
        starts, _sep, ends = value.partition("/")
        return strip_tags(when(datetime.fromisoformat(starts), datetime.fromisoformat(ends), meeting.zone))
    if what == "mode":
        return str(dict(Meeting.Mode.choices).get(value, value))
    if what == "state":
        return str(dict(Meeting.State.choices).get(value, value))
    if what == "guest":
        return _("now enrolled as a participant")
    if what == "noted":
        number = int(value or 0)
        return ngettext("%(n)s person noted", "%(n)s people noted", number) % {"n": number} if value else _("not noted yet")
    return value or _("not filled in")


def of(meeting: Meeting) -> list[Line]:
    """The whole history, the newest first (one query)."""
    person = User.objects.filter(pk=OuterRef("by"))
    name = Concat("first_name", Value(" "), "last_name")
    changes = meeting.changes.annotate(who=Subquery(person.annotate(whole=name).values("whole")))
    return [
        Line(
            str(WORDS.get(change.what, change.what)),
            _worded(meeting, change.what, change.before) if change.before else "",
            _worded(meeting, change.what, change.after),
            change.at,
            change.who or "",
            change.reason,
        )
        for change in changes
    ]


def between(meeting: Meeting, changes: Iterable[MeetingChange]) -> list[Line]:
    """What these changes come to, the oldest first given: moved twice is told once, moved back is not told."""
    net: dict[str, tuple[str, str]] = {}
    for change in changes:
        net[change.what] = (net.get(change.what, (change.before,))[0], change.after)
    return [
        Line(str(WORDS[what]), _worded(meeting, what, net[what][0]), _worded(meeting, what, net[what][1]))
        for what in TOLD
        if what in net and net[what][0] != net[what][1]
    ]
