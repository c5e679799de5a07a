"""What remains of a meeting: minutes, agreements, proofs and reports."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Job, StoredFile
from people.models import User
from sessions.models.meetings import Meeting
from trajectories.models import Programme, Seat


class Minutes(models.Model):
    """What was said and decided, written together; a version guards against overwriting each other."""

    meeting = models.OneToOneField(Meeting, primary_key=True, on_delete=models.CASCADE, related_name="minutes")
    body = models.TextField(_("minutes"), blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.meeting_id} v{self.version}"


class ActionQuerySet(models.QuerySet["Action"]):
    def visible_to(self, user: User) -> "ActionQuerySet":
        """One's own, those of meetings whose words one may read."""
        readable = Meeting.objects.words_readable_by(user).values("pk")
        return self.filter(Q(owner=user, programme_id__in=user.programmes_as(*Seat.Role.values)) | Q(meeting_id__in=readable))

    def owned_by(self, user: User) -> "ActionQuerySet":
        """One's own, which is also the part of `visible_to` that one owns: who reads a meeting's words sits in its programme."""
        return self.filter(owner=user, programme_id__in=user.programmes_as(*Seat.Role.values))

    def changeable_by(self, user: User) -> "ActionQuerySet":
        """The owner's, and those of meetings that one runs and may read."""
        run = Meeting.objects.words_readable_by(user).filter(pk__in=Meeting.objects.run_by(user).values("pk")).values("pk")
        return self.filter(Q(owner=user, programme_id__in=user.programmes_as(*Seat.Role.values)) | Q(meeting_id__in=run))

    def open(self) -> "ActionQuerySet":
        return self.filter(state=Action.State.OPEN)


class Action(models.Model):
    """An agreement with an owner and a day."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="actions")
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="actions")
    text = models.CharField(_("agreement"), max_length=300)
    owner = models.ForeignKey(User, verbose_name=_("who"), on_delete=models.PROTECT, related_name="actions")
    due_on = models.DateField(_("by"), null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "created_at"]
        indexes = [models.Index(fields=["owner", "state", "due_on"], name="sessions_action_owner")]

    def __str__(self) -> str:
        return self.text

    @property
    def is_overdue(self) -> bool:
        return self.state == self.State.OPEN and self.due_on is not None and self.due_on < timezone.localdate()


class Evidence(models.Model):
    """A proof bound to a meeting: the scan of the signed list, a confirmation by mail."""

    class Kind(models.TextChoices):
        SCAN = "scan", _("scan of the signed list")
        MAIL = "mail", _("confirmation by mail")
        OTHER = "other", _("other proof")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.SCAN)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["added_at"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.kind}"


class SessionReport(models.Model):
    """A report of a meeting as PDF. Each version that was mailed is kept with its hash."""

    class Edition(models.TextChoices):
        INTERNAL = "internal", _("for those who were there")
        FUNDER = "funder", _("for the funder")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="reports")
    edition = models.CharField(max_length=10, choices=Edition.choices, default=Edition.INTERNAL)
    language = models.CharField(max_length=5, default="nl")
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.edition} {self.language}"
