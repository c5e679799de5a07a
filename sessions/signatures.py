"""Signatures under the attendance list: drawn with a finger on one's own telephone or on the coach's tablet, with the moment.

An electronic signature of the simple kind; what makes it evidence is the trail beside it: who was signed in, when, whose device.
"""

import base64
import binascii
import io
from collections.abc import Collection
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core import audit, files, uploads
from core.errors import DomainError
from core.models import StoredFile
from people.models import User
from sessions.checkin import window_of
from sessions.models import Attendance, Meeting, Signature

MOST_BYTES = 200_000
MOST_SIDE = 1_600
LEAST_INK = 60  # dots that are not paper; a touch by accident is less
Way = Signature.Way


def signatures_of(meeting: Meeting) -> dict[UUID, Signature]:
    """The signatures under a meeting's list by the id of the attendance, each with its file (one query)."""
    found = Signature.objects.filter(attendance__meeting=meeting).select_related("file")
    return {signature.attendance_id: signature for signature in found}


def drawn(value: str) -> uploads.Checked:
    """What a canvas sends (a PNG as a data address), checked and drawn anew in grey on white. DomainError, field `drawing`."""
    head, _comma, body = value.partition(",")
    if head != "data:image/png;base64" or len(body) > MOST_BYTES * 4 // 3 + 4:
        raise DomainError(_("This drawing cannot be read. Wipe it out and sign again."), field="drawing")
    try:
        content = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        raise DomainError(_("This drawing cannot be read. Wipe it out and sign again."), field="drawing") from None
    checked = uploads.check(
        SimpleUploadedFile("signature.png", content), accept=(uploads.PICTURE,), field="drawing"
    )  # the content is judged as that of every other file
    return checked._replace(content=_on_paper(checked.content), name="handtekening.png")


def _on_paper(content: bytes) -> bytes:
    picture = Image.open(io.BytesIO(content), formats=["PNG"]).convert("RGBA")
    picture.thumbnail((MOST_SIDE, MOST_SIDE))
    paper = Image.new("RGBA", picture.size, "white")
    paper.alpha_composite(picture)
    grey = paper.convert("L")
    ink = ImageOps.invert(grey).getbbox()
    if ink is None or sum(grey.histogram()[:200]) < LEAST_INK:
        raise DomainError(_("There is no signature yet. Draw it with your finger, a pen or the mouse."), field="drawing")
    written = io.BytesIO()
    grey.save(written, "PNG", optimize=True)
    return written.getvalue()


def may_sign(meeting: Meeting, row: Attendance) -> bool:
    """From the moment that checking in opens until the list is checked, for who is noted as present."""
    return row.is_present and not meeting.is_locked and window_of(meeting).opens <= timezone.now()


@transaction.atomic
def sign(row: Attendance, *, by: User, picture: uploads.Checked | None) -> Signature:
    """Keep the drawing, or without one the confirmation of the person themself; a new one takes the place of the old.

    DomainError before the meeting, for who is not noted as present, once the list is checked, or for a tick by another.
    """
    meeting = Meeting.objects.select_for_update().get(pk=row.meeting_id)
    row = meeting.attendances.get(pk=row.pk)
    if meeting.is_locked:
        raise DomainError(_("This meeting has been checked. Reopen it first, with a reason."))
    if not may_sign(meeting, row):
        raise DomainError(_("Only who is noted as present signs, from the moment that checking in opens."))
    if picture is None and row.user_id != by.pk:
        raise DomainError(_("Only the person themself can confirm without a drawing."))
    _let_go(Signature.objects.filter(attendance=row))
    stored = picture and files.store(picture.content, name=picture.name, content_type=picture.content_type, by=by.pk)
    facts = {"way": Way.DRAWN if stored else Way.CONFIRMED, "file": stored, "signed_at": timezone.now(), "device_of": by.pk}
    signature, _new = Signature.objects.update_or_create(attendance=row, defaults=facts)
    digest = stored.sha256 if stored else ""
    audit.record(by=by.pk, verb="attendance.signed", target=row, meeting=meeting.pk, way=signature.way, sha256=digest)
    return signature


def withdraw(rows: Collection[Attendance]) -> None:
    """Under a line that no longer says that somebody was there, no signature stands."""
    given = Signature.objects.filter(attendance__in=rows)
    _let_go(given)
    given.delete()


def _let_go(given: QuerySet[Signature]) -> None:
    """The drawings are of no more use: the sweep takes the bytes away."""
    StoredFile.objects.filter(pk__in=given.values("file_id")).update(expires_at=timezone.now())
