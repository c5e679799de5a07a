from django.apps import AppConfig
from django.core.checks import register


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        import reporting.columns
        import reporting.mails  # noqa: F401 - both fill a registry
        from reporting.checks import check_frameworks

        register(check_frameworks)
