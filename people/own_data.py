"""What the house keeps of one person, read from the columns registry: as an overview in words, and as rows to take along.

A column's exporter says how it leaves the house: `none`, `module:function` (called with the person, gives rows), anything else
means the plain value.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import models
from django.utils.module_loading import import_string
from django.utils.translation import gettext

from core.columns import RETENTIONS, Column, columns
from people.models import User


@dataclass(frozen=True)
class Kept:
    """Rows kept for one purpose and one term."""

    why: str
    how_long: str
    rows: int


def overview(user: User) -> list[Kept]:
    """What there is of this person now, by purpose, most rows first; what is empty is left out."""
    rows: Counter[tuple[str, str]] = Counter()
    for model, subject, declared in _about(user):
        found = model._default_manager.filter(**{subject: user.pk}).count()
        for term in {(str(column.purpose), column.retention) for column in declared.values() if column.subject == subject}:
            rows[term] += found
    return [Kept(gettext(why), str(RETENTIONS[term]), number) for (why, term), number in rows.most_common() if number]


def export(user: User) -> dict[str, list]:
    """The person's rows by table; sealed texts through the exporter of the app that can open them."""
    taken: dict[str, list] = {}
    called: set[str] = set()
    for model, subject, declared in _about(user):
        mine = {name: column for name, column in declared.items() if column.subject == subject and column.exporter != "none"}
        for exporter in {column.exporter for column in mine.values() if ":" in column.exporter} - called:
            called.add(exporter)
            taken[f"{exporter.split('.')[0]}.{model._meta.model_name}"] = import_string(exporter.replace(":", "."))(user)
        plain = [name for name, column in mine.items() if ":" not in column.exporter and _is_plain(model, name)]
        if plain:
            taken[model._meta.label] = [
                {name: _shown(value) for name, value in row.items()}
                for row in model._default_manager.filter(**{subject: user.pk}).order_by("pk").values(*plain)
            ]
    return taken


def _about(user: User) -> Iterator[tuple[type[models.Model], str, dict[str, Column]]]:
    """Each declared table and path by which it is about a person."""
    for label, declared in sorted(columns().items()):
        model = apps.get_model(label)
        for subject in sorted({column.subject for column in declared.values() if column.subject}):
            yield model, subject, declared


def _is_plain(model: type[models.Model], name: str) -> bool:
    return not isinstance(model._meta.get_field(name), models.BinaryField | models.ManyToManyField)


def _shown(value: object) -> object:
    return value if isinstance(value, str | int | float | bool | type(None) | list | dict) else str(value)
