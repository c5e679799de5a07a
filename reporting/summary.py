"""The figures as a page shows them: sums, and of long lists the beginning. Read row by row, so that memory does not grow with
meetings and people; of a frozen report the same is made of its snapshot."""

import datetime
import json
import struct
import zlib
from array import array
from collections.abc import Iterable, Mapping
from typing import Any

from core import crypto
from core.models import Job
from reporting import corrections, gaps, own_indicators
from reporting.figures import Stretch
from reporting.indicators import SINCE_START, STRETCH, Marks
from reporting.models import KeptFigures, ProgressReport, ReportingPeriod
from reporting.sums import Sums
from sessions.models import Meeting

CHANGES = 50
BESIDE = ("own", "earlier", "corrections", "adds_up", "told_elsewhere")  # only of a period


class Summary:
    """Feed it the rows of a stretch, then ask `result`."""

    def __init__(self, today: datetime.date) -> None:
        self.today = today
        self.sums = Sums()
        self.changed: list[dict[str, Any]] = []
        self.gaps: list[dict[str, Any]] = []
        self.groups = gaps.Grouped()

    def meeting(self, row: dict[str, Any]) -> None:
        """One meeting: into the sums, its gaps noted, kept when it was cancelled, moved or brought online."""
        self.sums.add_meeting(row)
        if len(self.changed) < CHANGES and (row["state"] == Meeting.State.CANCELLED or row["moved_from"] or row["went_online"]):
            self.changed.append(row)
        for gap in gaps.of_meeting(row, self.today):
            self.gap(gap)

    def gap(self, gap: dict[str, Any]) -> None:
        """Into the list of all, and into the group of its kind."""
        self.gaps.append(gap)
        self.groups.add(gap)

    def result(self, figures: Mapping[str, Any]) -> dict[str, Any]:
        """The figures of a page; `figures` brings what is not summed here (totals … milestones)."""
        names = ("totals", "activities", "sectors", "indicators", "milestones", *BESIDE)
        return {
            **{name: figures[name] for name in names if name in figures},
            "ways": self.sums.ways(),
            "changed": self.changed,
            "gap_groups": self.groups.result(),
            "meetings_number": self.sums.meetings["planned"],
        }


def live(report: ProgressReport, *, today: datetime.date | None = None) -> tuple[dict[str, Any], list[dict[str, Any]], Marks]:
    """The summary as the rows are now, every gap, and who counts for what."""
    period: ReportingPeriod = report.period
    stretch = Stretch(report.programme, period.starts_on, period.ends_on, today=today)
    summary = Summary(stretch.today)
    for row in stretch.meetings():
        summary.meeting(row)
    for person in stretch.people():
        summary.sums.add_person(person)
    counted = stretch.counting.result()
    for gap in gaps.of_people(stretch.overlaps, stretch.incomplete, counted["checks"], *stretch.strays):
        summary.gap(gap)
    totals = summary.sums.totals(stretch.others)
    figures = {
        "totals": totals,
        "activities": summary.sums.activities([name for name, _first, _last in stretch.phases]),
        "sectors": summary.sums.sectors(),
        "indicators": counted,
        "milestones": stretch.milestones(),
        "own": own_indicators.reached(report.programme, period, counted),
        **corrections.brought(report),
    }
    private = [indicator.code for indicator in stretch.counting.counted if indicator.sensitive]
    return summary.result(figures), summary.gaps, stretch.counting.marks.without(private)


def of_figures(figures: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The summary of figures that are all there, a snapshot's; its gaps are those that were noted then."""
    summary = Summary(datetime.date.min)
    for row in figures["meetings"]:
        summary.sums.add_meeting(row)
        if len(summary.changed) < CHANGES and (
            row["state"] == Meeting.State.CANCELLED or row["moved_from"] or row["went_online"]
        ):
            summary.changed.append(row)
    for person in figures["people"]:
        summary.sums.add_person(person)
    for gap in figures["gaps"]:
        summary.gap(gap)
    return summary.result(figures), summary.gaps


# -- kept -----------------------------------------------------------------------------------------------------------


def fill(kept: KeptFigures, summary: dict[str, Any], found: Iterable[dict[str, Any]], marks: Marks | None) -> None:
    """Write figures into the row, unsaved."""
    kept.summary = json.dumps(summary, ensure_ascii=False, separators=(",", ":"))
    kept.gaps = json.dumps(list(found), ensure_ascii=False, separators=(",", ":"))
    if marks is not None:
        kept.master, kept.behind = crypto.wrap(_packed(marks), about=kept.about_behind)


def is_computing(kept: KeptFigures | None) -> bool:
    """A job is at it."""
    return bool(kept and kept.job and kept.job.state in {Job.State.QUEUED, Job.State.RUNNING})


def marks_of(kept: KeptFigures) -> Marks | None:
    """Who counts for what; None when that was not kept. Raises core.crypto.Unreadable."""
    if kept.behind is None:
        return None
    packed = zlib.decompress(crypto.unwrap(kept.master, bytes(kept.behind), about=kept.about_behind))
    (length,) = struct.unpack_from("<I", packed)
    codes, at = json.loads(packed[4 : 4 + length]), 4 + length
    marks = Marks(codes["codes"])
    for column in (marks.numbers, marks.masks[STRETCH], marks.masks[SINCE_START], marks.genders):
        size = codes["people"] * column.itemsize
        column.frombytes(packed[at : at + size])
        at += size
    return marks


def _packed(marks: Marks) -> bytes:
    head = json.dumps({"codes": marks.codes, "people": len(marks.numbers)}).encode()
    columns: list[array] = [marks.numbers, marks.masks[STRETCH], marks.masks[SINCE_START], marks.genders]
    return zlib.compress(struct.pack("<I", len(head)) + head + b"".join(column.tobytes() for column in columns), 6)
