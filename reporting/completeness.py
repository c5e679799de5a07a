"""Which answers of participants are there: yes or no per required question, never a value."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, UUIDField

from core.compiled import Compiled, each_of
from reporting.frameworks import Framework, Question, framework
from reporting.models import Characteristic, Participant
from trajectories.models import Programme

A_PAGE = 35  # participants on a page: with their answers a line is long


@dataclass(frozen=True)
class ParticipantLine:
    """A participant and, per required question, whether it has been answered; `later`: the moments after entry with answers."""

    participant: Participant
    answered: tuple[bool, ...]
    asked: bool
    later: frozenset[str]

    @property
    def is_complete(self) -> bool:
        return all(self.answered)


def required(chosen: Framework) -> list[Question]:
    """The questions that make a record complete."""
    return [chosen.question(key) for key in chosen.complete]


def missing(participant: Participant, moment: str = Characteristic.Moment.ENTRY) -> int:
    """How many answers are still to be given at a moment: on entry those of a complete record, later those of every question
    (whether a question concerns this person is asked when they answer)."""
    chosen = framework(participant.programme.framework)
    there = participant.characteristics.filter(moment=moment)
    if moment != Characteristic.Moment.ENTRY:
        return int(not there.exists() and bool(chosen.asked_at(moment)))
    known = set(there.filter(refused=False).values_list("code", flat=True))
    return sum(question.code not in known for question in required(chosen))


def listed(programme: Programme) -> QuerySet[Participant]:
    """The participants of a programme by number, with what a line of the list shows and nothing that is sealed."""
    rows = Participant.objects.filter(programme=programme).with_enrolment().select_related("user", "pilot__service")
    person = ("user__first_name", "user__last_name", "user__email", "user__is_active")
    shown = rows.only("programme_id", "number", "entered_on", "left_on", *person, "pilot__service__name")
    return shown.order_by("number")


def lines(participants: Iterable[Participant], chosen: Framework) -> list[ParticipantLine]:
    """One query for all of them, a page at most. A refusal counts as asked; which question was refused is not told."""
    rows = list(participants)
    found: dict[UUID, set[str]] = defaultdict(set)
    later: dict[UUID, set[str]] = defaultdict(set)
    sensitive = {question.code for question in chosen.asked_at("entry") if question.sensitive}
    for participant, moment, code, refused in ANSWERS.ask(participants=[row.pk for row in rows]) if rows else ():
        if moment != Characteristic.Moment.ENTRY:
            later[participant].add(moment)
        elif code in sensitive or not refused:
            found[participant].add(code)
    codes = [question.code for question in required(chosen)]
    return [
        ParticipantLine(row, tuple([code in there for code in codes]), sensitive <= there, frozenset(later[row.pk]))
        for row, there in ((row, found[row.pk]) for row in rows)
    ]


def _answers() -> QuerySet[Characteristic, Any]:
    """What some participants answered or refused on entry, and at which later moments they were asked."""
    entry = Q(moment=Characteristic.Moment.ENTRY)
    asked = Characteristic.objects.filter(participant__id__in=each_of("participants", UUIDField(), A_PAGE))
    return asked.exclude(entry, value=None, refused=False).values_list("participant_id", "moment", "code", "refused")


ANSWERS = Compiled(_answers)
