"""Why a day is not as wished, in plain words; a person is only said not to be able, never why."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

CONFLICTS = {"holiday", "hours", "elsewhere", "place", "double"}


def sentences(unmet: Iterable[Iterable[str]], names: Mapping[str, str]) -> list[tuple[str, str]]:
    """(shape for the badge, sentence) of each; `names` are of people and of other meetings by id."""
    return [(_shape(wish), _sentence(wish, why, names.get(about, about))) for wish, why, about in unmet]


def _shape(wish: str) -> str:
    return "stop" if wish in CONFLICTS else "wait"


def _sentence(wish: str, why: str, about: str) -> str:
    plain = {
        "holiday": _("This is a holiday."),
        "hours": _("This is outside the working hours."),
        "place": _("Another meeting is in that place then."),
        "person": _("%(name)s cannot then.") % {"name": about},
        "elsewhere": _("%(name)s is not available then.") % {"name": about},
        "double": _("Falls together with: %(title)s.") % {"title": about},
    }
    if wish in plain:
        return plain[wish]
    if wish == "unplaced":
        return _("No day was found.") + " " + _why(why, about)
    number = int(about) if about.isdigit() else 0
    if wish in {"early", "late"}:
        before = ngettext("%(n)s day earlier than wished.", "%(n)s days earlier than wished.", number)
        after = ngettext("%(n)s day later than wished.", "%(n)s days later than wished.", number)
        return (before if wish == "early" else after) % {"n": number} + " " + _why(why, "")
    if wish == "close":
        return ngettext("Only %(n)s day after the one before.", "Only %(n)s days after the one before.", number) % {"n": number}
    return ngettext("As much as %(n)s day after the one before.", "As much as %(n)s days after the one before.", number) % {
        "n": number
    }


def _why(why: str, name: str) -> str:
    return {
        "closed": _("There are only holidays and closed days then."),
        "away": _("%(name)s cannot on any day then.") % {"name": name} if name else _("A coach cannot on any day then."),
        "busy": _("The days that are left are taken by other meetings."),
    }.get(why, "")
