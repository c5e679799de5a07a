"""A letter as a MIME message (ecosystem rules for invitations: inline part and attachment, METHOD alike in header and body).

Written here and not by the library, whose general way of folding headers and weighing encodings took half the time of a letter.
"""

import email
import re
import secrets
from base64 import b64encode, encodebytes
from binascii import b2a_qp
from email.message import Message
from email.utils import encode_rfc2231, format_datetime
from functools import lru_cache

from css_inline import CSSInliner
from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage
from django.core.mail.message import sanitize_address
from django.utils import timezone

from core.letters import Letter
from outbox.models import OutgoingMail

WORD_BYTES = 45  # RFC 2047 §2: an encoded word is 75 characters at most
LINE_BYTES = 998  # RFC 5322 §2.1.1
_INLINER = CSSInliner(load_remote_stylesheets=False)
# where a line of HTML may end: a template's own line breaks are gone, and a line of a mail has its limit
_ENDS = re.compile(r"</?(?:head|p|h[1-6]|ul|li|table|tr|td)>")


class Written(EmailMessage):
    """A message whose bytes are there already; `sender` and `reader` are the addresses of its envelope."""

    def __init__(self, letter: Letter, content: bytes, *, sender: str, reader: str) -> None:
        super().__init__(letter.subject, letter.text, sender, [reader])
        self.content, self.sender, self.reader = content, sender, reader

    def message(self) -> Message:  # type: ignore[override]
        """For a back end that writes to a screen or a folder."""
        return email.message_from_bytes(self.content)


def build(mail: OutgoingMail, letter: Letter) -> Written:
    """The message, with one reader, a Message-ID that stays the same over attempts, and the calendar part where there is one."""
    sender = _address(settings.DEFAULT_FROM_EMAIL)
    reader = _address(letter.to)
    headers = {
        "From": sender,
        "To": reader,
        "Reply-To": _address(letter.reply_to) if letter.reply_to else "",
        "Subject": in_header(" ".join(letter.subject.split())),
        "Date": format_datetime(timezone.now()),
        "Message-ID": mail.message_id,
        "Content-Language": letter.language,
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{letter.fewer_url}>" if letter.fewer_url else "",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" if letter.fewer_url else "",
        "MIME-Version": "1.0",
    }
    if any("\n" in value.replace("\r\n ", "") or "\r" in value.replace("\r\n ", "") for value in headers.values()):
        raise BadHeaderError("A header holds a line break.")
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value).encode()
    return Written(letter, head + _body(letter), sender=_mailbox(sender), reader=reader)


def in_header(text: str) -> str:
    """Words for a header as RFC 2047 encodes them, in base64, cut between characters."""
    if text.isascii() and "=?" not in text and len(text) < LINE_BYTES - 20:
        return text
    words, word = [], b""
    for sign in text:
        encoded = sign.encode()
        if len(word) + len(encoded) > WORD_BYTES:
            words.append(word)
            word = b""
        word += encoded
    return "\r\n ".join(f"=?utf-8?b?{b64encode(part).decode()}?=" for part in [*words, word])


@lru_cache(maxsize=1024)
def _address(address: str) -> str:
    return sanitize_address(address, "utf-8")


@lru_cache(maxsize=16)
def _mailbox(address: str) -> str:
    """The bare address for the envelope."""
    return email.utils.parseaddr(address)[1]


def _body(letter: Letter) -> bytes:
    parts = [_text("plain", letter.text)]
    files = [_file(attachment.name, attachment.content, attachment.content_type) for attachment in letter.attachments]
    if letter.html:
        parts.append(_text("html", _ENDS.sub(r"\g<0>\n", _INLINER.inline(letter.html))))
    if letter.calendar:
        parts.append(_text(f"calendar; method={letter.calendar_method}", letter.calendar.decode()))
        files.insert(0, _file("invitation.ics", letter.calendar, "application/ics"))
    words = _together("alternative", parts) if len(parts) > 1 else parts[0]
    return _together("mixed", [words, *files]) if files else words


def _together(kind: str, parts: list[bytes]) -> bytes:
    line = f"=_{secrets.token_hex(12)}".encode()
    head = f'Content-Type: multipart/{kind}; boundary="{line.decode()}"\r\n\r\n'.encode()
    return head + b"".join(b"--%b\r\n%b\r\n" % (line, part) for part in parts) + b"--%b--\r\n" % line


def _text(kind: str, text: str) -> bytes:
    """As it is where its lines are short enough, else quoted-printable."""
    body = text.encode()
    lines = body.splitlines()
    coding = "7bit" if body.isascii() else "8bit"
    if max(map(len, lines), default=0) > LINE_BYTES - 2:
        coding, lines = "quoted-printable", b2a_qp(b"\n".join(lines) + b"\n", istext=True).splitlines()
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {coding}\r\n\r\n'.encode()
    return head + b"\r\n".join([*lines, b""])


def _file(name: str, content: bytes, content_type: str) -> bytes:
    named = f'filename="{name}"' if name.isascii() and '"' not in name else f"filename*={encode_rfc2231(name, 'utf-8')}"
    head = (
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; {named}\r\n\r\n"
    )
    if not head.isascii() or head.count("\n") != 4:
        raise BadHeaderError("The name of a file holds what no header may hold.")
    return head.encode() + encodebytes(content).replace(b"\n", b"\r\n")
