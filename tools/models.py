"""The toolbox: what a coach takes along to a session, in versions and languages."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.choices import worded


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

    def with_titles(self) -> "ToolQuerySet":
        """With titles and summaries only, for lists."""
        titles = ToolVersion.objects.only("tool_id", "language", "number", "title", "summary")
        return self.prefetch_related(models.Prefetch("versions", titles))

    def fitting(self, *, theme: str = "", setting: str = "", minutes: int | None = None) -> "ToolQuerySet":
        """Tools on a theme, for a way of meeting, within so many minutes; what is empty does not matter."""
        tools = self.filter(theme=theme) if theme else self
        tools = tools.filter(setting__in=[setting, Tool.Setting.BOTH]) if setting else tools
        return tools.filter(minutes__lte=minutes) if minutes else tools


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
    get_theme_display = worded("theme", Theme)
    get_setting_display = worded("setting", Setting)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.title

    @property
    def text(self) -> "ToolVersion":
        """The newest text in the reader's language, else in Dutch. Uses prefetched versions where there are."""
        return self.text_in(get_language() or "nl")

    def text_in(self, language: str) -> "ToolVersion":
        """The newest text in a language, else in Dutch, else in whatever there is."""
        return min(self.versions.all(), key=lambda v: (v.language != language, v.language != "nl", -v.number))

    @property
    def languages(self) -> list[str]:
        """In which languages there is a text."""
        return sorted({version.language for version in self.versions.all()})

    def says(self, words: str) -> bool:
        """Does each of the words stand in a title or summary, in whatever language?"""
        said = " ".join(f"{version.title} {version.summary}" for version in self.versions.all()).casefold()
        return all(word in said for word in words.casefold().split())

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
