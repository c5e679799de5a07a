"""What every trajectory system needs and knows nothing of coaching: audit trail, background jobs, stored files."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what to which row, when. Append-only by trigger; ids, field names and hashes, never content."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.UUIDField(null=True, help_text="Person; empty when the system itself acted.")
    verb = models.CharField(max_length=60)
    target_type = models.CharField(max_length=60)
    target_id = models.CharField(max_length=40, db_index=True)
    fields = models.JSONField(default=list)
    facts = models.JSONField(default=dict, help_text="Ids, numbers, states and hashes; never a person's words.")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_type} {self.target_id}"


class AuditSeal(models.Model):
    """One link of the hash chain over a stretch of audit entries; made by the tick, not by the request."""

    at = models.DateTimeField(default=timezone.now)
    first_entry = models.BigIntegerField(unique=True)
    last_entry = models.BigIntegerField()
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.first_entry}–{self.last_entry}"


class StoredFile(models.Model):
    """A file that is complete: made by a job or uploaded and checked. Who may have it is asked at each download."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=300, unique=True)
    sealed_for = models.UUIDField(null=True, blank=True, help_text="Person whose key seals the bytes on disk.")
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField(null=True)

    def __str__(self) -> str:
        return self.name


class JobQuerySet(models.QuerySet["Job"]):
    def asked_by(self, user) -> "JobQuerySet":
        return self.filter(requested_by=user.pk)

    def open(self) -> "JobQuerySet":
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])

    def claimable(self) -> "JobQuerySet":
        """Waiting, or left behind by a worker whose lease has run out."""
        now = timezone.now()
        return self.filter(
            models.Q(state=Job.State.QUEUED, not_before__lte=now) | models.Q(state=Job.State.RUNNING, lease_until__lt=now)
        )


class Job(models.Model):
    """A piece of background work. `kind` is the name of the Celery task; the row is the truth, the message only a poke."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("busy")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    title = models.CharField(max_length=200, blank=True)
    requested_by = models.UUIDField(null=True, db_index=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    progress = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True)
    result = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    problem = models.CharField(max_length=300, blank=True, help_text="A sentence for the person who asked.")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state", "not_before"], name="core_job_waiting")]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    @property
    def percent(self) -> int:
        return min(100, 100 * self.progress // self.total) if self.total else 0


class Pulse(models.Model):
    """When a background process last gave a sign of life; read by /readyz."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"
