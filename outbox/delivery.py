"""Letters go out: claimed under a lease, asked once more whether they may, rendered, handed over, marked.

Delivery stands on five legs (design.md rule 3): a unique key, a lease, a journal on the sender's own disk that notes each letter
when it is taken up and when its SMTP dialogue has ended, a postman that is a process of its own and ends its dialogue and that
note whatever happens to the sender, and a mark-sent that is tried until the database is back. A letter is lost by no kill; it
goes out a second time, with the same Message-ID, only when the postman itself is killed between the server's 250 and the line
in the journal.
"""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, OperationalError, close_old_connections, connection, transaction
from django.db.models import Case, Value, When
from django.utils import timezone

from core import letters
from outbox import journal, postman
from outbox.handing import Answer, Hands, hands
from outbox.message import Written, build
from outbox.models import LetterChoice, OutgoingMail

log = logging.getLogger(__name__)
State = OutgoingMail.State
BACKOFF = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)]
GIVE_UP_AFTER = 12  # attempts: by these waits 43 hours, less than two days
BATCH = 50
FRESH = 5.0  # seconds after which what was read for a batch is read again
AHEAD = 3  # letters that lie with the postman while the next one is made


class ServerAway(Exception):
    """The mail server does not answer, or breaks off every dialogue; no letter is to blame."""


def deliver_all(now: datetime | None = None) -> int:
    """Send everything that is due, batch after batch over one connection each; returns how many letters were settled.

    Ends early when the mail server is away: the next tick tries again.
    """
    if settings.LETTERS_ON_SCREEN:
        return _put_on_screen(now or timezone.now())
    settled = settle_journals()
    with journal.Journal() as book, closing(hands(book)) as taken_by:
        while True:
            others = book.others()
            batch = claim(now or timezone.now(), sender=book.sender)
            if not batch:
                return settled
            sender = Sender(_without(batch, others), book, taken_by)
            settled += sender.send()
            if sender.is_away:
                return settled
            settle_journals()


def claim(now: datetime, limit: int = BATCH, *, sender: str = "") -> list[OutgoingMail]:
    """Take letters that are due, for as long as the lease lasts."""
    with transaction.atomic():
        due = OutgoingMail.objects.due(now).order_by("not_before")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found = list(due[:limit])
        for mail in found:
            mail.state, mail.claimed_by, mail.lease_until = State.SENDING, sender, _lease()
        taken = OutgoingMail.objects.filter(pk__in=[mail.pk for mail in found])
        taken.update(state=State.SENDING, claimed_by=sender, lease_until=_lease())
    return found


def _without(batch: list[OutgoingMail], others: journal.Notes) -> list[OutgoingMail]:
    """Less what other senders of this machine handed over or are busy with; the latter are looked at again in a moment."""
    mark_sent([mail.pk for mail in batch if mail.pk in others.handed_over])
    busy = [mail.pk for mail in batch if mail.pk in others.begun]
    if busy:
        soon = timezone.now() + timedelta(seconds=FRESH)
        OutgoingMail.objects.filter(pk__in=busy, state=State.SENDING).update(lease_until=soon)
    return [mail for mail in batch if mail.pk not in others.handed_over | others.begun]


def _pace() -> float:
    """Seconds between two renewals of a lease: while its sender lives and reaches the database no lease runs out."""
    return min(FRESH, settings.OUTBOX_LEASE_SECONDS / 4)


def _lease() -> datetime:
    return timezone.now() + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)


