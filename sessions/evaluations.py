"""Three questions at the end of a meeting, answered by those who came, read without names (design.md rule 7)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit
from core.errors import DomainError
from people.models import User
from sessions.models import Attendance, Evaluation, EvaluationAnswer, EvaluationGiven, Meeting

FLOOR = 5  # no answers are shown of fewer people; a floor in code, not a setting
STAYS_OPEN = timedelta(hours=24)  # after the end, for who has to run for a train
QUESTIONS: dict[str, Promise] = {
    "helps": gettext_lazy("This meeting helps me in my work."),
    "safe": gettext_lazy("I felt free to say what I think."),
    "clear": gettext_lazy("I know what I am going to try out."),
}
SCALE: dict[int, Promise] = {
    1: gettext_lazy("Not at all"),
    2: gettext_lazy("Rather not"),
    3: gettext_lazy("Rather yes"),
    4: gettext_lazy("Very much"),
}


@dataclass(frozen=True)
class Result:
    """How often each answer was given to one question, from "not at all" to "very much"."""

    question: str
    counts: list[int]

    @property
    def agree(self) -> int:
        """How many rather or very much agree."""
        return sum(self.counts[2:])


def address_of(meeting: Meeting) -> str:
    """What the QR says: the address of the questions, at the site's own name, as in the QR to check in."""
    return settings.SITE_URL + reverse("sessions:evaluation", args=[meeting.pk])


def of(meeting: Meeting) -> Evaluation | None:
    """The evaluation of a meeting, when there is one."""
    return Evaluation.objects.filter(meeting=meeting).first()


def why_not(meeting: Meeting) -> str:
    """Why no questions can be put about a meeting now, in a sentence; empty when they can, also once its list is checked."""
    if meeting.kind == Meeting.Kind.COACHING:  # two people cannot be anonymous
        return _("A coaching moment has no evaluation: with so few people nobody is anonymous.")
    if meeting.state in {Meeting.State.DRAFT, Meeting.State.CANCELLED}:
        return _("This meeting is not going on.")
    if not meeting.has_begun:
        return _("The meeting has not begun yet.")
    if meeting.ends_at + STAYS_OPEN <= timezone.now():
        return _("This meeting is too long ago to evaluate.")
    return ""


@transaction.atomic
def start(meeting: Meeting, *, by: User) -> Evaluation:
    """Put the questions to those who came, until a day after the end. Twice is once; DomainError when that cannot be now
    (`why_not`), and when it closed before."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if sentence := why_not(meeting):
        raise DomainError(sentence)
    closes = meeting.ends_at + STAYS_OPEN
    found, made = Evaluation.objects.get_or_create(meeting=meeting, defaults={"closes_at": closes, "opened_by": by.pk})
    if made:
        audit.record(by=by.pk, verb="evaluation.opened", target=meeting)
    elif not found.is_open:
        raise DomainError(_("This evaluation is closed. It does not open again: that protects who answered."))
    return found


@transaction.atomic
def close(meeting: Meeting, *, by: User) -> None:
    """End it now and for good; results are shown from then on."""
    closed = Evaluation.objects.filter(meeting=meeting, closes_at__gt=timezone.now()).update(closes_at=timezone.now())
    if closed:
        audit.record(by=by.pk, verb="evaluation.closed", target=meeting)


def may_answer(meeting: Meeting, user: User) -> bool:
    """Who was asked or came."""
    return (
        Attendance.objects.filter(meeting=meeting, user=user)
        .exclude(is_invited=False, status__in=[Attendance.Status.UNKNOWN, Attendance.Status.ABSENT, Attendance.Status.EXCUSED])
        .exists()
    )


def has_answered(evaluation: Evaluation, user: User) -> bool:
    return EvaluationGiven.objects.filter(evaluation=evaluation, user=user).exists()


@transaction.atomic
def give(meeting: Meeting, *, by: User, answers: Mapping[str, int]) -> None:
    """Keep one set of answers. DomainError when it is not open, for who was not there, and the second time: nobody knows which
    answers were theirs, so nothing can be changed afterwards."""
    evaluation = Evaluation.objects.filter(meeting=meeting).select_for_update().first()
    if evaluation is None or not evaluation.is_open:
        raise DomainError(_("There is no evaluation open."))
    if not may_answer(meeting, by):
        raise DomainError(_("Only who was at the meeting answers."))
    try:
        with transaction.atomic():
            EvaluationGiven.objects.create(evaluation=evaluation, user=by)
    except IntegrityError:
        raise DomainError(
            _("You have already answered. We do not know which answers are yours, so they cannot be changed.")
        ) from None
    EvaluationAnswer.objects.create(evaluation=evaluation, **{name: answers[name] for name in QUESTIONS})


def answered(evaluation: Evaluation) -> int:
    """How many answered so far."""
    return evaluation.given.count()


def results(evaluation: Evaluation) -> list[Result]:
    """The answers per question; empty while it is open (one more answer would show itself) and below five."""
    if evaluation.is_open:
        return []
    rows = list(evaluation.answers.values(*QUESTIONS))
    if len(rows) < FLOOR:
        return []
    counted = {name: Counter(row[name] for row in rows) for name in QUESTIONS}
    return [Result(str(words), [counted[name][step] for step in SCALE]) for name, words in QUESTIONS.items()]
