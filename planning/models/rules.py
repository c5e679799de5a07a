"""Rules for reminders: when a letter goes to whom, in the team's own words."""

import re
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import User
from planning.models.templates import Step, TrajectoryTemplate, worded
from trajectories.models import Programme, Seat

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class ReminderRuleQuerySet(models.QuerySet["ReminderRule"]):
    def visible_to(self, user: User) -> "ReminderRuleQuerySet":
        """The rules of the programmes in which one plans."""
        return self.filter(programme_id__in=user.programmes_as(Seat.Role.PROJECT, Seat.Role.COACH))

    def run_by(self, user: User) -> "ReminderRuleQuerySet":
        """Rules that one writes: the project team's."""
        return self.filter(programme_id__in=user.programmes_as(Seat.Role.PROJECT))

    def in_force(self) -> "ReminderRuleQuerySet":
        return self.filter(is_on=True)

    def of_meetings(self) -> "ReminderRuleQuerySet":
        """Rules that remind of a meeting to come."""
        return self.filter(moment=ReminderRule.Moment.BEFORE)

    def general(self) -> "ReminderRuleQuerySet":
        """Rules for all meetings; a programme that reminds by one of these does without the two built-in reminders."""
        return self.filter(steps=None)


class ReminderRule(models.Model):
    """One rule: so many days before or after a meeting, or an agreement's day, or after weeks without anything planned.

    With `steps` it is about the meetings made from them only; `template` when it came with a template that was applied.
    """

    class Moment(models.TextChoices):
        BEFORE = "before", _("days before a meeting")
        AFTER = "after", _("days after a meeting")
        QUIET = "quiet", _("weeks without a meeting of a pilot, and none planned")
        ACTION = "action", _("days before the day of an open agreement")

    class Who(models.TextChoices):
        ALL = "all", _("everybody invited")
        ANSWERED = "answered", _("who answered that they come")
        UNANSWERED = "unanswered", _("who has not answered yet")
        CAME = "came", _("who came")
        MISSED = "missed", _("who did not come")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="reminder_rules")
    template = models.ForeignKey(TrajectoryTemplate, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    steps = models.ManyToManyField(Step, blank=True, related_name="rules")
    moment = models.CharField(_("when"), max_length=10, choices=Moment.choices)
    number = models.PositiveSmallIntegerField(_("how many days or weeks"))
    who = models.CharField(_("to whom"), max_length=10, choices=Who.choices, default=Who.ALL)
    subject_nl = models.CharField(_("subject in Dutch"), max_length=120)
    subject_en = models.CharField(_("subject in English"), max_length=120, blank=True)
    text_nl = models.TextField(_("text in Dutch"), max_length=4000)
    text_en = models.TextField(_("text in English"), max_length=4000, blank=True)
    is_on = models.BooleanField(_("this rule is on"), default=True)
    since = models.DateTimeField(default=timezone.now, help_text="Moments before it are not written about any more.")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField(null=True)

    objects = ReminderRuleQuerySet.as_manager()

    class Meta:
        ordering = ["moment", "-number", "created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(number__lte=365), name="planning_rule_within_a_year"),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        return worded(self, "subject")

    @property
    def taken_out(self) -> list[Step]:
        """The steps of this rule that their template no longer has. Uses prefetched steps where there are."""
        return [step for step in self.steps.all() if step.removed_at]
