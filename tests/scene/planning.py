"""Templates, polls, feeds and rules."""

from planning import rules, templates
from planning.models import ReminderRule, TrajectoryTemplate
from tests.scene.base import TANDEM, TEAM, Scene

WORDS: dict[str, str] = {
    "title of template": f"{TEAM} {TANDEM} karel",
    "template elsewhere": "omar",
    "words of rule": f"{TEAM} {TANDEM} karel",
    "rule elsewhere": "omar",
}


def add(scene: Scene) -> None:
    """Everything that is planned, through the services."""
    _templates(scene)
    _rules(scene)


def _rules(scene: Scene) -> None:
    """A rule of the programme, and one elsewhere."""
    cast, say = scene.cast, scene.say
    words = {"moment": "quiet", "number": 8, "who": "all", "steps": [], "subject_en": "", "text_en": "", "is_on": True}
    whose = {"own": (cast.tess, cast.programme, "words of rule"), "other": (cast.omar, cast.other_programme, "rule elsewhere")}
    made = {
        name: rules.save_rule(
            ReminderRule(programme=programme), by=by, values={**words, "subject_nl": say(word), "text_nl": "Dag {name}"}
        )
        for name, (by, programme, word) in whose.items()
    }
    scene.put("rule", **made)


def _templates(scene: Scene) -> None:
    """One of the programme, one of another, and one that ships."""
    cast, say = scene.cast, scene.say
    shipped = TrajectoryTemplate.objects.get(slug="ilias")
    titles = {"own": (cast.tess, "title of template"), "other": (cast.omar, "template elsewhere")}
    programmes = {"own": cast.programme, "other": cast.other_programme}
    made = {
        name: templates.copy_template(shipped, by=by, programme=programmes[name], title_nl=say(word), title_en="")
        for name, (by, word) in titles.items()
    }
    scene.put("template", **made, shipped=shipped)
    scene.put("own template", **made)
    scene.put("step", **{name: row.steps.first() for name, row in {**made, "shipped": shipped}.items()})
    scene.put("new step", **{name: (row.pk, "network") for name, row in {**made, "shipped": shipped}.items()})
