"""Whose data this app keeps, why and how long (design.md rule 8)."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

APP = "coaching_sessions"
RECORD = {"kind": "record", "retention": "evidence"}
_plan = _("to plan the meeting and to account for it")
_came = _("to show who took part, and for how long")
_said = _("so that those who were there find what was said and agreed")
_proof = _("to prove to the funder that the meeting took place")
_acted = _("to show who planned, noted and checked")

declare(
    f"{APP}.Meeting",
    "id programme kind network pilot advisory_group partner number title aim starts_at ends_at break_minutes time_zone mode "
    "place link question state state_reason version sequence created_at held_at checked_at",
    purpose=_plan,
    **RECORD,
)
for name in ("created_by", "held_by", "checked_by"):
    declare(f"{APP}.Meeting", name, subject=name, purpose=_acted, exporter="rows", eraser="sessions.record", **RECORD)
declare(f"{APP}.MeetingChange", "id meeting sequence at what before after reason", purpose=_plan, **RECORD)
declare(f"{APP}.MeetingChange", "by", subject="by", purpose=_acted, exporter="rows", eraser="sessions.record", **RECORD)
declare(f"{APP}.AgendaItem", "id meeting position title aim minutes tool", purpose=_plan, kind="record", retention="programme")
declare(
    f"{APP}.AgendaItem", "owner", subject="owner_id", purpose=_plan, kind="record", retention="programme",
    exporter="rows", eraser="sessions.record",
)  # fmt: skip
declare(f"{APP}.MeetingTool", "id meeting tool position", purpose=_plan, kind="record", retention="programme")
declare(
    f"{APP}.Attendance",
    "id meeting user seat is_invited reply replied_at status arrived_at left_at minutes remark established recorded_at",
    subject="user_id",
    purpose=_came,
    exporter="rows",
    eraser="sessions.attendance",
    **RECORD,
)
declare(
    f"{APP}.Attendance", "guest_name guest_organisation", purpose=_came, kind="account", retention="evidence",
    eraser="sessions.attendance",
)  # fmt: skip
declare(f"{APP}.Attendance", "recorded_by", subject="recorded_by", purpose=_acted, eraser="sessions.record", **RECORD)
_words = {"purpose": _said, "kind": "content", "retention": "content"}
declare(f"{APP}.Minutes", "meeting body version updated_at", **_words)
declare(f"{APP}.Minutes", "updated_by", subject="updated_by_id", exporter="rows", eraser="sessions.record", **_words)
declare(
    f"{APP}.Action",
    "id programme meeting text owner due_on state settled_at created_at",
    subject="owner_id",
    exporter="rows",
    eraser="sessions.actions",
    **_words,
)
declare(f"{APP}.Evidence", "id meeting kind file added_at", purpose=_proof, **RECORD)
declare(f"{APP}.Evidence", "added_by", subject="added_by_id", purpose=_acted, exporter="rows", eraser="sessions.record", **RECORD)
declare(f"{APP}.SessionReport", "id meeting edition language job file made_at sent_at created_at", purpose=_proof, **RECORD)
declare(
    f"{APP}.SessionReport", "requested_by", subject="requested_by_id", purpose=_acted, exporter="rows",
    eraser="sessions.record", **RECORD,
)  # fmt: skip
