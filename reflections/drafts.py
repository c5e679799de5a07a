"""What somebody is typing: kept on the server, sealed and unchecked, one row per person and form.

Two windows on one form never overwrite each other: each window has a number of its own (`tab`), and what a second window
types on top of something it has not seen is kept in a row beside the first.
"""

from collections.abc import Collection, Mapping
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
from reflections import devices
from reflections.models import Reflection
from sessions.models import Meeting

NEW = "reflection:new:"
FREE, AFTER, ON_LINE = "free", "after", "line-"
MAX_LENGTH = 100_000
COPIES = 5
Said = Mapping[str, object]


@dataclass(frozen=True)
class Typed:
    """A draft as its form shows it."""

    pk: UUID
    text: str
    readers: list[str]
    version: int
    at: datetime
    heading: str | None = None


@dataclass(frozen=True)
class Begun:
    """A new text that waits, and what its address asks for."""

    at: datetime
    asked: dict[str, object]


def place_of_new(meeting: Meeting | None, occasion: str, pilot_id: UUID) -> str:
    """The place of a text that does not exist yet: one per meeting, or per occasion and pilot."""
    return f"{NEW}{meeting.pk.hex}" if meeting else f"{NEW}{pilot_id.hex}:{occasion or FREE}"


def place_on_line(part: str, follows: Reflection | None, pilot_id: UUID) -> str:
    """The same for the pair's shared line: one per kind of text and pilot, or per text that it follows."""
    return f"{NEW}{follows.pk.hex}:{AFTER}" if follows else f"{NEW}{pilot_id.hex}:{ON_LINE}{part}"


def place_of(reflection: Reflection) -> str:
    """The place of a text that is being changed."""
    return f"reflection:{reflection.pk.hex}"


@transaction.atomic
def keep(
    *, by: User, place: str, tab: str, version: int, text: str, readers: Collection[str] = (), heading: str | None = None,
    even_empty: bool = False,
) -> Draft | None:  # fmt: skip
    """Keep what window `tab`, which opened at `version`, has typed; nothing typed leaves no draft, unless `even_empty`.

    `heading` is None in a form without one. Raises DomainError for what is never kept.
    """
    text = clean_text(text)
    if len(text) > MAX_LENGTH:
        raise DomainError(_("Not kept: this is too long."))
    if looks_like_national_number(text) or looks_like_national_number(heading or ""):
        raise DomainError(_("Not kept: there is a national register number in your text."))
    rows = {row.place: row for row in Draft.objects.select_for_update().filter(user=by, place__in=[place, f"{place}#{tab}"])}
    own = rows.get(f"{place}#{tab}")
    if own is None and place in rows and _may_replace(rows[place], tab, version, text):
        own = rows[place]
    if not (even_empty or text.strip() or (heading or "").strip()):
        Draft.objects.filter(pk=own.pk if own else None).delete()
        return None
    headed = {} if heading is None else {"heading": heading}
    said = {"tab": tab, "text": text, "readers": sorted(readers)} | headed
    if own is not None:
        return _replace(own, said)
    return _add(by, f"{place}#{tab}", said) if place in rows else _begin(by, place, tab, said)


def _may_replace(row: Draft, tab: str, version: int, text: str) -> bool:
    """The window typed this itself, has seen it when it opened, or it says the same."""
    content = _content(row)
    return row.version == version or content["tab"] == tab or content["text"] == text


def _begin(by: User, place: str, tab: str, said: Said) -> Draft:
    """The first draft of a form; when another window begins in the same moment, this one stands beside it."""
    try:
        with transaction.atomic():
            return _add(by, place, said)
    except IntegrityError:
        return _add(by, f"{place}#{tab}", said)


def _add(by: User, place: str, said: Said) -> Draft:
    return Draft.objects.create(user=by, place=place, body=drafts.sealed(by.pk, place, said), updated_at=timezone.now())


def _replace(row: Draft, said: Said) -> Draft:
    body = drafts.sealed(row.user_id, row.place, said)
    Draft.objects.filter(pk=row.pk).update(body=body, version=F("version") + 1, updated_at=timezone.now())
    row.refresh_from_db()
    return row


def _content(row: Draft, opened: dict[UUID, bytes] | None = None) -> dict:
    try:
        opened = keys.keys_of([row.user_id]) if opened is None else opened
        return drafts.opened(row, opened)
    except Unreadable:
        return {"tab": "", "text": "", "readers": []}


def typed_at(user: User, place: str) -> list[Typed]:
    """The drafts of one form, the newest first: usually one, more when two windows typed apart (two queries)."""
    rows = Draft.objects.filter(user=user, place=place) | Draft.objects.filter(user=user, place__startswith=f"{place}#")
    return _shown(user, list(rows.order_by("-updated_at")[: COPIES + 1]))


def _shown(user: User, rows: list[Draft]) -> list[Typed]:
    opened = _keys(user) if rows else {}
    contents = [(row, _content(row, opened)) for row in rows]
    return [
        Typed(row.pk, content["text"], content["readers"], row.version, row.updated_at, content.get("heading"))
        for row, content in contents
        if content["text"].strip() or content.get("heading") is not None
    ]


def _keys(user: User) -> dict[UUID, bytes]:
    try:
        return keys.keys_of([user.pk])
    except Unreadable:
        return {}


@transaction.atomic
def done(*, by: User, place: str, tab: str, text: str, version: int = 0) -> None:
    """The text is saved: what this window kept or opened with (`version`) goes, and what says the same; the rest stays."""
    rows = Draft.objects.filter(user=by, place__in=[place, f"{place}#{tab}"])
    opened = _keys(by)
    contents = {row.pk: _content(row, opened) for row in rows}
    seen = {row.pk for row in rows if row.place == place and row.version == version}
    saved = clean_text(text).strip()
    gone = {pk for pk, content in contents.items() if content["tab"] == tab or content["text"].strip() == saved}
    Draft.objects.filter(pk__in=gone | seen).delete()
    devices.forget(by, place)


def begun(user: User) -> list[Begun]:
    """The new texts that were begun and not saved, the newest first (one query; nothing is opened)."""
    rows = Draft.objects.filter(user=user, place__startswith=NEW).order_by("-updated_at").values_list("place", "updated_at")
    latest: dict[str, datetime] = {}
    for place, at in rows[:50]:
        latest.setdefault(place.partition("#")[0], at)
    return [_begun(place, at) for place, at in latest.items()]


def _begun(place: str, at: datetime) -> Begun:
    first, _sep, occasion = place.removeprefix(NEW).partition(":")
    if not occasion:
        return Begun(at, {"meeting": UUID(first)})
    if occasion == AFTER:
        return Begun(at, {"follows": UUID(first)})
    if occasion.startswith(ON_LINE):
        return Begun(at, {"pilot": UUID(first), "part": occasion.removeprefix(ON_LINE)})
    return Begun(at, {"pilot": UUID(first)} | ({"occasion": occasion} if occasion != FREE else {}))


def throw_away(*, by: User, place: str, pk: str) -> None:
    """The person does not want this draft any more."""
    try:
        mine = Draft.objects.filter(user=by, pk=UUID(pk))
    except ValueError:
        return
    (mine.filter(place=place) | mine.filter(place__startswith=f"{place}#")).delete()


def forget_drafts_of(reflection: Reflection) -> None:
    """With a text go the drafts of its changes."""
    Draft.objects.filter(user_id=reflection.author_id, place__startswith=place_of(reflection)).delete()
    devices.forget(reflection.author, place_of(reflection))
