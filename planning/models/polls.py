"""Which day suits? A poll among the people who belong at a network session or a coaching moment."""

import uuid
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.doors import among
from networks.models import LearningNetwork
from people.models import User
from sessions.models import Meeting
from trajectories.models import Pilot, Programme, Seat


class PollQuerySet(models.QuerySet["Poll"]):
    def run_by(self, user: User) -> "PollQuerySet":
        """Polls of networks and pilots whose sessions one plans."""
        return self.filter(_of_hosts(user, Seat.Role.COACH))

    def visible_to(self, user: User) -> "PollQuerySet":
        """Those one runs, and those in which one is asked while one has a living seat in the programme."""
        if not user.has_role(Seat.Role.LEADER):
            return self.run_by(user)
        asked = Q(pk__in=PollParticipant.objects.filter(user=user).values("poll_id"))
        return self.filter(_of_hosts(user, Seat.Role.COACH) | (asked & _of_hosts(user, Seat.Role.COACH, Seat.Role.LEADER)))

    def open(self) -> "PollQuerySet":
        return self.filter(state=Poll.State.OPEN)

    def with_host(self) -> "PollQuerySet":
        return self.select_related("programme", "network", "pilot__service", "meeting")


def _of_hosts(user: User, *roles: str) -> Q:
    """Polls of one's programmes as project team, and of the networks and pilots where one is in these roles."""
    own = {"network_id": user.networks_as(*roles), "pilot_id": user.pilots_as(*roles)}
    return among(programme_id=user.programmes_as(Seat.Role.PROJECT), **own)


class Poll(models.Model):
    """A question to known people: when can you come? Closed once, by choosing a day; that plans the meeting.

    `meeting` is what was planned, or while the poll is open the draft that it is about, if there is one.
    """

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PLANNED = "planned", _("planned")
        WITHDRAWN = "withdrawn", _("withdrawn")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="polls")
    network = models.ForeignKey(LearningNetwork, null=True, blank=True, on_delete=models.PROTECT, related_name="polls")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="polls")
    title = models.CharField(_("title"), max_length=160)
    time_zone = models.CharField(max_length=40, default="Europe/Brussels")
    deadline = models.DateTimeField(_("answers are welcome until"))
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="polls")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField(null=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.UUIDField(null=True)

    objects = PollQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(network__isnull=False, pilot=None) | Q(network=None, pilot__isnull=False),
                name="planning_poll_one_host",
            ),
            models.CheckConstraint(
                condition=Q(state="planned", meeting__isnull=False) | ~Q(state="planned"), name="planning_poll_meeting"
            ),
            models.UniqueConstraint(fields=["meeting"], condition=~Q(state="withdrawn"), name="planning_poll_meeting_once"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def host(self) -> LearningNetwork | Pilot:
        found = self.network or self.pilot
        assert found is not None  # the constraint `planning_poll_one_host`
        return found

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_over(self) -> bool:
        """The deadline has passed: no more answers; a day can still be chosen."""
        return self.deadline <= timezone.now()

    @property
    def has_its_day(self) -> bool:
        """A day was chosen here, or its draft was planned in another way."""
        if self.meeting is None or self.state == self.State.WITHDRAWN:
            return False
        return self.state == self.State.PLANNED or self.meeting.state not in {Meeting.State.DRAFT, Meeting.State.CANCELLED}

    @property
    def takes_answers(self) -> bool:
        """Open, not over, and without a day; of a draft, as long as it is one."""
        is_draft = self.meeting is None or self.meeting.state == Meeting.State.DRAFT
        return self.state == self.State.OPEN and not self.is_over and is_draft

    @property
    def badge(self) -> tuple[str, str]:
        """Its status as shape and word, for the tag `badge`."""
        if self.state == self.State.OPEN:
            if self.has_its_day:
                return "ok", str(self.State.PLANNED.label)
            return ("wait", str(_("choose a day"))) if self.is_over else ("now", str(_("open")))
        return ("ok" if self.state == self.State.PLANNED else "quiet"), str(self.get_state_display())


class PollOption(models.Model):
    """One stretch of time that is proposed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at", "ends_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "starts_at", "ends_at"], name="planning_option_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="planning_option_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()


class PollParticipant(models.Model):
    """Somebody who is asked. Coaches are needed: without any of them a day cannot be chosen."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="participants")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="polls")
    is_coach = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["poll", "user"], name="planning_participant_once")]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.user_id}"


class PollAnswer(models.Model):
    """What one participant said about one option."""

    class Choice(models.TextChoices):
        YES = "yes", _("I can")
        MAYBE = "maybe", _("if need be")
        NO = "no", _("I cannot")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(PollParticipant, on_delete=models.CASCADE, related_name="answers")
    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="answers")
    choice = models.CharField(max_length=5, choices=Choice.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["participant", "option"], name="planning_answer_once")]

    def __str__(self) -> str:
        return self.choice
