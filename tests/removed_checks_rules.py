"""Checks of rules for reminders, and what stands there when one is taken away."""

from core.doors import through
from planning import access_rules
from planning.models import ReminderRule
from planning.models.rules import ReminderRuleQuerySet


def any_rule(_user, pk):
    return through(ReminderRule.objects.select_related("programme"), pk=pk)


REMOVED = [
    (access_rules, "rule_run_by", any_rule, "planning:rule"),
    (ReminderRuleQuerySet, "visible_to", lambda rows, _user: rows.all(), "planning:rule_remove"),
    (ReminderRuleQuerySet, "run_by", ReminderRuleQuerySet.visible_to, "planning:rule_remove"),
]
