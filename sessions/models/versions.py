"""Every saved version of the minutes: who wrote what."""

import uuid

from django.db import models
from django.utils import timezone

from people.models import User
from sessions.models.meetings import Meeting


class MinutesVersion(models.Model):
    """The minutes as somebody saved them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="minutes_versions")
    version = models.PositiveIntegerField()
    body = models.TextField(blank=True)
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-version"]
        constraints = [models.UniqueConstraint(fields=["meeting", "version"], name="sessions_minutes_version_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} v{self.version}"
