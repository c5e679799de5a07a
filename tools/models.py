"""The toolbox: what a coach takes along to a session, in versions and languages."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class ToolQuerySet(models.QuerySet["Tool"]):
    def visible_to(self, user) -> "ToolQuerySet":
        """Published tools are for everybody with a living seat; drafts for coaches and the project team."""
        if not user.living_seats and not user.is_staff:
            return self.none()
        return self if user.has_role("project", "coach") else self.published()

    def published(self) -> "ToolQuerySet":
        return self.filter(published_at__isnull=False)

    def with_texts(self) -> "ToolQuerySet":
        return self.prefetch_related("versions")


class Tool(models.Model):
    """One tool of the library."""

    class Theme(models.TextChoices):
        UNIQUENESS = "uniqueness-belonging", _("uniqueness and belonging")
        TRAITS = "traits", _("six traits of inclusive leadership")
        PRACTICE_STORY = "practice-story", _("practice story")
        LEARNING_LAB = "learning-lab", _("learning lab")
        OBSERVATION = "observation", _("shared observation")
        AGREEMENTS = "group-agreements", _("group agreements")
        FEEDBACK = "feedback", _("feedback culture")
        SHARED = "shared-leadership", _("shared leadership")

    class Setting(models.TextChoices):
        ONSITE = "onsite", _("on site")
        ONLINE = "online", _("online")
        BOTH = "both", _("on site and online")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    theme = models.CharField(max_length=30, choices=Theme.choices)
    minutes = models.PositiveSmallIntegerField()
    people_min = models.PositiveSmallIntegerField()
    people_max = models.PositiveSmallIntegerField()
    setting = models.CharField(max_length=10, choices=Setting.choices, default=Setting.BOTH)
    position = models.PositiveSmallIntegerField(default=0)
    sources = models.CharField(max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, default=timezone.now)

    objects = ToolQuerySet.as_manager()

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> "ToolVersion":
        """The newest text in the reader's language, else in Dutch. Uses prefetched versions where there are."""
        wanted = get_language() or "nl"
        return min(self.versions.all(), key=lambda v: (v.language != wanted, v.language != "nl", -v.number))

    @property
    def title(self) -> str:
        return self.text.title


class ToolVersion(models.Model):
    """The text of a tool in one language. A session keeps pointing at the tool; print shows the newest text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tool = models.ForeignKey(Tool, on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(max_length=5)
    number = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=160)
    summary = models.CharField(max_length=400)
    aim = models.TextField(blank=True)
    materials = models.TextField(blank=True)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tool", "language", "number"], name="tools_version_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.language} {self.number})"
