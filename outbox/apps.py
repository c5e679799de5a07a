from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "outbox"

    def ready(self) -> None:
        import outbox.columns  # noqa: F401,PLC0415 - fills the registry
