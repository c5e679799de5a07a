"""Whose data this app and the sign-in packages keep, why and how long (design.md rule 8)."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

ACCOUNT = {"kind": "account", "retention": "account", "exporter": "rows", "eraser": "people.account"}
TECHNICAL = {"kind": "technical", "retention": "account", "eraser": "people.account"}
_who = _("to know who you are and to reach you")
_in = _("to let you in and to keep others out")

declare("people.User", "email first_name last_name language", subject="pk", purpose=_who, **ACCOUNT)
declare(
    "people.User", "alarm_minutes", subject="pk", purpose=_("to set an alarm in your calendar, when you ask for it"), **ACCOUNT
)
declare("people.User", "date_joined activated_at last_login", subject="pk", purpose=_in, **ACCOUNT)
declare("people.User", "id is_active is_staff password", subject="pk", purpose=_in, **TECHNICAL)
declare("people.Sector", "id name_nl name_en position", purpose=_("to name fields of work"))
declare("people.Service", "id name sector municipality", purpose=_("to name the services that take part"))
declare(
    "people.Invitation",
    "user programme_id created_at expires_at accepted_at withdrawn_at",
    subject="user_id",
    purpose=_("to invite you, once"),
    **ACCOUNT,
)
declare("people.Invitation", "id nonce created_by", subject="user_id", purpose=_("to invite you, once"), **TECHNICAL)
declare(
    "people.PersonKey",
    "user master wrapped created_at",
    subject="user_id",
    purpose=_("to keep your texts unreadable for others; deleting it erases them"),
    kind="technical",
    retention="content",
    eraser="people.key",
)
_draft = {"subject": "user_id", "purpose": _("so that you lose nothing of what you type"), "retention": "content"}
declare("people.Draft", "user place updated_at", kind="record", exporter="rows", eraser="people.drafts", **_draft)
declare("people.Draft", "body", kind="content", exporter="people.drafts:own_drafts", eraser="people.drafts", **_draft)
declare("people.Draft", "id version", kind="technical", eraser="people.drafts", **_draft)
declare("people.ConsentText", "id kind version text_nl text_en since", purpose=_("to show what people agreed to"))
declare(
    "people.Consent",
    "user text given_at withdrawn_at",
    subject="user_id",
    purpose=_("to show what you agreed to, and when"),
    kind="record",
    retention="evidence",
    exporter="rows",
    eraser="people.account",
)
declare(
    "people.Consent", "id", subject="user_id", purpose=_("to show what you agreed to, and when"),
    kind="technical", retention="evidence", eraser="people.account",
)  # fmt: skip

# the tables of the packages by which people sign in
declare("account.EmailAddress", "user email verified primary", subject="user_id", purpose=_who, **ACCOUNT)
declare("account.EmailAddress", "id", subject="user_id", purpose=_who, **TECHNICAL)
declare(
    "account.EmailConfirmation", "id email_address created sent key", subject="email_address__user_id", purpose=_who, **TECHNICAL
)
declare("mfa.Authenticator", "user type created_at last_used_at", subject="user_id", purpose=_in, **ACCOUNT)
declare("mfa.Authenticator", "id data", subject="user_id", purpose=_in, **TECHNICAL)
declare("usersessions.UserSession", "user created_at last_seen_at ip user_agent", subject="user_id", purpose=_in, **ACCOUNT)
declare("usersessions.UserSession", "id session_key data", subject="user_id", purpose=_in, **TECHNICAL)
declare("sessions.Session", "session_key session_data expire_date", purpose=_in)
declare("auth.Group", "id name permissions", purpose=_("unused: rights follow from seats"))
declare("auth.Permission", "id name content_type codename", purpose=_("unused: rights follow from seats"))
declare("contenttypes.ContentType", "id app_label model", purpose=_("to name tables"))
