"""Files and links that go with a meeting."""

from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, files
from core.errors import DomainError
from core.uploads import Checked
from people.models import User
from sessions.models import Material, Meeting

MOST = 100


@transaction.atomic
def add(meeting: Meeting, *, by: User, title: str, readers: str, link: str = "", upload: Checked | None = None) -> Material:
    """A link or a checked file, for these readers; sent twice it is there once."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    same = {"title": title, "readers": readers, "link": link}
    digest = sha256(upload.content).hexdigest() if upload else None
    if standing := meeting.materials.filter(**same, file__sha256=digest).first():
        return standing
    if meeting.materials.count() >= MOST:
        raise DomainError(_("A meeting has a hundred files and links at most."))
    stored = upload and files.store(upload.content, name=upload.name, content_type=upload.content_type, by=by.pk)
    row = meeting.materials.create(**same, file=stored, added_by=by)
    audit.record(by=by.pk, verb="material.added", target=row, meeting=meeting.pk, readers=readers)
    return row


@transaction.atomic
def remove(row: Material, *, by: User) -> None:
    """Take it away; the sweep removes the bytes."""
    audit.record(by=by.pk, verb="material.removed", target=row, meeting=row.meeting_id)
    stored = row.file
    row.delete()
    if stored:
        stored.expires_at = timezone.now()
        stored.save(update_fields=["expires_at"])
