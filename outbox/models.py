"""Letters as rows: what must be said, to whom, about what. The text is made when it is sent."""

import uuid
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.choices import worded


class MailQuerySet(models.QuerySet["OutgoingMail"]):
    def waiting(self) -> "MailQuerySet":
        return self.filter(state__in=[OutgoingMail.State.QUEUED, OutgoingMail.State.RETRY])

    def due(self, now) -> "MailQuerySet":
        """May go now; or its sender's lease has run out."""
        return self.filter(
            models.Q(state__in=[OutgoingMail.State.QUEUED, OutgoingMail.State.RETRY], not_before__lte=now)
            | models.Q(state=OutgoingMail.State.SENDING, lease_until__lt=now)
        )

    def visible_to(self, user) -> "MailQuerySet":
        """The letters of the programmes that one sets up; letters about a sign-in belong to no programme."""
        return self.filter(programme_id__in=user.programmes_as("project"))

    def about(self, subject_id) -> "MailQuerySet":
        return self.filter(subject_id=subject_id)


class OutgoingMail(models.Model):
    """One letter to one reader. The unique key says which letter it is: asked for twice, written once."""

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        SENDING = "sending", _("being sent")
        RETRY = "retry", _("will be tried again")
        SENT = "sent", _("sent")
        IN_DOUBT = "in-doubt", _("in doubt: perhaps sent")
        FAILED = "failed", _("could not be delivered")
        OBSOLETE = "obsolete", _("no longer needed")
        TOO_LATE = "too-late", _("too late")
        STOPPED = "stopped", _("stopped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60)
    recipient_id = models.UUIDField(null=True, db_index=True, help_text="Person; empty for an address without an account.")
    address = models.EmailField(blank=True, help_text="Only where there is no person.")
    subject_id = models.UUIDField(null=True, db_index=True, help_text="The row that the letter is about.")
    programme_id = models.UUIDField(null=True, db_index=True)
    payload = models.BinaryField(null=True, help_text="What cannot be derived again, sealed; wiped after sending.")
    not_before = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=80, blank=True)
    problem = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)

    objects = MailQuerySet.as_manager()
    get_state_display = worded("state", State)

    class Meta:
        indexes = [
            models.Index(fields=["state", "not_before"], name="outbox_due"),
            models.Index(fields=["programme_id", "-created_at"], name="outbox_programme"),
        ]
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.key

    @cached_property
    def at_hand(self) -> dict[str, Any]:
        """What `prepare` of the letter's kind has read for a whole batch; its `render` takes it out, once."""
        return {}

    @property
    def message_id(self) -> str:
        """The same for every attempt, so that a reader's server can drop a double."""
        return f"<{self.pk}@traject>"


class LetterChoice(models.Model):
    """Somebody does not want letters of a kind that is not necessary, or wants them again; asked when a letter goes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient_id = models.UUIDField()
    kind = models.CharField(max_length=60)
    is_wanted = models.BooleanField(default=True)
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["recipient_id", "kind"], name="outbox_choice_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.is_wanted}"
