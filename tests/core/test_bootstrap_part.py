"""Of Bootstrap's style sheet no class is lost that a page names, and none is kept that no page names."""

import re
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from core.bootstrap_part import ASKED, USED, classes_of, part_of
from core.joined_files import BOOTSTRAP

WHOLE = (settings.BASE_DIR / "node_modules" / BOOTSTRAP).read_text(encoding="utf-8")
APPS = (
    "core",
    "ilias",
    "outbox",
    "people",
    "tools",
    "trajectories",
    "networks",
    "sessions",
    "planning",
    "reflections",
    "reporting",
)
SET = re.compile(r"(--bs-[\w-]+):")
WORD = re.compile(r"[\w-]+")
GIVEN = (
    re.compile(r'\bclass="((?:\{[{%].*?[%}]\}|[^"])*)"', re.DOTALL),  # in a page, with template tags between the words
    re.compile(r"""["']class["']\s*:?\s*["']([^"']*)"""),  # for a field, in a template or in Python
    re.compile(r"""\bcss_class\s*=\s*["']([^"']*)"""),  # in a layout
    re.compile(r"""\bclass(?:Name|List)\b([^;\n]*)"""),  # in a script
)


def given_in(text: str) -> set[str]:
    """The words that stand where a class is given."""
    return {word for pattern in GIVEN for value in pattern.findall(text) for word in WORD.findall(value)}


def named() -> set[str]:
    """Every class of Bootstrap that our files name."""
    folders = [settings.BASE_DIR / name for name in ("templates", "static/js", *APPS)]
    found = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".html", ".svg", ".js", ".py"}]
    assert len(found) > 400
    return set().union(*(given_in(path.read_text(encoding="utf-8")) for path in found)) & classes_of(WHOLE)


def test_no_class_that_our_files_name_is_lost_and_none_is_kept_for_nothing():
    assert named() - USED == set()
    assert USED - named() == set()


def test_what_is_left_holds_together_and_is_the_same_each_time():
    part = part_of(WHOLE)

    assert classes_of(part) <= USED and "Licensed under MIT" in part[:400]
    asked, given, in_whole = set(ASKED.findall(part)), set(SET.findall(part)), set(SET.findall(WHOLE))
    without_default = set(re.findall(r"var\((--bs-[\w-]+)\)", part))
    assert given <= asked and without_default & in_whole <= given
    assert part.count("{") == part.count("}") and len(part) < len(WHOLE) / 4
    part_of.cache_clear()
    assert part_of(WHOLE) == part


def test_the_joined_sheet_begins_with_it():
    sheet = Path(finders.find("css/house.css")).read_text(encoding="utf-8")

    assert sheet.startswith('@charset "UTF-8";') and ".btn{" in sheet and sheet.index(".btn{") < sheet.index("--accent")
    ours = "".join(path.read_text(encoding="utf-8") for path in (settings.BASE_DIR / "static" / "css").glob("*.css"))
    assert set(ASKED.findall(ours)) <= set(SET.findall(sheet))
