"""The questions that help to begin: shipped as data, chosen per occasion, the same one for everybody who was at a meeting."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.apps import apps as installed
from django.apps.registry import Apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from reflections.models import Occasion, PairPart, Prompt, QuestionSet, Reflection
from sessions.models import Meeting

LIBRARY = Path(__file__).parent / "library" / "prompts.json"
# which questions begin a text on the pair's shared line, and which when it follows another there
ASKED = {PairPart.REFLECTION: Occasion.TOGETHER, PairPart.EXPERIMENT: Occasion.BEFORE_TRYING}
ASKED_AFTER = {PairPart.EXPERIMENT: Occasion.AFTER_TRYING}


@dataclass(frozen=True)
class Question:
    """What is asked, and where it comes from. Without text the person writes freely."""

    text: str = ""
    occasion: str = ""
    prompt: Prompt | None = None
    intro: str = ""


@transaction.atomic
def load_prompts(path: Path = LIBRARY) -> int:
    """Bring the shipped sets and their questions into the database; returns how many questions are new or read differently.

    A question that is shipped no longer disappears from the choice; what was written to it keeps the question as it was asked.
    """
    known = {prompt.key: prompt for prompt in Prompt.objects.filter(programme=None).exclude(key="")}
    changed = 0
    for entry in json.loads(path.read_text(encoding="utf-8"))["sets"]:
        question_set = _load_set(entry)
        for position, question in enumerate(entry["questions"], 1):
            key = f"{entry['key']}.{question['key']}"
            facts = {
                "question_set_id": question_set.pk,
                "occasion": entry["occasion"],
                "theme": question.get("theme", ""),
                "text_nl": question["text"]["nl"],
                "text_en": question["text"]["en"],
                "position": position,
            }
            prompt = known.pop(key, None)
            if prompt is None or any(getattr(prompt, name) != value for name, value in facts.items()):
                Prompt.objects.update_or_create(programme=None, key=key, defaults=facts)
                changed += 1
    Prompt.objects.filter(pk__in=[prompt.pk for prompt in known.values()]).delete()
    return changed


def _load_set(entry: dict) -> QuestionSet:
    words = {
        f"{name}_{code}": entry[shipped][code]
        for name, shipped in (("title", "title"), ("intro", "intro"))
        for code in ("nl", "en")
    }
    facts = words | {"occasion": entry["occasion"]}
    found = QuestionSet.objects.filter(programme=None, key=entry["key"]).first()
    if found is None or any(getattr(found, name) != value for name, value in facts.items()):
        found, _made = QuestionSet.objects.update_or_create(programme=None, key=entry["key"], defaults=facts)
    return found


def occasion_of(meeting: Meeting) -> str:
    """Before it begins one prepares, afterwards one looks back."""
    return Occasion.AFTER_SESSION if meeting.has_begun else Occasion.BEFORE_MOMENT


def occasion_for(part: str, follows: Reflection | None) -> str:
    """On which occasion's questions a text on the pair's line begins; none for a question of the pair's own, or an answer."""
    return str((ASKED_AFTER if follows else ASKED).get(PairPart(part), ""))


def question_for(
    *,
    programme_id: UUID,
    occasion: str,
    meeting: Meeting | None = None,
    turn: int = 0,
    asked: UUID | None = None,
    in_order: bool = False,
    now: datetime | None = None,
) -> Question:
    """One question for an occasion (one query). `turn` 1, 2 … gives the next ones; after the last the first comes again.

    Everybody who was at a meeting gets the same first question: the one its coach wrote for the day after, else one of the sets.
    `in_order`: as the sets have them, where the first belongs first; otherwise another one begins each month.
    `asked` is the question that stood in the form: it counts, even when the sets were changed while somebody wrote.
    """
    if not occasion:
        return Question()
    prompts = _asked_in(programme_id, occasion)
    first = meeting.pk.int if meeting else (now or timezone.localtime()).month
    shift = first % len(prompts) if prompts and not in_order else 0
    questions = [Question(prompt.text, occasion, prompt, _intro(prompt)) for prompt in prompts[shift:] + prompts[:shift]]
    if meeting and meeting.question and occasion == Occasion.AFTER_SESSION:
        questions.insert(0, Question(meeting.question, occasion))
    stood = [question for question in questions if asked and question.prompt and question.prompt.pk == asked]
    if stood:
        return stood[0]
    return questions[turn % len(questions)] if questions else Question(occasion=occasion)


def _asked_in(programme_id: UUID, occasion: str) -> list[Prompt]:
    """The shipped questions and the programme's own, or its own alone when it says so."""
    sets = Prompt.objects.filter(Q(programme=None) | Q(programme_id=programme_id), occasion=occasion)
    prompts = list(sets.select_related("question_set").order_by("position", "pk"))
    alone = [prompt for prompt in prompts if prompt.question_set and prompt.question_set.is_alone]
    return [prompt for prompt in prompts if prompt.programme_id] if alone else prompts


def _intro(prompt: Prompt) -> str:
    return prompt.question_set.intro if prompt.question_set else ""


def after_migrate(*, using: str, apps: Apps = installed, **_given: object) -> None:
    """After each migrate (and flush, which names no apps) the questions are there; not while the table is of another state."""
    try:
        state = apps.get_model("reflections", "Prompt")
    except LookupError:
        return
    columns = [{field.column for field in model._meta.local_fields} for model in (state, Prompt)]
    if using == "default" and columns[0] == columns[1]:
        load_prompts()
