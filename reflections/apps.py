from django.apps import AppConfig


class ReflectionsConfig(AppConfig):
    name = "reflections"

    def ready(self) -> None:
        import reflections.columns
        import reflections.mails  # noqa: F401 - both fill a registry
