"""Who may look at and act on every address of the house: one line each. `tests/test_access_matrix.py` tries every cell.

A line reads: at this address (of this kind of thing), these look, these act, these get a 403 with a sentence. Everybody else
gets the 404 of a thing that does not exist; a visitor is sent to sign in. `see` and `do` name a right of RIGHTS, or people by
first name where the address points at nothing; "everyone" is whoever is signed in, "public" also a visitor, "" means that
there is nothing to look at (or to act on): 405. Each part of the house has a module in
`tests/access_lines`.
"""

from tests.access_lines import accounting, after, house, journey, lived, plan, planning, polls, portfolio
from tests.access_lines.line import ALL, Line

PARTS = (house, planning, plan, lived, after, journey, accounting, polls, portfolio)
__all__ = ["ALL", "RIGHTS", "TABLE", "Line"]


def _rights() -> dict[str, dict[str, dict[str, str]]]:
    """kind of thing → which one of the scene → right → whose; a part may add rights to what another part knows."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for part in PARTS:
        for kind, which in part.RIGHTS.items():
            for name, rights in which.items():
                found.setdefault(kind, {}).setdefault(name, {}).update(rights)
    return found


RIGHTS = _rights()
TABLE = [line for part in PARTS for line in part.TABLE]
