"""Proofs bound to a meeting: the scan of the signed list, a confirmation by mail. What an auditor asks for."""

from hashlib import sha256

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit, files
from core.errors import DomainError
from core.uploads import Checked
from people.models import User
from sessions.models import Evidence, Meeting


@transaction.atomic
def add(meeting: Meeting, *, by: User, checked: Checked, kind: str = Evidence.Kind.SCAN) -> Evidence:
    """Keep a proof; also after the check, for a supervisor signs later. DomainError before the meeting or once submitted."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not meeting.has_begun:
        raise DomainError(_("There is nothing to prove yet: the meeting has not begun."), field="upload")
    if meeting.state == Meeting.State.SUBMITTED:
        raise DomainError(_("This meeting has been submitted. Reopen it first, with a reason."), field="upload")
    if meeting.evidence.filter(file__sha256=sha256(checked.content).hexdigest()).exists():
        raise DomainError(_("This file is here already."), field="upload")
    stored = files.store(checked.content, name=checked.name, content_type=checked.content_type, by=by.pk)
    proof = Evidence.objects.create(meeting=meeting, kind=kind, file=stored, added_by=by)
    audit.record(by=by.pk, verb="evidence.added", target=proof, meeting=meeting.pk, kind=kind, sha256=stored.sha256)
    return proof


@transaction.atomic
def remove(proof: Evidence, *, by: User) -> None:
    """Take a wrong file away, as long as the meeting is not checked; the trace keeps its fingerprint."""
    if Meeting.objects.select_for_update().get(pk=proof.meeting_id).is_locked:
        raise DomainError(_("This meeting has been checked. Reopen it first, with a reason."))
    audit.record(by=by.pk, verb="evidence.removed", target=proof, meeting=proof.meeting_id, sha256=proof.file.sha256)
    proof.delete()
    proof.file.expires_at = timezone.now()  # the sweep takes the bytes away
    proof.file.save(update_fields=["expires_at"])
