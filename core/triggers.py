"""Database triggers that make the audit trail append-only, on PostgreSQL and on SQLite (design.md rule 10)."""

from django.db import connections

TABLES = ("core_auditentry", "core_auditseal")


def install(using: str = "default") -> None:
    """Put the triggers back; runs after every migrate, because rebuilding a table on SQLite drops them."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in existing.intersection(TABLES):
            for statement in _statements(connection.vendor, table):
                cursor.execute(statement)


def lift(using: str = "default") -> None:
    """Take the triggers away; only the tests' teardown calls this."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for table in TABLES:
            for act in ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}{on}")
            if connection.vendor == "postgresql":
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")


def _statements(vendor: str, table: str) -> list[str]:
    if vendor == "sqlite":
        return [
            f"CREATE TRIGGER IF NOT EXISTS {table}_no_{act} BEFORE {act.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            for act in ("update", "delete")
        ]
    function = (
        "CREATE OR REPLACE FUNCTION core_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$"
    )
    triggers = [
        f"CREATE OR REPLACE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION core_append_only()"
        for act in ("update", "delete", "truncate")
    ]
    return [function, *triggers]
