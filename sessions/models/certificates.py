"""Proofs of attendance that a person takes along."""

import uuid

from django.db import models
from django.utils import timezone

from core.models import Job, StoredFile
from people.models import User
from trajectories.models import Seat


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def ready(self) -> "CertificateQuerySet":
        return self.filter(file__isnull=False)


class Certificate(models.Model):
    """The meetings that somebody in a seat took part in, with hours, as a PDF; each one made is kept with its hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="certificates")
    language = models.CharField(max_length=5, default="nl")
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.seat_id} {self.created_at:%Y-%m-%d}"
