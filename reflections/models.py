"""What leaders write about their practice: sealed with the author's key, read by those whom the author named."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from networks.models import NetworkCoach, NetworkPilot
from people.models import User
from sessions.models import Meeting
from trajectories.models import Pilot, Programme, Seat


class Prompt(models.Model):
    """A question that helps to begin; from the shipped sets or a programme's own."""

    class Occasion(models.TextChoices):
        AFTER_SESSION = "after_session", _("after a session")
        BEFORE_MOMENT = "before_moment", _("before a coaching moment")
        MONTHLY = "monthly", _("every month")
        AFTER_TRYING = "after_trying", _("after trying something out")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="prompts")
    occasion = models.CharField(max_length=20, choices=Occasion.choices)
    text_nl = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["occasion", "position"]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_nl


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def visible_to(self, user: User) -> "ReflectionQuerySet":
        """One's own always; another's only with a standing grant to oneself and a living seat that fits it.

        The grant names the person, so that a change of pair, coach or network never widens who can read an old text.
        """
        return self.filter(Q(author=user) | Exists(_open_grants(user)))

    def written_by(self, user: User) -> "ReflectionQuerySet":
        return self.filter(author=user)

    def shared_with(self, user: User) -> "ReflectionQuerySet":
        """Others' texts that one may read."""
        return self.filter(Exists(_open_grants(user))).exclude(author=user)

    def about(self, meeting: Meeting) -> "ReflectionQuerySet":
        return self.filter(meeting=meeting)


def _open_grants(user: User):
    seats = user.seats.living()
    coached = seats.filter(role=Seat.Role.COACH)
    led = seats.filter(role=Seat.Role.LEADER)
    networks = NetworkPilot.objects.living().filter(pilot_id=OuterRef("reflection__pilot_id"))
    my_networks = NetworkPilot.objects.living().filter(pilot_id__in=led.values("pilot_id")).values("network_id")
    coached_networks = NetworkCoach.objects.living().filter(seat__in=coached).values("network_id")
    same_pair = Q(reflection__pilot_id__in=led.values("pilot_id"))
    own_coach = Q(reflection__pilot_id__in=coached.filter(pilot__isnull=False).values("pilot_id"))
    network_coach = Q(Exists(networks.filter(network_id__in=coached_networks)))
    fellow = Q(Exists(networks.filter(network_id__in=my_networks)))
    return ReaderGrant.objects.filter(
        Q(audience=ReaderGrant.Audience.CO_LEADER) & same_pair
        | Q(audience=ReaderGrant.Audience.COACHES) & (own_coach | network_coach)
        | Q(audience=ReaderGrant.Audience.NETWORK) & (fellow | network_coach),
        reflection=OuterRef("pk"),
        reader=user,
        withdrawn_at=None,
    )


class Reflection(models.Model):
    """A text by one author. `body` is sealed with the author's key; without it the row says only that something was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reflections")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="reflections")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="reflections")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="reflections")
    prompt = models.ForeignKey(Prompt, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    body = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = ReflectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "pk"]
        indexes = [models.Index(fields=["author", "-created_at"], name="reflections_by_author")]

    def __str__(self) -> str:
        return f"{self.author_id} {self.created_at:%Y-%m-%d}"

    @property
    def about_body(self) -> str:
        """What the seal is bound to."""
        return f"reflection:{self.pk}:body"


class ReaderGrant(models.Model):
    """The author lets one person read one text, as a member of one audience."""

    class Audience(models.TextChoices):
        CO_LEADER = "co-leader", _("my co-leader")
        COACHES = "coaches", _("our coaches")
        NETWORK = "network", _("the network")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="grants")
    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    granted_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["reader", "withdrawn_at"], name="reflections_grant_reader")]
        constraints = [
            models.UniqueConstraint(
                fields=["reflection", "reader", "audience"],
                condition=Q(withdrawn_at=None),
                name="reflections_grant_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reflection_id} {self.audience}"


class Opening(models.Model):
    """Who opened a shared text first, and when; the author sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="openings")
    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="openings")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reflection", "reader"], name="reflections_opening_once")]

    def __str__(self) -> str:
        return f"{self.reflection_id} {self.at:%Y-%m-%d}"
