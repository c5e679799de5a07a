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
declare(
    f"{APP}.AgendaItem",
    "id meeting position title aim minutes tool material parked_at came_from",
    purpose=_plan,
    kind="record",
    retention="programme",
)
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

_came_prepared = _("so that people come prepared, and find back what they brought")
_prepared = {"purpose": _came_prepared, "kind": "content", "retention": "content"}
_brought = _prepared | {"subject": "author_id", "exporter": "rows", "eraser": "sessions.brought"}
declare(f"{APP}.Brought", "id meeting author kind version opened_at ready_at created_at updated_at", **_brought)
declare(f"{APP}.Brought", "body", **(_brought | {"exporter": "sessions.preparation:own_texts"}))
declare(f"{APP}.BroughtReader", "id brought user since", **(_brought | {"subject": "user_id"}))
declare(f"{APP}.Material", "id meeting title link file readers added_at", **_prepared)
declare(f"{APP}.Material", "added_by", subject="added_by_id", exporter="rows", eraser="sessions.record", **_prepared)
declare(f"{APP}.MinutesVersion", "id meeting version body saved_at", **_words)
declare(f"{APP}.MinutesVersion", "saved_by", subject="saved_by_id", exporter="rows", eraser="sessions.record", **_words)
declare(
    f"{APP}.Signature", "attendance way file signed_at", subject="attendance__user_id", purpose=_proof, exporter="rows",
    eraser="sessions.attendance", **RECORD,
)  # fmt: skip
declare(f"{APP}.Signature", "device_of", subject="device_of", purpose=_acted, eraser="sessions.record", **RECORD)
declare(f"{APP}.AgendaRole", "id item part", purpose=_plan, kind="record", retention="programme")
declare(
    f"{APP}.AgendaRole", "user", subject="user_id", purpose=_plan, kind="record", retention="programme",
    exporter="rows", eraser="sessions.record",
)  # fmt: skip
_liked = _("to learn how a meeting was, without names")
declare(f"{APP}.Evaluation", "meeting opened_at closes_at", purpose=_liked, kind="record", retention="programme")
declare(
    f"{APP}.Evaluation", "opened_by", subject="opened_by", purpose=_acted, kind="record", retention="programme",
    exporter="rows", eraser="sessions.record",
)  # fmt: skip
declare(f"{APP}.EvaluationAnswer", "id evaluation helps safe clear", purpose=_liked, kind="record", retention="programme")
declare(
    f"{APP}.EvaluationGiven", "id evaluation user", subject="user_id", purpose=_("so that nobody answers twice"), kind="record",
    retention="programme", exporter="rows", eraser="sessions.record",
)  # fmt: skip
declare(
    f"{APP}.Certificate", "id seat language created_at job file made_at", subject="seat__user_id",
    purpose=_("to give somebody a proof of what they took part in"), exporter="rows", eraser="sessions.record", **RECORD,
)  # fmt: skip
declare(
    f"{APP}.Certificate",
    "requested_by",
    subject="requested_by_id",
    purpose=_acted,
    exporter="rows",
    eraser="sessions.record",
    **RECORD,
)
