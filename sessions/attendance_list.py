"""A list of who was there, out of a file: every row judged before anything is saved.

The file is read by the house's one reader (`core.tables`); the rows go through the same service as the grid.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.tables import Row
from people.models import User
from sessions import attendance
from sessions.attendance import Line
from sessions.models import Attendance, Meeting

Status = Attendance.Status
COLUMNS = {
    "name": ["naam", "name"],
    "email": ["e-mail", "e-mailadres", "mail"],
    "status": ["aanwezigheid", "attendance"],
    "arrived": ["van", "from"],
    "left": ["tot", "to"],
    "remark": ["opmerking", "remark"],
    "organisation": ["organisatie", "organisation"],
}
WORDS = {
    "": Status.ONSITE, "x": Status.ONSITE, "ja": Status.ONSITE, "yes": Status.ONSITE, "aanwezig": Status.ONSITE,
    "present": Status.ONSITE, "ter plaatse": Status.ONSITE, "on site": Status.ONSITE, "onsite": Status.ONSITE,
    "online": Status.ONLINE, "verontschuldigd": Status.EXCUSED, "excused": Status.EXCUSED, "nee": Status.ABSENT,
    "no": Status.ABSENT, "afwezig": Status.ABSENT, "absent": Status.ABSENT,
}  # fmt: skip
HOUR = re.compile(r"(\d{1,2})\s*(?:[:.uh]\s*(\d{2})?)?")


@dataclass
class Judged:
    """One row of the file: whom it means, what it says, and everything that is wrong with it."""

    row: Row
    who: Attendance | None = None
    line: Line | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.who.name if self.who else self.row["name"] or self.row["email"]

    @property
    def is_guest(self) -> bool:
        return self.who is None and not self.faults


def judge(meeting: Meeting, rows: Sequence[Row], *, established: str) -> list[Judged]:
    """Every row with whom it means; somebody who is not on the list is a guest when an organisation stands beside the name."""
    people = attendance.rows_of(meeting)
    by_mail = {row.user.email.casefold(): row for row in people if row.user}
    by_name: dict[str, list[Attendance]] = {}
    for standing in people:
        by_name.setdefault(_plain(standing.name), []).append(standing)
    found, seen = [], set()
    for row in rows:
        judged = Judged(row)
        _find(judged, by_mail, by_name)
        if judged.who and judged.who.pk in seen:
            judged.faults.append(_("This person is on the list twice."))
        if judged.who:
            seen.add(judged.who.pk)
        _read(judged, meeting, established)
        found.append(judged)
    return found


@transaction.atomic
def save(meeting: Meeting, judged: Sequence[Judged], *, by: User) -> int:
    """Note everybody of the list at once; nothing as long as a row has a fault. How many rows changed."""
    if not judged or any(one.faults or one.line is None for one in judged):
        raise DomainError(_("Mend the list first: nothing has been saved."))
    lines = {one.who.pk: one.line for one in judged if one.who and one.line}
    guests = [one.line for one in judged if one.who is None and one.line]
    return attendance.save_list(meeting, by=by, lines=lines, guests=guests)


def _plain(name: str) -> str:
    return " ".join(sorted(name.casefold().replace(",", " ").split()))


def _find(judged: Judged, by_mail: dict[str, Attendance], by_name: dict[str, list[Attendance]]) -> None:
    row = judged.row
    if row["email"]:
        judged.who = by_mail.get(row["email"].casefold())
    if judged.who is None and row["name"]:
        same = by_name.get(_plain(row["name"]), [])
        if len(same) > 1:
            judged.faults.append(_("Several people have this name: add the e-mail address."))
        judged.who = same[0] if len(same) == 1 else None
    if judged.who is None and not judged.faults and not (row["name"] and row["organisation"]):
        judged.faults.append(_("Nobody on the list has this name. Is it a guest? Then add the organisation."))


def _read(judged: Judged, meeting: Meeting, established: str) -> None:
    row = judged.row
    status = WORDS.get(row["status"].strip().casefold())
    if status is None:
        judged.faults.append(_("“%(word)s”: write present, online, excused or absent.") % {"word": row["status"][:40]})
    hours = {}
    for name in ("arrived", "left"):
        hours[name] = _hour(row[name])
        if row[name].strip() and hours[name] is None:
            judged.faults.append(_("“%(word)s” is no hour. Write 9:30.") % {"word": row[name][:40]})
    if len(row["remark"]) > 200 or len(row["name"]) > 160 or len(row["organisation"]) > 160:
        judged.faults.append(_("A text of this row is too long."))
    if judged.faults or status is None:
        return
    guest = judged.who is None or judged.who.is_guest
    line = Line(
        status=status, arrived=hours["arrived"], left=hours["left"], remark=row["remark"], established=established,
        name=row["name"] if guest else "", organisation=row["organisation"] if guest else "",
    )  # fmt: skip
    judged.faults += _faults_of_hours(meeting, line)
    judged.line = None if judged.faults else line


def _faults_of_hours(meeting: Meeting, line: Line) -> list[str]:
    """What is wrong with each of the two hours by itself, else with both together."""
    found = []
    for part in (replace(line, left=None), replace(line, arrived=None), line):
        try:
            attendance.stretch(meeting, part)
        except DomainError as refusal:
            found.append(str(refusal.message))
    return list(dict.fromkeys(found))


def _hour(text: str) -> datetime.time | None:
    found = HOUR.fullmatch(text.strip().casefold().removesuffix(" uur").strip()) if text.strip() else None
    if found is None or int(found[1]) > 23 or int(found[2] or 0) > 59:
        return None
    return datetime.time(int(found[1]), int(found[2] or 0))
