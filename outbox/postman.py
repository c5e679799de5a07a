"""The process that speaks with the mail server: `python -m outbox.postman`, without Django. outbox/handing.py is the other side.

It belongs to no process group of its sender and finishes what it was given: a sender that is killed in the middle of a dialogue
leaves the end of that dialogue in the journal all the same. It ends when nothing more comes.

A dialogue that takes longer than half the lease is broken off, and once its sender is gone no letter is begun later than a
quarter of the lease after it was given: no dialogue outlasts the lease of its letter, which another machine could take up then.

In: a line of JSON with the server; then per letter a line of JSON (pk, sender, reader, size, by) and its bytes; `{}` asks to hang
up. Out: a line of JSON per letter: pk, and what went wrong, if anything did.
"""

import json
import os
import signal
import smtplib
import ssl
import sys
import time
from contextlib import suppress
from typing import Any

HANDED_OVER, ENDED = "H", "E"
TROUBLES = 3  # dialogues in a row that broke off: it is the server, not the letters


class Limit:
    """Ends what takes more seconds with a TimeoutError, however little by little the other side speaks."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.runs = seconds, False
        signal.signal(signal.SIGALRM, self._ring)

    def __enter__(self) -> None:
        self.runs = True
        signal.setitimer(signal.ITIMER_REAL, self.seconds)

    def __exit__(self, *_error: object) -> None:
        self.runs = False
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _ring(self, *_about: object) -> None:
        if self.runs:
            raise TimeoutError


class Line:
    """The line to one mail server."""

    def __init__(self, server: dict[str, Any]) -> None:
        self.server, self.limit = server, Limit(server["longest"])
        self.smtp: smtplib.SMTP | None = None
        self.hang_up()

    def hang_up(self) -> None:
        """The next letter opens a connection again."""
        if self.smtp:
            with suppress(smtplib.SMTPException, OSError):
                self.smtp.quit()
        self.smtp = None
        self.troubles, self.away = 0, {}  # type: int, dict[str, Any]

    def give(self, sender: str, reader: str, content: bytes) -> dict[str, Any]:
        """Hand over one letter; nothing when the server took it, else what went wrong. Once the server is away it stays so."""
        if self.away:
            return self.away
        is_open = self.smtp is not None
        try:
            with self.limit:
                self.smtp = self.smtp or self._open()
                is_open = True
                self.smtp.sendmail(sender, [reader], content)
        except Exception as error:  # noqa: BLE001 - also a host, a certificate or an address that is written wrongly
            if not is_open:
                self.away = {**fault(error), "away": True}
                return self.away
            self._broke_off(error)
            return fault(error)
        self.troubles = 0
        return {}

    def _open(self) -> smtplib.SMTP:
        server = self.server
        about = {"local_hostname": server["name"]}
        if server["timeout"] is not None:
            about["timeout"] = server["timeout"]
        if server["use_ssl"]:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server["host"], server["port"], context=self._context(), **about)
        else:
            smtp = smtplib.SMTP(server["host"], server["port"], **about)
        try:
            if server["use_tls"]:
                smtp.starttls(context=self._context())
            if server["username"] and server["password"]:
                smtp.login(server["username"], server["password"])
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.server["certfile"] or self.server["keyfile"]:
            context.load_cert_chain(self.server["certfile"], self.server["keyfile"])
        return context

    def _broke_off(self, error: Exception) -> None:
        if self.smtp:
            self.smtp.close()
        self.smtp = None
        self.troubles = self.troubles + 1 if is_broken(error) else 0
        if self.troubles >= TROUBLES:
            self.away = {**fault(error), "away": True}


def is_broken(error: Exception) -> bool:
    """Whether the dialogue broke off, instead of ending with a no."""
    ours = smtplib.SMTPException  # which is an OSError too
    return isinstance(error, smtplib.SMTPServerDisconnected) or (isinstance(error, OSError) and not isinstance(error, ours))


def fault(error: Exception) -> dict[str, Any]:
    """What went wrong: the kind of error and the server's code, never its words, which may hold an address."""
    code = getattr(error, "smtp_code", 0)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = max((answer[0] for answer in error.recipients.values()), default=0)
    return {
        "problem": f"{type(error).__name__} {code or ''}".strip()[:200],
        "final": isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError) and code >= 500,
        "unclear": isinstance(error, smtplib.SMTPServerDisconnected | TimeoutError),
    }


def main() -> None:
    """Hand over what comes until nothing comes. The first line names the journal by its open file."""
    for number in (signal.SIGTERM, signal.SIGINT):  # who ends the sender lets the dialogue end; the end of the input ends it
        signal.signal(number, signal.SIG_IGN)
    giver = os.getppid()
    server = json.loads(sys.stdin.buffer.readline())
    line = Line(server)
    for asked in map(json.loads, iter(sys.stdin.buffer.readline, b"")):
        if not asked:
            line.hang_up()
            continue
        content = sys.stdin.buffer.read(asked["size"])
        if len(content) < asked["size"]:
            break  # its sender was killed as it gave it
        if os.getppid() != giver and time.monotonic() > asked["by"]:
            break  # its sender is gone, and the letters may be with another one by now
        wrong = line.give(asked["sender"], asked["reader"], content)
        os.write(server["journal"], f"{ENDED if wrong else HANDED_OVER} {asked['pk']}\n".encode())
        with suppress(BrokenPipeError):  # the sender has gone; the journal knows
            os.write(1, json.dumps({"pk": asked["pk"], **wrong}).encode() + b"\n")
    line.hang_up()


if __name__ == "__main__":
    main()
