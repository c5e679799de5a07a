from django.apps import AppConfig
from django.core.checks import register


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        import reporting.columns  # noqa: PLC0415 - models are there only now
        import reporting.mails  # noqa: F401, PLC0415 - both fill a registry
        from reporting.checks import check_frameworks  # noqa: PLC0415

        register(check_frameworks)
