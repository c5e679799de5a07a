"""Whose data core itself keeps, why and how long (design.md rule 8)."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

_trail = _("to show who did what, and when; it does not hold what was written")
_files = _("to keep files safe and to know who brought them")
_work = _("to do long work in the background and to tell you when it is ready")

declare(
    "core.AuditEntry",
    "by at verb target_type target_id",
    subject="by",
    purpose=_trail,
    kind="record",
    retention="evidence",
    exporter="rows",
)
declare("core.AuditEntry", "id fields facts", subject="by", purpose=_trail, kind="record", retention="evidence")
declare("core.AuditSeal", "id at first_entry last_entry previous digest", purpose=_trail, retention="evidence")
declare(
    "core.StoredFile",
    "id name content_type size sha256 path expires_at created_at",
    purpose=_files,
    kind="record",
    retention="evidence",
)
declare(
    "core.StoredFile",
    "created_by",
    subject="created_by",
    purpose=_files,
    kind="record",
    retention="evidence",
    eraser="core.files",
)
declare(
    "core.StoredFile",
    "sealed_for",
    subject="sealed_for",
    purpose=_files,
    kind="technical",
    retention="hours-24",
    eraser="core.files",
)
declare(
    "core.Job",
    "requested_by title",
    subject="requested_by",
    purpose=_work,
    kind="record",
    retention="days-30",
    exporter="rows",
    eraser="core.jobs",
)
declare(
    "core.Job",
    "id kind arguments state progress total attempts not_before lease_until result problem created_at finished_at",
    subject="requested_by",
    purpose=_work,
    retention="days-30",
    eraser="core.jobs",
)
declare("core.Pulse", "name at", purpose=_("to see that the background process is alive"))
