"""Templates: what happens in a trajectory, in which order and how far apart; and which meeting came from which step."""

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from networks.models import LearningNetwork
from people.models import User
from sessions.models import Meeting
from tools.models import Tool
from trajectories.models import Pilot, Programme, Seat

LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]


def worded(row: models.Model, name: str, language: str = "") -> str:
    """A text that stands in two languages, in the reader's or the one asked for; the other one when that is empty."""
    first, other = ("nl", "en") if (language or get_language() or "nl").startswith("nl") else ("en", "nl")
    return getattr(row, f"{name}_{first}") or getattr(row, f"{name}_{other}")


class TrajectoryTemplateQuerySet(models.QuerySet["TrajectoryTemplate"]):
    def visible_to(self, user: User) -> "TrajectoryTemplateQuerySet":
        """Shipped templates are for every project team and coach; a programme's own for its team and its coaches."""
        programmes = user.programmes_as(Seat.Role.PROJECT, Seat.Role.COACH)
        shipped = Q(programme=None) if user.has_role("project", "coach") else Q(pk__in=[])
        return self.filter(shipped | Q(programme_id__in=programmes))

    def run_by(self, user: User) -> "TrajectoryTemplateQuerySet":
        """Templates that one changes: the project team's own; a shipped one is copied first."""
        return self.filter(programme_id__in=user.programmes_as(Seat.Role.PROJECT))

    def usable_in(self, programme: Programme) -> "TrajectoryTemplateQuerySet":
        """Shipped templates and those of the programme itself."""
        return self.filter(Q(programme=None) | Q(programme=programme))

    def with_steps(self) -> "TrajectoryTemplateQuerySet":
        return self.prefetch_related("steps__agenda", "steps__tools__tool__versions")

    def with_agendas(self) -> "TrajectoryTemplateQuerySet":
        """With the steps, their agendas and which tools go along; without what the tools say."""
        return self.prefetch_related("steps__agenda", "steps__tools")


