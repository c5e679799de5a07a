"""A progress report as one plain document: what drafts are made from, what is frozen, what a bundle proves.

`canonical` gives the bytes that are hashed: JSON with sorted keys, no spaces, UTF-8. docs/esf.md describes the parts.
"""

import datetime
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from core.errors import DomainError
from reporting import answers, corrections, figures, minimum, own_indicators, records, sealing
from reporting.answers import Tables
from reporting.frameworks import definition, framework
from reporting.frozen import rows_of
from reporting.hours import meetings_of
from reporting.models import ProgressReport, ReportSection, Snapshot
from reporting.rows import AttendanceRow, attendance_rows
from sessions.models import Evidence, Meeting, SessionReport
from trajectories.models import Programme

SCHEMA = "ilias-progress-report/3"
CHANGED = gettext_noop("The frozen figures no longer have the fingerprint that was noted. Tell whoever keeps this site.")
OLDER = gettext_noop("There is no bundle of this report: it was frozen in an older form, or its answers are no longer kept.")


@dataclass(frozen=True)
class Source:
    """Where an export reads: the document and its attendance rows, live or out of the snapshot."""

    document: dict[str, Any]
    rows: Callable[[], Iterator[AttendanceRow]]
    answers: Callable[[], Tables]
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
        raise DomainError(_(CHANGED))
    rows, answers = (lambda: rows_of(report, found["attendance"]["sha256"])), (lambda: _frozen_answers(snapshot, found))
    return Source(found, rows, answers, snapshot.sha256)


def _frozen_answers(snapshot: Snapshot, document: dict[str, Any]) -> Tables:
    if snapshot.answers is None or document["schema"] != SCHEMA:
        raise DomainError(_(OLDER))
    found = sealing.opened(snapshot)
    if found.bound != {name: document[name] for name in found.bound}:
        raise DomainError(_("The frozen answers no longer have the fingerprint that was noted. Tell whoever keeps this site."))
    return found


def earlier_snapshots(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The snapshots that a document leans on, as they were frozen, each with a name of its own. DomainError when one no longer
    has the fingerprint that the document notes."""
    figures = document["figures"]
    noted = {row["report"]: row["sha256"] for row in (*figures.get("earlier", ()), *figures.get("told_elsewhere", ()))}
    rows = Snapshot.objects.filter(report__in=noted).order_by("report__period__starts_on").select_related("report__period")
    for row in rows.defer("answers").iterator(chunk_size=1):
        if digest(row.data) != noted[str(row.report_id)]:
            raise DomainError(_(CHANGED))
        yield f"{row.report.period.starts_on}-{row.report.period.ends_on}", row.data


def draft_of(report: ProgressReport) -> Source:
    """The report of a period as it would be now."""
    period, sections = report.period, report.sections.all()
    source = live(report.programme, period.starts_on, period.ends_on, name=period.name, is_period=True, sections=sections)
    found = source.document["figures"]
    found["own"] = own_indicators.reached(report.programme, period, found["indicators"])
    found |= corrections.brought(report)
    if not found["adds_up"] and found["own"]:
        found["before"] = own_indicators.before(report.programme, period)
    return source


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
        "framework": definition(programme.framework),
    }
    return Source(document, lambda: attendance_rows(programme, start, end), lambda: answers_of(programme, start, end))


def answers_of(programme: Programme, start: datetime.date, end: datetime.date) -> Tables:
    """The tables of answers as they are now."""
    return answers.tables(
        framework(programme.framework), records.members(programme, end), minimum.totals_of(programme), start, end
    )


def frozen_document(report: ProgressReport, bound: dict[str, Any]) -> dict[str, Any]:
    """The draft turned into what is kept for good; `bound` says of each table its rows and hash."""
    days = {"proposed_on": timezone.localdate(report.proposed_at), "frozen_on": timezone.localdate(report.frozen_at)}
    return draft_of(report).document | {
        "state": "frozen",
        **bound,
        **{name: day.isoformat() for name, day in days.items()},
    }


def narrative(sections: Iterable[ReportSection]) -> list[dict[str, str]]:
    """The sections that say something, in the report's order."""
    order = list(ReportSection.Name.values)
    written = [{"name": section.name, "body": section.body} for section in sections if section.body.strip()]
    return sorted(written, key=lambda section: order.index(section["name"]))


def evidence(programme: Programme, start: datetime.date, end: datetime.date) -> list[dict[str, Any]]:
    """The proofs of the meetings of the stretch, each with its hash: scans, mails, and session reports for the funder."""
    return list(proofs_of(meetings_of(programme, start, end).values("pk")))


def proofs_of(meetings: QuerySet[Meeting, Any] | list[UUID]) -> Iterator[dict[str, Any]]:
    """The proofs of some meetings, in the order of time; of a meeting's reports for the funder the newest in each language."""
    columns = ("file_id", "meeting_id", "file__name", "file__sha256", "file__size")
    bound = Evidence.objects.filter(meeting__in=meetings).order_by("meeting__starts_at", "added_at", "pk")
    made = SessionReport.objects.filter(meeting__in=meetings, edition=SessionReport.Edition.FUNDER, file__isnull=False)
    made = made.order_by("made_at", "created_at", "pk")
    newest = {row[1:3]: row for row in made.values_list("made_at", "meeting_id", "language", *columns)}
    reports = [("report", *row[3:]) for row in sorted(newest.values(), key=lambda row: (row[0] is not None, row[0]))]
    for kind, file, meeting, name, sha, size in (*bound.values_list("kind", *columns), *reports):
        yield {"file": str(file), "meeting": str(meeting), "kind": kind, "name": name, "sha256": sha, "size": size}


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
