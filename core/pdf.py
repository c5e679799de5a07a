"""PDFs: HTML in, an accessible PDF out, made in a process of its own that a hostile document may break without harm.

WeasyPrint is loaded only there. Children are started when first needed, at most two per process, kept for fifty documents, and
replaced after a failure. They get no environment, open no file and no connection: static files are looked up here, by name.
"""

import atexit
import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.pdf_child import SECONDS, TYPES, read_frame, write_frame

log = logging.getLogger(__name__)
DOCUMENTS = 50
CHILDREN = max(1, min(2, os.cpu_count() or 1))
MAX_HTML = 16 * 1024 * 1024
INHERITED = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "FONTCONFIG_PATH",
    "FONTCONFIG_FILE",
)
APT = "apt-get install --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class PdfRefused(DomainError):
    """The document is too deep, too large or too slow to print; the message says so to the reader."""


class PdfFailed(DomainError):
    """WeasyPrint stumbled over the document; the log says where."""


class PdfUnavailable(DomainError):
    """This machine cannot make PDFs yet; the message holds the one line that helps."""


class Attachment(NamedTuple):
    """A file carried inside the PDF (evidence beside an ESF report); `relationship` as in ISO 32000-2, 7.11.3."""

    name: str
    content: bytes
    description: str = ""
    relationship: str = "Supplement"


def render(html: str, *, variant: str = "pdf/ua-1", attachments: Sequence[Attachment] | None = None) -> bytes:
    """The PDF of a whole HTML document with `lang` and `title`: accessible (PDF/UA-1), and with ARCHIVABLE also PDF/A-3.

    Raises PdfRefused, PdfUnavailable or PdfFailed, each with a sentence for the reader.
    """
    content = html.encode("utf-8", "replace")
    if len(content) > MAX_HTML:
        raise PdfRefused(_too("large"))
    with _pool.child() as child:
        return child.make(content, variant=variant, attachments=attachments or ())


def static_file(name: str) -> bytes | None:
    """The bytes of one of our own style sheets, fonts or pictures, at its source or collected; None for any other name."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or path.suffix.lstrip(".") not in TYPES:
        return None
    with suppress(SuspiciousFileOperation):
        if found := finders.find(name):
            return Path(found).read_bytes()
    stored_name = getattr(staticfiles_storage, "stored_name", str)
    with suppress(SuspiciousFileOperation, ValueError, OSError), staticfiles_storage.open(stored_name(name)) as handle:
        return handle.read()
    return None


class _Child:
    """One child process; only one thread at a time speaks with it."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "core.pdf_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # nothing buffered that a forked worker could send twice
            cwd=settings.BASE_DIR,
            env={name: os.environ[name] for name in INHERITED if name in os.environ}
            | {"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"},
        )
        assert self.process.stdin
        assert self.process.stdout
        self.to_child, self.from_child = self.process.stdin, self.process.stdout
        self.ready = False
        self.left = DOCUMENTS
        self.late = False

    def usable(self) -> bool:
        """May it take another document?"""
        return self.left > 0 and self.process.poll() is None

    def make(self, html: bytes, *, variant: str, attachments: Sequence[Attachment]) -> bytes:
        """One document; every outcome but a PDF or a plain refusal spends the child."""
        self.left -= 1
        timer = threading.Timer(SECONDS, self._too_late)
        timer.start()
        try:
            self._start()
            self._send(html, variant, attachments)
            kind, payload = self._answer()
        except (OSError, EOFError):
            self.left = 0
            log.warning("the PDF process ended with %s after %s", self.process.wait(), "its time" if self.late else "a failure")
            raise PdfRefused(_too("slow" if self.late else "large")) from None
        except BaseException:
            self.left = 0
            raise
        finally:
            timer.cancel()
        return self._result(kind, payload)

    def close(self) -> None:
        """End the process and its pipes."""
        with suppress(OSError):
            self.process.kill()
        self.disown()
        self.process.wait()

    def disown(self) -> None:
        """Close our ends of the pipes; the process ends when all have."""
        for pipe in (self.to_child, self.from_child):
            with suppress(OSError):
                pipe.close()

    def _too_late(self) -> None:
        self.late = True
        self.process.kill()

    def _start(self) -> None:
        if not self.ready and read_frame(self.from_child)[0] == b"U":
            self.left = 0
            sentence = _("Making a PDF does not work on this computer yet. This line installs what is missing: %(line)s")
            raise PdfUnavailable(sentence % {"line": APT})
        self.ready = True

    def _send(self, html: bytes, variant: str, attachments: Sequence[Attachment]) -> None:
        about = [{"name": one.name, "description": one.description, "relationship": one.relationship} for one in attachments]
        write_frame(self.to_child, b"O", json.dumps({"variant": variant, "attachments": about}).encode())
        write_frame(self.to_child, b"H", html)
        for one in attachments:
            write_frame(self.to_child, b"A", one.content)

    def _answer(self) -> tuple[bytes, bytes]:
        while True:
            kind, payload = read_frame(self.from_child)
            if kind != b"G":
                return kind, payload
            content = static_file(payload.decode())
            write_frame(self.to_child, b"N" if content is None else b"S", content or b"")

    def _result(self, kind: bytes, payload: bytes) -> bytes:
        if kind == b"P":
            return payload
        word = payload.decode()
        if kind == b"R":
            self.left = 0 if word == "memory" else self.left
            raise PdfRefused(_too(word))
        self.left = 0
        log.error("making a PDF failed: %s", word)
        raise PdfFailed(_("This PDF could not be made. The project team can see what went wrong."))


def _too(word: str) -> str:
    if word == "deep":
        return _("This text is nested too deeply for a PDF. Use fewer lists inside lists.")
    if word == "slow":
        return _("Making this PDF takes too long. Choose a shorter period or fewer parts, or take the Excel file.")
    return _("This is too large for a PDF. Choose a shorter period or fewer parts, or take the Excel file.")


class _Pool:
    """The children of this process: idle ones are used again, at most CHILDREN work at a time."""

    def __init__(self) -> None:
        self.slots = threading.BoundedSemaphore(CHILDREN)
        self.lock = threading.Lock()
        self.idle: list[_Child] = []
        self.all: list[_Child] = []

    @contextmanager
    def child(self) -> Iterator[_Child]:
        """A child for one document; it goes back when it may be used again, and ends otherwise."""
        with self.slots:
            child = self._take()
            try:
                yield child
            finally:
                if child.usable():
                    with self.lock:
                        self.idle.append(child)
                else:
                    self._retire(child)

    def _take(self) -> _Child:
        while True:
            with self.lock:
                if not self.idle:
                    child = _Child()
                    self.all.append(child)
                    return child
                child = self.idle.pop()
            if child.usable():
                return child
            self._retire(child)

    def _retire(self, child: _Child) -> None:
        child.close()
        with self.lock:
            self.all.remove(child)

    def close(self) -> None:
        """End every child."""
        for child in self.all:
            child.close()

    def forked(self) -> None:
        """In a forked worker: leave the parent's children to the parent and start with none."""
        for child in self.all:
            child.disown()
        _inherited.extend(self.all)
        self.__init__()


_inherited: list[_Child] = []
_pool = _Pool()
atexit.register(_pool.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.forked)
