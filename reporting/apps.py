from django.apps import AppConfig


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        import reporting.columns
        import reporting.mails  # noqa: F401 - both fill a registry
