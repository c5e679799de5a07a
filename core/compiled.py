"""Questions of which only the values change: Django builds and compiles them once; from then on asking costs what the database
costs.

For what every request asks. Such a question depends on nothing but the values that it names by `Given`; a right whose sentence
differs from person to person does not fit here (docs/decisions/0020).
"""

import copy
from collections.abc import Callable
from typing import Any

from django.db import connections
from django.db.models import Field, QuerySet
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler


class Given(Expression):
    """A value of a compiled question; it is known when the question is asked."""

    def __init__(self, name: str, output_field: Field, place: int | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name, self.place = name, place

    def as_sql(self, compiler: SQLCompiler, connection: object) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def get_group_by_cols(self) -> list:
        return []


def each_of(name: str, output_field: Field, most: int) -> list[Given]:
    """For `…__in` (of a key `…__id__in`): the values of a list that is given, at least one and at most `most`."""
    return [Given(name, output_field, place) for place in range(most)]


class Compiled:
    """A question, from a function that builds its QuerySet out of `Given` values; `ask(name=value)` answers as that would.

    `Compiled(lambda: Seat.objects.filter(user_id=Given("user", UUIDField()))).ask(user=pk)`
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._made: tuple[QuerySet[Any, Any], SQLCompiler, str, tuple] | None = None

    def ask(self, **values: object) -> list[Any]:
        """The rows, in one query."""
        rows, compiler, sql, places = self._made or self._make()
        bound, query = copy.copy(compiler), copy.copy(rows.query)
        bound.connection = connections[rows.db]
        given = tuple(_valued(place, values, bound.connection) for place in places)
        bound.as_sql = lambda *_args, **_options: (sql, given)  # type: ignore[method-assign, assignment]
        query.get_compiler = lambda *_args, **_options: bound  # type: ignore[method-assign]
        return list(rows._iterable_class(type(rows)(rows.model, query)))  # type: ignore[call-overload]

    def _make(self) -> tuple[QuerySet[Any, Any], SQLCompiler, str, tuple]:
        rows = self._build()
        compiler = rows.query.get_compiler(using=rows.db)
        sql, places = compiler.as_sql()
        self._made = rows, compiler, sql, tuple(places)
        return self._made


def _valued(place: object, values: dict[str, object], connection: Any) -> object:
    if not isinstance(place, Given):
        return place
    value = values[place.name]
    if place.place is not None:  # of a short list the last one stands in the places that are left
        value = value[min(place.place, len(value) - 1)]  # type: ignore[index, arg-type]
    return place.output_field.get_db_prep_value(value, connection)
