"""What `manage.py check` tries of this app."""

from django.core.checks import Error

from reporting import frameworks
from trajectories.models import Programme


def check_frameworks(**_: object) -> list[Error]:
    """Every shipped framework file is without faults, and every framework that a programme can choose is shipped."""
    faults = []
    for name in {*frameworks.names(), *Programme.Framework.values}:
        try:
            frameworks.framework(name)
        except frameworks.FrameworkFaulty as faulty:
            faults += [Error(f"{name}: {fault}", id="reporting.E001") for fault in faulty.faults]
    return faults
