"""The leader's journey: what goes for policy, dialogues, photos, a programme's own questions."""

from tests.access_lines.line import Line
from tests.scene.base import INSIDE, NEST, TANDEM, TEAM, WIP

NETWORK = f"{NEST} {TANDEM} {WIP}"
RIGHTS: dict[str, dict[str, dict[str, str]]] = {
    "reflection": {
        "private": {"talk": "anna", "answered": ""},
        "co_leader": {"talk": "anna", "answered": ""},
        "coaches": {"talk": f"anna {TANDEM}", "answered": ""},
        "network": {"talk": "anna", "answered": ""},
        "zita": {"talk": "zita", "answered": ""},
        "zita_coaches": {"talk": "zita karel", "answered": ""},
        "yusuf": {"talk": "yusuf", "answered": ""},
        "erased": {"talk": "", "answered": ""},
        "pair": {"see": NEST, "own": "anna", "talk": NEST, "answered": ""},
        "pair_coaches": {"see": f"{NEST} {TANDEM}", "own": "anna", "talk": f"{NEST} {TANDEM}", "answered": ""},
        "policy": {"see": "anna", "own": "anna", "talk": "anna", "answered": ""},
        "talked": {"see": f"anna {TANDEM}", "own": "anna", "talk": f"anna {TANDEM}", "answered": "hilde"},
    },
    "policy text": {"tess": {"see": "tess"}},
    "pilot": {"nest": {"pair": NEST}, "wip": {"pair": WIP}, "other": {"pair": ""}},
    "question set": {"own": {"see": f"{INSIDE} ada petra", "run": TEAM}},
}

TABLE: list[Line] = [
    Line("reflections:pair", see=f"{NEST} {WIP}", inside="everyone"),
    Line("reflections:pair_line", "pilot", see="pair", inside="see", notes=("reflections_opening",)),
    Line("reflections:pair_move", "reflection", see="own", do="own", inside="see", sent={"do": "put", "part": "reflection"}),
    Line("reflections:review", "reflection", see="own", do="own", inside="see"),
    Line("reflections:versions", "reflection", see="own", inside="see"),
    Line("reflections:tags", "reflection", see="own", do="own", inside="see", sent={"tags": "tuin"}),
    Line("reflections:say", "reflection", do="talk", inside="see", sent={"comment": "Dag."}),
    Line("reflections:said", see="everyone"),
    Line("reflections:take_back", "reflection > comment", do="answered", inside="see"),
    Line("reflections:files", "reflection", see="own", do="own", inside="see"),
    Line("reflections:file", "reflection > photo", see="see"),
    Line("reflections:file_remove", "reflection > photo", do="own", inside="see"),
    Line("reflections:policy", see=f"{TEAM} omar", inside="everyone"),
    Line("reflections:policy_text", "policy text", see="see", notes=("reflections_opening",)),
    Line("reflections:questions", see=f"{TEAM} omar", inside="everyone"),
    Line("reflections:questions_new", "programme", see="run", do="run", inside="see"),
    Line("reflections:questions_change", "question set", see="run", do="run", inside="see"),
    Line("reflections:questions_remove", "question set", do="run", inside="see"),
]
