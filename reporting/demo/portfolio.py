"""The demo leader's portfolio: pieces made from what she wrote, and three moments at which she looked at herself."""

import datetime
import json

from core import crypto
from reflections.models import PortfolioPiece, Reflection, SelfAssessment
from reporting.demo.meetings import ZONE
from reporting.demo.people import Group
from reporting.demo.world import World, content


def portfolio(world: World, found: Group, written: dict[str, Reflection]) -> None:
    """Sealed with her key; `written`: the reflections by their key in the content."""
    told = content("portfolio")
    author, key = found.people[told["author"]], found.keys[told["author"]]
    texts = {text["key"]: text["text"] for text in content("reflections")["reflections"]}
    for number, piece in enumerate(told["pieces"], 1):
        text = written.get(piece.get("reflection", ""))
        row = PortfolioPiece(
            author=author, programme=found.programme, part=piece["part"], kind=piece.get("kind", "text"), position=number,
            source=f"reflection:{text.pk.hex}" if text else piece["source"],
            happened_on=text.created_at.astimezone(ZONE).date() if text else None,
        )  # fmt: skip
        said = {"title": piece["title"], "text": texts[piece["reflection"]] if text else piece["text"]}
        row.body = crypto.seal(key, json.dumps(said, ensure_ascii=False).encode(), about=row.about_body)
        world.add(row)
    for moment in told["assessments"]:
        day = datetime.date.fromisoformat(moment["made_on"])
        seen = SelfAssessment(author=author, programme=found.programme, made_on=day)
        seen.body = crypto.seal(key, json.dumps(moment["scores"]).encode(), about=seen.about_body)
        world.add(seen)
