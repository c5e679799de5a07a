"""Letters made readable: for the project team what, to whom and when; on the screen the letter itself."""

from collections.abc import Iterable
from dataclasses import dataclass

from css_inline import inline
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from core import letters
from core.letters import Letter
from outbox.models import OutgoingMail

State = OutgoingMail.State
LOOKS = {
    State.QUEUED: "next", State.SENDING: "now", State.RETRY: "wait", State.SENT: "ok", State.IN_DOUBT: "wait",
    State.FAILED: "stop", State.OBSOLETE: "quiet", State.TOO_LATE: "quiet", State.STOPPED: "stop",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A letter on a list."""

    mail: OutgoingMail
    title: object
    reader: str
    look: str
    waits: bool


def lines(mails: Iterable[OutgoingMail]) -> list[Line]:
    """With the readers' names, in one query for all."""
    mails = list(mails)
    readers = get_user_model().objects.in_bulk({mail.recipient_id for mail in mails if mail.recipient_id})
    return [_line(mail, readers.get(mail.recipient_id)) for mail in mails]


def _line(mail: OutgoingMail, reader) -> Line:
    name = f"{reader.get_full_name()} ({mail.address or reader.email})" if reader else mail.address or _("somebody who is gone")
    return Line(mail, title_of(mail.kind), name, LOOKS[State(mail.state)], mail.state in {State.QUEUED, State.RETRY})


def title_of(kind: str) -> object:
    """What letters of this kind are called; the bare name for a kind of an older version."""
    return letters.kinds()[kind].title if kind in letters.kinds() else kind


def rendered(mail: OutgoingMail) -> tuple[Letter | None, str]:
    """The letter as it would go now, or nothing and the reason."""
    try:
        return letters.kind(mail.kind).render(mail), ""
    except letters.Obsolete:
        return None, _("This letter is no longer needed, or what it held was wiped.")
    except letters.TooLate:
        return None, _("This letter is too late.")
    except KeyError:
        return None, _("This kind of letter no longer exists.")


def as_html(letter: Letter) -> str:
    """The HTML part as a mail program gets it."""
    return inline(letter.html, load_remote_stylesheets=False)
