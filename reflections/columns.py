"""Whose data this app keeps, why and how long (design.md rule 8)."""

from django.utils.translation import gettext_noop as _

from core.columns import declare

_asked = _("to ask a question that helps to begin")
_text = {"subject": "author_id", "purpose": _("to keep what you write about your practice, for you and for whom you choose")}
_grant = {"subject": "reflection__author_id", "purpose": _("to let only those read whom you chose")}
_opened = {"subject": "reader_id", "purpose": _("to show authors who opened their text")}

_said = {"subject": "author_id", "purpose": _("to talk with your coaches about a text that you shared")}
_kept = {"subject": "reflection__author_id", "purpose": _("to keep photos and files with what you write")}
_earlier = {"subject": "reflection__author_id", "purpose": _("to show you what others read before you changed it")}
_device = {"subject": "user_id", "purpose": _("to open what you typed on your own device without a network")}
_nudged = {"subject": "user_id", "purpose": _("to tell you only once that you have not written for a while")}

declare(
    "reflections.QuestionSet", "id programme key occasion title_nl title_en intro_nl intro_en is_alone version", purpose=_asked
)
declare("reflections.Prompt", "id programme question_set key occasion theme text_nl text_en position", purpose=_asked)
declare(
    "reflections.Reflection", "body tags", kind="content", retention="content",
    exporter="reflections.services:own_texts", eraser="reflections.texts", **_text,
)  # fmt: skip
declare(
    "reflections.Reflection",
    "author programme pilot meeting prompt occasion theme question created_at updated_at pair_part pair_since",
    kind="record", retention="content", exporter="rows", eraser="reflections.texts", **_text,
)  # fmt: skip
declare(
    "reflections.Reflection", "id version erased_at follows",
    kind="technical", retention="content", eraser="reflections.texts", **_text,
)  # fmt: skip
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
declare(
    "reflections.ReflectionVersion", "body", kind="content", retention="content",
    exporter="reflections.services:own_texts", eraser="reflections.texts", **_earlier,
)  # fmt: skip
declare(
    "reflections.ReflectionVersion", "id reflection number written_at",
    kind="technical", retention="content", eraser="reflections.texts", **_earlier,
)  # fmt: skip
declare(
    "reflections.Comment", "body", kind="content", retention="content",
    exporter="reflections.dialogue:own_comments", eraser="reflections.texts", **_said,
)  # fmt: skip
declare(
    "reflections.Comment", "id reflection author said_at on_line",
    kind="record", retention="content", eraser="reflections.texts", **_said,
)  # fmt: skip
declare(
    "reflections.ReflectionFile", "name file", kind="content", retention="content",
    exporter="reflections.attached:own_files", eraser="reflections.texts", **_kept,
)  # fmt: skip
declare(
    "reflections.ReflectionFile", "id reflection added_at",
    kind="technical", retention="content", eraser="reflections.texts", **_kept,
)  # fmt: skip
declare(
    "reflections.DeviceKey", "id user place sealed made_at",
    kind="technical", retention="content", eraser="reflections.texts", **_device,
)  # fmt: skip
declare("reflections.Nudge", "id user at", kind="technical", retention="content", eraser="reflections.texts", **_nudged)

_portfolio = {"subject": "author_id", "purpose": _("to make your own learning portfolio, which only you read")}
_assessed = {"subject": "author_id", "purpose": _("to show you, and only you, how you grew")}
declare(
    "reflections.PortfolioPiece", "body", kind="content", retention="content",
    exporter="reflections.portfolio.pieces:own_pieces", eraser="reflections.texts", **_portfolio,
)  # fmt: skip
declare(
    "reflections.PortfolioPiece", "author programme part kind is_in happened_on created_at updated_at",
    kind="record", retention="content", eraser="reflections.texts", **_portfolio,
)  # fmt: skip
declare(
    "reflections.PortfolioPiece", "id position source photo version",
    kind="technical", retention="content", eraser="reflections.texts", **_portfolio,
)  # fmt: skip
declare(
    "reflections.SelfAssessment", "body", kind="content", retention="content",
    exporter="reflections.portfolio.assessments:own_assessments", eraser="reflections.texts", **_assessed,
)  # fmt: skip
declare(
    "reflections.SelfAssessment", "id author programme made_on created_at",
    kind="record", retention="content", eraser="reflections.texts", **_assessed,
)  # fmt: skip
