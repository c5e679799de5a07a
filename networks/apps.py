from django.apps import AppConfig


class NetworksConfig(AppConfig):
    name = "networks"

    def ready(self) -> None:
        import networks.columns  # noqa: F401 - fills the registry
