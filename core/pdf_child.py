"""The process that makes PDFs: `python -m core.pdf_child`, spoken to in frames over its pipes, without Django or a network.

A frame is one byte of kind, four bytes of length and the payload. core/pdf.py is the other side and holds the pool.
In: O(ptions, JSON), H(TML), A(ttachment) as many as the options name; S(tatic file) or N(othing) in answer to a G.
Out: K once WeasyPrint is loaded (U: it cannot be); G(et a static file); P(DF), R(efused, a word) or E(rror, where it happened).
"""

import base64
import gc
import json
import logging
import os
import signal
import struct
import sys
import traceback
from contextlib import suppress
from hashlib import sha256
from typing import IO, Any

from core.pdf_marks import ARCHIVABLE, mark_accessible

HEADER = struct.Struct("!cI")
MEMORY = 512 * 1024 * 1024
SECONDS = 55  # to be gone within a minute, also on a busy machine
# WeasyPrint recurses per level (138 divs end Python's default stack) and slows with rows and long runs of text.
MAX_DEPTH = 80
MAX_ELEMENTS = 40_000
MAX_ROWS = 1_500
MAX_TEXT = 1_500_000
MAX_RUN = 250_000
MAX_PICTURE = 3 * 1024 * 1024
PICTURES = {
    "data:image/png;base64,": (b"\x89PNG\r\n\x1a\n", "image/png"),
    "data:image/jpeg;base64,": (b"\xff\xd8\xff", "image/jpeg"),
}
TYPES = {
    "css": "text/css",
    "woff2": "font/woff2",
    "woff": "font/woff",
    "png": "image/png",
    "jpg": "image/jpeg",
    "svg": "image/svg+xml",
}


class Refused(Exception):
    """The document is not one that we print; the word says why: deep, large or memory."""


def write_frame(pipe: IO[bytes], kind: bytes, payload: bytes = b"") -> None:
    """Send one frame."""
    for part in (HEADER.pack(kind, len(payload)), payload):
        rest = memoryview(part)
        while rest:
            rest = rest[pipe.write(rest) :]


