"""Meetings as they are prepared, held and looked back on."""

from core import uploads
from sessions import agenda, checkin, materials, preparation, signatures
from tests.scene.base import MOMENT, PDF, TANDEM, Scene

WORDS: dict[str, str] = {
    "case of anna": "anna hilde",
    "question of zita": "zita",
    "intake of anna": "anna",
    "intake of bram, opened": MOMENT,
    "together": MOMENT,
    "plan of the tandem": TANDEM,
    "debrief of the tandem": TANDEM,
    "note of hilde for herself": "hilde",
    "note of hilde for the tandem": TANDEM,
    "material for the coaches": TANDEM,
    "material for the pair": MOMENT,
}


def add(scene: Scene) -> None:
    """Signatures under the lists of two meetings, an agenda, what people bring, what goes along."""
    _signatures(scene)
    _preparation(scene)
    _materials(scene)


def _signatures(scene: Scene) -> None:
    cast, at = scene.cast, scene.at["meeting"]
    scene.put("check-in", **{name: (at[name].pk, checkin.code_of(at[name].pk)) for name in ("session", "moment")})
    for name, who in (("session", cast.anna), ("moment", cast.bram)):
        row = at[name].attendances.get(user=who)
        picture = uploads.Checked(PDF, "image/png", "handtekening.png")
        signatures.sign(row, by=who, picture=picture)
        scene.put("signed place", **{who.first_name.lower(): (at[name].pk, row.pk)})


def _preparation(scene: Scene) -> None:
    cast, say, at = scene.cast, scene.say, scene.at["meeting"]
    scene.put(
        "agenda item",
        coming=agenda.add(at["coming"], by=cast.hilde, title="Terugblik", minutes=20),
        wip=at["moment_wip"].agenda.get(),
    )
    case = {"question": say("case of anna")}
    row = preparation.bring(at["coming"], by=cast.anna, kind="case", texts=case, readers=[cast.hilde.pk])
    question = preparation.bring(at["coming"], by=cast.zita, kind="question", texts={"text": say("question of zita")})
    intake = preparation.bring(at["moment"], by=cast.anna, kind="intake", texts={"text": say("intake of anna")})
    opened = preparation.bring(at["moment"], by=cast.bram, kind="intake", texts={"text": say("intake of bram, opened")})
    opened = preparation.ready(opened, by=cast.bram, now=True)
    write = preparation.write_common
    write(at["moment"], by=cast.bram, kind="together", text=say("together"), version=0)
    plan = write(at["moment"], by=cast.hilde, kind="plan", text=say("plan of the tandem"), version=0)
    write(at["moment"], by=cast.joris, kind="debrief", text=say("debrief of the tandem"), version=0)
    note = {"by": cast.hilde, "kind": "note"}
    alone = preparation.bring(at["moment"], texts={"text": say("note of hilde for herself")}, **note)
    texts = {"text": say("note of hilde for the tandem")}
    shared = preparation.bring(at["moment"], texts=texts, readers=[cast.joris.pk], **note)
    scene.put("note", alone=(at["moment"].pk, alone.pk), shared=(at["moment"].pk, shared.pk))
    scene.put("brought", case=row, question=question, intake=intake, opened=opened, plan=plan)
    scene.put("something to bring", question=(at["coming"].pk, "question"), intake=(at["moment"].pk, "intake"))


def _materials(scene: Scene) -> None:
    cast, say, at, link = scene.cast, scene.say, scene.at["meeting"], "https://voorbeeld.example/tekst"
    for readers, meeting, title in (
        ("all", "session", "Dia's"),
        ("coaches", "moment", say("material for the coaches")),
        ("pair", "moment", say("material for the pair")),
    ):
        row = materials.add(at[meeting], by=cast.hilde, title=title, readers=readers, link=link)
        scene.put("material", **{readers: (at[meeting].pk, row.pk)})
