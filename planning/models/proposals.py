"""A proposal for the whole plan: asked for, worked out in the background, moved about, and accepted or put away."""

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Job
from networks.models import LearningNetwork
from people.models import User
from sessions.models import Meeting
from trajectories.models import Pilot, Programme, Seat


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: User) -> "ProposalQuerySet":
        """The project team sees all of its programme; a coach their own, while they coach there."""
        own = Q(asked_by=user, programme_id__in=user.programmes_as(Seat.Role.COACH, Seat.Role.PROJECT))
        return self.filter(own | Q(programme_id__in=user.programmes_as(Seat.Role.PROJECT)))


class ProposedMeetingQuerySet(models.QuerySet["ProposedMeeting"]):
    def planned_by(self, user: User) -> "ProposedMeetingQuerySet":
        """Those of networks and pilots whose meetings this person plans today."""
        networks, pilots = LearningNetwork.objects.coached_by(user), Pilot.objects.coached_by(user)
        return self.filter(Q(network__in=networks) | Q(pilot__in=pilots))


class Proposal(models.Model):
    """Days and hours for meetings that have none yet. Nobody hears of it before it is accepted."""

    class State(models.TextChoices):
        ASKED = "asked", _("being worked out")
        READY = "ready", _("ready")
        ACCEPTED = "accepted", _("accepted")
        AWAY = "away", _("put away")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="proposals")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    version = models.PositiveIntegerField(default=1, help_text="Rises with every move, pin and run.")
    job = models.ForeignKey(Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    least_weeks = models.PositiveSmallIntegerField(_("weeks between two sessions, at least"), default=8)
    most_weeks = models.PositiveSmallIntegerField(_("weeks between two sessions, at most"), default=14)
    seen = models.CharField(max_length=64, help_text="Mark of the meetings as they were when it was asked.")
    gap = models.FloatField(
        null=True, blank=True, help_text="0 is proven best; else how much better a plan may exist, as a share."
    )
    seconds = models.FloatField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "pk"]

    def __str__(self) -> str:
        return f"{self.programme} {self.asked_at:%Y-%m-%d}"

    @property
    def badge(self) -> tuple[str, str]:
        """Its status as shape and word, for the tag `badge`."""
        shapes = {self.State.ASKED: "now", self.State.READY: "next", self.State.ACCEPTED: "ok"}
        return shapes.get(self.State(self.state), "quiet"), str(self.get_state_display())

    @property
    def is_open(self) -> bool:
        """Still to be moved, asked again or accepted."""
        return self.state in {self.State.ASKED, self.State.READY}

    @property
    def is_being_made(self) -> bool:
        """The worker still has it; a job that failed or is gone leaves it to be asked again."""
        return self.state == self.State.ASKED and self.job is not None and self.job.state != Job.State.FAILED

    @property
    def percent(self) -> int:
        """How much better a plan may exist, rounded up to whole percents."""
        return -int(-100 * (self.gap or 0) // 1)


class ProposedMeeting(models.Model):
    """One meeting of a proposal: a draft that is there already, or one still to be made for a network or pilot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="entries")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    network = models.ForeignKey(LearningNetwork, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    minutes = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(null=True, blank=True)
    pinned = models.BooleanField(default=False)
    unmet = models.JSONField(default=list, help_text="Wishes not met: [wish, why, about], without anybody's words.")

    objects = ProposedMeetingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "number", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(network__isnull=False, pilot=None) | Q(network=None, pilot__isnull=False),
                name="planning_proposed_one_host",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def host(self) -> LearningNetwork | Pilot:
        found = self.network or self.pilot
        assert found is not None
        return found

    @property
    def host_id(self) -> uuid.UUID:
        found = self.network_id or self.pilot_id
        assert found is not None
        return found

    @property
    def ends_at(self) -> datetime.datetime | None:
        return self.starts_at + datetime.timedelta(minutes=self.minutes) if self.starts_at else None
