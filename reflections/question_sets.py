"""A programme's own questions: sets that its project team makes, changes and takes away."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, DomainError
from people.models import User
from reflections.models import Prompt, QuestionSet
from reflections.words import without_numbers
from trajectories.models import Programme, Seat

MOST = 20


@dataclass(frozen=True)
class Asked:
    """A question of a set as the form gives it."""

    text_nl: str
    text_en: str = ""
    theme: str = ""


@transaction.atomic
def save(question_set: QuestionSet, *, by: User, questions: Sequence[Asked], version: int = 0) -> QuestionSet:
    """Keep a set with exactly these questions, in this order; what was written to an earlier wording keeps that wording.

    DomainError for a shipped set, for who does not run the programme, and without a question; Conflict when somebody else
    saved since `version`.
    """
    programme = _run_by(by, question_set)
    if not questions:
        raise DomainError(_("Write at least one question."))
    for words in (question_set.title_nl, question_set.title_en, question_set.intro_nl, question_set.intro_en):
        without_numbers(words)
    if question_set._state.adding:
        question_set.save(force_insert=True)
    else:
        _replace(question_set, version)
    _set_questions(question_set, questions[:MOST])
    audit.record(by=by.pk, verb="questions.saved", target=question_set, programme=programme.pk, questions=len(questions))
    return question_set


def _replace(question_set: QuestionSet, version: int) -> None:
    names = ("occasion", "title_nl", "title_en", "intro_nl", "intro_en", "is_alone")
    facts = {name: getattr(question_set, name) for name in names}
    free = QuestionSet.objects.filter(pk=question_set.pk, version=version)
    if not free.update(version=F("version") + 1, **facts):
        raise Conflict(_("Somebody else changed these questions meanwhile. Open them again beside this page."))


def _set_questions(question_set: QuestionSet, questions: Sequence[Asked]) -> None:
    """A question that reads the same stays the same row, so that texts keep their link to it."""
    standing = {prompt.text_nl: prompt for prompt in question_set.prompts.all()}
    for position, asked in enumerate(questions, 1):
        text = without_numbers(asked.text_nl)
        prompt = standing.pop(text, None) or Prompt(programme=question_set.programme, question_set=question_set)
        prompt.text_nl, prompt.text_en, prompt.theme = text, without_numbers(asked.text_en), asked.theme
        prompt.occasion, prompt.position = question_set.occasion, position
        prompt.save()
    Prompt.objects.filter(pk__in=[prompt.pk for prompt in standing.values()]).delete()


@transaction.atomic
def remove(question_set: QuestionSet, *, by: User) -> None:
    """Take a set away; what was written to its questions keeps them as they were asked."""
    programme = _run_by(by, question_set)
    audit.record(by=by.pk, verb="questions.removed", target=question_set, programme=programme.pk)
    question_set.delete()


def _run_by(by: User, question_set: QuestionSet) -> Programme:
    programme = question_set.programme
    if programme is None or programme.pk not in by.programmes_as(Seat.Role.PROJECT):
        raise DomainError(_("Only the project team changes the questions of its programme."))
    return programme
