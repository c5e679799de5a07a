"""What an auditor would miss: found before reporting, each with the one who can mend it."""

import datetime
from collections.abc import Iterable
from typing import Any

from reporting.hours import Tally
from sessions.models import Meeting

# gap → who can mend it
MENDED_BY = {
    "not-closed": "coach",
    "nobody-present": "coach",
    "not-noted": "coach",
    "open-ended": "coach",
    "no-proof": "coach",
    "not-checked": "second",
    "checked-by-closer": "second",
    "overlap": "coach",
    "no-reason": "coach",
    "incomplete": "participant",
    "check": "project",
}


def find(
    meetings: list[dict[str, Any]],
    tally: Tally,
    incomplete: list[int],
    checks: list[dict[str, Any]],
    today: datetime.date,
) -> list[dict[str, Any]]:
    """Every gap as plain data: `what` (a code of MENDED_BY), `mended_by`, the meeting or participants it is about, how many."""
    found = [gap for row in meetings for gap in _of_meeting(row, today)]
    by_meeting = {row["key"]: row for row in meetings}
    found += [_gap("overlap", by_meeting[meeting], participants=[number]) for number, meeting in tally.overlaps]
    if incomplete:
        found.append(_gap("incomplete", count=len(incomplete), participants=incomplete))
    found += [_gap("check", check=check) for check in checks]
    return found


def _of_meeting(row: dict[str, Any], today: datetime.date) -> Iterable[dict[str, Any]]:
    if row["state"] == Meeting.State.CANCELLED:
        found = [] if row["reason"] else ["no-reason"]
    elif not row["held"]:
        found = ["not-closed"] if row["day"] < today.isoformat() else []
    else:
        yield from _of_held(row)
        return
    yield from (_gap(what, row) for what in found)


def _of_held(row: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if not row["present"]:
        yield _gap("nobody-present", row)
    for what, name in (("not-noted", "unknown"), ("open-ended", "open_ended")):
        if row[name]:
            yield _gap(what, row, count=row[name])
    if not row["proofs"] and row["weak"]:
        yield _gap("no-proof", row, count=row["weak"])
    if not row["checked"]:
        yield _gap("not-checked", row)
    elif row["checked_by_closer"]:
        yield _gap("checked-by-closer", row)


def _gap(what: str, row: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    about = {"meeting": str(row["key"]), "title": row["title"], "day": row["day"]} if row else {}
    return {"what": what, "mended_by": MENDED_BY[what], **about, **more}
