"""Doors to meetings and what belongs to them."""

from uuid import UUID

from django.utils.translation import gettext as _

from core.doors import through
from people.models import User
from sessions.models import Action, Attendance, Evidence, Meeting, SessionReport


def meeting_for(user: User, pk: UUID) -> Meeting:
    """A meeting that this person may see."""
    return through(Meeting.objects.visible_to(user).with_host(), pk=pk)


def meeting_run_by(user: User, pk: UUID) -> Meeting:
    """A meeting that this person prepares, holds and reports."""
    return through(
        Meeting.objects.visible_to(user),
        Meeting.objects.run_by(user).with_host(),
        sentence=_("Only the coaches of this meeting and the project team can do this."),
        pk=pk,
    )


def meeting_words_for(user: User, pk: UUID) -> Meeting:
    """A meeting whose minutes and agreements this person may read."""
    return through(
        Meeting.objects.visible_to(user),
        Meeting.objects.words_readable_by(user).with_host(),
        sentence=_("What is said in a coaching moment stays between the pair and their coaches."),
        pk=pk,
    )


def meeting_words_run_by(user: User, pk: UUID) -> Meeting:
    """A meeting whose minutes and agreements this person writes: who runs it and may read it."""
    return through(
        Meeting.objects.visible_to(user),
        Meeting.objects.words_run_by(user).with_host(),
        sentence=_("Only the coaches of this meeting can do this."),
        pk=pk,
    )


def attendance_of(meeting: Meeting, pk: UUID) -> Attendance:
    """Somebody's place in this meeting; the meeting has come through its own door."""
    return through(meeting.attendances.select_related("user", "seat"), pk=pk)


def evidence_of(meeting: Meeting, pk: UUID) -> Evidence:
    """A proof bound to this meeting; the meeting has come through its own door."""
    return through(meeting.evidence.select_related("file"), pk=pk)


def report_of(meeting: Meeting, pk: UUID) -> SessionReport:
    """A report of this meeting; the meeting has come through its own door."""
    return through(meeting.reports.select_related("file", "job"), pk=pk)


def action_changeable_by(user: User, pk: UUID) -> Action:
    """An agreement that this person may settle or change."""
    return through(
        Action.objects.visible_to(user),
        Action.objects.changeable_by(user).select_related("meeting", "owner"),
        sentence=_("Only its owner and the coaches of the meeting change an agreement."),
        pk=pk,
    )
