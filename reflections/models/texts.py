"""What leaders write about their practice: sealed with the author's key, read by those whom the author named."""

import uuid

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.choices import worded
from networks.models import NetworkPilot
from people.models import User
from reflections.models.prompts import Prompt, Theme
from sessions.models import Meeting
from trajectories.models import Pilot, Programme, Seat


class PairPart(models.TextChoices):
    """What a text is on the line that the leaders of a pilot share."""

    QUESTION = "question", _("question")
    REFLECTION = "reflection", _("reflection together")
    EXPERIMENT = "experiment", _("experiment together")


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def visible_to(self, user: User) -> "ReflectionQuerySet":
        """One's own always; what stands on the shared line of a pilot that one leads; another's only with a standing grant to
        oneself, as long as one belongs to the audience it names.

        The grant names the person, so that a change of pair, coach or network never widens who can read an old text. The shared
        line is the exception that its author saw before saving: it stays with the pilot, for whoever leads it.
        """
        return self.kept().filter(Q(author=user) | _on_lines_of(user) | Exists(open_grants(user)))

    def on_the_line_of(self, pilot: Pilot) -> "ReflectionQuerySet":
        """What stands on the line that the leaders of this pilot share."""
        return self.kept().filter(pilot=pilot).exclude(pair_part="")

    def on_lines_read_by(self, user: User) -> "ReflectionQuerySet":
        """What stands on the shared line of each pilot that one leads."""
        return self.kept().filter(_on_lines_of(user))

    def written_by(self, user: User) -> "ReflectionQuerySet":
        return self.kept().filter(author=user)

    def changeable_by(self, user: User) -> "ReflectionQuerySet":
        """One's own, but for what stays on the line of a pair that one has left."""
        return self.written_by(user).filter(Q(pair_part="") | _on_lines_of(user))

    def shared_with(self, user: User) -> "ReflectionQuerySet":
        """Others' texts that one may read."""
        return self.kept().filter(Exists(open_grants(user))).exclude(author=user)

    def read_as(self, user: User, audience: str) -> "ReflectionQuerySet":
        """Others' texts that one may read as a member of this audience."""
        return self.kept().filter(Exists(open_grants(user).filter(audience=audience))).exclude(author=user)

    def about(self, meeting: Meeting) -> "ReflectionQuerySet":
        return self.kept().filter(meeting=meeting)

    def kept(self) -> "ReflectionQuerySet":
        """Without what the author has erased, which nobody reads any more."""
        return self.filter(erased_at=None)

    def with_context(self) -> "ReflectionQuerySet":
        """What a page says around the text."""
        return self.select_related("author", "meeting", "pilot__service", "prompt")


def _on_lines_of(user: User) -> Q:
    return ~Q(pair_part="") & Q(pilot_id__in=user.pilots_as(Seat.Role.LEADER))


def open_grants(user: User, reflection: str = "pk") -> models.QuerySet["ReaderGrant"]:
    """Grants that open a text to a person today, for an `Exists`; `reflection`: where the outer row holds the text's id."""
    return ReaderGrant.objects.open_to(user).filter(reflection=OuterRef(reflection))


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
    theme = models.CharField(max_length=60, choices=Theme.choices, blank=True, default="", db_default="")
    body = models.BinaryField()
    tags = models.BinaryField(null=True, blank=True, help_text="The author's own tags, sealed.")
    pair_part = models.CharField(
        max_length=10, choices=PairPart.choices, blank=True, default="", db_default="",
        help_text="What it is on the pair's shared line; empty on the author's own line.",
    )  # fmt: skip
    pair_since = models.DateTimeField(null=True, blank=True, help_text="Since when it stands on the shared line.")
    follows = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followed_by",
        help_text="The question it answers, the experiment it looks back on.",
    )  # fmt: skip
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True, help_text="Erased by the author; gone for good ten minutes later.")

    objects = ReflectionQuerySet.as_manager()
    get_theme_display = worded("theme", Theme)

    class Meta:
        ordering = ["-created_at", "pk"]
        indexes = [
            models.Index(fields=["author", "-created_at"], name="reflections_by_author"),
            models.Index(fields=["pilot", "-created_at"], name="reflections_by_pilot"),  # the last on the three lines
            models.Index(fields=["pilot", "-created_at"], condition=~Q(pair_part=""), name="reflections_on_pair_line"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(pair_part="", pair_since=None) | ~Q(pair_part="") & Q(pair_since__isnull=False, pilot__isnull=False),
                name="reflections_pair_line_whole",
            )
        ]

    def __str__(self) -> str:
        return f"{self.author_id} {self.created_at:%Y-%m-%d}"

    @property
    def about_body(self) -> str:
        """What the seal is bound to."""
        return f"reflection:{self.pk}:body"

    @property
    def about_tags(self) -> str:
        return f"reflection:{self.pk}:tags"

    @property
    def is_of_pair(self) -> bool:
        """It stands on the line that the leaders of its pilot share."""
        return bool(self.pair_part)

    @property
    def asked(self) -> str:
        """The question it answers, if any."""
        return self.question or (self.prompt.text if self.prompt else "")


