"""What a report says is missing, and how it says that milestones stand, found again from its own rows.

Not found again: how many held meetings lie in no period, for these are in no bundle.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from reporting.recount.verdict import Verdict

Document = Mapping[str, Any]
COUNTED = {"not-noted": "unknown", "open-ended": "open_ended", "undated": "undated"}
UNPROVEN = {"no-proof": "weak", "no-scan": "unscanned"}
OF_PEOPLE = {"outside-periods", "after-leaving", "overlap", "incomplete", "check"}


def of_meetings(document: Document, late: list[int], verdict: Verdict) -> None:
    """What is missing of each meeting, of presences at two meetings at once, and of those after somebody's last day (`late`)."""
    figures = document["figures"]
    frozen, said = document["state"] == "frozen", defaultdict[str, dict[str, int]](dict)
    for gap in figures["gaps"]:
        if gap["what"] not in OF_PEOPLE and (frozen or gap["what"] != "not-closed"):  # a draft does not say of which day it is
            said[gap["meeting"]][gap["what"]] = gap.get("count", 1)
    proofs = Counter(proof["meeting"] for proof in document["evidence"] if proof["kind"] != "report")
    for row in figures["meetings"]:
        name, found, noted = f"{row['title']} ({row['day']})", dict(_of_meeting(row, frozen)), said.pop(row["id"], {})
        for what in {**found, **noted}:
            verdict.compare(f"{name}, missing: {what}", found.get(what, 0), noted.get(what, 0))
        verdict.compare(f"{name}, proofs", proofs[row["id"]], row["proofs"])
    for pk in sorted(said):
        verdict.differs(f"Something is missing of a meeting that the report does not list: {pk}.")
    doubled = sorted(row["number"] for row in figures["people"] if row["doubled"])
    verdict.compare("Participants at two meetings at once", doubled, sorted(set(_people(figures, "overlap"))))
    verdict.compare("Participants present after their last day", sorted(late), sorted(_people(figures, "after-leaving")))
    verdict.checked.append(f"what is missing: {len(figures['gaps'])} lines")


def of_people(document: Document, incomplete: list[int], verdict: Verdict) -> None:
    """Whose record is incomplete, and the official checks that fail."""
    figures = document["figures"]
    verdict.compare("Incomplete records", sorted(incomplete), sorted(_people(figures, "incomplete")))
    checks = [gap["check"] for gap in figures["gaps"] if gap["what"] == "check"]
    verdict.compare("Failed checks among what is missing", figures["indicators"]["checks"], checks)


def of_milestones(document: Document, verdict: Verdict) -> None:
    """Reached in time, reached late, or open; whether what is open is late depends on a day that only the frozen report knows."""
    until = document["stretch"]["until"]
    for row in document["figures"]["milestones"]:
        reached = row["reached_on"] if row["reached_on"] <= until else ""
        states = ("reached" if reached <= row["due_on"] else "reached-late",) if reached else ("open", "late")
        if row["state"] not in states:
            verdict.compare(f"Milestone “{row['title']}”", " / ".join(states), row["state"])


def _of_meeting(row: Mapping[str, Any], frozen: bool) -> Iterator[tuple[str, int]]:
    """What is missing, each with of how many people; 1 where it is the meeting's own."""
    if not row["held"]:
        if row["state"] != "cancelled":
            yield from [("not-closed", 1)] if frozen else ()
        elif not row["reason"]:
            yield "no-reason", 1
        return
    if not row["present"]:
        yield "nobody-present", 1
    counted = COUNTED | ({} if row["proofs"] else UNPROVEN)
    yield from ((what, row[name]) for what, name in counted.items() if row.get(name))
    if not row["checked"]:
        yield "not-checked", 1
    elif row["checked_by_closer"]:
        yield "checked-by-closer", 1


def _people(figures: Mapping[str, Any], what: str) -> list[int]:
    return [number for gap in figures["gaps"] if gap["what"] == what for number in gap.get("participants", ())]
