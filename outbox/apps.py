from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        import outbox.columns  # noqa: F401 - fills the registry
