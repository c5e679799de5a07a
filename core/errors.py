"""The one way in which the domain says no."""


class DomainError(Exception):
    """A refusal with a sentence fit for the reader; `field` names the form field beside which it belongs."""

    def __init__(self, message, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Conflict(DomainError):
    """Somebody else saved in between. The page shows both versions, so that nothing that was typed is lost."""
