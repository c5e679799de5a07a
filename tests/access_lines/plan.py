"""The plan of a programme, proposals for it, and when people can."""

from tests.access_lines.line import ALL, Line
from tests.scene.base import INSIDE, TEAM

RIGHTS: dict[str, dict[str, dict[str, str]]] = {
    "unavailability": {"anna": {"own": "anna"}, "hilde": {"own": "hilde"}},
    "holiday": {"own": {"see": f"{INSIDE} ada petra", "run": TEAM}, "other": {"see": "omar", "run": "omar"}},
    "proposal": {
        "hilde": {"see": f"{TEAM} hilde"},
        "karel": {"see": f"{TEAM} karel"},
        "other": {"see": "omar"},
    },
}

TABLE: list[Line] = [
    Line("planning:plan", "programme", see="coach", inside="see"),
    Line("planning:plan", "programme", see="coach", inside="see", sent={"view": "month"}),
    Line("planning:plan", "programme", see="coach", inside="see", sent={"view": "agenda"}),
    Line("planning:proposals", "programme", see="coach", do="coach", inside="see"),
    Line("planning:proposal", "proposal", see="see", do="see"),
    Line("planning:proposed", "proposal > proposed", see="see", do="see"),
    Line("planning:hours", "programme", see="run", do="run", inside="see"),
    Line("planning:pilot_hours", "pilot", see="run", do="run", inside="see"),
    Line("planning:holidays", "programme", see="run", do="run", inside="see"),
    Line("planning:holiday", "holiday", see="run", do="run", inside="see"),
    Line("planning:away", see=ALL, do=ALL),
    Line("planning:away_remove", "unavailability", do="own"),
]
