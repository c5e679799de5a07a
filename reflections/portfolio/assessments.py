"""Self-assessments: six traits of inclusive leadership, uniqueness and belonging in one's team, at two or more moments.

For the author alone: sealed, in no total and no report.
"""

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import audit, charts
from core.crypto import Unreadable
from core.drawing import Chart
from core.errors import DomainError
from people import keys
from people.models import User
from reflections.models import SelfAssessment, Theme
from reflections.portfolio.sources import path_of
from reflections.services import keys_by

LOWEST, HIGHEST = 1, 6  # an even number of steps: everybody stands in one of the four quadrants
MIDDLE = (LOWEST + HIGHEST) / 2
UNIQUENESS, BELONGING = "uniqueness", "belonging"
DRAWN = 4  # moments in one drawing: the first and the latest three
# what one says of oneself, for each trait; then of one's team
STATEMENTS: dict[str, Promise] = {
    Theme.COMMITMENT.value: gettext_lazy("I show by what I do that I stand for an inclusive team."),
    Theme.HUMILITY.value: gettext_lazy("I say what I do not know, and I admit my mistakes."),
    Theme.BIAS.value: gettext_lazy("I look for my own blind spots and for what I overlook."),
    Theme.CURIOSITY.value: gettext_lazy("I ask how others see it before I say what I think."),
    Theme.CULTURE.value: gettext_lazy("I adapt how I speak and work to the person in front of me."),
    Theme.COLLABORATION.value: gettext_lazy("I see to it that everybody can contribute and help decide."),
    UNIQUENESS: gettext_lazy("In my team everybody may be different, and that is valued."),
    BELONGING: gettext_lazy("In my team everybody belongs, without conditions."),
}
TRAITS = tuple(STATEMENTS)[:6]


@dataclass(frozen=True)
class Moment:
    """How somebody saw themselves on one day; no scores when the key was erased."""

    row: SelfAssessment
    scores: Mapping[str, int]

    @property
    def quadrant(self) -> str:
        """Where the team stands: exclusion, assimilation, differentiation or inclusion."""
        unique, belongs = (self.scores.get(axis, LOWEST) > MIDDLE for axis in (UNIQUENESS, BELONGING))
        return (quadrants()[1] if belongs else quadrants()[0]) if unique else (quadrants()[3] if belongs else quadrants()[2])


def quadrants() -> tuple[str, str, str, str]:
    """As on the webinar's slide: differentiation, inclusion; exclusion, assimilation."""
    return _("differentiation"), _("inclusion"), _("exclusion"), _("assimilation")


def moments_of(user: User) -> list[Moment]:
    """One's own, oldest first (two queries)."""
    rows = list(SelfAssessment.objects.filter(author=user).order_by("made_on"))
    opened = keys_by({user.pk}) if rows else {}
    found = []
    for row in rows:
        try:
            scores = json.loads(keys.unseal_text(user.pk, bytes(row.body), about=row.about_body, keys=opened))
        except Unreadable:
            continue
        found.append(Moment(row, scores))
    return found


def own_assessments(user: User) -> list[dict[str, object]]:
    """Every self-assessment of this person, to take along."""
    return [{"on": moment.row.made_on.isoformat(), "scores": dict(moment.scores)} for moment in moments_of(user)]


@transaction.atomic
def note(*, by: User, scores: Mapping[str, int], on: datetime.date) -> SelfAssessment:
    """How somebody sees themselves on a day; noted again for the same day, the later one counts."""
    missing = next((name for name in STATEMENTS if scores.get(name) not in range(LOWEST, HIGHEST + 1)), None)
    if missing:
        raise DomainError(_("Choose a number from 1 to 6."), field=missing)
    if on > timezone.localdate():
        raise DomainError(_("This day is still to come."), field="made_on")
    newest = path_of(by).newest
    if newest is None:
        raise DomainError(_("A portfolio belongs to a leader."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # a double click: the other request was first
    row = SelfAssessment.objects.filter(author=by, made_on=on).first()
    row = row or SelfAssessment(author=by, made_on=on, programme=newest.programme)
    kept = {name: scores[name] for name in STATEMENTS}
    row.body = keys.seal_text(by.pk, json.dumps(kept), about=row.about_body)
    row.save()
    audit.record(by=by.pk, verb="assessment.noted", target=row)
    return row


@transaction.atomic
def remove(row: SelfAssessment, *, by: User) -> None:
    """It goes for good."""
    audit.record(by=by.pk, verb="assessment.removed", target=row)
    SelfAssessment.objects.filter(pk=row.pk, author=by).delete()


def drawn(moments: Sequence[Moment]) -> list[Chart]:
    """Two drawings of the same moments: the six traits, and the place of the team between uniqueness and belonging."""
    if not moments:
        return []
    shown = moments if len(moments) <= DRAWN else [moments[0], *moments[-DRAWN + 1 :]]
    names = [_day(moment.row.made_on) for moment in shown]
    return [_traits(shown, names), _plane(shown, names)]


def _day(day: datetime.date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _traits(shown: Sequence[Moment], names: Sequence[str]) -> Chart:
    return charts.scales(
        title=_("Six traits of inclusive leadership"),
        description=_("From 1 (hardly ever) to 6 (nearly always), as I saw it myself."),
        labels=[str(Theme(trait).label).capitalize() for trait in TRAITS],
        series={name: [moment.scores[trait] for trait in TRAITS] for name, moment in zip(names, shown, strict=True)},
        lowest=LOWEST,
        highest=HIGHEST,
        heading=_("Trait"),
    )


def _plane(shown: Sequence[Moment], names: Sequence[str]) -> Chart:
    return charts.plane(
        title=_("Uniqueness and belonging in my team"),
        description=_("Further up: what is unique in people counts more. Further to the right: they belong more."),
        points={
            name: (moment.scores[BELONGING], moment.scores[UNIQUENESS], moment.quadrant)
            for name, moment in zip(names, shown, strict=True)
        },
        corners=quadrants(),
        axes=(_("Belonging"), _("Uniqueness")),
        lowest=LOWEST,
        highest=HIGHEST,
        headers=[_("When"), _("Belonging"), _("Uniqueness"), _("Quadrant")],
    )
