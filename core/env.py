"""Settings from the environment: plain values, or a file named by NAME_FILE (how container secrets arrive)."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"", "0", "false", "no", "off"}


def text(name: str, default: str | None = None) -> str:
    """The value of NAME, else the contents of the file NAME_FILE, else the default; without one: ImproperlyConfigured.

    An empty NAME counts as not set, as in a copied .env.example.
    """
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    if default is None:
        raise ImproperlyConfigured(f"Set {name} in the environment (or {name}_FILE); .env.example lists every setting.")
    return default


def flag(name: str, default: bool = False) -> bool:
    """True or false; anything else stops the start."""
    value = text(name, "1" if default else "0").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is neither yes nor no: {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is no whole number: {value!r}.") from error


def names(name: str, default: str = "") -> list[str]:
    """A comma-separated list."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]
