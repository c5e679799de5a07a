"""Letters made readable: for the project team what, to whom and when; on the screen the letter itself."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from css_inline import inline
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from core import letters
from core.letters import Letter
from outbox.models import MailQuerySet, OutgoingMail

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
    about: str = ""
    is_stopped: bool = False

    @property
    def at(self) -> datetime:
        """When it goes out, went out, or was written."""
        return self.mail.not_before if self.waits else self.mail.settled_at or self.mail.created_at

    @property
    def problem(self) -> str:
        """What stood in the way, of a letter that is tried again or failed."""
        return self.mail.problem if self.mail.state in {State.RETRY, State.FAILED} else ""


def lines(mails: Iterable[OutgoingMail]) -> list[Line]:
    """With the readers' names, in one query for all."""
    mails = list(mails)
    readers = get_user_model().objects.in_bulk({mail.recipient_id for mail in mails if mail.recipient_id})
    return [_line(mail, title_of(mail.kind), _named(mail, readers.get(mail.recipient_id))) for mail in mails]


def lines_of_list(mails: Iterable[OutgoingMail]) -> list[Line]:
    """Of letters found `with_readers`, and what each is about: a query for each kind of thing."""
    mails = list(mails)
    abouts: dict = defaultdict(list)
    for mail in mails:
        if mail.kind in letters.kinds() and (about := letters.kind(mail.kind).about):
            abouts[about].append(mail)
    words = {pk: text for about, some in abouts.items() for pk, text in about(some).items()}
    titles = {kind: str(title_of(kind)) for kind in {mail.kind for mail in mails}}
    return [_line(mail, titles[mail.kind], _told(mail), words.get(mail.pk, "")) for mail in mails]


def with_readers(mails: MailQuerySet) -> MailQuerySet:
    """With the name and address of each reader, in the same query."""
    reader = get_user_model().objects.filter(pk=OuterRef("recipient_id"))
    name = reader.annotate(whole=Concat("first_name", Value(" "), "last_name")).values("whole")
    return mails.annotate(reader_name=Subquery(name), reader_email=Subquery(reader.values("email")))


def to_somebody_like(mails: MailQuerySet, text: str) -> MailQuerySet:
    """Letters to somebody whose name or address holds these words."""
    people = get_user_model().objects.all()
    for word in text.split()[:5]:
        people = people.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word))
    return mails.filter(Q(recipient_id__in=people.values("pk")) | Q(address__icontains=text))


def _line(mail: OutgoingMail, title: object, name: str, about: str = "") -> Line:
    waits, stopped = mail.state in {State.QUEUED, State.RETRY}, mail.state == State.STOPPED
    return Line(mail, title, name, LOOKS[State(mail.state)], waits, about, stopped)


def _named(mail: OutgoingMail, reader) -> str:
    return f"{reader.get_full_name()} ({mail.address or reader.email})" if reader else mail.address or _("somebody who is gone")


def _told(mail) -> str:
    if not mail.reader_email:
        return mail.address or _("somebody who is gone")
    return f"{(mail.reader_name or '').strip()} ({mail.address or mail.reader_email})".strip()


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