class Sender:
    """One batch on its way over one connection."""

    def __init__(self, batch: list[OutgoingMail], book: journal.Journal, taken_by: Hands) -> None:
        self.rest, self.book, self.hands = batch, book, taken_by
        self.is_away = False
        self._given: dict[UUID, OutgoingMail] = {}
        self._settled: dict[str, list[UUID]] = defaultdict(list)  # how letters ended since the last note
        self._until = 0.0
        self._renew_at = time.monotonic() + _pace()
        self._unwanted: set[tuple[UUID | None, str]] = set()

    def send(self) -> int:
        """Send what may go; returns how many letters were settled or put off."""
        whole = len(self.rest)
        self._read_ahead()
        try:
            while self.rest:
                self._one(self.rest.pop(0))
                self._heed(leave=AHEAD)
                if time.monotonic() > self._until:
                    self._heed()
                    self._note()
                    self._stay_ours()
                    self._read_ahead()
            self._heed()
        except ServerAway as away:
            self.is_away = True
            _postpone_all(self.rest, away, sender=self.book.sender)
        self.hands.hang_up()
        self._note()
        return whole

    def _read_ahead(self) -> None:
        """Read in bulk what these letters need to be made."""
        self._until = time.monotonic() + _pace()
        by_prepare: dict = defaultdict(list)
        for mail in self.rest:
            mail.at_hand.clear()
            if mail.kind in letters.kinds():
                by_prepare[letters.kind(mail.kind).prepare].append(mail)
        for prepare, mails in by_prepare.items():
            if prepare:
                prepare(mails)
        readers = {mail.recipient_id for mail in self.rest}
        unwanted = LetterChoice.objects.filter(recipient_id__in=readers, is_wanted=False)
        self._unwanted = set(unwanted.values_list("recipient_id", "kind"))

    def _stay_ours(self) -> None:
        """In time renew the lease of what is with the postman and of what is still to go; what another sender took is left to
        that one."""
        if time.monotonic() < self._renew_at:
            return
        self._renew_at = time.monotonic() + _pace()
        pks = [*self._given, *(mail.pk for mail in self.rest)]
        mine = OutgoingMail.objects.filter(pk__in=pks, claimed_by=self.book.sender, state=State.SENDING)
        mine.update(lease_until=_lease())
        ours = set(mine.values_list("pk", flat=True))
        self.rest = [mail for mail in self.rest if mail.pk in ours]

    def _note(self) -> None:
        """Write down how the letters ended; the journal need not say it any longer."""
        settled, self._settled = self._settled, defaultdict(list)
        mark_sent(settled.pop(State.SENT, []))
        for state, pks in settled.items():
            OutgoingMail.objects.filter(pk__in=pks, claimed_by=self.book.sender).update(state=state, **_ended())
        self.book.start_again()

    def _one(self, mail: OutgoingMail) -> None:
        self.book.begin(mail.pk)
        message = self._message(mail)
        if message is None:
            self.book.ended(mail.pk)
            return
        self._given[mail.pk] = mail
        self.hands.give(mail.pk, message)

    def _heed(self, *, leave: int = 0) -> None:
        """Settle what the answers say until `leave` are open; once the server is away, all that were given wait again."""
        away: Answer | None = None
        for answer in self.hands.answers(leave=leave, meanwhile=self._stay_ours, every=_pace()):
            mail = self._given.pop(answer.pk)
            if answer.away:
                away = answer
                break
            if answer.problem:
                _postpone(mail, answer)
            else:
                self._settled[State.SENT].append(mail.pk)
        if away:
            self.rest = [mail, *(self._given.pop(answer.pk) for answer in self.hands.answers()), *self.rest]
            raise ServerAway(away.problem)

    def _message(self, mail: OutgoingMail) -> Written | None:
        try:
            kind = letters.kind(mail.kind)
            if not kind.necessary and (mail.recipient_id, mail.kind) in self._unwanted:
                raise letters.Obsolete
            return build(mail, kind.render(mail))
        except letters.Obsolete:
            self._settled[State.OBSOLETE].append(mail.pk)
        except letters.TooLate:
            self._settled[State.TOO_LATE].append(mail.pk)
        except OperationalError:  # the database is away; the letter waits for its lease
            raise
        except Exception as error:
            log.exception("letter %s could not be made", mail.pk)
            _postpone(mail, Answer(mail.pk, **postman.fault(error)))
        return None


