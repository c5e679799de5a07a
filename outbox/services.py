"""Letters: queued in the caller's transaction, claimed under a lease, rendered when they go, marked when they have gone.

Delivery stands on four legs (design.md rule 3): a unique key, a lease, a journal on the sender's own disk that notes each
hand-over before and after the SMTP dialogue, and a mark-sent that is tried until the database is back.
"""

import json
import logging
import os
import smtplib
import socket
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, OperationalError, close_old_connections, connection, transaction
from django.utils import timezone, translation

from core import audit, crypto, jobs, letters
from core.errors import DomainError
from outbox import journal
from outbox.message import build
from outbox.models import OutgoingMail

log = logging.getLogger(__name__)
State = OutgoingMail.State
BACKOFF = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=6)]
GIVE_UP_AFTER = 12  # attempts: by these waits 43 hours, less than two days
BATCH = 50


def queue(
    kind: str,
    *,
    key: str,
    recipient_id: UUID | None = None,
    address: str = "",
    subject_id: UUID | None = None,
    programme_id: UUID | None = None,
    payload: dict | None = None,
    not_before: datetime | None = None,
) -> bool:
    """Write the letter as a row of the caller's transaction. False when a letter with this key was written before."""
    return bool(
        queue_many(
            [
                draft(
                    kind,
                    key=key,
                    recipient_id=recipient_id,
                    address=address,
                    subject_id=subject_id,
                    programme_id=programme_id,
                    payload=payload,
                    not_before=not_before,
                )
            ]
        )
    )


def draft(kind: str, *, key: str, payload: dict | None = None, not_before: datetime | None = None, **where) -> OutgoingMail:
    """An unsaved letter, for `queue_many`."""
    letters.kind(kind)
    mail = OutgoingMail(key=key, kind=kind, not_before=not_before or timezone.now(), **where)
    if payload is not None:
        mail.payload = _seal(mail, payload)
    return mail


def queue_many(mails: list[OutgoingMail]) -> int:
    """Write letters in bulk; those whose key exists are left alone. Returns how many were asked for the first time."""
    keys = [mail.key for mail in mails]
    known = set(OutgoingMail.objects.filter(key__in=keys).values_list("key", flat=True)) if len(keys) <= 500 else set()
    fresh = [mail for mail in mails if mail.key not in known]
    OutgoingMail.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    if any(mail.not_before <= timezone.now() for mail in fresh):
        jobs.poke("outbox.deliver")
    return len(fresh)


def payload_of(mail: OutgoingMail) -> dict:
    """What was sealed with the letter; Obsolete when it is gone."""
    if not mail.payload:
        raise letters.Obsolete
    version, _, sealed = bytes(mail.payload).partition(b":")
    return json.loads(crypto.unwrap(int(version), sealed, about=f"mail:{mail.pk}"))


def _seal(mail: OutgoingMail, payload: dict) -> bytes:
    version, sealed = crypto.wrap(json.dumps(payload).encode(), about=f"mail:{mail.pk}")
    return f"{version}:".encode() + sealed


@transaction.atomic
def make_obsolete(*, key_prefix: str) -> int:
    """Waiting letters whose key begins so are no longer needed; returns how many."""
    return (
        OutgoingMail.objects.waiting()
        .filter(key__startswith=key_prefix)
        .update(state=State.OBSOLETE, settled_at=timezone.now(), payload=None)
    )


@transaction.atomic
def stop(mail: OutgoingMail, *, by: UUID) -> None:
    """A person holds a letter back; refused once it is on its way."""
    stopped = (
        OutgoingMail.objects.waiting().filter(pk=mail.pk).update(state=State.STOPPED, settled_at=timezone.now(), payload=None)
    )
    if not stopped:
        raise DomainError(translation.gettext("This letter has already gone out."))
    audit.record(by=by, verb="letter.stopped", target=mail, fields=["state"])


def claim(now: datetime, limit: int = BATCH) -> list[OutgoingMail]:
    """Take letters that are due, for as long as the lease lasts."""
    me = f"{socket.gethostname()[:40]}:{os.getpid()}:{time.monotonic_ns()}"
    lease = timezone.now() + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    with transaction.atomic():
        due = OutgoingMail.objects.due(now).order_by("not_before")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        found = list(due.values_list("pk", flat=True)[:limit])
        OutgoingMail.objects.due(now).filter(pk__in=found).update(state=State.SENDING, claimed_by=me, lease_until=lease)
    return list(OutgoingMail.objects.filter(pk__in=found, claimed_by=me))


def deliver_all(now: datetime | None = None) -> int:
    """Send everything that is due, batch after batch over one connection each; returns how many letters were settled."""
    if settings.LETTERS_ON_SCREEN:
        return _put_on_screen(now or timezone.now())
    settle_journals()
    settled = 0
    while batch := claim(now or timezone.now()):
        settled += _deliver(batch)
    return settled