def read_frame(pipe: IO[bytes]) -> tuple[bytes, bytes]:
    """The next frame; EOFError when the other side has gone."""
    kind, length = HEADER.unpack(_exactly(pipe, HEADER.size))
    return kind, _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        part = pipe.read(length - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def measure(root: Any) -> None:
    """Refuse a tree that is deeper or larger than WeasyPrint can lay out in time."""
    elements = rows = text = 0
    level = [root]
    for _ in range(MAX_DEPTH):
        elements += len(level)
        for element in level:
            runs = (len(element.text or ""), len(element.tail or ""))
            rows += element.tag == "tr"
            text += sum(runs)
            if max(runs) > MAX_RUN:
                raise Refused("large")
        if elements > MAX_ELEMENTS or rows > MAX_ROWS or text > MAX_TEXT:
            raise Refused("large")
        level = [child for element in level for child in element]
        if not level:
            return
    raise Refused("deep")


def picture(url: str) -> tuple[bytes, str]:
    """The bytes and type of a PNG or JPEG data address; ValueError for every other address."""
    for start, (magic, content_type) in PICTURES.items():
        if url.startswith(start) and len(url) < MAX_PICTURE * 4 // 3:
            content = base64.b64decode(url[len(start) :], validate=True)
            if content.startswith(magic):
                return content, content_type
    raise ValueError("refused address")


class Printer:
    """WeasyPrint, loaded once, with the fonts and style sheets that it has met."""

    def __init__(self, incoming: IO[bytes], outgoing: IO[bytes]) -> None:
        import weasyprint  # noqa: PLC0415 - core/pdf.py reads the frames without it
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

        self.weasyprint = weasyprint
        self.fonts = FontConfiguration()
        self.sheets: dict[bytes, Any] = {}
        self.incoming = incoming
        self.outgoing = outgoing
        self.fetcher = self._fetcher()

    def _fetcher(self) -> Any:
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

        printer = self

        class OwnFilesOnly(URLFetcher):
            """Knows `static:` names, which the parent looks up, and pictures inside the document. No file, no network."""

            def fetch(self, url: str, headers: Any = None) -> Any:
                if url.startswith("static:"):
                    content, content_type = printer.static(url), TYPES.get(url.rpartition(".")[2], "application/octet-stream")
                else:
                    content, content_type = picture(url)
                return URLFetcherResponse(url, content, {"Content-Type": content_type})

        return OwnFilesOnly(allowed_protocols=("static", "data"), allow_redirects=False)

    def static(self, url: str) -> bytes:
        """Ask the parent for one of our own static files."""
        write_frame(self.outgoing, b"G", url.removeprefix("static:").encode())
        kind, content = read_frame(self.incoming)
        if kind != b"S":
            raise ValueError("refused address")
        return content

    def sheet(self, url: str) -> Any:
        """A parsed style sheet, parsed again only when the file has changed."""
        content = self.static(url)
        digest = sha256(content).digest()
        if digest not in self.sheets:
            self.sheets[digest] = self.weasyprint.CSS(string=content, font_config=self.fonts, url_fetcher=self.fetcher)
        return self.sheets[digest]

    def print(self, html: bytes, options: dict[str, Any], contents: list[bytes]) -> bytes:
        """The PDF of one document; Refused when it is too much, ValueError when it has no language or no title."""
        document = self.weasyprint.HTML(string=html.decode(), url_fetcher=self.fetcher)
        root = document.etree_element
        measure(root)
        if not root.get("lang") or not (root.findtext("head/title") or "").strip():
            raise ValueError("an accessible PDF has a lang and a title")
        sheets = []
        for link in root.iter("link"):
            if link.get("rel") == "stylesheet" and link.get("href", "").startswith("static:"):
                sheets.append(self.sheet(link.get("href")))
                link.set("rel", "parsed")
        attachments = [
            self.weasyprint.Attachment(string=content, url_fetcher=self.fetcher, **about)
            for about, content in zip(options["attachments"], contents, strict=True)
        ]
        return document.write_pdf(
            pdf_variant=options["variant"],
            finisher=mark_accessible if options["variant"] == ARCHIVABLE else None,
            stylesheets=sheets,
            font_config=self.fonts,
            attachments=attachments,
        )


def limit() -> None:
    """Bound this process: memory, no core dumps, deaf to the terminal's Ctrl-C (the parent ends us)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setrecursionlimit(4_000)
    logging.getLogger("weasyprint").addHandler(logging.NullHandler())
    logging.disable()  # WeasyPrint's warnings quote the document
    with suppress(ImportError, ValueError, OSError):  # macOS knows no limit on address space
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def answer(printer: Printer, options: dict[str, Any], html: bytes, contents: list[bytes]) -> tuple[bytes, bytes]:
    """One document's result as a frame. Errors tell where, never what: a message may quote the document."""
    try:
        return b"P", printer.print(html, options, contents)
    except Refused as refusal:
        return b"R", str(refusal).encode()
    except RecursionError:
        return b"R", b"deep"
    except MemoryError:
        return b"R", b"memory"
    except Exception as error:  # noqa: BLE001 - the parent decides what an error means
        where = "".join(traceback.format_tb(error.__traceback__)[-4:])
        return b"E", f"{type(error).__name__}\n{where}".encode()


def settle() -> None:
    """After the first document, what stays for all of them (libraries, fonts, style sheets) is set apart: looking through it for
    garbage took a tenth of every other document."""
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve documents until the other side closes the pipe."""
    incoming = os.fdopen(os.dup(0), "rb", buffering=0)
    outgoing = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # whatever a library prints stays out of the frames
    limit()
    try:
        printer = Printer(incoming, outgoing)
    except (ImportError, OSError):
        write_frame(outgoing, b"U")
        return
    write_frame(outgoing, b"K")
    with suppress(EOFError, BrokenPipeError):
        while True:
            options = json.loads(read_frame(incoming)[1])
            html = read_frame(incoming)[1]
            contents = [read_frame(incoming)[1] for _ in options["attachments"]]
            signal.alarm(SECONDS + 5)  # should the parent be gone, nothing runs on
            write_frame(outgoing, *answer(printer, options, html, contents))
            signal.alarm(0)
            if not gc.get_freeze_count():
                settle()


if __name__ == "__main__":
    main()
