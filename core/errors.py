"""The one way in which the domain says no."""


class DomainError(Exception):
    """A refusal with a sentence fit for the reader; `field` names the form field beside which it belongs."""

    def __init__(self, message, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    @property
    def faults(self) -> "list[DomainError]":
        """Each refusal by itself: this one alone."""
        return [self]

    def __str__(self) -> str:
        return str(self.message)


class Faults(DomainError):
    """Several refusals at once, so that nobody mends one fault to meet the next; each names its own field."""

    def __init__(self, faults: "list[DomainError]") -> None:
        super().__init__(" ".join(str(fault.message) for fault in faults), field=faults[0].field if len(faults) == 1 else None)
        self._faults = faults

    @property
    def faults(self) -> "list[DomainError]":
        """Each refusal by itself."""
        return self._faults


class Conflict(DomainError):
    """Somebody else saved in between. The page shows both versions, so that nothing that was typed is lost."""
