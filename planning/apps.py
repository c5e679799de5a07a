from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PlanningConfig(AppConfig):
    name = "planning"

    def ready(self) -> None:
        import planning.columns
        import planning.mails  # noqa: F401 - both fill a registry
        from planning import templates_library

        post_migrate.connect(templates_library.after_migrate, sender=self)
