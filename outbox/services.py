"""Letters as rows: queued in the caller's transaction, stopped, made obsolete, forgotten. How they go out is in delivery.py."""

import json
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone, translation

from core import audit, crypto, jobs, letters
from core.errors import DomainError
from outbox.delivery import deliver_all
from outbox.models import LetterChoice, OutgoingMail

__all__ = [
    "choose_letter",
    "choose_letters",
    "declined_by",
    "deliver_all",
    "draft",
    "let_go",
    "make_obsolete",
    "payload_of",
    "queue",
    "queue_many",
    "stop",
    "sweep",
]
State = OutgoingMail.State


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
    if not OutgoingMail.objects.waiting().filter(pk=mail.pk).update(state=State.STOPPED, settled_at=timezone.now()):
        raise DomainError(translation.gettext("This letter has already gone out."))
    audit.record(by=by, verb="letter.stopped", target=mail, fields=["state"])


@transaction.atomic
def let_go(mail: OutgoingMail, *, by: UUID) -> None:
    """Undo `stop`: the letter goes at its time after all, and is asked then whether it still may."""
    if not OutgoingMail.objects.filter(pk=mail.pk, state=State.STOPPED).update(state=State.QUEUED, settled_at=None):
        raise DomainError(translation.gettext("This letter was not stopped."))
    audit.record(by=by, verb="letter.let_go", target=mail, fields=["state"])
    jobs.poke("outbox.deliver")


@transaction.atomic
def choose_letters(person: UUID, *, wanted: set[str], by: UUID) -> None:
    """Which letters beyond the necessary ones somebody gets; every other kind that can be declined is declined."""
    names = {kind.name for kind in letters.kinds().values() if not kind.necessary}
    rows = [LetterChoice(recipient_id=person, kind=name, is_wanted=name in wanted) for name in sorted(names)]
    LetterChoice.objects.filter(recipient_id=person).delete()
    LetterChoice.objects.bulk_create(rows)
    if rows:
        audit.record(by=by, verb="letters.chosen", target=rows[0], person=person, declined=len(names - wanted))


@transaction.atomic
def choose_letter(person: UUID, *, kind: str, wanted: bool) -> None:
    """Somebody wants no more letters of this kind, or wants them again; said through the link of a letter."""
    told = {"is_wanted": wanted, "chosen_at": timezone.now()}
    row, _made = LetterChoice.objects.update_or_create(recipient_id=person, kind=kind, defaults=told)
    audit.record(by=None, verb="letters.chosen", target=row, person=person, declined=0 if wanted else 1)


def declined_by(person: UUID) -> set[str]:
    """The kinds of letters that somebody does not want."""
    return set(LetterChoice.objects.filter(recipient_id=person, is_wanted=False).values_list("kind", flat=True))


def sweep(now: datetime | None = None) -> int:
    """Forget settled letters after thirty days, and payloads after a day; returns how many letters were forgotten."""
    now = now or timezone.now()
    OutgoingMail.objects.filter(payload__isnull=False, created_at__lt=now - timedelta(days=1)).update(payload=None)
    old = OutgoingMail.objects.filter(settled_at__lt=now - timedelta(days=30)).values_list("pk", flat=True)[:5000]
    return OutgoingMail.objects.filter(pk__in=list(old)).delete()[0]
