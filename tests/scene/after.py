"""What remains of a meeting: certificates."""

from django.utils import timezone

from core import files
from sessions import certificates
from tests.scene.base import PDF, TEAM, Scene
from trajectories.models import Seat

WORDS = {"certificate of anna": f"{TEAM} anna"}


def add(scene: Scene) -> None:
    """Anna's certificate; its bytes are told here, so that no document has to be drawn."""
    cast, say = scene.cast, scene.say
    anna, omar = (Seat.objects.get(user=user) for user in (cast.anna, cast.omar))
    certificate = certificates.ask(anna, by=cast.anna, language="nl")
    content = PDF + f"% {say('certificate of anna')}".encode()
    certificate.file = files.store(content, name="attest.pdf", content_type="application/pdf", by=cast.anna.pk)
    certificate.made_at = timezone.now()
    certificate.save()
    scene.put("certified seat", anna=anna, omar=omar)
    scene.put("certificate", anna=certificate)
