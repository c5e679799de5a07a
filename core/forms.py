"""Where a refusal of the domain becomes an error beside a field."""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from core.errors import DomainError

T = TypeVar("T")


def attempt(form: forms.BaseForm, act: Callable[[], T]) -> T | None:
    """Do `act`; when the domain refuses, put its sentence in the form (beside its field where it names one) and return None."""
    try:
        return act()
    except DomainError as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, refusal.message)
        return None
