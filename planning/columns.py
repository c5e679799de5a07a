"""Whose data this app keeps, why and how long (design.md rule 8)."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

_plan = _("to plan a trajectory from a template")

declare(
    "planning.TrajectoryTemplate",
    "id programme slug copied_from title_nl title_en summary_nl summary_en weeks sources position version created_at",
    purpose=_plan,
)
declare(
    "planning.Step",
    "id template key rhythm position title_nl title_en aim_nl aim_en minutes starts mode anchor offset_days min_weeks max_weeks "
    "third reminders question_nl question_en removed_at",
    purpose=_plan,
)
declare("planning.StepAgendaItem", "id step position title_nl title_en aim_nl aim_en minutes", purpose=_plan)
declare("planning.StepTool", "id step tool position", purpose=_plan)
declare(
    "planning.TemplateUse", "id programme template starts_on language reminders applied_at", purpose=_plan, kind="record",
    retention="programme",
)  # fmt: skip
declare(
    "planning.TemplateUse", "applied_by", subject="applied_by", purpose=_plan, kind="record", retention="programme",
    exporter="rows", eraser="sessions.record",
)  # fmt: skip
declare(
    "planning.PlannedStep", "id meeting template step network pilot applied created_at", purpose=_plan, kind="record",
    retention="evidence",
)  # fmt: skip

_day = _("to find a day that suits everybody")
_feed = _("to keep your calendar up to date")
_polled = {"kind": "record", "retention": "programme"}

declare(
    "planning.Poll",
    "id programme network pilot title time_zone deadline state meeting created_at closed_at",
    purpose=_day,
    **_polled,
)
for name in ("created_by", "closed_by"):
    declare("planning.Poll", name, subject=name, purpose=_day, exporter="rows", eraser="sessions.record", **_polled)
declare("planning.PollOption", "id poll starts_at ends_at", purpose=_day, **_polled)
declare(
    "planning.PollParticipant", "id poll user is_coach answered_at", subject="user_id", purpose=_day, exporter="rows",
    eraser="planning.polls", **_polled,
)  # fmt: skip
declare(
    "planning.PollAnswer", "id participant option choice", subject="participant__user_id", purpose=_day, exporter="rows",
    eraser="planning.polls", **_polled,
)  # fmt: skip
declare(
    "planning.Feed", "id user network name created_at last_read_at withdrawn_at", subject="user_id", purpose=_feed,
    kind="account", retention="account", exporter="rows", eraser="planning.feeds",
)  # fmt: skip
declare(
    "planning.Feed", "digest", subject="user_id", purpose=_feed, kind="technical", retention="account", eraser="planning.feeds",
)  # fmt: skip

_dates = _("to find days on which everybody can")
declare(
    "planning.Unavailability", "id user first_day last_day weekday starts ends created_at", subject="user_id", purpose=_dates,
    kind="record", retention="account", exporter="rows", eraser="planning.unavailability",
)  # fmt: skip
declare(
    "planning.Unavailability", "note_sealed", subject="user_id", purpose=_dates, kind="content", retention="account",
    exporter="planning.availability:own_notes", eraser="planning.unavailability",
)  # fmt: skip
declare("planning.WorkingHours", "id programme pilot weekday opens closes", purpose=_dates, kind="record", retention="programme")
declare("planning.SchoolHoliday", "id programme key name first_day last_day counts", purpose=_dates)
_proposed = {"kind": "record", "retention": "programme"}
declare(
    "planning.Proposal", "id programme asked_at state version job first_day last_day least_weeks most_weeks seen gap seconds "
    "settled_at", purpose=_dates, **_proposed,
)  # fmt: skip
declare(
    "planning.Proposal", "asked_by", subject="asked_by_id", purpose=_dates, exporter="rows", eraser="sessions.record", **_proposed
)
declare(
    "planning.ProposedMeeting", "id proposal meeting network pilot number title minutes starts_at pinned unmet", purpose=_dates,
    **_proposed,
)  # fmt: skip

_remind = _("to remind people in time, in the team's own words")
declare(
    "planning.ReminderRule",
    "id programme template steps moment number who subject_nl subject_en text_nl text_en is_on since created_at",
    purpose=_remind,
    kind="record",
    retention="programme",
)
declare(
    "planning.ReminderRule", "created_by", subject="created_by", purpose=_remind, kind="record", retention="programme",
    exporter="rows", eraser="sessions.record",
)  # fmt: skip
