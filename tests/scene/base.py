"""Who stands where in the scene, and what holds its rows."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.cast import Cast

TEAM, TANDEM, NEST, WIP = "tess tom", "hilde joris", "anna bram", "zita yusuf"
NETWORK = f"{TEAM} {TANDEM} {NEST} {WIP}"
INSIDE = f"{NETWORK} karel"
MOMENT, MOMENT_WIP = f"{TANDEM} {NEST}", f"karel {WIP}"
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


@dataclass
class Scene:
    """The cast, and by name everything there is: `at["meeting"]["session"]` is a row, or the part of an address."""

    cast: Cast
    say: Callable[[str], str]
    at: dict[str, dict[str, object]] = field(default_factory=dict)

    def put(self, kind: str, **rows: object) -> None:
        self.at.setdefault(kind, {}).update(rows)
