from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ReflectionsConfig(AppConfig):
    name = "reflections"

    def ready(self) -> None:
        from reflections import columns, mails, prompts  # noqa: F401 - two of them fill a registry

        post_migrate.connect(prompts.after_migrate, sender=self)
