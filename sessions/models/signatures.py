"""Signatures under an attendance: drawn on a screen, or confirmed by who has signed in."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import StoredFile
from sessions.models.meetings import Attendance


class Signature(models.Model):
    """One person's hand under their own line of the list: a drawing, or the tick of who signed in; when, and on whose device."""

    class Way(models.TextChoices):
        DRAWN = "drawn", _("drawn on the screen")
        CONFIRMED = "confirmed", _("confirmed after signing in")

    attendance = models.OneToOneField(Attendance, primary_key=True, on_delete=models.CASCADE, related_name="signature")
    way = models.CharField(max_length=10, choices=Way.choices)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(default=timezone.now)
    device_of = models.UUIDField(null=True, help_text="Who was signed in: the person, or the coach whose tablet went round.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(way="drawn", file__isnull=False) | Q(way="confirmed", file=None), name="sessions_signature_whole"
            )
        ]

    def __str__(self) -> str:
        return f"{self.attendance_id} {self.way}"
