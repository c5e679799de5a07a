"""A progress report as one plain document: what drafts are made from, what is frozen, what a bundle proves.

`canonical` gives the bytes that are hashed: JSON with sorted keys, no spaces, UTF-8. docs/esf.md describes the parts.
"""

import datetime
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from core import files
from core.errors import DomainError
from core.models import StoredFile
from reporting import figures
from reporting.hours import meetings_of
from reporting.models import ProgressReport, ReportFile, ReportSection
from reporting.rows import AttendanceRow, attendance_rows, read_canonical
from sessions.models import Evidence
from trajectories.models import Programme

SCHEMA = "ilias-progress-report/1"
CANONICAL = ""  # the language of the rows that a snapshot is bound to: none


@dataclass(frozen=True)
class Source:
    """Where an export reads: the document and its attendance rows, live or out of the snapshot."""

    document: dict[str, Any]
    rows: Callable[[], Iterator[AttendanceRow]]
    sha256: str = ""

    @property
    def is_frozen(self) -> bool:
        return bool(self.sha256)


def canonical(document: dict[str, Any]) -> str:
    """The one spelling of a document."""
    return json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """The fingerprint of a canonical document (SHA-256)."""
    return sha256(text.encode()).hexdigest()


def source_of(report: ProgressReport) -> Source:
    """Where the report's files come from: the snapshot alone once it is frozen, live rows before.

    DomainError when what was kept no longer has the fingerprint that was noted.
    """
    if report.state != ProgressReport.State.FROZEN:
        return draft_of(report)
    found, snapshot = json.loads(report.snapshot.data), report.snapshot
    if digest(snapshot.data) != snapshot.sha256:
        raise DomainError(_("The frozen figures no longer have the fingerprint that was noted. Tell whoever keeps this site."))
    return Source(found, lambda: _frozen_rows(report, found["attendance"]["sha256"]), snapshot.sha256)


def _frozen_rows(report: ProgressReport, sha256_noted: str) -> Iterator[AttendanceRow]:
    frozen = report.files.filter(format=ReportFile.Format.CSV, is_frozen=True, language=CANONICAL)
    content = files.read(StoredFile.objects.get(pk__in=frozen.values("file")))
    if sha256(content).hexdigest() != sha256_noted:
        raise DomainError(_("The frozen attendance no longer has the fingerprint that was noted. Tell whoever keeps this site."))
    return read_canonical(io.BytesIO(content))


def draft_of(report: ProgressReport) -> Source:
    """The report of a period as it would be now."""
    period, sections = report.period, report.sections.all()
    return live(report.programme, period.starts_on, period.ends_on, name=period.name, is_period=True, sections=sections)


def live(
    programme: Programme,
    start: datetime.date,
    end: datetime.date,
    *,
    name: str = "",
    is_period: bool = False,
    sections: Iterable[ReportSection] = (),
) -> Source:
    """A draft over any stretch of days."""
    document = {
        "schema": SCHEMA,
        "state": "draft",
        "programme": _programme(programme),
        "stretch": {"name": name, "from": start.isoformat(), "until": end.isoformat(), "is_period": is_period},
        "sections": narrative(sections),
        "figures": figures.collect(programme, start, end),
        "evidence": evidence(programme, start, end),
    }
    return Source(document, lambda: attendance_rows(programme, start, end))


def frozen_document(report: ProgressReport, attendance: dict[str, Any]) -> dict[str, Any]:
    """The draft turned into what is kept for good; `attendance` binds the CSV of its rows."""
    days = {"proposed_on": timezone.localdate(report.proposed_at), "frozen_on": timezone.localdate(report.frozen_at)}
    return draft_of(report).document | {
        "state": "frozen",
        "attendance": attendance,
        **{name: day.isoformat() for name, day in days.items()},
    }


def narrative(sections: Iterable[ReportSection]) -> list[dict[str, str]]:
    """The sections that say something, in the report's order."""
    order = list(ReportSection.Name.values)
    written = [{"name": section.name, "body": section.body} for section in sections if section.body.strip()]
    return sorted(written, key=lambda section: order.index(section["name"]))


def evidence(programme: Programme, start: datetime.date, end: datetime.date) -> list[dict[str, Any]]:
    """The proofs bound to the meetings of the stretch, each with its hash."""
    rows = (
        Evidence.objects.filter(meeting__in=meetings_of(programme, start, end).values("pk"))
        .order_by("meeting__starts_at", "added_at", "pk")
        .values_list("file_id", "meeting_id", "kind", "file__name", "file__sha256", "file__size")
    )
    return [
        {"file": str(file), "meeting": str(meeting), "kind": kind, "name": name, "sha256": sha, "size": size}
        for file, meeting, kind, name, sha, size in rows
    ]


def _programme(programme: Programme) -> dict[str, Any]:
    days = {name: getattr(programme, name).isoformat() for name in ("starts_on", "ends_on")}
    texts = ("name", "slug", "promoter", "call_number", "dossier_number", "funder_sentence", "framework", "is_demo")
    emblems = programme.emblems.values_list("file_id", "file__sha256", "alt")
    return (
        {name: getattr(programme, name) for name in texts}
        | days
        | {
            "id": str(programme.pk),
            "emblems": [{"file": str(file), "sha256": sha, "alt": alt} for file, sha, alt in emblems],
        }
    )
