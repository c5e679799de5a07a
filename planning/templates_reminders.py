"""Reminders that belong to the steps of a template: shown before it is applied, then rules of the programme, once each."""

from collections.abc import Iterable
from dataclasses import dataclass

from people.models import User
from planning.models import ReminderRule, Step, TemplateUse
from planning.rules import remove_rule, save_rule, take_back
from planning.rules_words import TEXTS, shipped


@dataclass(frozen=True)
class StepReminders:
    """How many days before the meetings of a step reminders go: now (None before the template was applied), and as it asks."""

    step: Step
    before: list[int] | None
    asked: list[int]

    @property
    def is_new(self) -> bool:
        return self.before != self.asked


def reminders_of(use: TemplateUse, steps: Iterable[Step]) -> list[StepReminders]:
    """What applying the template would make of the reminders of each living step. What a hand made of the rules stays: asked is
    compared with what the template said when it was applied last."""
    return [StepReminders(step, use.reminders.get(str(step.pk)), sorted(set(step.reminders), reverse=True)) for step in steps]


def follow(use: TemplateUse, lines: Iterable[StepReminders], *, by: User) -> None:
    """Make and change the rules that these lines ask for, and note on the (locked) use what was asked. For each number of days
    there is one rule for all steps of the template; it begins with the words of the rule for all meetings, where there is one."""
    changed = [line for line in lines if line.is_new]
    for days in sorted({days for line in changed for days in {*line.asked, *(line.before or [])}}, reverse=True):
        added = [line.step for line in changed if days in line.asked and days not in (line.before or [])]
        gone = [line.step for line in changed if days in (line.before or []) and days not in line.asked]
        _set_steps(use, days, added, gone, by)
    use.reminders = use.reminders | {str(line.step.pk): line.asked for line in changed}


def _set_steps(use: TemplateUse, days: int, added: list[Step], gone: list[Step], by: User) -> None:
    own = use.programme.reminder_rules.of_meetings().filter(number=days)
    rule = own.filter(template=use.template).order_by("created_at").first()
    if rule is None and added:
        general = own.general().in_force().filter(who=ReminderRule.Who.ALL).first()
        words = {name: getattr(general, name) for name in TEXTS} if general else {}
        rule = ReminderRule(programme=use.programme, template=use.template)
        save_rule(rule, by=by, values=shipped(days) | words | {"steps": added})
        if general:
            take_back(general)  # its letters about these meetings are those of the new rule now
        return
    if rule is None:
        return
    steps = [step for step in {*rule.steps.all(), *added} if step not in gone]
    if steps:
        rule.steps.set(steps)
        take_back(rule)
    else:
        remove_rule(rule, by=by)
