"""The sender's own notebook: which letters it has taken up and which of them the mail server has accepted.

A local file, written before a letter is made and, by the postman, after each SMTP dialogue, so that a killed sender's letters
are known to the next one even when the database was away in between. Whoever holds the notebook open holds a lock on it, and
the kernel gives the lock back when sender and postman have ended, however they end: a notebook that nobody holds belongs to a
sender that is gone.
"""

import contextlib
import fcntl
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.conf import settings

from outbox.postman import ENDED, HANDED_OVER

BEGUN = "B"  # and, written by the postman too, HANDED_OVER or ENDED


@dataclass
class Notes:
    """What a notebook says: letters that the server took, and those that were taken up and are not known to have ended."""

    sender: str = ""
    handed_over: set[UUID] = field(default_factory=set)
    begun: set[UUID] = field(default_factory=set)


def _folder() -> Path:
    folder = Path(settings.VAR_DIR) / "journal"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Journal:
    """This sender's notebook; a line is `B id` (begun), `H id` (handed over) or `E id` (ended otherwise). `sender` is the name
    on its claims too."""

    def __enter__(self) -> "Journal":
        self.sender = f"{socket.gethostname()[:40]}-{os.getpid()}-{os.urandom(6).hex()}"
        fresh = _folder() / f"{self.sender}.new"
        self._file = open(fresh, "ab", buffering=0)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._path = fresh.rename(fresh.with_suffix(".log"))  # seen by others only now that it is locked
        return self

    def __exit__(self, kind, error, trace) -> None:
        if error is None:
            self._path.unlink(missing_ok=True)
        self._file.close()

    def fileno(self) -> int:
        """The open file, for the postman."""
        return self._file.fileno()

    def begin(self, pk: UUID) -> None:
        """This letter is taken up."""
        self._file.write(f"{BEGUN} {pk}\n".encode())

    def handed_over(self, pk: UUID) -> None:
        """The server said 250."""
        self._file.write(f"{HANDED_OVER} {pk}\n".encode())

    def ended(self, pk: UUID) -> None:
        """The server did not take it, or it was not given to the server."""
        self._file.write(f"{ENDED} {pk}\n".encode())

    def start_again(self) -> None:
        """The database knows all that stands here, and no letter lies with the postman."""
        self._file.truncate(0)

    def others(self) -> Notes:
        """What stands in the notebooks of other senders of this machine, living or gone. Read before claiming: such a letter
        is not sent again by whoever claims it."""
        found = Notes()
        for path in _folder().glob("*.log"):
            if path != self._path:
                with contextlib.suppress(FileNotFoundError):  # settled in the meantime, so the database knows
                    notes = _read(path)
                    found.handed_over |= notes.handed_over
                    found.begun |= notes.begun
        return found


def of_the_gone() -> Iterator[Notes]:
    """The notebooks that nobody holds, one after the other, each locked while it is settled and then removed."""
    for path in sorted(_folder().glob("*.log")):
        with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:  # its sender lives, or somebody settles it now
                continue
            yield _read(path)
            path.unlink(missing_ok=True)


def _read(path: Path) -> Notes:
    notes = Notes(sender=path.stem)
    for line in path.read_text().splitlines():
        mark, _, text = line.partition(" ")
        if len(text) != 36:  # the last line of a sender that was killed as it wrote
            continue
        if mark == BEGUN:
            notes.begun.add(UUID(text))
        elif mark in {HANDED_OVER, ENDED}:
            notes.begun.discard(UUID(text))
        if mark == HANDED_OVER:
            notes.handed_over.add(UUID(text))
    return notes
