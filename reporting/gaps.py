"""What an auditor would miss: found before reporting, each with the one who can mend it."""

import datetime
from collections.abc import Iterable
from typing import Any

from reporting.hours import Overlap
from sessions.models import Meeting

# gap → who can mend it
MENDED_BY = {
    "not-closed": "coach",
    "nobody-present": "coach",
    "not-noted": "coach",
    "open-ended": "coach",
    "no-proof": "coach",
    "no-scan": "coach",
    "undated": "coach",
    "not-checked": "second",
    "checked-by-closer": "second",
    "overlap": "coach",
    "outside-periods": "project",
    "after-leaving": "project",
    "no-reason": "coach",
    "incomplete": "participant",
    "check": "project",
}


def of_meeting(row: dict[str, Any], today: datetime.date) -> Iterable[dict[str, Any]]:
    """The gaps of one meeting as plain data: `what` (a code of MENDED_BY), `mended_by`, the meeting, and how many people."""
    if row["state"] == Meeting.State.CANCELLED:
        found = [] if row["reason"] else ["no-reason"]
    elif not row["held"]:
        found = ["not-closed"] if row["day"] < today.isoformat() else []
    else:
        yield from _of_held(row)
        return
    yield from (_gap(what, row) for what in found)


def of_people(
    overlaps: Iterable[Overlap],
    incomplete: list[int],
    checks: Iterable[dict[str, Any]],
    outside: tuple[int, datetime.date | None] = (0, None),
    left: list[int] | None = None,
) -> Iterable[dict[str, Any]]:
    """What is missing of participants, attendance that no report or no participation covers (`outside`: how many meetings, and
    the first day), and official checks that do not add up."""
    if outside[0] and outside[1]:
        yield _gap("outside-periods", count=outside[0], first_day=outside[1].isoformat())
    if left:
        yield _gap("after-leaving", count=len(left), participants=left)
    for overlap in overlaps:
        about = {"id": overlap.meeting_id, "title": overlap.title, "day": overlap.day.isoformat()}
        yield _gap("overlap", about, participants=[overlap.number])
    if incomplete:
        yield _gap("incomplete", count=len(incomplete), participants=incomplete)
    yield from (_gap("check", check=check) for check in checks)


def _of_held(row: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if not row["present"]:
        yield _gap("nobody-present", row)
    for what, name in (("not-noted", "unknown"), ("open-ended", "open_ended")):
        if row[name]:
            yield _gap(what, row, count=row[name])
    if not row["proofs"]:
        for what, name in (("no-proof", "weak"), ("no-scan", "unscanned")):
            if row[name]:
                yield _gap(what, row, count=row[name])
    if row.get("undated"):
        yield _gap("undated", row, count=row["undated"])
    if not row["checked"]:
        yield _gap("not-checked", row)
    elif row["checked_by_closer"]:
        yield _gap("checked-by-closer", row)


def _gap(what: str, row: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    about = {"meeting": str(row["id"]), "title": row["title"], "day": row["day"]} if row else {}
    return {"what": what, "mended_by": MENDED_BY[what], **about, **more}


LISTED = 12


class Grouped:
    """Gaps of one kind together, each group with its first dozen meetings."""

    def __init__(self) -> None:
        self.groups: dict[str, dict[str, Any]] = {}

    def add(self, gap: dict[str, Any]) -> None:
        """Into the group of its kind; an official check stands alone."""
        key = f"check {len(self.groups)}" if gap["what"] == "check" else gap["what"]
        first = gap
        if len(gap.get("participants", ())) > LISTED:
            first = gap | {"participants": gap["participants"][:LISTED]}
        group = self.groups.setdefault(
            key, {"what": gap["what"], "mended_by": gap["mended_by"], "count": 0, "number": 0, "meetings": [], "first": first}
        )
        group["number"] += 1
        group["count"] += gap.get("count", 0)
        if gap.get("meeting") and len(group["meetings"]) < LISTED:
            group["meetings"].append(gap)

    def result(self) -> list[dict[str, Any]]:
        """The groups in the order in which they came."""
        return list(self.groups.values())


def grouped(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups of gaps that are all there."""
    groups = Grouped()
    for gap in found:
        groups.add(gap)
    return groups.result()
