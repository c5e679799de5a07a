"""One's own page of answers: at which moments they are asked, and which are still to give."""

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext as _

from people.models import User
from reporting import access, services
from reporting.frameworks import Framework, framework, in_words
from reporting.models import Characteristic, Participant


@dataclass(frozen=True)
class MomentLine:
    """One set of questions: how many were answered or refused, of how many."""

    moment: str
    title: str
    done: int
    of: int

    @property
    def is_done(self) -> bool:
        return self.done >= self.of


@dataclass(frozen=True)
class Participation:
    participant: Participant
    framework: Framework
    moments: list[MomentLine]
    new_wording: str  # what we say by now about these answers, when that is not what they were told when answering

    @property
    def next(self) -> MomentLine | None:
        """The first set that is not complete."""
        return next((line for line in self.moments if not line.is_done), None)


def participations(user: User, today: datetime.date) -> list[Participation]:
    """Every programme in which this person counts as a participant."""
    rows = Participant.objects.filter(user=user).select_related("programme").order_by("entered_on")
    return [_participation(row, today) for row in rows]


def _participation(row: Participant, today: datetime.date) -> Participation:
    titles = {
        Characteristic.Moment.ENTRY: _("When you started"),
        Characteristic.Moment.EXIT: _("When you left"),
        Characteristic.Moment.SIX_MONTHS: _("Six months after you left"),
    }
    answers = services.own_answers(row)
    lines = []
    for moment in access.moments_of(row, today):
        asked = [question for question in services.questions_of(row, moment) if question.is_asked_of(answers)]
        done = sum(question.key in answers for question in asked)
        lines.append(MomentLine(moment, titles[Characteristic.Moment(moment)], done, len(asked)))
    chosen = framework(row.programme.framework)
    return Participation(row, chosen, lines, in_words(chosen.purpose) if services.was_told_otherwise(row) else "")
