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
    key = models.CharField(max_length=80, blank=True, help_text="Which shipped question this is; empty for a programme's own.")
    occasion = models.CharField(max_length=20, choices=Occasion.choices)
    theme = models.SlugField(max_length=60, blank=True)
    text_nl = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["occasion", "position"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(programme=None) & ~Q(key=""), name="reflections_prompt_once")
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_nl


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def visible_to(self, user: User) -> "ReflectionQuerySet":
        """One's own always; another's only with a standing grant to oneself, as long as one belongs to the audience it names.

        The grant names the person, so that a change of pair, coach or network never widens who can read an old text.
        """
        return self.kept().filter(Q(author=user) | Exists(_open_grants(user)))

    def written_by(self, user: User) -> "ReflectionQuerySet":
        return self.kept().filter(author=user)

    def shared_with(self, user: User) -> "ReflectionQuerySet":
        """Others' texts that one may read."""
        return self.kept().filter(Exists(_open_grants(user))).exclude(author=user)

    def about(self, meeting: Meeting) -> "ReflectionQuerySet":
        return self.kept().filter(meeting=meeting)

    def kept(self) -> "ReflectionQuerySet":
        """Without what the author has erased, which nobody reads any more."""
        return self.filter(erased_at=None)

    def with_context(self) -> "ReflectionQuerySet":
        """What a page says around the text."""
        return self.select_related("author", "meeting", "pilot__service", "prompt")


def _open_grants(user: User) -> models.QuerySet["ReaderGrant"]:
    """Grants that open a text to a person today: named in it, not withdrawn, and still of that audience.

    The audiences are those of `reflections.readers`: the pair; the pilot's tandem, or without one the coaches of its network;
    the leaders and coaches of its network. Read from `living_seats`, so that a page asks once for all its lists.
    """
    audience, pilot = ReaderGrant.Audience, OuterRef("reflection__pilot_id")
    led = [seat.pilot_id for seat in user.living_seats if seat.role == Seat.Role.LEADER]
    coaching = [seat for seat in user.living_seats if seat.role == Seat.Role.COACH]
    pilots, places = [seat.pilot_id for seat in coaching if seat.pilot_id], [seat.pk for seat in coaching if not seat.pilot_id]
    belongs = Q(pk__in=[])
    if led:
        own_networks = NetworkPilot.objects.living().filter(pilot_id__in=led).values("network_id")
        fellow = Exists(NetworkPilot.objects.living().filter(pilot_id=pilot, network_id__in=own_networks))
        belongs |= Q(audience=audience.CO_LEADER, reflection__pilot_id__in=led) | Q(fellow, audience=audience.NETWORK)
    if pilots:
        belongs |= Q(audience=audience.COACHES, reflection__pilot_id__in=pilots)
    if places:
        coached = NetworkCoach.objects.living().filter(seat_id__in=places).values("network_id")
        in_network = Exists(NetworkPilot.objects.living().filter(pilot_id=pilot, network_id__in=coached))
        tandem = Exists(Seat.objects.living().filter(role=Seat.Role.COACH, pilot_id=pilot))
        belongs |= Q(in_network, audience=audience.NETWORK) | Q(in_network, ~tandem, audience=audience.COACHES)
    return ReaderGrant.objects.filter(belongs, reflection=OuterRef("pk"), reader=user, withdrawn_at=None)


class Reflection(models.Model):
    """A text by one author. `body` is sealed with the author's key; without it the row says only that something was written."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reflections")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="reflections")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="reflections")
    meeting = models.ForeignKey(Meeting, null=True, blank=True, on_delete=models.SET_NULL, related_name="reflections")
    prompt = models.ForeignKey(Prompt, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    occasion = models.CharField(max_length=20, choices=Prompt.Occasion.choices, blank=True)
    question = models.CharField(max_length=300, blank=True, help_text="The question as it was asked; the programme's words.")
    body = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="Erased by the author; gone for good ten minutes later.")

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

    @property
    def asked(self) -> str:
        """The question it answers, if any."""
        return self.question or (self.prompt.text if self.prompt else "")


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
