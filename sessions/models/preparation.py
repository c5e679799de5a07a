"""What people bring to a meeting: questions, homework, cases, the intake of a coaching moment, the tandem's own sheet, a coach's
notes. Sealed."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.doors import among
from people.models import User
from sessions.models.meetings import Meeting
from trajectories.models import Seat


def coached(user: User) -> Q:
    """Meetings of a network or pilot that this person coaches; a project team's seat does not count."""
    return among(network_id=user.networks_as(Seat.Role.COACH), pilot_id=user.pilots_as(Seat.Role.COACH))


class BroughtQuerySet(models.QuerySet["Brought"]):
    def visible_to(self, user: User) -> "BroughtQuerySet":
        """One's own; what is shared with oneself by name (a coach's note only as long as one coaches there too); the tandem's
        sheet for who coaches there; the pair's common intake for the pair and their coaches. Always only at meetings that one
        still sees."""
        shared = BroughtReader.objects.filter(user=user).values("brought_id")
        sheets = Meeting.objects.filter(coached(user)).values("pk")
        of_pair = user.pilots_as(Seat.Role.LEADER, Seat.Role.COACH)
        return self.filter(
            Q(author=user, kind__in=Brought.PERSONAL)
            | Q(opened_at__isnull=False, pk__in=shared) & (~Q(kind=Brought.Kind.NOTE) | Q(meeting_id__in=sheets))
            | Q(kind__in=Brought.TANDEM, meeting_id__in=sheets)
            | Q(kind=Brought.Kind.TOGETHER, meeting__pilot_id__in=of_pair),
            meeting_id__in=Meeting.objects.visible_to(user).values("pk"),
        )

    def written_by(self, user: User) -> "BroughtQuerySet":
        """One's own, at meetings that one still sees: only their author changes them and decides who reads."""
        seen = Meeting.objects.visible_to(user).values("pk")
        return self.filter(author=user, kind__in=Brought.PERSONAL, meeting_id__in=seen)


class Brought(models.Model):
    """A text that somebody brings to a meeting, sealed with its author's key. The sheet of the tandem and the pair's common
    intake are written by several: they are sealed with the key of who wrote last."""

    class Kind(models.TextChoices):
        QUESTION = "question", _("question")
        HOMEWORK = "homework", _("homework")
        CASE = "case", _("case")
        INTAKE = "intake", _("our questions and needs: my part")
        TOGETHER = "together", _("our questions and needs together")
        PLAN = "plan", _("how we guide it")
        DEBRIEF = "debrief", _("how it went")
        NOTE = "note", _("note of a coach")

    OWN = (Kind.QUESTION, Kind.HOMEWORK, Kind.CASE, Kind.INTAKE)
    PERSONAL = (*OWN, Kind.NOTE)
    TANDEM = (Kind.PLAN, Kind.DEBRIEF)
    COMMON = (Kind.TOGETHER, Kind.PLAN, Kind.DEBRIEF)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="brought")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="brought")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    body = models.BinaryField(help_text="The texts by name as JSON, sealed with the author's key.")
    version = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField(null=True, blank=True, help_text="From when its readers read it.")
    ready_at = models.DateTimeField(null=True, blank=True, help_text="An intake waits until both of the pair are ready.")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = BroughtQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "author"], condition=Q(kind="intake"), name="sessions_intake_once"),
            models.UniqueConstraint(
                fields=["meeting", "kind"], condition=Q(kind__in=["together", "plan", "debrief"]), name="sessions_common_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.kind}"


class BroughtReader(models.Model):
    """Somebody with whom the author shared it, by name; the sharing counts as long as they see the meeting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    brought = models.ForeignKey(Brought, on_delete=models.CASCADE, related_name="readers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["brought", "user"], name="sessions_brought_reader_once")]

    def __str__(self) -> str:
        return f"{self.brought_id} {self.user_id}"
