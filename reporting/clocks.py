"""Two clocks per programme: coaching content goes first, evidence when the funder's years are over. Which rows are content is
what the columns registry says; where they hang in a programme follows from their keys, so a new table needs no line here.
When they are kept, and how the team is told before, is in reporting/services/retention.py."""

import datetime
from functools import cache

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.columns import columns
from core.models import StoredFile
from people.models import PersonKey, User
from reporting.indicators import months_later
from reporting.models import Asking, Characteristic, Erased, KeptFigures, Participant, ReportFile, Snapshot
from sessions.models import SessionReport
from trajectories.models import Programme, Seat

CONTENT = "content"


def clocks(programme: Programme) -> tuple[datetime.date, datetime.date]:
    """The last day of coaching content, and the last day of evidence."""
    content = months_later(programme.ends_on, programme.content_months)
    return content, months_later(programme.ends_on, 12 * programme.evidence_years)


def has_content(programme: Programme) -> bool:
    """Is there any coaching content of this programme?"""
    tables = ((model, path) for model, (owner, path) in content_tables().items() if owner == "programme")
    return any(model._default_manager.filter(**{path: programme}).exists() for model, path in tables)


# -- content ----------------------------------------------------------------------------------------------------------


@cache
def content_tables() -> dict[type[models.Model], tuple[str, str]]:
    """Every table that is content through and through, and its shortest way to a programme (or else to a person: what hangs in
    no programme). The keys that open people's answers are none: answers are evidence."""
    found = {}
    for label, declared in columns().items():
        if all(column.retention == CONTENT for column in declared.values()) and label != PersonKey._meta.label_lower:
            model = apps.get_model(label)
            path = _path(model, Programme)
            found[model] = ("programme", path) if path else ("person", _path(model, User))
    return dict(sorted(found.items(), key=lambda row: -_height(row[0], set(found))))  # what leans on another row goes before it


def _height(model: type[models.Model], among: set[type[models.Model]]) -> int:
    """How many of these tables a row leans on, one upon the other."""
    under = {field.related_model for field in model._meta.concrete_fields if field.related_model in among - {model}}
    return 1 + max((_height(one, among) for one in under), default=0)


def _path(model: type[models.Model], goal: type[models.Model]) -> str:
    """The shortest chain of foreign keys, not through people; empty when there is none."""
    waiting: list[tuple[type[models.Model], tuple[str, ...]]] = [(model, ())]
    seen = {model}
    for here, steps in waiting:
        for field in here._meta.concrete_fields:
            if not field.is_relation or not isinstance(field.related_model, type):
                continue
            if field.related_model is goal:
                return "__".join((*steps, field.name))
            if field.related_model not in seen | {User}:
                seen.add(field.related_model)
                waiting.append((field.related_model, (*steps, field.name)))
    return ""


def end_content(programme: Programme) -> int:
    """Minutes, agreements, what people brought, reflections, materials, and the reports in which such words stand."""
    gone = 0
    for model, (owner, path) in content_tables().items():
        if owner == "programme":
            gone += _remove(model._default_manager.filter(**{path: programme}))
    reports = SessionReport.objects.filter(meeting__programme=programme, edition=SessionReport.Edition.INTERNAL)
    return gone + _remove(reports)


def _remove(rows: models.QuerySet) -> int:
    """The rows, and the files that only they named: the sweep takes the bytes."""
    files = [field.name for field in rows.model._meta.concrete_fields if field.related_model is StoredFile]
    stored = {pk for name in files for pk in rows.exclude(**{name: None}).values_list(name, flat=True)}
    gone = rows.delete()[0]
    StoredFile.objects.filter(pk__in=stored).update(expires_at=timezone.now())
    return gone


def end_of_people(ended: list) -> None:
    """What hangs on a person alone (drafts, keys of devices) goes when no programme of theirs still keeps content."""
    seats = Seat.objects.filter(user=OuterRef("pk"))
    done = User.objects.filter(Exists(seats.filter(programme__in=ended)), ~Exists(seats.exclude(programme__in=ended)))
    people = list(done.values_list("pk", flat=True)) if ended else []
    for model, (owner, path) in content_tables().items() if people else ():
        if owner == "person":
            _remove(model._default_manager.filter(**{f"{path}__in": people}))


# -- evidence ---------------------------------------------------------------------------------------------------------


def end_evidence(programme: Programme) -> int:
    """Answers go, and what was kept of them with frozen reports; then the keys of people who take part in nothing else."""
    rows = Characteristic.objects.filter(participant__programme=programme).delete()[0]
    rows += Asking.objects.filter(participant__programme=programme).delete()[0]
    rows += Erased.objects.filter(programme=programme).delete()[0]
    sealed = Participant.objects.filter(programme=programme).exclude(answers=None, minimum=None)
    rows += sealed.update(answers=None, minimum=None)
    Snapshot.objects.filter(report__programme=programme).exclude(answers=None).update(answers=None)
    KeptFigures.objects.filter(report__programme=programme).exclude(behind=None).update(behind=None)
    rows += _remove(ReportFile.objects.filter(report__programme=programme, format=ReportFile.Format.ZIP))
    busy = Seat.objects.exclude(programme=programme).values("user")
    return rows + PersonKey.objects.filter(user__participations__programme=programme).exclude(pk__in=busy).delete()[0]
