"""Checks of meetings as they are lived, and what stands there when one is taken away."""

from core.doors import through
from planning import access_dates
from sessions import access_around as around
from sessions.models import AgendaItem, Attendance, Brought, BroughtQuerySet, MaterialQuerySet, Meeting


def _any_place(_user, pk, place):
    """A line of the list for whoever asks."""
    return through(Meeting.objects.all(), pk=pk), through(Attendance.objects.filter(meeting_id=pk), pk=place)


def _without_code(user, pk, _code):
    meeting = through(Meeting.objects.all(), pk=pk)
    return meeting, through(meeting.attendances, user=user)


def _any_meeting(_user, pk):
    return through(Meeting.objects.with_host(), pk=pk)


def _any_moment(_user, pk):
    return through(Meeting.objects.filter(kind=Meeting.Kind.COACHING).with_host(), pk=pk)


def _any_brought(_user, pk):
    return through(Brought.objects.select_related("meeting", "author"), pk=pk)


def _everything(rows, _user):
    return rows.all()


REMOVED = [
    (access_dates, "moment_followed_by", _any_moment, "planning:following"),
    (around, "meeting_coached_by", _any_meeting, "sessions:tandem"),
    (around, "moment_coached_by", _any_meeting, "sessions:notes"),
    (
        around,
        "note_by",
        lambda _user, _meeting, pk: through(Brought.objects.select_related("meeting", "author"), pk=pk),
        "sessions:note",
    ),
    (around, "meeting_prepared_by", _any_meeting, "sessions:preparation"),
    (around, "moment_of_pair_by", _any_meeting, "sessions:together"),
    (
        around,
        "item_of",
        lambda _meeting, pk: through(AgendaItem.objects.select_related("meeting"), pk=pk),
        "sessions:agenda_item",
    ),
    (around, "brought_for", _any_brought, "sessions:brought"),
    (around, "brought_by", _any_brought, "sessions:brought_remove"),
    (BroughtQuerySet, "visible_to", _everything, "sessions:brought"),
    (BroughtQuerySet, "written_by", BroughtQuerySet.visible_to, "sessions:brought_readers"),
    (MaterialQuerySet, "visible_to", _everything, "sessions:material"),
    (around, "place_signed_by", _any_place, "sessions:sign"),
    (around, "place_by_code", _without_code, "sessions:check_in"),
]