def _ended() -> dict:
    return {"payload": None, "lease_until": None, "settled_at": timezone.now()}


def _later(attempts: int) -> datetime:
    """When a letter that was tried so often is tried again."""
    return timezone.now() + BACKOFF[min(attempts, len(BACKOFF)) - 1]


def _postpone(mail: OutgoingMail, answer: Answer, *, at_once: bool = False) -> None:
    """RFC 5321 §4.2.1: 4yz is tried again, 5yz about this address or letter is final; so is a letter older than two days.

    A 5yz about ourselves (sign-in, sender) is tried again: it is put right in the settings, and no letter is lost by it.
    Given up after a dialogue that broke off, the letter is in doubt: the server may have taken it.
    """
    attempts = mail.attempts + 1
    ours = OutgoingMail.objects.filter(pk=mail.pk, claimed_by=mail.claimed_by)
    if answer.final:
        ours.update(state=State.FAILED, attempts=attempts, problem=answer.problem, **_ended())
    elif attempts >= GIVE_UP_AFTER:
        state = State.IN_DOUBT if answer.unclear else State.FAILED
        ours.update(state=state, attempts=attempts, problem=answer.problem, **_ended())
    else:
        wait = timezone.now() if at_once else _later(attempts)
        ours.update(state=State.RETRY, attempts=attempts, problem=answer.problem, not_before=wait, lease_until=None)


def _postpone_all(mails: Iterable[OutgoingMail], away: ServerAway, *, sender: str) -> None:
    """The server is away for all of them: each by its own number of attempts, in a few statements."""
    by_attempts: dict[int, list[UUID]] = defaultdict(list)
    for mail in mails:
        by_attempts[mail.attempts + 1].append(mail.pk)
    for attempts, pks in by_attempts.items():
        ours = OutgoingMail.objects.filter(pk__in=pks, claimed_by=sender)
        if attempts >= GIVE_UP_AFTER:
            ours.update(state=State.FAILED, attempts=attempts, problem=str(away), **_ended())
        else:
            wait = _later(attempts)
            ours.update(state=State.RETRY, attempts=attempts, problem=str(away), not_before=wait, lease_until=None)


def mark_sent(pks: list[UUID], patience: float = 90.0) -> None:
    """Write that the letters have gone, trying again while the database is away: the journal alone must not have to say it."""
    until = time.monotonic() + patience
    while pks:
        try:
            OutgoingMail.objects.filter(pk__in=pks).exclude(state=State.SENT).update(state=State.SENT, problem="", **_ended())
            return
        except (OperationalError, DatabaseError):
            if time.monotonic() > until or connection.in_atomic_block:
                raise
            close_old_connections()
            time.sleep(0.5)


def settle_journals() -> int:
    """What senders that are gone had handed over is marked sent; what they had claimed goes out again at once, the letter whose
    dialogue had begun too (it may be a double). One that ends its sender again waits longer each time, and is in doubt in the
    end. Returns how many were marked."""
    marked = 0
    for notes in journal.of_the_gone():
        mark_sent(list(notes.handed_over))
        marked += len(notes.handed_over)
        left = OutgoingMail.objects.filter(claimed_by=notes.sender, state=State.SENDING)
        for mail in left.filter(pk__in=notes.begun):
            _postpone(mail, Answer(mail.pk, problem="sender ended", unclear=True), at_once=mail.attempts == 0)
        again = Case(When(attempts=0, then=Value(State.QUEUED)), default=Value(State.RETRY))
        left.update(state=again, lease_until=None)
    return marked


def _put_on_screen(now: datetime) -> int:
    """No mail server: letters that are due stay readable on the outbox page until they are old."""
    return (
        OutgoingMail.objects.due(now)
        .filter(state__in=[State.QUEUED, State.RETRY])
        .update(state=State.SENT, settled_at=timezone.now(), problem="screen")
    )
