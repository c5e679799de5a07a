"""What a line of the access table says, and who is meant by a word in it."""

from dataclasses import dataclass, field

from tests.scene.base import INSIDE, TANDEM, TEAM

COACHES = f"{TANDEM} karel"
ALL = f"{INSIDE} ada petra kim els omar"
SECOND_STEP = f"{TEAM} {COACHES} omar"  # project teams and coaches have an app that makes codes, Anna has a passkey


@dataclass(frozen=True)
class Line:
    """What is expected at one address. `at` is the kind of thing, for nested addresses "parent > child"."""

    name: str
    at: str = ""
    see: str = ""
    do: str = ""
    inside: str = ""
    sent: dict[str, str] = field(default_factory=dict)
    visitor: int = 0  # what a visitor gets instead of the way to sign in
    notes: tuple[str, ...] = ()  # tables in which looking alone leaves a trace

    def __str__(self) -> str:
        return self.name + "".join(f" {name}={value}" for name, value in self.sent.items())
