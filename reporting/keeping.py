"""Before the key of somebody who is erased goes: what frozen reports had counted of them is kept (reporting/minimum.py)."""

import datetime
from bisect import bisect_left

from people.models import User
from reporting import minimum, records, rules
from reporting.frameworks import Framework, framework
from reporting.indicators import Count, ErasedTotals, Record
from reporting.models import Participant, ProgressReport

Days = tuple[datetime.date, datetime.date]


def keep_minimum(user: User) -> int:
    """Keep what was counted of this person in frozen reports; of who was counted in none, nothing. Returns in how many
    programmes."""
    kept = 0
    rows = Participant.objects.select_for_update(of=("self",)).filter(user=user, minimum=None).select_related("programme")
    for row in rows:
        frozen = _frozen(row)
        if frozen and row.entered_on <= frozen[-1][1]:
            kept += _keep(row, frozen)
    return kept


def _frozen(row: Participant) -> list[Days]:
    """The periods that were reported, in their order."""
    reports = ProgressReport.objects.filter(programme=row.programme_id, state=ProgressReport.State.FROZEN)
    return list(reports.order_by("period__starts_on").values_list("period__starts_on", "period__ends_on"))


def _keep(row: Participant, frozen: list[Days]) -> int:
    chosen, last = framework(row.programme.framework), frozen[-1][1]
    record = next(member.record for member in records.members(row.programme, last, only=row.pk))
    if not record.answers and not record.refused:
        return 0
    answers, ages = dict[str, str](), dict[str, int]()
    for question in chosen.counted_questions():
        answer, day = record.answers.get(question.key), record.day_of(question.moment, chosen)
        if not answer or day is None or day > last:
            continue
        if question.kind == "date":
            ages[question.key] = rules.age_on(datetime.date.fromisoformat(answer), record.entered_on)
        else:
            answers[question.key] = answer
    row.master, row.minimum = minimum.sealed(row.pk, answers, ages)
    row.save(update_fields=["master", "minimum"])
    minimum.add(row.programme, _totals(record, chosen, frozen))
    return 1


def _totals(record: Record, chosen: Framework, frozen: list[Days]) -> ErasedTotals:
    """What the sensitive answers gave to figures that were frozen, each with the days of the period that counted it."""
    totals, counting = ErasedTotals(), Count(chosen, *frozen[-1])
    profile = counting.judged(record)
    for code, moment in profile.codes:
        day = record.day_of(moment, chosen)
        if code in counting.leaning and day and day <= counting.end:
            totals.codes[code, profile.gender, *_counted_in(day, frozen)] += 1
    until = _counted_in(record.entered_on, frozen)[1]
    totals.states.update((question, state, until) for question, state in profile.asked)
    return totals


def _counted_in(day: datetime.date, frozen: list[Days]) -> tuple[str, str]:
    """The first and last day of the period that counted a day; no first one when the day lies before that period."""
    start, end = frozen[bisect_left([last for _first, last in frozen], day)]
    return start.isoformat() if start <= day else "", end.isoformat()
