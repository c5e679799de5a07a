"""Photos and files with a text: checked and redrawn by core.uploads, sealed with the author's key, served to its readers only."""

from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, crypto, files
from core.crypto import Unreadable
from core.errors import DomainError
from core.uploads import Checked
from people import keys
from people.models import User
from reflections.models import Reflection, ReflectionFile
from reflections.services import refuse_what_stays
from reflections.words import without_numbers

MOST = 6


@dataclass(frozen=True)
class Shown:
    """A file as a reader sees it in the page."""

    row: ReflectionFile
    name: str
    is_picture: bool


@transaction.atomic
def add(reflection: Reflection, *, by: User, checked: Checked) -> ReflectionFile:
    """Keep a photo or file with one's own text; DomainError for another's text, too many, or a number in its name."""
    _refuse_others(reflection, by)
    name = without_numbers(checked.name, field="upload")
    Reflection.objects.select_for_update().get(pk=reflection.pk)
    if reflection.files.count() >= MOST:
        raise DomainError(_("There are six files here already. Take one away first."), field="upload")
    row = ReflectionFile(pk=uuid4(), reflection=reflection)
    sealed = crypto.seal(keys.key_of(by.pk), checked.content, about=row.about_content)
    extension = checked.name.rpartition(".")[2]
    kept_as = f"{row.pk.hex}.{extension}"
    row.file = files.store(sealed, by=by.pk, sealed_for=by.pk, name=kept_as, content_type=checked.content_type)
    row.name = keys.seal_text(by.pk, name, about=row.about_name)
    row.save(force_insert=True)
    audit.record(by=by.pk, verb="reflection.file-added", target=reflection, file=row.pk)
    return row


@transaction.atomic
def remove(row: ReflectionFile, *, by: User) -> None:
    """Take a file away; the sweep removes the bytes."""
    _refuse_others(row.reflection, by)
    audit.record(by=by.pk, verb="reflection.file-removed", target=row.reflection, file=row.pk)
    stored = row.file
    row.delete()
    stored.expires_at = timezone.now()
    stored.save(update_fields=["expires_at"])


def _refuse_others(reflection: Reflection, by: User) -> None:
    if reflection.author_id != by.pk:
        raise DomainError(_("Only the author can do this."))
    refuse_what_stays(reflection, by)


def shown(row: ReflectionFile, author_id: UUID, opened: dict[UUID, bytes]) -> Shown:
    """A file with its name, as far as these keys open it."""
    try:
        name = keys.unseal_text(author_id, bytes(row.name), about=row.about_name, keys=opened)
    except Unreadable:
        name = _("unreadable")
    return Shown(row, name, row.file.content_type.startswith("image/"))


def content_of(row: ReflectionFile) -> tuple[str, bytes]:
    """(name, bytes); Unreadable when the author's key is gone."""
    key = keys.keys_of([row.reflection.author_id]).get(row.reflection.author_id)
    if key is None:
        raise Unreadable(row.about_content)
    name = crypto.unseal(key, bytes(row.name), about=row.about_name).decode()
    return name, crypto.unseal(key, files.read(row.file), about=row.about_content)


def own_files(user: User) -> list[dict[str, object]]:
    """Which files this person keeps with texts, to take along."""
    rows = ReflectionFile.objects.filter(reflection__author=user).select_related("file")
    opened = keys.keys_of([user.pk])
    return [{"added": row.added_at.isoformat(), "name": shown(row, user.pk, opened).name} for row in rows]
