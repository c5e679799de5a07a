"""Whose data the programme's tables keep, why and how long (design.md rule 8)."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

declare(
    "trajectories.Programme",
    "id slug name summary promoter call_number dossier_number funder_sentence starts_on ends_on leader_places framework "
    "time_zone evidence_years content_months is_demo sectors created_at",
    purpose=_("to describe the programme on its pages and reports"),
    kind="record",
    retention="programme",
)
declare(
    "trajectories.Programme",
    "contact_email",
    purpose=_("where people write with a question; a shared mailbox"),
    kind="record",
    retention="programme",
)
declare(
    "trajectories.Emblem",
    "id programme file alt position",
    purpose=_("publicity duties of the funder (2021/1060 art. 47 and 50)"),
    kind="record",
    retention="programme",
)
declare(
    "trajectories.Phase",
    "id programme name aim starts_on ends_on",
    purpose=_("to plan and report by phase"),
    kind="record",
    retention="programme",
)
declare(
    "trajectories.Milestone",
    "id programme title due_on reached_on",
    purpose=_("to follow the action plan"),
    kind="record",
    retention="programme",
)
declare(
    "trajectories.Pilot",
    "id programme service starts_on ends_on question",
    purpose=_("to know which service takes part since when, and what it wants to learn"),
    kind="record",
    retention="evidence",
)
declare(
    "trajectories.Seat",
    "id user programme role pilot place part is_lead function organisation since until",
    subject="user",
    purpose=_("to know who takes part in which role from when till when; every right follows from it"),
    kind="record",
    retention="evidence",
    exporter="trajectories.seats",
    eraser="kept as evidence until its clock ends; the name goes with the account",
)