def _deliver(batch: list[OutgoingMail]) -> int:
    smtp = get_connection()
    settled = 0
    with journal.Journal() as book:
        for place, mail in enumerate(batch):
            try:
                smtp.open()
            except (smtplib.SMTPException, OSError) as error:  # the server is away or refuses us: no letter is to blame
                smtp.close()
                for waiting in batch[place:]:
                    _postpone(waiting, error)
                return settled + len(batch) - place
            settled += _deliver_one(mail, smtp, book)
        smtp.close()
    return settled


def _keep_lease(mail: OutgoingMail) -> bool:
    """Still ours? A slow server may outlast the lease, and then another sender has taken the letter."""
    lease = timezone.now() + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    mine = OutgoingMail.objects.filter(pk=mail.pk, claimed_by=mail.claimed_by, state=State.SENDING)
    return bool(mine.update(lease_until=lease))


def _deliver_one(mail: OutgoingMail, smtp, book: journal.Journal) -> int:
    if book.handed_over_elsewhere(mail.pk) or not _keep_lease(mail):
        return 0
    message = _message_or_reason(mail)
    if message is None:
        return 1
    try:
        book.begin(mail.pk)
        smtp.send_messages([message])
    except (smtplib.SMTPException, OSError) as error:
        book.cancel(mail.pk)
        smtp.close()
        _postpone(mail, error)
        return 1
    book.handed_over(mail.pk)
    mark_sent([mail.pk])
    return 1


def _message_or_reason(mail: OutgoingMail):
    try:
        letter = letters.kind(mail.kind).render(mail)
        return build(mail, letter)
    except letters.Obsolete:
        _settle(mail, State.OBSOLETE)
    except letters.TooLate:
        _settle(mail, State.TOO_LATE)
    except Exception as error:
        log.exception("letter %s could not be made", mail.pk)
        _postpone(mail, error)
    return None


def _postpone(mail: OutgoingMail, error: Exception) -> None:
    """RFC 5321 §4.2.1: 4yz is tried again, 5yz about this address or letter is final; so is a letter older than two days.

    A 5yz about ourselves (sign-in, sender) is tried again: it is put right in the settings, and no letter is lost by it.
    """
    code = _smtp_code(error)
    about_letter = isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPDataError)
    mail.attempts += 1
    final = (about_letter and code >= 500) or mail.attempts >= GIVE_UP_AFTER
    mail.problem = f"{type(error).__name__} {code or ''}".strip()[:200]
    if final:
        _settle(mail, State.FAILED)
        return
    wait = BACKOFF[min(mail.attempts, len(BACKOFF)) - 1]
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=State.RETRY, attempts=mail.attempts, problem=mail.problem, not_before=timezone.now() + wait, lease_until=None
    )


def _smtp_code(error: Exception) -> int:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((answer[0] for answer in error.recipients.values()), default=0)
    return getattr(error, "smtp_code", 0)


def _settle(mail: OutgoingMail, state: str) -> None:
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=state, attempts=mail.attempts, problem=mail.problem, payload=None, lease_until=None, settled_at=timezone.now()
    )


def mark_sent(pks: list[UUID], patience: float = 90.0) -> None:
    """Write that the letters have gone, trying again while the database is away: the journal alone must not have to say it."""
    until = time.monotonic() + patience
    while True:
        try:
            OutgoingMail.objects.filter(pk__in=pks).exclude(state=State.SENT).update(
                state=State.SENT, payload=None, lease_until=None, settled_at=timezone.now(), problem=""
            )
            return
        except (OperationalError, DatabaseError):
            if time.monotonic() > until or connection.in_atomic_block:
                raise
            close_old_connections()
            time.sleep(0.5)


def settle_journals() -> int:
    """What senders that died had handed over is marked sent; what they had begun is in doubt. Returns how many."""
    handed_over, begun = journal.of_the_dead()
    if handed_over:
        mark_sent(list(handed_over))
    doubtful = begun - handed_over
    if doubtful:
        OutgoingMail.objects.filter(pk__in=doubtful, state=State.SENDING).update(
            state=State.IN_DOUBT, lease_until=None, settled_at=timezone.now(), payload=None
        )
    journal.forget_the_dead()
    return len(handed_over) + len(doubtful)


def _put_on_screen(now: datetime) -> int:
    """No mail server: letters that are due stay readable on the outbox page until they are old."""
    return (
        OutgoingMail.objects.due(now)
        .filter(state__in=[State.QUEUED, State.RETRY])
        .update(state=State.SENT, settled_at=timezone.now(), problem="screen")
    )


def sweep(now: datetime | None = None) -> int:
    """Forget settled letters after thirty days, and payloads after a day; returns how many letters were forgotten."""
    now = now or timezone.now()
    OutgoingMail.objects.filter(payload__isnull=False, created_at__lt=now - timedelta(days=1)).update(payload=None)
    old = OutgoingMail.objects.filter(settled_at__lt=now - timedelta(days=30)).values_list("pk", flat=True)[:5000]
    return OutgoingMail.objects.filter(pk__in=list(old)).delete()[0]
