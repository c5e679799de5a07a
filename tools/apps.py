from django.apps import AppConfig


class ToolsConfig(AppConfig):
    name = "tools"

    def ready(self) -> None:
        import tools.columns  # noqa: F401 - fills the registry
