"""Questions that are asked again and again with other values: Django builds and compiles them once; from then on asking costs
what the database costs.

A question is a function that builds a QuerySet, rights and all. It is built with stand-ins: made-up ids and moments, and a
made-up person with seats of the same kind as those of who asks. Where these came to stand in the SQL, the real ones are put each
time. So a right stays the one sentence that it is, and who has seats of another kind is asked another question
(docs/decisions/0020). The function puts what it is given into the sentence as it is; it compares and calculates nothing with it.
"""

import copy
import datetime
import re
import uuid
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import suppress
from inspect import signature
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import DateField, DateTimeField, Field, QuerySet, UUIDField
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from django.utils.translation import get_language

MOST = 500  # ways of asking one question that are kept
FIELDS: dict[type, Any] = {uuid.UUID: UUIDField(), datetime.datetime: DateTimeField(), datetime.date: DateField()}
SEVERAL = (list, tuple, set, frozenset)
WRITTEN = re.compile(r"[0-9a-f]{32}|\d{4}-\d\d-\d\d \d\d:.*")  # ids and moments as SQLite is given them
NOBODY = 0xFFFFFFFF_FFFF_4FFF_8FFF_000000000000  # the ids of stand-ins are counted from here, their days from the year 9000
TRACE = re.compile(r"ffffffff-?ffff-?4fff-?8fff|\b9\d{3}-\d\d-\d\d")  # what was made of a stand-in


class Given(Expression):
    """A value of a question in a place of its own in its QuerySet: for a number, and in lists that differ in length."""

    def __init__(self, name: str, output_field: Field, place: int | None = None, most: int = 0) -> None:
        super().__init__(output_field=output_field)
        self.name, self.place, self.most = name, place, most

    def as_sql(self, compiler: SQLCompiler, connection: object) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def get_group_by_cols(self) -> list:
        return []


def each_of(name: str, output_field: Field, most: int) -> list[Given]:
    """For `…__in` (of a key `…__id__in`): the values of a list that is given, at least one and at most `most`."""
    return [Given(name, output_field, place, most) for place in range(most)]


class Place(NamedTuple):
    """Where in the SQL a given value stands: which one, and as what the database takes it."""

    number: int
    field: Any


class Answer(NamedTuple):
    """What is kept of one way of asking; no SQL where no row can fit."""

    rows: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    parameters: list[Any]  # a Place for each given value


class Compiled:
    """A question, from a function that builds its QuerySet; `ask` with the names of its values answers as that would.

    Ids, days and moments are put in their places each time, so are a list of ids and those of a person (who has an `outline`).
    A number or a yes or no is compiled with the question; what somebody typed cannot be given. Building it may not ask the
    database.
    """

    every: list["Compiled"] = []

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build, self._names = build, signature(build).parameters.keys()
        self._answers: dict[Hashable, Answer] = {}
        self.every.append(self)

    def ask(self, **values: Any) -> list[Any]:
        """The rows, in one query."""
        standing = {name: values[name] for name in self._names}
        shape, given = _outlined(standing)
        rows, compiler, sql, parameters = self._answers.get(shape) or self._compiled(shape, standing)
        if not sql:
            return []
        bound, query = copy.copy(compiler), copy.copy(rows.query)
        database = bound.connection = connections[rows.db]
        put = [_put(one, given, values, database) for one in parameters]
        bound.as_sql = lambda *_args, **_options: (sql, tuple(put))  # type: ignore[method-assign, assignment]
        query.get_compiler = lambda *_args, **_options: bound  # type: ignore[method-assign]
        return list(rows._iterable_class(type(rows)(rows.model, query)))  # type: ignore[call-overload]

    def first(self, **values: Any) -> Any:
        """The first of the rows; None without one."""
        return next(iter(self.ask(**values)), None)

    @classmethod
    def forget(cls) -> None:
        """Compile every question anew: for tests that take a check away."""
        for question in cls.every:
            question._answers.clear()

    def _compiled(self, shape: Hashable, values: dict[str, Any]) -> Answer:
        stand_ins: list[Any] = []
        made_up = {name: _stand_in(value, stand_ins) for name, value in values.items()}
        with connections["default"].execute_wrapper(_refuse):
            rows: Any = self._build(**made_up)
        if rows._prefetch_related_lookups:
            raise TypeError("What is fetched beside the rows is a question of its own.")
        compiler = rows.query.get_compiler(using=rows.db)
        sql, parameters = "", ()
        with suppress(EmptyResultSet):
            sql, parameters = compiler.as_sql()
        answer = Answer(rows, compiler, sql, list(_placed(parameters, stand_ins, connections[rows.db])))
        if len(self._answers) >= MOST:
            self._answers.clear()
        self._answers[shape] = answer
        return answer


