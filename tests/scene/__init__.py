"""A year of the cast in one picture: whatever an address of the house can point at, own, other's and foreign.

Every private text comes from `WORDS`: its name, and by first name who may read it. `make_scene` takes a function that makes
the text of a name, so that a test can hide a token in each. Each part of the house has a module: its WORDS, and `add`.
"""

from collections.abc import Callable

from django.core.files.storage import default_storage

from tests.cast import Cast
from tests.scene import accounting, after, journey, lived, plan, planning, polls, portfolio, year
from tests.scene.base import Scene

PARTS = (year, planning, plan, lived, after, journey, accounting, polls, portfolio)
WORDS = {word: people for part in PARTS for word, people in part.WORDS.items()}


def make_scene(cast: Cast, say: Callable[[str], str] = str) -> Scene:
    """Everything, through the services."""
    scene = Scene(cast, say)
    for part in PARTS:
        part.add(scene)
    return scene


def tracked_media() -> bytes:
    """All private files as they lie on the storage, one after the other."""
    return b"".join(_files_under(""))


def _files_under(folder: str):
    folders, names = default_storage.listdir(folder)
    for name in names:
        with default_storage.open(f"{folder}/{name}".lstrip("/")) as handle:
            yield handle.read()
    for name in folders:
        yield from _files_under(f"{folder}/{name}".lstrip("/"))
