"""Minutes that are being typed: kept on the server per person and window, sealed, until they are saved.

The house's way of drafts (`people.Draft`): one row per window, so that two windows never overwrite each other. Nothing here
touches the minutes themselves.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from core.crypto import Unreadable
from core.errors import DomainError
from core.text import clean_text, looks_like_national_number
from people import drafts, keys
from people.models import Draft, User
from sessions.minutes import refuse_closed
from sessions.models import Meeting

LONGEST = 100_000
SHOWN = 5


@dataclass(frozen=True)
class Typed:
    """A text that was typed and not saved, with the version of the minutes on which it stands."""

    pk: UUID
    text: str
    version: int
    at: datetime


def _place(meeting: Meeting, tab: str = "") -> str:
    return f"minutes:{meeting.pk.hex}#{tab}"


@transaction.atomic
def keep(meeting: Meeting, *, by: User, tab: str, text: str, version: int) -> None:
    """Keep what this window has typed. DomainError for what is never kept."""
    refuse_closed(meeting)
    text = clean_text(text)
    if len(text) > LONGEST:
        raise DomainError(_("Not kept: this is too long."))
    if looks_like_national_number(text):
        raise DomainError(_("Not kept: there is a national register number in your text."))
    place = _place(meeting, tab)
    body = drafts.sealed(by.pk, place, {"text": text, "version": version})
    kept = Draft.objects.filter(user=by, place=place)
    if kept.update(body=body, version=F("version") + 1, updated_at=timezone.now()):
        return
    try:
        with transaction.atomic():
            Draft.objects.create(user=by, place=place, body=body)
    except IntegrityError:  # the same window sent twice at once
        kept.update(body=body, version=F("version") + 1, updated_at=timezone.now())


def typed_by(user: User, meeting: Meeting, standing: str) -> list[Typed]:
    """What this person typed and did not save, the newest first; what says the same as the minutes is left out (two queries)."""
    rows = list(Draft.objects.filter(user=user, place__startswith=_place(meeting)).order_by("-updated_at")[:SHOWN])
    opened = keys.keys_of([user.pk]) if rows else {}
    found = []
    for row in rows:
        try:
            said = drafts.opened(row, opened)
        except Unreadable:
            continue
        if said["text"].strip() not in {"", standing.strip()}:
            found.append(Typed(row.pk, said["text"], said["version"], row.updated_at))
    return found


@transaction.atomic
def done(meeting: Meeting, *, by: User, tab: str) -> None:
    """This window has saved: its draft goes. What another window typed stays."""
    Draft.objects.filter(user=by, place=_place(meeting, tab)).delete()


def throw_away(meeting: Meeting, *, by: User, pk: str) -> None:
    """The person does not want this draft any more."""
    try:
        Draft.objects.filter(user=by, pk=UUID(pk), place__startswith=_place(meeting)).delete()
    except ValueError:
        return
