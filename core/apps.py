from django.apps import AppConfig
from django.core.management import call_command
from django.db.models.signals import post_migrate

from core.triggers import install


def _prepare(using: str, **_signal: object) -> None:
    """After every migrate: the triggers of the audit trail, and the table of the shared cache where there is no Redis."""
    install(using)
    call_command("createcachetable", database=using, verbosity=0)


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        import core.own_columns  # noqa: F401 - fills a registry

        post_migrate.connect(_prepare, sender=self, dispatch_uid="core.triggers")
