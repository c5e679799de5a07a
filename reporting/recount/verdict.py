"""What was found: differences in words, and which parts were tried."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class Unreadable(Exception):
    """This is no bundle, or one that cannot be opened safely."""


@dataclass
class Verdict:
    """What was found: `checked` in words, `differences` in words, the snapshot's fingerprint and state."""

    fingerprint: str = ""
    state: str = ""
    checked: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def differs(self, what: str) -> None:
        """Note a difference."""
        self.differences.append(what)

    def compare(self, what: str, found: object, noted: object) -> None:
        """Note a difference between what the rows give and what the report says."""
        if found != noted:
            self.differs(f"{what}: the report says {noted}, its rows give {found}.")

    @contextmanager
    def reading(self, name: str) -> Iterator[None]:
        """A part that cannot be read is a difference, and the other parts are checked all the same."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a damaged part fails in as many ways as there are formats
            self.differs(f"{name} cannot be read ({type(error).__name__}: {error}).")