class TrajectoryTemplate(models.Model):
    """Both rhythms of a trajectory. Shipped templates belong to no programme and have a slug; only the software changes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.PROTECT, related_name="templates")
    slug = models.SlugField(max_length=60, unique=True, null=True, blank=True, help_text="Of a shipped template only.")
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    title_nl = models.CharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    summary_nl = models.TextField(_("for whom and why"), blank=True)
    summary_en = models.TextField(_("for whom and why, in English"), blank=True)
    weeks = models.PositiveSmallIntegerField(_("length in weeks"), default=96)
    sources = models.CharField(max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1, help_text="Rises with every saved change of it or of a step.")
    created_at = models.DateTimeField(default=timezone.now)

    objects = TrajectoryTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["position", "title_nl", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(programme=None, slug__isnull=False) | Q(programme__isnull=False, slug=None),
                name="planning_template_shipped_or_own",
            ),
            models.CheckConstraint(condition=Q(weeks__gte=1), name="planning_template_has_weeks"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return worded(self, "title")

    @property
    def summary(self) -> str:
        return worded(self, "summary")

    @property
    def is_shipped(self) -> bool:
        return self.programme_id is None

    @property
    def living_steps(self) -> list["Step"]:
        """The steps that count, sessions first, each rhythm in its order. Uses prefetched steps where there are."""
        found = [step for step in self.steps.all() if step.removed_at is None]
        return sorted(found, key=lambda step: (step.rhythm != Step.Rhythm.NETWORK, step.position))


class Step(models.Model):
    """One session or moment of a template. `offset_days` counts from the start, or from another step (`anchor`); also back."""

    class Rhythm(models.TextChoices):
        NETWORK = "network", _("network session")
        COACHING = "coaching", _("coaching moment")

    class Third(models.IntegerChoices):
        ANY = 0, _("anywhere")
        FIRST = 1, _("in the first third")
        SECOND = 2, _("in the second third")
        LAST = 3, _("in the last third")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    template = models.ForeignKey(TrajectoryTemplate, on_delete=models.CASCADE, related_name="steps")
    key = models.SlugField(max_length=60, help_text="Names the step within its template, also after a change of the library.")
    rhythm = models.CharField(_("kind"), max_length=10, choices=Rhythm.choices)
    position = models.PositiveSmallIntegerField(default=0)
    title_nl = models.CharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    aim_nl = models.TextField(_("aim"), blank=True)
    aim_en = models.TextField(_("aim in English"), blank=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), default=180)
    starts = models.TimeField(_("starts at"), default=datetime.time(9, 30))
    mode = models.CharField(_("how"), max_length=10, choices=Meeting.Mode.choices, default=Meeting.Mode.ONSITE)
    anchor = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="followers")
    offset_days = models.SmallIntegerField(_("days after the start or the other step"), default=0)
    min_weeks = models.PositiveSmallIntegerField(_("at least so many weeks after the previous one"), null=True, blank=True)
    max_weeks = models.PositiveSmallIntegerField(_("at most so many weeks after the previous one"), null=True, blank=True)
    third = models.PositiveSmallIntegerField(_("part of the trajectory"), choices=Third.choices, default=Third.ANY)
    reminders = models.JSONField(_("reminders"), default=list, blank=True, help_text="Days before, for example [7, 1].")
    question_nl = models.CharField(_("question for the day after"), max_length=300, blank=True)
    question_en = models.CharField(_("question for the day after, in English"), max_length=300, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="Taken out; can be put back.")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["template", "key"], name="planning_step_key_once"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="planning_step_has_length"),
            models.CheckConstraint(
                condition=Q(min_weeks=None) | Q(max_weeks=None) | Q(max_weeks__gte=models.F("min_weeks")),
                name="planning_step_spacing_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return worded(self, "title")

    @property
    def aim(self) -> str:
        return worded(self, "aim")

    @property
    def question(self) -> str:
        return worded(self, "question")

    @property
    def is_session(self) -> bool:
        return self.rhythm == self.Rhythm.NETWORK


class StepAgendaItem(models.Model):
    """One timed line of a step's agenda."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(default=0)
    title_nl = models.CharField(_("title"), max_length=160)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    aim_nl = models.CharField(_("aim"), max_length=300, blank=True)
    aim_en = models.CharField(_("aim in English"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return worded(self, "title")

    @property
    def title(self) -> str:
        return worded(self, "title")


class StepTool(models.Model):
    """A tool that goes along with a step."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="tools")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["step", "tool"], name="planning_step_tool_once")]

    def __str__(self) -> str:
        return f"{self.step} – {self.tool}"


class TemplateUse(models.Model):
    """A template in a programme: the day from which its offsets count, the language of the texts, and how many days before the
    meetings of each step reminders go (`reminders`: step → days, as the template said when it was applied last)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="template_uses")
    template = models.ForeignKey(TrajectoryTemplate, on_delete=models.PROTECT, related_name="uses")
    starts_on = models.DateField(_("first day"))
    language = models.CharField(_("language of the texts"), max_length=2, choices=LANGUAGES, default="nl")
    reminders = models.JSONField(default=dict, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.UUIDField(null=True)

    class Meta:
        ordering = ["-applied_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "template"], name="planning_use_once")]

    def __str__(self) -> str:
        return f"{self.programme} – {self.template}"


class PlannedStep(models.Model):
    """Which meeting came from which step, for which network or pilot, and what the template said then (`applied`).

    A step makes one meeting per host, also when that meeting was cancelled. `applied` holds values in the words of
    `planning.templates_parts.said_by`: a meeting's field that still has that value was not changed by hand.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="planned_step")
    template = models.ForeignKey(TrajectoryTemplate, on_delete=models.PROTECT, related_name="planned")
    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="planned")
    network = models.ForeignKey(LearningNetwork, null=True, blank=True, on_delete=models.PROTECT, related_name="planned_steps")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="planned_steps")
    applied = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["step", "network"], name="planning_step_network_once"),
            models.UniqueConstraint(fields=["step", "pilot"], name="planning_step_pilot_once"),
            models.CheckConstraint(
                condition=Q(network__isnull=False, pilot=None) | Q(network=None, pilot__isnull=False),
                name="planning_planned_one_host",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} → {self.meeting_id}"