class ReaderGrantQuerySet(models.QuerySet["ReaderGrant"]):
    def open_to(self, user: User) -> "ReaderGrantQuerySet":
        """Grants that open a text to a person today: named in it, not withdrawn, and still of that audience.

        The audiences are those of `reflections.readers`: the pair; the pilot's tandem, or without one the coaches of its
        network; the leaders and coaches of its network. Read from `living_seats`, so that a page asks once for all its lists.
        Grants for policy are not among them: they open the words alone (`for_policy`).
        """
        audience = ReaderGrant.Audience
        led = [seat.pilot_id for seat in user.living_seats if seat.role == Seat.Role.LEADER]
        coaching = [seat for seat in user.living_seats if seat.role == Seat.Role.COACH]
        pilots = [seat.pilot_id for seat in coaching if seat.pilot_id]
        coached = set().union(*(seat.networks for seat in coaching if not seat.pilot_id))
        belongs = Q(pk__in=[])
        if led:
            own_networks = user.networks_as(Seat.Role.LEADER)
            fellows = NetworkPilot.objects.living().filter(network_id__in=own_networks).values("pilot_id")
            belongs |= Q(audience=audience.CO_LEADER, reflection__pilot_id__in=led)
            belongs |= Q(audience=audience.NETWORK, reflection__pilot_id__in=fellows)
        if pilots:
            belongs |= Q(audience=audience.COACHES, reflection__pilot_id__in=pilots)
        if coached:
            in_network = NetworkPilot.objects.living().filter(network_id__in=coached).values("pilot_id")
            tandem = Exists(Seat.objects.living().filter(role=Seat.Role.COACH, pilot_id=OuterRef("reflection__pilot_id")))
            asked = Q(audience=audience.NETWORK) | Q(~tandem, audience=audience.COACHES)
            belongs |= Q(reflection__pilot_id__in=in_network) & asked
        return self.filter(belongs, reader=user, withdrawn_at=None)

    def unread_by(self, user: User) -> "ReaderGrantQuerySet":
        """Open grants to others' texts that one has not opened yet."""
        opened = Opening.objects.filter(reader=user).values("reflection_id")
        kept = self.open_to(user).filter(reflection__erased_at=None)
        return kept.exclude(reflection__author=user).exclude(reflection_id__in=opened)

    def for_policy(self, user: User) -> "ReaderGrantQuerySet":
        """What this member of the project team may read without knowing whose it is."""
        programmes = user.programmes_as(Seat.Role.PROJECT)
        standing = {"reader": user, "audience": ReaderGrant.Audience.POLICY, "withdrawn_at": None}
        return self.filter(reflection__erased_at=None, reflection__programme_id__in=programmes, **standing)


class ReaderGrant(models.Model):
    """The author lets one person read one text, as a member of one audience."""

    class Audience(models.TextChoices):
        CO_LEADER = "co-leader", _("my co-leader")
        COACHES = "coaches", _("our coaches")
        NETWORK = "network", _("the network")
        POLICY = "policy", _("for policy, without my name")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="grants")
    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    granted_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ReaderGrantQuerySet.as_manager()

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


class ReflectionVersion(models.Model):
    """What a text said before its author changed it, kept once somebody else had read it or answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.BinaryField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["reflection", "number"], name="reflections_version_once")]

    def __str__(self) -> str:
        return f"{self.reflection_id} {self.number}"

    @property
    def about_body(self) -> str:
        """What the seal is bound to."""
        return f"reflection:{self.reflection_id}:version:{self.number}"
