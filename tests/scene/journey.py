"""The leader's journey: what goes for policy, dialogues, photos, a programme's own questions."""

from core import uploads
from reflections import attached, dialogue, question_sets, services
from reflections.models import QuestionSet, ReaderGrant, Theme
from tests.scene.base import NEST, TANDEM, TEAM, WIP, Scene

WORDS = {
    "reflection for policy": f"anna {TEAM}",
    "reflection answered": f"anna {TANDEM}",
    "reflection before it was changed": "anna",
    "reflection tag": "anna",
    "reflection answer of hilde": f"anna {TANDEM}",
    "reflection answer of anna": f"anna {TANDEM}",
    "reflection file name": f"anna {TANDEM}",
    "reflection on the line of the pair": NEST,
    "answer on the line of the pair": NEST,
    "reflection on the line, for coaches": f"{NEST} {TANDEM}",
    "answer of joris on the line": f"{NEST} {TANDEM}",
    "question of the programme": f"{TEAM} {NEST} {WIP}",
}
PNG = b"\x89PNG\r\n\x1a\nzonder woorden"


def add(scene: Scene) -> None:
    """Everything of the journey, through the services."""
    _questions(scene)
    _texts(scene)
    _pair(scene)


def _texts(scene: Scene) -> None:
    cast, say = scene.cast, scene.say
    anna = {"by": cast.anna, "pilot": cast.nest}
    given = services.write(text=say("reflection for policy"), audiences=["policy"], **anna)
    talked = services.write(
        text=say("reflection before it was changed"), audiences=["coaches"], tags=say("reflection tag"), **anna
    )
    services.note_opening(talked, by=cast.hilde)
    services.change(talked, by=cast.anna, text=say("reflection answered"), version=1)
    comment = dialogue.say(talked, by=cast.hilde, text=say("reflection answer of hilde"))
    dialogue.say(talked, by=cast.anna, text=say("reflection answer of anna"))
    checked = uploads.Checked(PNG, "image/png", f"{say('reflection file name')}.png")
    photo = attached.add(talked, by=cast.anna, checked=checked)
    scene.put("reflection", policy=given, talked=talked)
    scene.put("policy text", tess=ReaderGrant.objects.get(reflection=given, reader=cast.tess))
    scene.put("comment", hilde=comment)
    scene.put("photo", anna=photo)


def _pair(scene: Scene) -> None:
    cast, say = scene.cast, scene.say
    anna, bram = ({"by": person, "pilot": cast.nest, "pair_part": "question"} for person in (cast.anna, cast.bram))
    asked = services.write(text=say("reflection on the line of the pair"), **anna)
    services.write(text=say("answer on the line of the pair"), follows=asked, **bram)
    read_along = services.write(text=say("reflection on the line, for coaches"), audiences=["coaches"], **anna)
    dialogue.say(read_along, by=cast.joris, text=say("answer of joris on the line"))
    scene.put("reflection", pair=asked, pair_coaches=read_along)


def _questions(scene: Scene) -> None:
    cast = scene.cast
    made = QuestionSet(programme=cast.programme, occasion="after_trying", title_nl="Eigen vragen", is_alone=True)
    asked = [question_sets.Asked(scene.say("question of the programme"), theme=Theme.HUMILITY)]
    scene.put("question set", own=question_sets.save(made, by=cast.tess, questions=asked))
