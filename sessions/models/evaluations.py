"""What those who came thought of a meeting, without anybody's name."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from people.models import User
from sessions.models.meetings import Meeting


class Evaluation(models.Model):
    """Three short questions at the end of a meeting; answers are shown only after it closed, from five answers on."""

    meeting = models.OneToOneField(Meeting, primary_key=True, on_delete=models.CASCADE, related_name="evaluation")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.UUIDField(null=True)
    closes_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(closes_at__gte=F("opened_at")), name="sessions_evaluation_forward")]

    def __str__(self) -> str:
        return f"{self.meeting_id}"

    @property
    def is_open(self) -> bool:
        return self.closes_at > timezone.now()


class EvaluationAnswer(models.Model):
    """One set of answers. It names nobody and knows no hour: not even who keeps the database can tell whose it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="answers")
    helps = models.PositiveSmallIntegerField()
    safe = models.PositiveSmallIntegerField()
    clear = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(helps__range=(1, 4), safe__range=(1, 4), clear__range=(1, 4)), name="sessions_evaluation_scale"
            )
        ]

    def __str__(self) -> str:
        return f"{self.evaluation_id}"


class EvaluationGiven(models.Model):
    """That somebody answered, so that nobody answers twice; not what."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="given")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evaluation", "user"], name="sessions_evaluation_once")]

    def __str__(self) -> str:
        return f"{self.evaluation_id}"
