"""Are all words translated? Run as `python -m core.translations`; says what is missing and exits 1.

Looks at the .po files as they are, and (where gettext is installed) asks makemessages in a copy of the sources whether code and
templates say something that no .po file knows.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
COMPLETE = ("nl",)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*\}")
SOURCES = (".py", ".html", ".txt", ".js", ".po")


def faults(catalogue: polib.POFile, known: polib.POFile) -> list[str]:
    """What is missing in `known` of the messages in `catalogue`: untranslated, unsure, or other placeholders."""
    there = {(entry.msgctxt, entry.msgid): entry for entry in known if not entry.obsolete}
    found = []
    for wanted in catalogue:
        entry = there.get((wanted.msgctxt, wanted.msgid))
        if wanted.obsolete:
            continue
        if entry is None or not entry.translated():
            found.append(f"{'unsure' if entry is not None and entry.fuzzy else 'not translated'}: {wanted.msgid!r}")
        elif _placeholders(entry.msgid, entry.msgid_plural) != _placeholders(entry.msgstr, *entry.msgstr_plural.values()):
            found.append(f"other placeholders: {wanted.msgid!r}")
    return found


def _placeholders(*texts: str) -> set[str]:
    return {place for text in texts for place in PLACEHOLDER.findall(text) if place != "%%"}


def _as_the_code_says(place: Path, language: str) -> polib.POFile:
    """The catalogue that makemessages makes of a copy of the sources."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in listed.stdout.splitlines():
        source = ROOT / name
        if name.endswith(SOURCES) and not name.startswith(("tests/", "bench/", "docs/")) and source.exists():
            target = place / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    command = [sys.executable, "-m", "django", "makemessages", "-l", language, "--no-obsolete", "--no-location"]
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, check=True)
    return polib.pofile(str(place / "locale" / language / "LC_MESSAGES" / "django.po"))


def main() -> int:
    """One line per fault; 0 when every message of every complete language is translated."""
    found: list[str] = []
    for language in COMPLETE:
        known = polib.pofile(str(ROOT / "locale" / language / "LC_MESSAGES" / "django.po"))
        catalogue = known
        if shutil.which("xgettext"):
            with tempfile.TemporaryDirectory() as place:
                catalogue = _as_the_code_says(Path(place), language)
        elif os.environ.get("CI") == "true":
            found.append("gettext is missing: sudo apt install gettext")
        found += [f"{language}: {fault}" for fault in faults(catalogue, known)]
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
