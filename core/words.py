"""Translations: .po files become .mo files without gettext, so that Dutch is there on a machine with nothing but Python."""

import os
import tempfile
from pathlib import Path

import polib


def compile_messages(base: Path) -> int:
    """Compiles every locale/*/LC_MESSAGES/*.po under `base` that is newer than its .mo; returns how many.

    A file appears whole or not at all, so processes that start together do not disturb one another.
    """
    done = 0
    for source in sorted(base.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        handle, draft = tempfile.mkstemp(dir=source.parent, suffix=".tmp")
        os.close(handle)
        polib.pofile(str(source)).save_as_mofile(draft)
        os.chmod(draft, 0o644)
        os.replace(draft, target)
        done += 1
    return done
