"""What is taken away of the journey's doors, and the address at which it must be seen."""

from core.doors import through
from core.models import Job
from reflections import access
from reflections.models import (
    Comment,
    PortfolioPiece,
    QuestionSet,
    ReaderGrant,
    Reflection,
    ReflectionFile,
    SelfAssessment,
)
from reflections.models.portfolio import PortfolioPieceQuerySet
from reflections.models.texts import ReaderGrantQuerySet
from reflections.views import around, pair, policy, questions
from trajectories.models import Pilot

REMOVED = [
    (pair, "pair_line_of", lambda _user, pk: through(Pilot.objects.all(), pk=pk), "reflections:pair_line"),
    (pair, "pair_text_moved_by", around.reflection_for, "reflections:pair_move"),
    (access, "piece_by", lambda _user, pk: through(PortfolioPiece.objects.all(), pk=pk), "reflections:portfolio_piece"),
    (access, "assessment_by", lambda _user, pk: through(SelfAssessment.objects.all(), pk=pk), "reflections:portfolio_forget"),
    (access, "portfolio_file_by", lambda _user, pk, _kind: through(Job.objects.all(), pk=pk), "reflections:portfolio_download"),
    (access, "portfolio_of", lambda _user: None, "reflections:portfolio_look"),
    (PortfolioPieceQuerySet, "of", lambda rows, _user: rows.all(), "reflections:portfolio_piece"),
    (around, "reflection_talked_about_by", around.reflection_for, "reflections:say"),
    (around, "comment_by", lambda _text, _user, pk: through(Comment.objects.all(), pk=pk), "reflections:take_back"),
    (around, "file_of", lambda _text, pk: through(ReflectionFile.objects.all(), pk=pk), "reflections:file"),
    (around, "reflection_for", lambda _user, pk: through(Reflection.objects.all(), pk=pk), "reflections:file"),
    (policy, "policy_text_for", lambda _user, pk: through(ReaderGrant.objects.all(), pk=pk), "reflections:policy_text"),
    (questions, "question_set_by", lambda _user, pk: through(QuestionSet.objects.all(), pk=pk), "reflections:questions_change"),
    (questions, "programmes_asked_by", lambda _user: [], "reflections:questions"),
    (ReaderGrantQuerySet, "for_policy", lambda rows, _user: rows.all(), "reflections:policy_text"),
]
