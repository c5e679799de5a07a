"""Which answers of participants are there: yes or no per required question, never a value."""

from collections.abc import Iterable
from dataclasses import dataclass

from reporting.frameworks import Framework, Question, framework
from reporting.models import Characteristic, Participant


@dataclass(frozen=True)
class ParticipantLine:
    """A participant and, per required question, whether it has been answered."""

    participant: Participant
    answered: tuple[bool, ...]
    asked: bool

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


def lines(participants: Iterable[Participant], chosen: Framework) -> list[ParticipantLine]:
    """One query for all of them. A refusal counts as asked; which question was refused is not told."""
    rows = list(participants)
    found: dict[object, set[str]] = {}
    sensitive = {question.code for question in chosen.asked_at("entry") if question.sensitive}
    answers = Characteristic.objects.filter(participant__in=rows, moment=Characteristic.Moment.ENTRY)
    for participant_id, code, refused in answers.exclude(value=None, refused=False).values_list(
        "participant_id", "code", "refused"
    ):
        if code in sensitive or not refused:
            found.setdefault(participant_id, set()).add(code)
    codes, nothing = [question.code for question in required(chosen)], set[str]()
    answers_of = {row.pk: found.get(row.pk, nothing) for row in rows}
    return [
        ParticipantLine(row, tuple(code in answers_of[row.pk] for code in codes), sensitive <= answers_of[row.pk]) for row in rows
    ]
