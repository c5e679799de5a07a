"""What happens to reflections."""

from datetime import datetime


def ask_the_question(*, now: datetime) -> int:
    """The tick's part."""
    return 0
