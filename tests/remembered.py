"""What many tests begin with is made once through the services; for later tests the same rows are written as they were."""

import datetime
import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone, translation

from core import files
from core.models import StoredFile

Statement = tuple[str, Any]


@dataclass
class Kept:
    """When something was made, what rows there were already, its own rows as statements, and the thing itself."""

    at: datetime.datetime
    before: str
    found: tuple
    statements: list[Statement]
    files: dict[str, bytes]  # place on the storage → bytes: a test may sweep away what its own rows no longer name
    thing: bytes

    def holds(self, now: datetime.datetime) -> bool:
        """No row from the future, and no row that leans on one that the emptying of the tables has replaced."""
        return self.at <= now and _found(self.before) == self.found

    def write(self):
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, params in self.statements:
                cursor.execute(sql, params)
        for place, content in self.files.items():
            if not default_storage.exists(place):
                default_storage.save(place, ContentFile(content))
        return pickle.loads(self.thing)


class Remembered:
    """`Remembered(make)()` is what `make()` gives, with ids that stay the same. Made anew for each day and language."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make
        self._kept: dict[tuple, Kept] = {}

    def __call__(self):
        now, key = timezone.now(), (timezone.localdate(), translation.get_language())
        kept = self._kept.get(key)
        if kept is None or not kept.holds(now):
            kept = self._kept[key] = self._made(now)
        return kept.write()

    def _made(self, now: datetime.datetime) -> Kept:
        models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
        with transaction.atomic():
            before = {model: {row["pk"]: row for row in _values(model)} for model in models}
            thing = pickle.dumps(self.make())
            changed = [row for model in models for row in _values(model) if before[model].get(row["pk"], row) != row]
            assert not changed, f"Only new rows are written again; these stood there before and were changed: {changed}"
            rows = {model: [row for row in model._base_manager.all() if row.pk not in before[model]] for model in models}
            stored = {row.path: files.read(row) for row in rows[StoredFile]}
            transaction.set_rollback(True)
        question = _question([model for model, pks in before.items() if pks])
        return Kept(now, question, _found(question), statements_of(rows), stored, thing)


def _values(model) -> list[dict[str, Any]]:
    return list(model._base_manager.values("pk", *(field.attname for field in model._meta.concrete_fields)))


def _question(models: list) -> str:
    """How many rows these have, and which is the first."""
    name = connection.ops.quote_name
    parts = [
        f"(SELECT count(*) FROM {name(model._meta.db_table)}), "
        f"(SELECT min(CAST({name(model._meta.pk.column)} AS text)) FROM {name(model._meta.db_table)})"
        for model in models
    ]
    return f"SELECT {', '.join(parts)}" if parts else "SELECT 0"


def _found(question: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()


def statements_of(rows: dict) -> list[Statement]:
    """The statements that write these rows, with the ids they have."""
    noted: list[Statement] = []

    def note(execute, sql, params, many, context):
        if sql.startswith("INSERT"):
            noted.append((sql, params))
        return execute(sql, params, many, context)

    with transaction.atomic():
        with connection.execute_wrapper(note):
            for model, made in rows.items():
                model._base_manager.bulk_create(made)
        transaction.set_rollback(True)
    return noted