def _outlined(values: dict[str, Any]) -> tuple[Hashable, list[object]]:
    """What the SQL depends on, and what is put in its places. Today and the language may stand in the sentence itself."""
    shape: list[Hashable] = [timezone.localdate(), get_language()]
    given: list[object] = []
    for name, value in values.items():
        kind: Any = type(value)
        if kind in FIELDS:
            given.append(value)
        elif hasattr(value, "outline"):
            kind, ids = value.outline
            given += ids
        elif value is None or isinstance(value, int):
            kind = value
        elif isinstance(value, SEVERAL) and all(type(one) is uuid.UUID for one in value):
            kind = (uuid.UUID, len(value))
            given += value
        else:
            raise TypeError(f"{name} cannot be a value of a compiled question.")
        shape += [name, kind]
    return tuple(shape), given


def _stand_in(value: Any, stand_ins: list[Any]) -> Any:
    """In the same order as `_outlined` gives: a value that nobody has, a person of the same kind with such ids."""
    if hasattr(value, "outline"):
        kind, ids = value.outline
        return value.like(kind, [_stand_in(pk, stand_ins) for pk in ids])
    if isinstance(value, SEVERAL):
        return [_stand_in(pk, stand_ins) for pk in value]
    if type(value) not in FIELDS:
        return value
    number = len(stand_ins)
    moment = datetime.datetime(9000, 1, 1, tzinfo=datetime.UTC) + datetime.timedelta(days=97 * number, seconds=number + 1)
    nobodys = {uuid.UUID: uuid.UUID(int=NOBODY + number), datetime.datetime: moment, datetime.date: moment.date()}
    stand_ins.append(nobodys[type(value)])
    return stand_ins[-1]


def _put(place: object, given: list[object], values: dict[str, Any], database: Any) -> object:
    """What is put there this time, as the database takes it."""
    if isinstance(place, Place):
        return place.field.get_db_prep_value(given[place.number], database)
    if not isinstance(place, Given):
        return place
    value = values[place.name]
    if place.place is not None:  # of a short list the last one stands in the places that are left
        if len(value) > place.most:
            raise ValueError(f"{place.name} has room for {place.most} values.")
        value = value[min(place.place, len(value) - 1)]
    return place.output_field.get_db_prep_value(value, database)


def _placed(parameters: Sequence[Any], stand_ins: list[Any], database: Any) -> Iterator[Any]:
    """The parameters, a place for each stand-in. An id or a moment that was not given would be the same for everybody, and so
    would what was calculated with one that was."""
    places = {FIELDS[type(one)].get_db_prep_value(one, database): Place(n, FIELDS[type(one)]) for n, one in enumerate(stand_ins)}
    for parameter in parameters:
        if isinstance(parameter, Given):
            yield parameter
            continue
        place = places.get(parameter) if isinstance(parameter, Hashable) else None
        said = str(parameter)
        is_own = isinstance(parameter, (uuid.UUID, datetime.datetime)) or WRITTEN.fullmatch(said) or TRACE.search(said)
        if is_own and not place:
            raise TypeError(f"A compiled question holds {parameter!r}, which was not given to it.")
        yield place or parameter


def _refuse(*_args: object) -> None:
    raise TypeError("A question that is compiled may not ask the database while it is built.")
