"""What remains of a meeting: the evaluation and certificates."""

from tests.access_lines.line import Line
from tests.scene.base import TEAM

RIGHTS: dict[str, dict[str, dict[str, str]]] = {
    "certified seat": {"anna": {"see": f"{TEAM} anna"}, "omar": {"see": "omar"}},
}

TABLE = [
    Line("sessions:evaluation", "meeting", see="see", do="see"),
    Line("sessions:certificate", "certified seat", see="see", do="see"),
    Line("sessions:certificate_download", "certified seat > certificate", see="see"),
]
