from django.apps import AppConfig
from django.db.models.signals import post_migrate

from core.triggers import install


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        post_migrate.connect(lambda using, **_: install(using), sender=self, weak=False, dispatch_uid="core.triggers")
