"""A choice in words. Django's own `get_…_display` translates and hashes every label of the field at each call."""

from collections.abc import Callable

from django.db import models


def worded(field: str, choices: type[models.TextChoices]) -> Callable[[models.Model], str]:
    """The method `get_<field>_display` of a model: the label of what the field holds, in the reader's language."""
    labels = dict(choices.choices)

    def display(self: models.Model) -> str:
        value = getattr(self, field)
        return str(labels.get(value, value))

    return display
