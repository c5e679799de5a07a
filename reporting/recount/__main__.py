"""`python -m reporting.recount F.zip`: a bundle checked with Python's own library alone."""

import sys
from pathlib import Path

from reporting.recount import Unreadable, check


def main(path: str) -> int:
    """Print what was tried and where it differs; 1 when it does, 2 when there is nothing to check."""
    try:
        verdict = check(Path(path))
    except Unreadable as error:
        print(f"{path} is no report bundle: {error}")  # noqa: T201 - a program for the shell
        return 2
    print(*(f"checked: {line}" for line in verdict.checked), sep="\n")  # noqa: T201
    print(f"snapshot: {verdict.state}, SHA-256 {verdict.fingerprint}")  # noqa: T201
    print(*(f"differs: {line}" for line in verdict.differences), sep="\n")  # noqa: T201
    return 1 if verdict.differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
