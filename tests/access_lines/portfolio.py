"""The learning portfolio: its author's alone, also after their place has ended."""

from tests.access_lines.line import Line

RIGHTS: dict[str, dict[str, dict[str, str]]] = {
    "piece": {"anna": {"own": "anna"}, "zita": {"own": "zita"}},
    "self-assessment": {"anna": {"own": "anna"}},
    "portfolio file": {"anna": {"own": "anna"}},
}
LEADERS = "anna bram zita yusuf els"
TABLE: list[Line] = [
    Line("reflections:portfolio", see=LEADERS, do=LEADERS, inside="everyone"),
    Line("reflections:portfolio_look", see=LEADERS, inside="everyone"),
    Line("reflections:portfolio_practice", see=LEADERS, do=LEADERS, inside="everyone"),
    Line("reflections:portfolio_order", do=LEADERS, inside="everyone"),
    Line("reflections:portfolio_assessment", see=LEADERS, do=LEADERS, inside="everyone"),
    Line("reflections:portfolio_forget", "self-assessment", do="own"),
    Line("reflections:portfolio_files", see=LEADERS, do=LEADERS, inside="everyone"),
    Line("reflections:portfolio_download", "portfolio file", see="own"),
    Line("reflections:portfolio_piece", "piece", see="own", do="own", sent={"text": "Een stuk.", "version": "1"}),
    Line("reflections:portfolio_draft", "piece", do="own", sent={"text": "Een begin."}),
    Line("reflections:portfolio_remove", "piece", do="own"),
]
