"""Questions that help to begin, in sets: shipped with the house, or a programme's own."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from trajectories.models import Programme


class Occasion(models.TextChoices):
    AFTER_SESSION = "after_session", _("after a session")
    BEFORE_MOMENT = "before_moment", _("before a coaching moment")
    MONTHLY = "monthly", _("every month")
    BEFORE_TRYING = "before_trying", _("before trying something out")
    AFTER_TRYING = "after_trying", _("after trying something out")
    TOGETHER = "together", _("together, as a pair")


class Theme(models.TextChoices):
    """What a question is about: the six traits, uniqueness and belonging, and the steps of the cycle of the roadmap."""

    COMMITMENT = "visible-commitment", _("visible commitment")
    HUMILITY = "humility", _("humility")
    BIAS = "awareness-of-bias", _("awareness of bias")
    CURIOSITY = "curiosity-about-others", _("curiosity about others")
    CULTURE = "cultural-intelligence", _("cultural intelligence")
    COLLABORATION = "effective-collaboration", _("effective collaboration")
    BELONGING = "uniqueness-belonging", _("uniqueness and belonging")
    PRACTICE = "cycle-existing-practice", _("existing practice")
    ACT = "cycle-plan-and-act", _("plan and act")
    REFLECT = "cycle-reflect", _("reflect on the action")


class QuestionSetQuerySet(models.QuerySet["QuestionSet"]):
    def asked_in(self, programme_id: uuid.UUID) -> "QuestionSetQuerySet":
        """The shipped sets and the programme's own."""
        return self.filter(Q(programme=None) | Q(programme_id=programme_id))


class QuestionSet(models.Model):
    """Questions for one occasion, with an instruction of their own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="question_sets")
    key = models.CharField(max_length=80, blank=True, help_text="Which shipped set this is; empty for a programme's own.")
    occasion = models.CharField(_("occasion"), max_length=20, choices=Occasion.choices)
    title_nl = models.CharField(_("title in Dutch"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120, blank=True)
    intro_nl = models.CharField(_("instruction in Dutch"), max_length=300, blank=True)
    intro_en = models.CharField(_("instruction in English"), max_length=300, blank=True)
    is_alone = models.BooleanField(default=False, help_text="On this occasion the programme asks its own questions only.")
    version = models.PositiveIntegerField(default=1)

    objects = QuestionSetQuerySet.as_manager()

    class Meta:
        ordering = ["occasion", "key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(programme=None) & ~Q(key=""), name="reflections_question_set_once"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.title_en if get_language() == "en" and self.title_en else self.title_nl

    @property
    def intro(self) -> str:
        return self.intro_en if get_language() == "en" and self.intro_en else self.intro_nl


class Prompt(models.Model):
    """A question that helps to begin; from the shipped sets or a programme's own."""

    Occasion = Occasion

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, null=True, blank=True, on_delete=models.CASCADE, related_name="prompts")
    question_set = models.ForeignKey(QuestionSet, null=True, blank=True, on_delete=models.CASCADE, related_name="prompts")
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
    def theme_label(self) -> str:
        """What it is about, in words; empty for a theme that the house does not know."""
        return str(Theme(self.theme).label) if self.theme in Theme.values else ""

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" and self.text_en else self.text_nl
