"""Files and links that go with a meeting, each with its own readers."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from people.models import User
from sessions.models.meetings import Attendance, Meeting
from sessions.models.preparation import coached
from trajectories.models import Seat


class MaterialQuerySet(models.QuerySet["Material"]):
    def visible_to(self, user: User) -> "MaterialQuerySet":
        """What one added; what is for everybody, at meetings to which one is asked or whose words one writes; what is for the
        coaches, as one; what is for pair and coaches, as one of them. Always only at meetings that one still sees."""
        asked = Attendance.objects.filter(user=user, is_invited=True).values("meeting_id")
        sheets = Meeting.objects.filter(coached(user)).values("pk")
        pair = Meeting.objects.filter(pilot_id__in=user.pilots_as(Seat.Role.LEADER)).values("pk")
        everybody, kept = Q(readers=Material.Readers.ALL), Q(meeting_id__in=Meeting.objects.visible_to(user).values("pk"))
        return self.filter(
            Q(added_by=user)
            | everybody & Q(meeting_id__in=asked)
            | everybody & Q(meeting_id__in=Meeting.objects.words_run_by(user).values("pk"))
            | Q(meeting_id__in=sheets)
            | Q(readers=Material.Readers.PAIR, meeting_id__in=pair)
        ).filter(kept)


class Material(models.Model):
    """A file or a link for the people of a meeting."""

    class Readers(models.TextChoices):
        ALL = "all", _("everybody who is invited")
        PAIR = "pair", _("the pair and their coaches")
        COACHES = "coaches", _("the coaches only")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(_("title"), max_length=160)
    link = models.URLField(_("link"), max_length=500, blank=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    readers = models.CharField(_("who sees it"), max_length=10, choices=Readers.choices, default=Readers.ALL)
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        ordering = ["added_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(file=None) & ~Q(link="") | Q(file__isnull=False, link=""), name="sessions_material_one_source"
            )
        ]

    def __str__(self) -> str:
        return self.title
