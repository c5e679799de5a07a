"""The columns registry: for every model field whose data it is, why it is kept, how long, who exports and who erases it.

Classes of data: `account` (identifies a person), `content` (a person's words, sealed or shared), `special` (GDPR art. 9),
`record` (what happened: planning, attendance, evidence), `technical` (keys, states, times that say nothing of a person).
A test fails when a model field has no line here (design.md rule 8).
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

CLASSES = {"account", "content", "special", "record", "technical"}
RETENTIONS = {
    "account": _("while the person has a seat, and one year after"),
    "content": _("until the author erases it, at the latest the programme's content clock"),
    "evidence": _("until the programme's evidence clock ends (ILIAS: ten years after the project)"),
    "programme": _("as long as the programme is kept"),
    "days-30": _("thirty days after it was dealt with"),
    "hours-24": _("twenty-four hours"),
    "public": _("no personal data"),
}


@dataclass(frozen=True)
class Column:
    """One model field. `subject`: the path to the person it is about, empty when it is about nobody."""

    subject: str
    purpose: str
    kind: str
    retention: str
    exporter: str
    eraser: str


_columns: dict[str, dict[str, Column]] = {}


def declare(
    model: str,
    names: str,
    *,
    subject: str = "",
    purpose: str,
    kind: str = "technical",
    retention: str = "public",
    exporter: str = "none",
    eraser: str = "none",
) -> None:
    """Declare fields (names separated by spaces) of `app_label.Model`; a wrong class or retention raises ValueError."""
    if kind not in CLASSES or retention not in RETENTIONS:
        raise ValueError(f"{model}: unknown class {kind!r} or retention {retention!r}")
    column = Column(subject, purpose, kind, retention, exporter, eraser)
    _columns.setdefault(model.lower(), {}).update(dict.fromkeys(names.split(), column))


def columns() -> dict[str, dict[str, Column]]:
    """Everything declared: model label → field name → column."""
    return _columns
