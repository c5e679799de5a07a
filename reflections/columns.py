"""Whose data this app keeps, why and how long (design.md rule 8)."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

_asked = _("to ask a question that helps to begin")
_text = {"subject": "author_id", "purpose": _("to keep what you write about your practice, for you and for whom you choose")}
_grant = {"subject": "reflection__author_id", "purpose": _("to let only those read whom you chose")}
_opened = {"subject": "reader_id", "purpose": _("to show authors who opened their text")}

declare("reflections.Prompt", "id programme key occasion theme text_nl text_en position", purpose=_asked)
declare(
    "reflections.Reflection", "body", kind="content", retention="content",
    exporter="reflections.services:own_texts", eraser="reflections.texts", **_text,
)  # fmt: skip
declare(
    "reflections.Reflection", "author programme pilot meeting prompt occasion question created_at updated_at",
    kind="record", retention="content", exporter="rows", eraser="reflections.texts", **_text,
)  # fmt: skip
declare(
    "reflections.Reflection", "id version erased_at", kind="technical", retention="content", eraser="reflections.texts", **_text
)
declare(
    "reflections.ReaderGrant", "reflection reader audience granted_at withdrawn_at",
    kind="record", retention="content", exporter="rows", eraser="reflections.texts", **_grant,
)  # fmt: skip
declare("reflections.ReaderGrant", "id", kind="technical", retention="content", eraser="reflections.texts", **_grant)
declare(
    "reflections.Opening", "reflection reader at",
    kind="record", retention="content", exporter="rows", eraser="reflections.texts", **_opened,
)  # fmt: skip
declare("reflections.Opening", "id", kind="technical", retention="content", eraser="reflections.texts", **_opened)
