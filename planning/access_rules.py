"""Doors to rules for reminders."""

from uuid import UUID

from django.utils.translation import gettext as _

from core.doors import through
from people.models import User
from planning.models import ReminderRule


def rule_run_by(user: User, pk: UUID) -> ReminderRule:
    """A rule that this person may change: the project team's; a coach reads it on the list."""
    return through(
        ReminderRule.objects.visible_to(user),
        ReminderRule.objects.run_by(user).select_related("programme"),
        sentence=_("Only the project team changes rules for reminders."),
        pk=pk,
    )
