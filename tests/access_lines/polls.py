"""Polls for a day, and calendars to subscribe to."""

from tests.access_lines.line import ALL, Line
from tests.scene.base import MOMENT, MOMENT_WIP, NEST, NETWORK, TANDEM, TEAM, WIP

RIGHTS: dict[str, dict[str, dict[str, str]]] = {
    "poll": {
        "session": {"see": NETWORK, "run": f"{TEAM} {TANDEM}", "asked": f"{TANDEM} {NEST} {WIP}"},
        "moment": {"see": f"{TEAM} {MOMENT}", "run": f"{TEAM} {TANDEM}", "asked": MOMENT},
        "moment_wip": {"see": f"{TEAM} {MOMENT_WIP}", "run": f"{TEAM} karel", "asked": MOMENT_WIP},
    },
    "poll host": {
        "network": {"plan": f"{TEAM} {TANDEM}", "see": NETWORK},
        "nest": {"plan": f"{TEAM} {TANDEM}", "see": f"{TEAM} {MOMENT}"},
        "wip": {"plan": f"{TEAM} karel", "see": f"{TEAM} {MOMENT_WIP}"},
        "unknown": {"plan": "", "see": ""},
    },
    "poll token": {"zita": {"see": f"{ALL} public"}},
    "feed": {"anna": {"own": "anna"}, "zita": {"own": "zita"}},
    "feed token": {"anna": {"see": f"{ALL} public"}},
}

TABLE: list[Line] = [
    Line("planning:polls", see="everyone"),
    Line("planning:poll_new", "poll host", see="plan", do="plan", inside="see"),
    Line("planning:poll_draft", "meeting", see="run", do="run", inside="see"),
    Line("planning:poll_reply", "poll token", see="see", do="see"),
    Line("planning:poll", "poll", see="see"),
    Line("planning:poll_answer", "poll", do="asked", inside="see"),
    Line("planning:poll_withdraw", "poll", see="run", do="run", inside="see"),
    Line("planning:poll_choose", "poll > option", see="run", do="run", inside="see"),
    Line("planning:calendar", see="everyone", do="everyone"),
    Line("planning:alarm", do="everyone"),
    Line("planning:feed_withdraw", "feed", do="own"),
    Line("planning:feed", "feed token", see="see", notes=("planning_feed",)),  # when it was last read
]
