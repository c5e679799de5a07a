"""Files on the storage: written whole before the row that names them, read back only through a door that asks for the right."""

import hashlib
import logging
import uuid
from datetime import timedelta
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import ProtectedError
from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from core.models import StoredFile

log = logging.getLogger(__name__)


def store(
    content: bytes,
    *,
    name: str,
    content_type: str,
    by: UUID | None,
    sealed_for: UUID | None = None,
    days: int | None = None,
    pk: UUID | None = None,
) -> StoredFile:
    """Keep the bytes under a random name and return the row; `days` sets when the sweep removes it.

    Who makes a file again after a crash names it by the same `pk`: bytes that the first attempt left without a row are replaced.
    """
    pk = pk or uuid.uuid4()
    place = f"{pk.hex[:2]}/{pk.hex}"
    if default_storage.exists(place):
        default_storage.delete(place)
    path = default_storage.save(place, ContentFile(content))
    return StoredFile.objects.create(
        pk=pk,
        name=name[:200],
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        path=path,
        sealed_for=sealed_for,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
        created_by=by,
    )


def read(stored: StoredFile) -> bytes:
    """The bytes as they lie on the storage."""
    with default_storage.open(stored.path) as handle:
        return handle.read()


def download(stored: StoredFile, content: bytes | None = None) -> HttpResponse:
    """The file as an attachment that no browser will run (nosniff and a sandbox)."""
    response = HttpResponse(read(stored) if content is None else content, content_type=stored.content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=stored.name) or "attachment"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def sweep() -> int:
    """Remove files whose time has come; returns how many."""
    removed = 0
    for stored in StoredFile.objects.filter(expires_at__lt=timezone.now())[:500]:
        try:
            stored.delete()
        except ProtectedError:  # a proof or report still points at it: it stays, bytes and all
            log.warning("file %s has expired and is still in use", stored.pk)
            continue
        default_storage.delete(stored.path)
        removed += 1
    return removed
