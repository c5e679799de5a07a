"""Templates, polls, feeds and rules."""

from tests.access_lines.line import ALL, COACHES, Line
from tests.scene.base import TEAM

PLANNERS = f"{TEAM} {COACHES}"
RIGHTS: dict[str, dict[str, dict[str, str]]] = {
    "template": {
        "own": {"see": PLANNERS, "copy": TEAM, "run": TEAM},
        "other": {"see": "omar", "copy": "omar", "run": "omar"},
        "shipped": {"see": f"{PLANNERS} omar", "copy": f"{TEAM} omar", "run": ""},
    },
}
RIGHTS["rule"] = {"own": {"see": PLANNERS, "run": TEAM}, "other": {"see": "omar", "run": "omar"}}
RIGHTS["new step"] = RIGHTS["template"]

TABLE: list[Line] = [
    # -- templates
    Line("planning:home", see=f"{PLANNERS} omar", inside=ALL),
    Line("planning:templates", see=f"{PLANNERS} omar", inside=ALL),
    Line("planning:template", "template", see="see"),
    Line("planning:template_copy", "template", see="copy", do="copy", inside="see"),
    Line("planning:template_change", "template", see="run", do="run", inside="see"),
    Line("planning:step_new", "new step", see="run", do="run", inside="see"),
    Line("planning:step", "template > step", see="run", do="run", inside="see"),
    Line("planning:step_move", "template > step", do="run", inside="see"),
    Line("planning:step_remove", "template > step", do="run", inside="see"),
    Line("planning:step_put_back", "template > step", do="run", inside="see"),
    Line("planning:template_new", "programme", see="run", do="run", inside="see"),
    Line("planning:apply", "programme > own template", see="coach", do="coach", inside="see"),
    Line("planning:drafts", "programme", see="coach", do="coach", inside="see"),
    Line("planning:edition", "programme", see="run", do="run", inside="see"),
    # -- rules for reminders
    Line("planning:rules", "programme", see="coach", inside="see"),
    Line("planning:rules_adopt", "programme", do="run", inside="see"),
    Line("planning:rule_new", "programme", see="run", do="run", inside="see"),
    Line("planning:rule", "rule", see="run", do="run", inside="see"),
    Line("planning:rule_remove", "rule", do="run", inside="see"),
]
