"""Participants' answers as the two tables of a bundle from which indicators can be counted again.

`participants.csv`: a row per participant under their number, with service, days, age on entry and what ordinary rules ask; no
sensitive answer. `sensitive.csv`: what sensitive answers give, as totals per indicator and per question; no number, no day, and
no two answers beside each other, so that nobody can be found by a combination. docs/esf.md says how.
"""

import csv
import datetime
import io
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from reporting import rules
from reporting.frameworks import Framework
from reporting.indicators import SINCE_START, STRETCH, Count, ErasedTotals
from reporting.records import Member
from reporting.rows import tame

DAYS = ("number", "role", "service", "entered_on", "left_on")
TOTALS = ("what", "told", "scope", "gender", "people")
AGE = ".age"
LEADER, ENROLLED = "leader", "enrolled"
COUNTS = "counts"  # what is told of an indicator; of a question how it was answered
STATES = ("answered", "refused", "not_asked")


class Tables(NamedTuple):
    """Both tables as the bytes of a bundle, with the number of rows of each."""

    participants: bytes
    sensitive: bytes
    rows: tuple[int, int]

    @property
    def bound(self) -> dict[str, dict[str, Any]]:
        """What a snapshot says of them: rows and SHA-256."""
        said = zip(("participants", "sensitive"), self.rows, (self.participants, self.sensitive), strict=True)
        return {name: {"rows": rows, "sha256": sha256(content).hexdigest()} for name, rows, content in said}


def tables(
    framework: Framework, members: Iterable[Member], erased: ErasedTotals, start: datetime.date, end: datetime.date
) -> Tables:
    """The tables of everybody who entered by `end`; days after it are left out, as the figures leave them out."""
    asked, counting, number = framework.counted_questions(), Count(framework, start, end), 0
    counting.add_erased(erased)
    people, totals = io.StringIO(newline=""), io.StringIO(newline="")
    writer = csv.writer(people, lineterminator="\n")
    writer.writerow((*DAYS, *(question.key + AGE if question.kind == "date" else question.key for question in asked)))
    for member in members:
        number += 1
        counting.add(member.record)
        left = member.record.left_on
        days = (member.record.entered_on.isoformat(), left.isoformat() if left is not None and left <= end else "")
        role = LEADER if member.leads else ENROLLED
        writer.writerow((member.number, role, tame(member.service), *days, *(_cell(member, question) for question in asked)))
    rows = list(_totals(framework, counting))
    writer = csv.writer(totals, lineterminator="\n")
    writer.writerow(TOTALS)
    writer.writerows(rows)
    return Tables(people.getvalue().encode(), totals.getvalue().encode(), (number, len(rows)))


def _cell(member: Member, question: Any) -> str:
    """An ordinary answer; of a date the completed years on the day of entry."""
    answer = member.record.answers.get(question.key, "")
    if not answer or question.kind != "date":
        return answer
    return str(rules.age_on(datetime.date.fromisoformat(answer), member.record.entered_on))


def _totals(framework: Framework, counting: Count) -> Iterator[tuple[str, str, str, str, int]]:
    """Of every code that leans on a sensitive question how many count, per gender; of every such question how it was answered."""
    leaning = framework.leaning()
    for indicator in framework.indicators:
        for scope in (STRETCH, SINCE_START) if indicator.code in leaning else ():
            for gender, number in counting.numbers(indicator.code, scope).items():
                if gender != "total":
                    yield indicator.code, COUNTS, scope, gender, number
    for question in counting.sensitive:
        for state in STATES:
            yield question.key, state, SINCE_START, "", counting.asked[question.code, state]
