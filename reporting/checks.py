"""What `manage.py check` tries of this app."""

from django.core.checks import Error

from reporting import frameworks


def check_frameworks(**_: object) -> list[Error]:
    """Every framework file is without faults."""
    faults = []
    for name in frameworks.names():
        try:
            frameworks.framework(name)
        except frameworks.FrameworkFaulty as faulty:
            faults += [Error(f"{name}: {fault}", id="reporting.E001") for fault in faulty.faults]
    return faults
