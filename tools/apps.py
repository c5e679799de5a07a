from django.apps import AppConfig
from django.apps import apps as installed
from django.apps.registry import Apps
from django.db.models.signals import post_migrate


class ToolsConfig(AppConfig):
    name = "tools"

    def ready(self) -> None:
        import tools.columns  # noqa: F401 - fills the registry

        post_migrate.connect(_load_library, sender=self)


def _load_library(*, using: str, apps: Apps = installed, **_given: object) -> None:
    """After each migrate (and flush, which names no apps) the library is there; not while the tables are of another state."""
    from tools import models, services

    for model in (models.Tool, models.ToolVersion):
        try:
            state = apps.get_model("tools", model.__name__)
        except LookupError:
            return
        if {field.column for field in state._meta.local_fields} != {field.column for field in model._meta.local_fields}:
            return
    if using == "default":
        services.load_library()
