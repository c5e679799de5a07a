"""Where a refusal of the domain becomes an error beside a field."""

from collections.abc import Callable
from typing import TypeVar

from django import forms

from core.errors import DomainError

T = TypeVar("T")


def attempt(form: forms.BaseForm, act: Callable[[], T]) -> T | None:
    """Do `act`; when the domain refuses, put its sentences in the form (beside their fields where they name one); then None."""
    try:
        return act()
    except DomainError as refusal:
        for fault in refusal.faults:
            form.add_error(fault.field if fault.field in form.fields else None, fault.message)
        return None
