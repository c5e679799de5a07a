"""The letters registry: kind → how it is rendered. Filled by each app when it starts, so that `outbox` knows nobody."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.functional import Promise


class Obsolete(Exception):
    """The letter no longer holds: moved, cancelled, withdrawn, or its reader has left."""


class TooLate(Exception):
    """What the letter announces has begun."""


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Letter:
    """A letter as it goes out, in its reader's language. `calendar` is an iTIP body with its METHOD (RFC 5546); at `fewer_url`
    its reader says that letters of this kind need not come (RFC 8058)."""

    to: str
    subject: str
    text: str
    html: str = ""
    language: str = "nl"
    reply_to: str = ""
    calendar: bytes = b""
    calendar_method: str = ""
    fewer_url: str = ""
    attachments: tuple[Attachment, ...] = field(default=())


@dataclass(frozen=True)
class Kind:
    name: str
    title: Promise | str
    render: Callable
    necessary: bool
    prepare: Callable | None = None
    about: Callable | None = None


_kinds: dict[str, Kind] = {}


def declare(
    name: str,
    render: Callable,
    *,
    title: Promise | str,
    necessary: bool = True,
    prepare: Callable | None = None,
    about: Callable | None = None,
) -> None:
    """Say how letters of this kind are rendered: `render(mail) -> Letter`, raising Obsolete or TooLate when it may not go.

    `prepare(mails)` may read for a whole batch, right before they go, what `render` needs, into each `mail.at_hand`.
    `about(mails)` says for a list what each is about: id of the letter → a few words that everybody of the team may read.
    Letters of a kind that is not `necessary` can be declined by their reader.
    """
    _kinds[name] = Kind(name, title, render, necessary, prepare, about)


def kind(name: str) -> Kind:
    """The declared kind; KeyError for one that nobody declared."""
    return _kinds[name]


def kinds() -> dict[str, Kind]:
    """All declared kinds by name."""
    return dict(_kinds)
