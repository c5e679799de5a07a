"""What stands on every list and report: the funder's emblems and sentence (2021/1060 art. 47 and 50), a demo or not."""

from base64 import b64encode
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core import files, pdf
from trajectories.models import Programme

PICTURES = {"image/png", "image/jpeg"}


@dataclass(frozen=True)
class Picture:
    """An emblem inside the document itself: no printer or reader has to fetch it."""

    src: str
    alt: str


def emblems_of(programme: Programme) -> list[Picture]:
    """The programme's emblems in their order; in a demo without any, a frame that marks their place."""
    rows = [row for row in programme.emblems.select_related("file") if row.file.content_type in PICTURES]
    if not rows and programme.is_demo:
        return [place_of_emblem()]
    return [Picture(data_address(row.file.content_type, files.read(row.file)), row.alt) for row in rows]


def place_of_emblem() -> Picture:
    """The frame that marks where an emblem is to come."""
    place = pdf.static_file("img/emblem-place.png") or b""
    return Picture(data_address("image/png", place), _("Place for the funder's emblem"))


def data_address(content_type: str, content: bytes) -> str:
    """A picture as an address that holds it."""
    return f"data:{content_type};base64,{b64encode(content).decode()}"


def letterhead(programme: Programme) -> dict[str, object]:
    """The part of a template's context that core/pdf/base.html and the list to sign share."""
    return {
        "programme": programme,
        "emblems": emblems_of(programme),
        "funder_sentence": programme.funder_sentence,
        "is_demo": programme.is_demo,
        "author": programme.promoter or programme.name,
    }
