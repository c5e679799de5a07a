"""The sender's side of handing over: to a mail server through a process of its own (outbox/postman.py), else to a back end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from select import select
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.utils import DNS_NAME

from outbox import postman
from outbox.journal import Journal
from outbox.message import Written

INHERITED = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True)
class Answer:
    """How the handing over of one letter ended; `problem` is empty when the server took it."""

    pk: UUID
    problem: str = ""
    final: bool = False  # about this letter or address, and for good
    unclear: bool = False  # the server may have taken it
    away: bool = False  # not about this letter: the server cannot be reached


class PostmanGone(Exception):
    """The process ended before it answered; the journal says how far it came."""


class Hands(Protocol):
    def give(self, pk: UUID, message: Written) -> None: ...
    def answers(self, *, leave: int = 0, meanwhile: Callable[[], object] = ..., every: float = ...) -> Iterator[Answer]: ...
    def hang_up(self) -> None: ...
    def close(self) -> None: ...


def hands(book: Journal) -> Hands:
    """Who takes letters, by the settings."""
    backend = get_connection()
    return Postman(backend, book) if type(backend) is EmailBackend else Directly(backend, book)


class Postman:
    """A process of its own, begun with the first letter."""

    def __init__(self, backend: EmailBackend, book: Journal) -> None:
        self.backend, self.book = backend, book
        self.process: subprocess.Popen[bytes] | None = None
        self.waiting = 0

    def give(self, pk: UUID, message: Written) -> None:
        """Hand a letter on; its answer comes later."""
        about = {"pk": str(pk), "sender": message.sender, "reader": message.reader, "size": len(message.content)}
        about["by"] = time.monotonic() + settings.OUTBOX_LEASE_SECONDS / 4
        self._say(json.dumps(about).encode() + b"\n" + message.content)
        self.waiting += 1

    def answers(self, *, leave: int = 0, meanwhile: Callable[[], object] = lambda: None, every: float = 5.0) -> Iterator[Answer]:
        """The answers in the order of the letters, waiting for them until `leave` are open; `meanwhile` is called about `every`
        so many seconds."""
        while self.process and self.waiting > leave:
            assert self.process.stdout
            while not select([self.process.stdout], [], [], every)[0]:
                meanwhile()
            meanwhile()
            line = self.process.stdout.readline()
            if not line.endswith(b"\n"):
                raise PostmanGone
            self.waiting -= 1
            told = json.loads(line)
            yield Answer(**told | {"pk": UUID(told["pk"])})

    def hang_up(self) -> None:
        """The next letter has a connection of its own, also to a server that was away."""
        if self.process:
            self._say(b"{}\n")

    def close(self) -> None:
        """It finishes what it has and ends."""
        if self.process and self.process.stdin and self.process.stdout:
            self.process.stdin.close()
            self.process.wait()
            self.process.stdout.close()

    def _say(self, words: bytes) -> None:
        process = self.process = self.process or self._begin()
        assert process.stdin
        rest = memoryview(words)
        try:
            while rest:
                rest = rest[process.stdin.write(rest) :]
        except BrokenPipeError as error:
            raise PostmanGone from error

    def _begin(self) -> subprocess.Popen[bytes]:
        backend, journal = self.backend, self.book.fileno()
        process = subprocess.Popen(
            [sys.executable, "-m", postman.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=settings.BASE_DIR,
            env={name: os.environ[name] for name in INHERITED if name in os.environ} | {"PYTHONUTF8": "1"},
            pass_fds=[journal],  # and with it the lock: the journal is the sender's until both have ended
            start_new_session=True,  # who kills the sender's group leaves it to finish the dialogue
        )
        self.process = process
        self._say(
            json.dumps(
                {
                    "journal": journal,
                    "host": backend.host,
                    "port": backend.port,
                    "name": DNS_NAME.get_fqdn(),
                    "username": backend.username,
                    "password": backend.password,
                    "use_tls": backend.use_tls,
                    "use_ssl": backend.use_ssl,
                    "timeout": backend.timeout,
                    "longest": settings.OUTBOX_LEASE_SECONDS / 2,
                    "certfile": backend.ssl_certfile,
                    "keyfile": backend.ssl_keyfile,
                }
            ).encode()
            + b"\n"
        )
        return process


class Directly:
    """A back end that is no mail server: a screen, a folder, the memory of a test, a provider's API."""

    def __init__(self, backend: BaseEmailBackend, book: Journal) -> None:
        self.backend, self.book = backend, book
        self.given: list[Answer] = []
        self.troubles = 0

    def give(self, pk: UUID, message: Written) -> None:
        """Send a letter; its answer is there at once."""
        try:
            self.backend.send_messages([message])
        except Exception as error:  # noqa: BLE001 - whatever a back end raises
            self.troubles = self.troubles + 1 if postman.is_broken(error) else 0
            self.given.append(Answer(pk, **postman.fault(error), away=self.troubles >= postman.TROUBLES))
            self.book.ended(pk)
        else:
            self.troubles = 0
            self.book.handed_over(pk)
            self.given.append(Answer(pk))

    def answers(self, *, leave: int = 0, meanwhile: Callable[[], object] = lambda: None, every: float = 5.0) -> Iterator[Answer]:
        """What became of the letters."""
        while self.given:
            meanwhile()
            yield self.given.pop(0)

    def hang_up(self) -> None:
        """A pause."""
        self.troubles = 0
        self.backend.close()

    def close(self) -> None:
        """No more letters."""
        self.backend.close()
