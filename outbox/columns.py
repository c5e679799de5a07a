"""Whose data the letters are."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

declare(
    "outbox.OutgoingMail",
    "recipient_id address",
    subject="recipient_id",
    purpose=_("to deliver the letter"),
    kind="account",
    retention="days-30",
    exporter="outbox.letters",
    eraser="outbox.letters",
)
declare(
    "outbox.OutgoingMail",
    "payload",
    subject="recipient_id",
    purpose=_("a sign-in code until it is sent"),
    kind="content",
    retention="hours-24",
    eraser="outbox.letters",
)
declare(
    "outbox.OutgoingMail",
    "id key kind subject_id programme_id not_before state attempts lease_until claimed_by problem created_at settled_at",
    subject="recipient_id",
    purpose=_("to send each letter once and show what happened to it"),
    kind="technical",
    retention="days-30",
    exporter="outbox.letters",
    eraser="outbox.letters",
)
declare(
    "outbox.LetterChoice",
    "id recipient_id kind is_wanted chosen_at",
    subject="recipient_id",
    purpose=_("to send you only the letters that you want"),
    kind="account",
    retention="account",
    exporter="outbox.letters",
    eraser="outbox.letters",
)
