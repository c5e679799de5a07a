"""A programme's own templates: made, copied and changed. Each change raises the template's version; a plan changes apart."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, DomainError
from people.models import User
from planning.models import Step, StepAgendaItem, StepTool, TrajectoryTemplate
from tools.models import Tool
from trajectories.models import Programme

MOST_STEPS = 60


class StepLine(NamedTuple):
    """One line of a step's agenda, in both languages."""

    title_nl: str
    minutes: int
    aim_nl: str = ""
    title_en: str = ""
    aim_en: str = ""


@transaction.atomic
def make_template(*, by: User | None, programme: Programme, title_nl: str, **fields) -> TrajectoryTemplate:
    """An empty template of this programme."""
    template = TrajectoryTemplate.objects.create(programme=programme, title_nl=title_nl, **fields)
    audit.record(by=by.pk if by else None, verb="template.made", target=template)
    return template


@transaction.atomic
def copy_template(template: TrajectoryTemplate, *, by: User | None, programme: Programme, **fields) -> TrajectoryTemplate:
    """A copy for this programme, with the living steps, their agendas and tools; `fields` (title_nl …) replace its own."""
    names = ("title_nl", "title_en", "summary_nl", "summary_en", "weeks", "sources")
    facts = {name: getattr(template, name) for name in names} | fields
    copy = TrajectoryTemplate.objects.create(programme=programme, copied_from=template, **facts)
    twins: dict = {}
    for step in template.living_steps:
        twin = Step(**{field.attname: getattr(step, field.attname) for field in Step._meta.concrete_fields})
        twin.pk, twin.template, twin.anchor = uuid4(), copy, None
        twins[step.pk] = twin
    Step.objects.bulk_create(twins.values())
    for step in template.living_steps:
        Step.objects.filter(pk=twins[step.pk].pk).update(**_counting(step, twins))
        _set_parts(twins[step.pk], [_line_of(row) for row in step.agenda.all()], [row.tool for row in step.tools.all()])
    audit.record(by=by.pk if by else None, verb="template.copied", target=copy, source=template.pk)
    return copy


def _counting(step: Step, twins: dict) -> dict:
    """From which twin a copied step counts. One that counts from a step that was taken out counts on from where that one did."""
    days, anchor = step.offset_days, step.anchor
    while anchor is not None and anchor.pk not in twins:
        days, anchor = days + anchor.offset_days, anchor.anchor
    return {"offset_days": days, "anchor": twins[anchor.pk] if anchor else None}


def _line_of(row: StepAgendaItem) -> StepLine:
    return StepLine(row.title_nl, row.minutes, row.aim_nl, row.title_en, row.aim_en)


@transaction.atomic
def change_template(template: TrajectoryTemplate, *, by: User, version: int, **fields) -> TrajectoryTemplate:
    """Change what a template says of itself. Conflict when somebody saved it, or a step of it, since `version`."""
    found = _at_version(template, version)
    for name, value in fields.items():
        setattr(found, name, value)
    found.save(update_fields=[*fields, "version"])
    audit.record(by=by.pk, verb="template.changed", target=found, fields=sorted(fields), version=found.version)
    return found


@transaction.atomic
def save_step(
    step: Step, *, by: User, version: int, agenda: Iterable[StepLine] = (), tools: Iterable[Tool] = (), **fields
) -> Step:
    """Add or change a step of an own template. `step` is unsaved for a new one. No step counts from itself in a ring.

    Raises Conflict as `change_template`, and DomainError with the field it belongs to.
    """
    template = _at_version(step.template, version)
    for name, value in fields.items():
        setattr(step, name, value)
    lines = list(agenda)
    _check(step, lines)
    if step._state.adding:
        if template.steps.count() >= MOST_STEPS:
            raise DomainError(_("A template has sixty steps at most."))
        step.key = f"own-{uuid4().hex[:12]}"
        step.position = (template.steps.filter(rhythm=step.rhythm).aggregate(last=Max("position"))["last"] or 0) + 1
    step.save()
    _set_parts(step, lines, tools)
    template.save(update_fields=["version"])
    audit.record(by=by.pk, verb="template.step-saved", target=step, version=template.version)
    return step


def _check(step: Step, lines: list[StepLine]) -> None:
    if sum(line.minutes for line in lines) > step.minutes:
        raise DomainError(_("The agenda takes longer than the meeting."), field="minutes")
    if step.min_weeks is not None and step.max_weeks is not None and step.max_weeks < step.min_weeks:
        raise DomainError(_("The most weeks are fewer than the least."), field="max_weeks")
    anchor, seen = step.anchor, 0
    if anchor and anchor.template_id != step.template_id:
        raise DomainError(_("This step belongs to another template."), field="anchor")
    if anchor and step.is_session and not anchor.is_session:
        raise DomainError(_("A session is for several pilots: it counts from the start or from another session."), field="anchor")
    while anchor is not None:
        if anchor.pk == step.pk or seen > MOST_STEPS:
            raise DomainError(_("These steps would count from each other. Choose another one, or the start."), field="anchor")
        anchor, seen = anchor.anchor, seen + 1


def _set_parts(step: Step, lines: Iterable[StepLine], tools: Iterable[Tool]) -> None:
    step.agenda.all().delete()
    step.tools.all().delete()
    StepAgendaItem.objects.bulk_create(
        [StepAgendaItem(step=step, position=place, **line._asdict()) for place, line in enumerate(lines, 1)]
    )
    StepTool.objects.bulk_create([StepTool(step=step, tool=tool, position=place) for place, tool in enumerate(tools, 1)])


@transaction.atomic
def move_step(step: Step, *, by: User, earlier: bool) -> None:
    """Swap a step with its neighbour in the same rhythm; at the end nothing happens. The dates stay what they are."""
    template = _locked(step.template)
    row = [one for one in template.living_steps if one.rhythm == step.rhythm]
    at = next((place for place, one in enumerate(row) if one.pk == step.pk), None)
    other = None if at is None else at - 1 if earlier else at + 1
    if at is None or other is None or not 0 <= other < len(row):
        return
    row[at], row[other] = row[other], row[at]
    for place, one in enumerate(row, 1):
        Step.objects.filter(pk=one.pk).update(position=place)
    template.save(update_fields=["version"])
    audit.record(by=by.pk, verb="template.step-moved", target=step, version=template.version)


@transaction.atomic
def remove_step(step: Step, *, by: User) -> None:
    """Take a step out; it can be put back. Steps that count from it keep their day, meetings made from it stay."""
    _set_removed(step, by=by, removed=True)


@transaction.atomic
def put_back_step(step: Step, *, by: User) -> None:
    """The step counts again, in its old place."""
    _set_removed(step, by=by, removed=False)


def _set_removed(step: Step, *, by: User, removed: bool) -> None:
    template = _locked(step.template)
    Step.objects.filter(pk=step.pk).update(removed_at=timezone.now() if removed else None)
    template.save(update_fields=["version"])
    verb = "template.step-removed" if removed else "template.step-put-back"
    audit.record(by=by.pk, verb=verb, target=step, version=template.version)


def _locked(template: TrajectoryTemplate) -> TrajectoryTemplate:
    found = TrajectoryTemplate.objects.select_for_update().get(pk=template.pk)
    if found.is_shipped:
        raise DomainError(_("This template comes with the platform. Make a copy of your own to change it."))
    found.version += 1
    return found


def _at_version(template: TrajectoryTemplate, version: int) -> TrajectoryTemplate:
    found = _locked(template)
    if found.version != version + 1:
        raise Conflict(_("Somebody else changed this template while you were typing. Look at it and save again."))
    return found
