"""Many rows that change at once. Django's `bulk_update` writes a CASE for each row in each column, which costs more than the page
around it."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connections, router, transaction
from django.db.models import Model


def save_rows(rows: Collection[Model], fields: Iterable[str]) -> None:
    """Write these fields of every row as it stands in memory, all rows of one model, together or not at all."""
    if not rows:
        return
    model = type(next(iter(rows)))
    connection = connections[router.db_for_write(model)]
    columns: list[Any] = [*(model._meta.get_field(name) for name in fields), model._meta.pk]
    *places, key = [f"{connection.ops.quote_name(column.column)} = %s" for column in columns]
    sql = f"UPDATE {connection.ops.quote_name(model._meta.db_table)} SET {', '.join(places)} WHERE {key}"  # noqa: S608 - our names
    values = [[column.get_db_prep_save(getattr(row, column.attname), connection) for column in columns] for row in rows]
    with transaction.atomic(connection.alias, savepoint=False), connection.cursor() as cursor:
        cursor.executemany(sql, values)
