"""Participants, evidence and what was frozen."""

from tests.access_lines.line import ALL, Line
from tests.scene.base import TEAM

OWN = {"own": {"run": TEAM, "open": "tess"}, "other": {"run": "omar", "open": ""}}
RIGHTS: dict[str, dict[str, dict[str, str]]] = {
    "meeting of a report": OWN,
    "person of a report": {"own": {"run": TEAM}},
    "indicator of a report": OWN,
    "own indicator": OWN,
    "reader of characteristics": {"own": {"run": TEAM}},
    "participant": {"own": {"run": TEAM}},
    "guest who came": {"own": {"run": TEAM}},
    "frozen report": {"own": {"run": TEAM}},
    "asking": {"zita": {"see": f"{ALL} public"}},
}

TABLE: list[Line] = [
    Line("reports:figures", "progress report", do="run"),
    Line("reports:meetings", "progress report", see="run"),
    Line("reports:meeting", "meeting of a report", see="run"),
    Line("reports:people", "progress report", see="run"),
    Line("reports:person", "person of a report", see="run"),
    Line("reports:gaps", "progress report", see="run"),
    Line("reports:checks", "progress report", see="run"),
    Line("reports:changes", "frozen report", see="run"),
    Line("reports:indicator", "indicator of a report", see="open", inside="run", notes=("core_auditentry",)),
    Line("reports:dashboard", "programme", see="run"),
    Line("reports:own", "programme", see="run"),
    Line("reports:own_new", "programme", see="run", do="run"),
    Line("reports:own_edit", "programme > own indicator", see="run", do="run"),
    Line("reports:own_remove", "programme > own indicator", do="run"),
    Line("reports:results", "programme > period", see="run", do="run"),
    Line("reports:readers", "programme", see="run", do="run"),
    Line("reports:reader_withdraw", "programme > reader of characteristics", do="run"),
    Line("reports:enrol", "programme", see="run", do="run"),
    Line("reports:enrol_guest", "programme > guest who came", see="run", do="run"),
    Line("reports:enrol_list", "programme", see="run", do="run"),
    Line("reports:enrol_example", "programme", see="run"),
    Line("reports:ask_again", "programme > participant", do="run"),
    Line("reports:asked", "asking", see="see", do="see"),
]
