"""After a test that commits, the tables hold again what stood there before the first test, row for row.

Django's own way empties every table and has each app load its library anew, which takes a second each time.
"""

from django.apps import apps
from django.db import connection, transaction

from core import triggers
from tests.remembered import statements_of

FIXED = {"auth.Permission", "contenttypes.ContentType"}  # nobody writes there


class Beginning:
    """The rows with which the tests begin, read when the tests' database has been made."""

    def __init__(self) -> None:
        models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
        self.models = [model for model in models if model._meta.label not in FIXED]
        rows = {model: list(model._base_manager.all()) for model in self.models}
        with transaction.atomic():
            self._empty()
            self.statements = statements_of(rows)
            transaction.set_rollback(True)

    def again(self) -> None:
        """Empty the tables that have rows, and write the first rows again."""
        with transaction.atomic(), connection.cursor() as cursor:
            self._empty()
            for sql, params in self.statements:
                cursor.execute(sql, params)
            triggers.install()

    def _empty(self) -> None:
        tables = [connection.ops.quote_name(model._meta.db_table) for model in self.models]
        triggers.lift()
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")  # foreign keys are not asked row by row
            cursor.execute("SELECT " + ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in tables))
            for table, has_rows in zip(tables, cursor.fetchone(), strict=True):
                if has_rows:
                    cursor.execute(f"DELETE FROM {table}")
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = DEFAULT")
