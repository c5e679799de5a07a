from django.apps import AppConfig


class TrajectoriesConfig(AppConfig):
    name = "trajectories"

    def ready(self) -> None:
        import trajectories.columns
        import trajectories.mails  # noqa: F401 - both fill a registry
