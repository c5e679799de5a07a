"""Whose data this app keeps, why and how long (design.md rule 8)."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

_account = _("to account to the funder for the programme")
_counts = _("to count who takes part, as the European funds require")
_acted = _("to show who wrote, proposed and froze a report")
RECORD = {"kind": "record", "retention": "evidence"}
OWN = {"exporter": "rows", "eraser": "reporting.record"}

declare("reporting.ReportingPeriod", "id programme name starts_on ends_on due_on", purpose=_account, **RECORD)
declare("reporting.Participant", "user pilot number entered_on left_on", subject="user_id", purpose=_counts, **OWN, **RECORD)
declare("reporting.Participant", "id programme", subject="user_id", purpose=_counts, eraser="reporting.record", **RECORD)
_answers = {"subject": "participant__user_id", "purpose": _counts, "retention": "evidence", "eraser": "reporting.characteristics"}
declare(
    "reporting.Characteristic",
    "code moment value refused",
    kind="special",
    exporter="reporting.services.characteristics:export_of",
    **_answers,
)
declare("reporting.Characteristic", "id participant answered_at consent_text", kind="record", **_answers)
declare(
    "reporting.ProgressReport", "id programme period state version proposed_at frozen_at created_at", purpose=_account, **RECORD
)
for name in ("proposed_by", "frozen_by"):
    declare("reporting.ProgressReport", name, subject=f"{name}_id", purpose=_acted, **OWN, **RECORD)
declare("reporting.ReportSection", "id report name body version updated_at", purpose=_account, **RECORD)
declare("reporting.ReportSection", "updated_by", subject="updated_by_id", purpose=_acted, **OWN, **RECORD)
declare("reporting.Snapshot", "report data sha256 master made_at", purpose=_account, **RECORD)
declare("reporting.Snapshot", "answers", purpose=_account, kind="special", retention="evidence")
declare("reporting.ReportFile", "id report format language is_frozen job file created_at", purpose=_account, **RECORD)
declare("reporting.ReportFile", "requested_by", subject="requested_by_id", purpose=_acted, **OWN, **RECORD)
declare("reporting.Participant", "answers", kind="special", **_answers | {"subject": "user_id"})
_minimum = _("to keep what was reported to the funder as it was counted, after somebody was erased")
declare(
    "reporting.Participant", "minimum master", subject="user_id", purpose=_minimum, kind="special", retention="evidence",
    eraser="reporting.record",
)  # fmt: skip
declare("reporting.Erased", "programme totals master", purpose=_minimum, kind="special", retention="evidence")
declare("reporting.Characteristic", "grounds", kind="record", **_answers)
declare("reporting.Grounds", "id framework purpose basis sha256 since", purpose=_counts)
_reads = _("to show who opens which participants stand behind a figure")
declare(
    "reporting.CharacteristicReader", "user since", subject="user_id", purpose=_reads, exporter="rows",
    eraser="reporting.record", **RECORD,
)  # fmt: skip
declare("reporting.CharacteristicReader", "id programme", purpose=_reads, **RECORD)
declare(
    "reporting.CharacteristicReader", "named_by", subject="named_by_id", purpose=_reads, exporter="rows",
    eraser="reporting.record", **RECORD,
)  # fmt: skip
_asked = {"subject": "participant__user_id", "purpose": _("to prove that you were asked"), "retention": "evidence"}
declare(
    "reporting.Asking", "participant moment asked_at closes_on remind_on reminded_at answered_at", kind="record", exporter="rows",
    eraser="reporting.record", **_asked,
)  # fmt: skip
declare("reporting.Asking", "id nonce", kind="technical", eraser="reporting.record", **_asked)
declare("reporting.KeptFigures", "report summary gaps behind master computed_at job", purpose=_account, **RECORD)
declare("reporting.OwnIndicator", "id programme title unit counts code target position", purpose=_account, **RECORD)
declare("reporting.OwnResult", "id indicator period value noted_at", purpose=_account, **RECORD)
declare(
    "reporting.OwnResult", "noted_by", subject="noted_by_id", purpose=_acted, exporter="rows", eraser="reporting.record", **RECORD
)
