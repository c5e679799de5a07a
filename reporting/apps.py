from django.apps import AppConfig
from django.core.checks import Error, register


class ReportingConfig(AppConfig):
    name = "reporting"

    def ready(self) -> None:
        import reporting.columns
        import reporting.mails  # noqa: F401 - both fill a registry

        register(check_frameworks)


def check_frameworks(**_: object) -> list[Error]:
    """Every shipped framework file is without faults, and every framework that a programme can choose is shipped."""
    from reporting import frameworks
    from trajectories.models import Programme

    faults = []
    for name in {*frameworks.names(), *Programme.Framework.values}:
        try:
            frameworks.framework(name)
        except frameworks.FrameworkFaulty as faulty:
            faults += [Error(f"{name}: {fault}", id="reporting.E001") for fault in faulty.faults]
    return faults
