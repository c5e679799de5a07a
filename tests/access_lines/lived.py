"""Meetings as they are prepared, held and looked back on."""

from tests.access_lines.line import ALL, Line
from tests.scene.base import MOMENT, MOMENT_WIP, NEST, NETWORK, TANDEM, TEAM, WIP

RIGHTS: dict[str, dict[str, dict[str, str]]] = {
    "check-in": {
        "session": {"come": f"{TANDEM} {NEST} {WIP} ada", "in": ALL},
        "moment": {"come": MOMENT, "in": ALL},
    },
    "meeting": {
        "session": {"prepare": f"{TANDEM} {NEST} {WIP}", "tandem": TANDEM, "pair": "", "noting": "", "next": ""},
        "coming": {"prepare": f"{TANDEM} {NEST} {WIP}", "tandem": TANDEM, "pair": "", "noting": "", "next": ""},
        "draft": {"prepare": TANDEM, "tandem": TANDEM, "pair": "", "noting": "", "next": ""},
        "moment": {"prepare": MOMENT, "tandem": TANDEM, "pair": MOMENT, "noting": TANDEM, "next": f"{TEAM} {TANDEM}"},
        "moment_wip": {"prepare": MOMENT_WIP, "tandem": "karel", "pair": MOMENT_WIP, "noting": "karel", "next": f"{TEAM} karel"},
        "advisory": {"prepare": "", "tandem": "", "pair": "", "noting": "", "next": ""},
        "exchange": {"prepare": "", "tandem": "", "pair": "", "noting": "", "next": ""},
        "event": {"prepare": "", "tandem": "", "pair": "", "noting": "", "next": ""},
    },
    "something to bring": {
        "question": {"prepare": f"{TANDEM} {NEST} {WIP}", "see": NETWORK},
        "intake": {"prepare": MOMENT, "see": f"{TEAM} {MOMENT}"},
    },
    "brought": {
        "case": {"see": "anna hilde", "own": "anna"},
        "question": {"see": "zita", "own": "zita"},
        "intake": {"see": "anna", "own": "anna"},
        "opened": {"see": MOMENT, "own": "bram"},
        "plan": {"see": TANDEM, "own": ""},
    },
    "material": {
        "all": {"see": f"{TANDEM} {NEST} {WIP} {TEAM} ada", "write": f"{TEAM} {TANDEM}", "meeting": f"{NETWORK} ada"},
        "coaches": {"see": TANDEM, "write": TANDEM, "meeting": f"{TEAM} {MOMENT}"},
        "pair": {"see": MOMENT, "write": TANDEM, "meeting": f"{TEAM} {MOMENT}"},
    },
    "note": {
        "alone": {"own": "hilde", "meeting": f"{TEAM} anna bram"},
        "shared": {"own": "hilde", "meeting": f"{TEAM} anna bram"},
    },
    "signed place": {
        "anna": {"sign": f"{TEAM} {TANDEM} anna", "see": f"{NETWORK} ada"},
        "bram": {"sign": f"{TEAM} {TANDEM} bram", "see": f"{TEAM} {MOMENT}"},
    },
}

TABLE: list[Line] = [
    # -- checking in and signing
    Line("sessions:typed_code", see="everyone"),
    Line("sessions:check_in", "check-in", see="come", do="come", inside="in"),
    Line("sessions:screen", "meeting", see="run", inside="see"),
    Line("sessions:screen_count", "meeting", see="run", inside="see"),
    Line("sessions:signatures", "meeting", see="run", inside="see"),
    Line("sessions:sign", "signed place", see="sign", do="sign", inside="see"),
    Line("sessions:signature", "signed place", see="sign", inside="see"),
    # -- the agenda
    Line("sessions:agenda", "meeting", see="see", do="run", inside="see"),
    Line("sessions:agenda_order", "meeting", do="run", inside="see"),
    Line("sessions:agenda_template", "meeting", do="run", inside="see"),
    Line("sessions:agenda_carry_over", "meeting", do="run", inside="see"),
    Line("sessions:agenda_item", "meeting > agenda item", see="run", do="run", inside="see"),
    Line("sessions:agenda_move", "meeting > agenda item", do="run", inside="see"),
    # -- what people bring
    Line("sessions:preparation", "meeting", see="prepare", inside="see"),
    Line("sessions:together", "meeting", see="pair", do="pair", inside="see"),
    Line("sessions:bring", "something to bring", see="prepare", do="prepare", inside="see"),
    Line("sessions:brought", "brought", see="see"),
    Line("sessions:brought_edit", "brought", see="own", do="own", inside="see"),
    Line("sessions:brought_readers", "brought", do="own", inside="see"),
    Line("sessions:brought_ready", "brought", do="own", inside="see"),
    Line("sessions:brought_remove", "brought", do="own", inside="see"),
    Line("sessions:notes", "meeting", see="noting", do="noting", inside="see"),
    Line("sessions:note", "note", see="own", do="own", inside="meeting"),
    Line("sessions:note_remove", "note", do="own", inside="meeting"),
    Line("sessions:tandem", "meeting", see="tandem", do="tandem", inside="see"),
    Line("sessions:debrief", "meeting", see="tandem", do="tandem", inside="see"),
    Line("sessions:tandem_roles", "meeting", do="tandem", inside="see"),
    # -- the moment after this one
    Line("planning:following", "meeting", see="next", do="next", inside="see"),
    # -- attendance out of a file
    Line("sessions:attendance_csv", "meeting", see="run", do="run", inside="see"),
    # -- the minutes
    Line("sessions:minutes_draft", "meeting", do="write", inside="see", sent={"body": "Een begin."}),
    Line("sessions:minutes_versions", "meeting", see="read", inside="see"),
    # -- what goes along
    Line("sessions:materials", "meeting", see="see", do="write", inside="see"),
    Line("sessions:material", "material", see="see"),
    Line("sessions:material_remove", "material", do="write", inside="meeting"),
]
