"""The one way in which tests wait for another process: until something is so, or with a clear word when it never comes."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

PATIENCE = 180.0  # seconds; a guard against hanging on a busy machine, never a measure of how fast something is


def wait_until(found: Callable[[], Found], what: object = "", *, pause: float = 0.1) -> Found:
    """What `found` returns once that is true; after PATIENCE an AssertionError with `what`, called if it can be."""
    begun = time.monotonic()
    while not (answer := found()):
        assert time.monotonic() - begun < PATIENCE, what() if callable(what) else what
        time.sleep(pause)
    return answer
