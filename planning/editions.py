"""The next edition of a programme: its form again, later; without people, meetings or what was written."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from core import audit
from networks import services as networks
from people.models import User
from planning.models import ReminderRule, TemplateUse, TrajectoryTemplate
from planning.rules import save_rule
from planning.rules_words import TEXTS
from planning.templates import copy_template
from trajectories import services as trajectories
from trajectories.models import Milestone, Phase, Programme, Seat

KEPT = (
    "summary", "promoter", "funder_sentence", "leader_places", "framework", "time_zone", "evidence_years", "content_months",
    "contact_email",
)  # fmt: skip

RULE = ("moment", "number", "who", *TEXTS, "is_on")


def shift_of(programme: Programme, starts_on: date) -> timedelta:
    """By how much every day of the next edition lies later."""
    return starts_on - programme.starts_on


@transaction.atomic
def copy_programme(programme: Programme, *, by: User, name: str, starts_on: date) -> Programme:
    """A programme of the same form that begins on `starts_on`; who copies it is its first project member.

    Comes along: how it is set up, sectors, phases and milestones (shifted), the names and aims of networks, templates and their
    first day, rules for reminders (those of a template follow when it is applied). Stays behind: people, pilots, meetings, call
    and dossier numbers, emblems, everything that was written.
    """
    shift = shift_of(programme, starts_on)
    fields = {field: getattr(programme, field) for field in KEPT}
    copy = trajectories.make_programme(by=by, name=name, starts_on=starts_on, ends_on=programme.ends_on + shift, **fields)
    copy.sectors.set(programme.sectors.all())
    trajectories.seat_person(by=by, user=by, programme=copy, role=Seat.Role.PROJECT, since=timezone.localdate())
    for phase in programme.phases.all():
        again = Phase(programme=copy, name=phase.name, aim=phase.aim)
        again.starts_on, again.ends_on = phase.starts_on + shift, phase.ends_on + shift
        trajectories.save_phase(again, by=by)
    for milestone in programme.milestones.all():
        trajectories.save_milestone(Milestone(programme=copy, title=milestone.title, due_on=milestone.due_on + shift), by=by)
    for network in programme.networks.all():
        networks.make_network(by=by, programme=copy, name=network.name, aim=network.aim)
    _copy_templates(programme, copy, by, shift)
    for rule in programme.reminder_rules.general():
        save_rule(ReminderRule(programme=copy), by=by, values={name: getattr(rule, name) for name in RULE})
    audit.record(by=by.pk, verb="programme.copied", target=copy, source=programme.pk)
    return copy


def _copy_templates(programme: Programme, copy: Programme, by: User, shift: timedelta) -> None:
    own: dict = {}
    for template in TrajectoryTemplate.objects.filter(programme=programme).with_steps():
        own[template.pk] = copy_template(template, by=by, programme=copy)
    for use in TemplateUse.objects.filter(programme=programme).select_related("template"):
        TemplateUse.objects.create(
            programme=copy,
            template=own.get(use.template_id, use.template),
            starts_on=use.starts_on + shift,
            language=use.language,
        )
