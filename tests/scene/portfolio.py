"""A portfolio of Anna's and one of Zita's: pieces with their own words, a moment, a PDF that is ready."""

import datetime

from django.utils import timezone

from core import crypto, files
from core.models import Job
from people import keys
from reflections import drafts
from reflections.portfolio import assessments, exports, pieces
from tests.scene.base import Scene

WORDS = {
    "portfolio piece of anna": "anna",
    "portfolio heading of anna": "anna",
    "portfolio piece of zita": "zita",
    "portfolio draft of anna": "anna",
    "portfolio file of anna": "anna",
}


def add(scene: Scene) -> None:
    """Everything of the portfolio, through the services."""
    cast, say = scene.cast, scene.say
    anna = pieces.begin(by=cast.anna, part="author")
    words = {"title": say("portfolio heading of anna"), "text": say("portfolio piece of anna"), "version": 1}
    pieces.change(anna, by=cast.anna, **words)
    zita = pieces.begin(by=cast.zita, part="practice")
    pieces.change(zita, by=cast.zita, title="", text=say("portfolio piece of zita"), version=1)
    scores = dict.fromkeys(assessments.STATEMENTS, 4)
    moment = assessments.note(by=cast.anna, scores=scores, on=timezone.localdate() - datetime.timedelta(days=9))
    typed = {"tab": "a1", "version": 0, "text": say("portfolio draft of anna")}
    drafts.keep(by=cast.anna, place=pieces.place_of(anna), **typed)
    scene.put("piece", anna=anna, zita=zita)
    scene.put("self-assessment", anna=moment)
    scene.put("portfolio file", anna=_made(scene))


def _made(scene: Scene) -> Job:
    """A PDF as the worker leaves it, sealed."""
    anna = scene.cast.anna
    job = Job.objects.create(kind=exports.KIND, requested_by=anna.pk, state=Job.State.DONE, title="Mijn leerportfolio")
    content = f"%PDF {scene.say('portfolio file of anna')}".encode()
    sealed = crypto.seal(keys.key_of(anna.pk), content, about=f"portfolio-file:{job.pk}")
    kept = {"name": "portfolio.pdf", "content_type": "application/pdf", "days": 1}
    job.result = files.store(sealed, by=anna.pk, sealed_for=anna.pk, **kept)
    job.save()
    return job
