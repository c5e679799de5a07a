from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ToolsConfig(AppConfig):
    name = "tools"

    def ready(self) -> None:
        import tools.columns  # noqa: F401 - fills the registry
        from tools import services

        post_migrate.connect(services.after_migrate, sender=self)
