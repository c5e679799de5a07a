"""Which answers of participants are there: yes or no per required question, never a value."""

from collections.abc import Iterable
from dataclasses import dataclass

from reporting.frameworks import Framework, Question, in_words
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


def required(framework: Framework) -> list[Question]:
    """The questions that make a record complete."""
    return [framework.question(key) for key in framework.complete]


def lines(participants: Iterable[Participant], framework: Framework) -> list[ParticipantLine]:
    """One query for all of them. A refusal counts as asked; which question was refused is not told."""
    rows = list(participants)
    found: dict[object, set[str]] = {}
    sensitive = {question.code for question in framework.asked_at("entry") if question.sensitive}
    answers = Characteristic.objects.filter(participant__in=rows, moment=Characteristic.Moment.ENTRY)
    for participant_id, code, refused in answers.exclude(value=None, refused=False).values_list(
        "participant_id", "code", "refused"
    ):
        if code in sensitive or not refused:
            found.setdefault(participant_id, set()).add(code)
    return [
        ParticipantLine(
            row,
            [(in_words(question.text), question.code in found.get(row.pk, ())) for question in required(framework)],
            sensitive <= found.get(row.pk, set()),
        )
        for row in rows
    ]
