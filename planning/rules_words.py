"""What a rule may say: the words in braces per moment, what they stand for in one case, and what we ship."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.errors import DomainError
from planning.models import PLACEHOLDER, ReminderRule

Moment = ReminderRule.Moment
MEANINGS = {
    "name": gettext_lazy("first name of the reader"),
    "programme": gettext_lazy("name of the programme"),
    "meeting": gettext_lazy("title of the meeting"),
    "when": gettext_lazy("day and hours"),
    "where": gettext_lazy("place or link"),
    "pilot": gettext_lazy("name of the pilot"),
    "weeks": gettext_lazy("weeks without a meeting"),
    "action": gettext_lazy("the agreement"),
    "due": gettext_lazy("the day by which"),
}
OF_MEETING = ("name", "programme", "meeting", "when", "where")
ALLOWED = {
    Moment.BEFORE: OF_MEETING,
    Moment.AFTER: OF_MEETING,
    Moment.QUIET: ("name", "programme", "pilot", "weeks"),
    Moment.ACTION: ("name", "programme", "meeting", "action", "due"),
}
TEXTS = ("subject_nl", "subject_en", "text_nl", "text_en")
SOON = {7: ("Over een week", "In a week"), 1: ("Morgen", "Tomorrow")}
BUILT_IN = (7, 1)  # days before a meeting


def shipped(days: int) -> dict:
    """The rule that we ship for so many days before a meeting, as values for `rules.save_rule`."""
    soon_nl, soon_en = SOON.get(days) or (f"Over {days} dagen", f"In {days} days")
    return {
        "moment": Moment.BEFORE,
        "number": days,
        "who": ReminderRule.Who.ALL,
        "subject_nl": f"{soon_nl}: {{meeting}}, {{when}}",
        "subject_en": f"{soon_en}: {{meeting}}, {{when}}",
        "text_nl": "Dag {name},\n\n{meeting}\n{when}\n{where}\n\nLaat je ons weten of je komt?",
        "text_en": "Hello {name},\n\n{meeting}\n{when}\n{where}\n\nWill you let us know whether you come?",
    }


def check_words(moment: str, texts: Mapping[str, str]) -> None:
    """Raises DomainError, beside its field, for a text with a word in braces that this moment does not know."""
    allowed = ALLOWED[Moment(moment)]
    for field in TEXTS:
        text = texts.get(field) or ""
        unknown = sorted({f"{{{word}}}" for word in PLACEHOLDER.findall(text)} - {f"{{{word}}}" for word in allowed})
        if unknown:
            known = ", ".join(f"{{{word}}}" for word in allowed)
            said = ngettext("%(unknown)s means nothing here.", "%(unknown)s mean nothing here.", len(unknown))
            hint = _("You can use: %(known)s.") % {"known": known}
            raise DomainError(f"{said % {'unknown': ', '.join(unknown)}} {hint}", field=field)
        if "{" in PLACEHOLDER.sub("", text) or "}" in PLACEHOLDER.sub("", text):
            raise DomainError(_("A brace is open here that is not closed, or the other way round."), field=field)


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with the words in braces replaced; one that is not known stays as it is."""
    return PLACEHOLDER.sub(lambda found: facts.get(found[1], found[0]), text)
