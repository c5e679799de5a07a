"""The sender's own notebook: which letters it has begun to hand over and which the mail server has accepted.

A local file, written before and after each SMTP dialogue, so that a killed sender's last letter is known to the next one
even when the database was away in between. It helps as long as the host comes back before the lease ends.
"""

import os
from pathlib import Path
from uuid import UUID

from django.conf import settings


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "journal"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Journal:
    """The notebook of this process; a line is `B id` (begun), `C id` (cancelled, not sent) or `H id` (handed over)."""

    def __enter__(self) -> "Journal":
        self._path = _folder() / f"{os.getpid()}-{_started(os.getpid())}-{os.urandom(4).hex()}.log"
        self._file = open(self._path, "ab", buffering=0)
        self._elsewhere = of_the_dead()[0]
        return self

    def __exit__(self, kind, error, trace) -> None:
        self._file.close()
        if error is None:
            self._path.unlink(missing_ok=True)

    def handed_over_elsewhere(self, pk: UUID) -> bool:
        """A sender that died handed this letter over; it will be marked, not sent again."""
        return pk in self._elsewhere

    def begin(self, pk: UUID) -> None:
        self._write("B", pk)

    def cancel(self, pk: UUID) -> None:
        self._write("C", pk)

    def handed_over(self, pk: UUID) -> None:
        self._write("H", pk)

    def _write(self, mark: str, pk: UUID) -> None:
        self._file.write(f"{mark} {pk}\n".encode())


def of_the_dead() -> tuple[set[UUID], set[UUID]]:
    """(handed over, begun and not known to be handed over or cancelled) by processes that are gone."""
    handed_over: set[UUID] = set()
    begun: set[UUID] = set()
    for path in _dead():
        for line in path.read_text().splitlines():
            mark, _, text = line.partition(" ")
            if len(text) != 36:
                continue
            pk = UUID(text)
            if mark == "B":
                begun.add(pk)
            else:
                begun.discard(pk)
            if mark == "H":
                handed_over.add(pk)
    return handed_over, begun


def forget_the_dead() -> None:
    """Remove the notebooks that have been settled."""
    for path in _dead():
        path.unlink(missing_ok=True)


def _dead() -> list[Path]:
    return [path for path in _folder().glob("*.log") if not _alive(*path.name.split("-")[:2])]


def _started(pid: int) -> str:
    """When the process began, as the kernel counts; a later process with the same number began at another moment."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return "0"


def _alive(number: str, started: str) -> bool:
    pid = int(number)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return _started(pid) == started
