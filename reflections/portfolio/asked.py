"""The questions of the portfolio, in its order: the roadmap's index, its questions for the end, and its good practice."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reflections.models import Occasion, PortfolioPiece, Theme

Part = PortfolioPiece.Part


@dataclass(frozen=True)
class Asked:
    """A question that helps to fill one part. `themes` and `occasions`: the newest own text about these is a first answer."""

    key: str
    part: str
    text: Promise
    themes: tuple[str, ...] = ()
    occasions: tuple[str, ...] = ()


QUESTIONS = (
    Asked("drive", Part.AUTHOR, _("What drives me in my work with children, families and colleagues?"), (Theme.COMMITMENT,)),
    Asked("began", Part.PATHWAY, _("What did I want to learn when we began?"), (), (Occasion.BEFORE_MOMENT,)),
    Asked("opened", Part.ASSESSMENT, _("Which moments opened my eyes?"), (Theme.BIAS, Theme.HUMILITY)),
    Asked("changed", Part.ASSESSMENT, _("What changed in how I lead?"), (Theme.REFLECT,)),
    Asked("further", Part.ASSESSMENT, _("With what do I go on after the programme?")),
    Asked("situation", Part.PRACTICE, _("Which situation do I present as good practice?"), (Theme.PRACTICE,)),
    Asked("did", Part.PRACTICE, _("What did we try out, and who took part?"), (Theme.ACT,), (Occasion.AFTER_TRYING,)),
    Asked("thinking", Part.PRACTICE, _("What changed in how I think?"), (Theme.BIAS, Theme.REFLECT)),
    Asked("acting", Part.PRACTICE, _("What changed in how we work?"), (Theme.COLLABORATION, Theme.BELONGING)),
    Asked("others", Part.PRACTICE, _("What can others take from it?")),
)
