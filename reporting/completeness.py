"""Which answers of participants are there: yes or no per required question, never a value."""

from collections.abc import Iterable
from dataclasses import dataclass

from reporting.frameworks import Framework, Question, framework, in_words
from reporting.models import Characteristic, Participant


@dataclass(frozen=True)
class ParticipantLine:
    """A participant and, per required question, whether it has been answered."""

    participant: Participant
    answered: list[tuple[str, bool]]
    asked: bool

    @property
    def is_complete(self) -> bool:
        return all(there for _title, there in self.answered)


def required(chosen: Framework) -> list[Question]:
    """The questions that make a record complete."""
    return [chosen.question(key) for key in chosen.complete]


def missing(participant: Participant) -> int:
    """How many answers a complete record still lacks."""
    there = set(participant.characteristics.filter(moment="entry", refused=False).values_list("code", flat=True))
    return sum(question.code not in there for question in required(framework(participant.programme.framework)))


def is_complete(participant: Participant) -> bool:
    """Nothing that the funder needs is missing."""
    return not missing(participant)


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
    return [
        ParticipantLine(
            row,
            [(in_words(question.text), question.code in found.get(row.pk, ())) for question in required(chosen)],
            sensitive <= found.get(row.pk, set()),
        )
        for row in rows
    ]
