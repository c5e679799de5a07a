"""The tables of this app."""

from reflections.models.around import Comment, DeviceKey, Nudge, ReflectionFile
from reflections.models.portfolio import PortfolioPiece, SelfAssessment
from reflections.models.prompts import Occasion, Prompt, QuestionSet, Theme
from reflections.models.texts import Opening, PairPart, ReaderGrant, Reflection, ReflectionQuerySet, ReflectionVersion

__all__ = [
    "Comment", "DeviceKey", "Nudge", "Occasion", "Opening", "PairPart", "PortfolioPiece", "Prompt", "QuestionSet", "ReaderGrant",
    "Reflection", "ReflectionFile", "ReflectionQuerySet", "ReflectionVersion", "SelfAssessment", "Theme",
]  # fmt: skip
