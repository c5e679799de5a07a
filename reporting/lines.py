"""Rows of a report in the reader's words: a meeting, a participant, a presence, a gap. They add no figure of their own."""

import datetime
from typing import Any
from uuid import UUID

from reporting import words
from reporting.frameworks import in_words
from reporting.rows import AttendanceRow


def day(text: str) -> datetime.date | None:
    """A day of a document."""
    return datetime.date.fromisoformat(text) if text else None


def meeting_line(row: dict[str, Any]) -> dict[str, Any]:
    """A meeting with its day, hours and the words for its codes."""
    return row | {
        "id": UUID(row["id"]),
        "on": day(row["day"]),
        "from": datetime.datetime.fromisoformat(row["starts"]).time(),
        "till": datetime.datetime.fromisoformat(row["ends"]).time(),
        "kind_word": words.kind(row["kind"]),
        "mode_word": words.mode(row["mode"]),
        "state_word": words.state(row["state"]),
        "badge": "ok" if row["held"] else "stop" if row["state"] == "cancelled" else "next",
        "hours": words.hours(row["net_minutes"]),
    }


def person_line(row: dict[str, Any]) -> dict[str, Any]:
    """A participant under their number, with hours per kind and way."""
    return row | {
        "name": words.pseudonym(row["number"]),
        "sector_word": in_words(row["sector"]),
        "entered": day(row["entered_on"]),
        "left": day(row["left_on"]),
        "hours": words.hours(row["minutes"]),
        "hours_other": words.hours(row["minutes"] - sum(row["by_kind"].get(kind, 0) for kind in ("network", "coaching"))),
        **{f"hours_{kind}": words.hours(row["by_kind"].get(kind, 0)) for kind in ("network", "coaching")},
        **{f"hours_{way}": words.hours(row["by_way"].get(way, 0)) for way in ("onsite", "online")},
    }


def presence_line(row: AttendanceRow) -> dict[str, Any]:
    """A presence: who (a number or a role), from when till when, and how that is known."""
    return row._asdict() | {
        "meeting": UUID(row.meeting),
        "who": words.pseudonym(row.participant) or str(words.ROLES.get(row.role, row.role)),
        "status_word": words.status(row.status),
        "established_word": words.established(row.established),
        "kind_word": words.kind(row.kind),
        "hours": words.hours(row.minutes),
        "dated_on": row.dated,
        "is_weak": row.participant is not None and row.minutes > 0 and row.established in {"", "coach"},
    }


def gap_line(gap: dict[str, Any]) -> dict[str, Any]:
    """A gap as a sentence, with who can mend it."""
    return located(gap) | {"sentence": words.gap(gap), "who": words.MENDED_BY[gap["mended_by"]]}


def located(gap: dict[str, Any]) -> dict[str, Any]:
    """A gap with the day of its meeting, and the meeting as templates make addresses of it."""
    meeting = {"meeting": UUID(gap["meeting"])} if gap.get("meeting") else {}
    return gap | {"on": day(gap.get("day", ""))} | meeting
