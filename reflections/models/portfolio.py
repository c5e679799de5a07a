"""The learning portfolio: what its author chose from what they wrote, each text a copy, and how they saw themselves."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import User
from reflections.models.around import ReflectionFile
from trajectories.models import Programme


class PortfolioPieceQuerySet(models.QuerySet["PortfolioPiece"]):
    def of(self, user: User) -> "PortfolioPieceQuerySet":
        """One's own, in the order of the portfolio. Nobody else's: a portfolio is read by its author only."""
        pieces = self.filter(author=user).select_related("photo__file", "photo__reflection")
        return pieces.order_by("position", "created_at", "pk")

    def chosen(self) -> "PortfolioPieceQuerySet":
        """What stands in the portfolio; what was taken out keeps its text for when it comes back."""
        return self.filter(is_in=True).filter(Q(photo=None) | Q(photo__reflection__erased_at=None))


class PortfolioPiece(models.Model):
    """One piece of a portfolio: a text of one's own (a copy, changed without touching the original), a photo, or what the house
    adds up (meetings with hours, the chart of the self-assessments). Title and text are sealed with the author's key."""

    class Part(models.TextChoices):
        """The index of the roadmap, and the good practice that one presents at the end."""

        AUTHOR = "author", _("who I am")
        PATHWAY = "pathway", _("the pathway")
        JOURNEY = "journey", _("my learning journey")
        ASSESSMENT = "assessment", _("self-assessment")
        PRACTICE = "practice", _("a good practice")

    class Kind(models.TextChoices):
        TEXT = "text", _("text")
        MEETINGS = "meetings", _("meetings with hours")
        GROWTH = "growth", _("how I saw myself")
        PHOTO = "photo", _("photo")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="portfolio")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.TEXT)
    position = models.PositiveIntegerField(default=0)
    is_in = models.BooleanField(default=True)
    source = models.CharField(max_length=60, blank=True, help_text="What it was made from, for example reflection:<id>.")
    happened_on = models.DateField(null=True, blank=True)
    photo = models.ForeignKey(ReflectionFile, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    body = models.BinaryField(help_text="Title and text as JSON, sealed with the author's key.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = PortfolioPieceQuerySet.as_manager()

    class Meta:
        ordering = ["position", "created_at"]
        indexes = [models.Index(fields=["author", "position"], name="reflections_portfolio_of")]
        constraints = [
            models.UniqueConstraint(fields=["author", "source"], condition=~Q(source=""), name="reflections_piece_once")
        ]

    def __str__(self) -> str:
        return f"{self.author_id} {self.part}"

    @property
    def about_body(self) -> str:
        """What the seal is bound to."""
        return f"portfolio:{self.pk}:body"


class SelfAssessment(models.Model):
    """How a leader saw themselves on one day: six traits, uniqueness and belonging. Read by nobody else, counted nowhere."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="self_assessments")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField(default=timezone.localdate)
    body = models.BinaryField(help_text="The scores by name as JSON, sealed with the author's key.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["made_on"]
        constraints = [models.UniqueConstraint(fields=["author", "made_on"], name="reflections_assessment_once")]

    def __str__(self) -> str:
        return f"{self.author_id} {self.made_on}"

    @property
    def about_body(self) -> str:
        """What the seal is bound to."""
        return f"self-assessment:{self.pk}:body"
