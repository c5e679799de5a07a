"""A template as a drawing: both rhythms on one line, as they would fall from a first day on; and its distances in words."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.drawing import Chart
from core.trajectory_line import Line, Stop, trajectory_line
from planning.models import Step, TrajectoryTemplate
from planning.templates_dates import day_of


def chart_of(template: TrajectoryTemplate, starts_on: date) -> Chart:
    """Sessions as large stops, moments of each pilot as small ones; needs the template with its steps, asks nothing."""
    steps = {step.pk: step for step in template.steps.all()}

    def stop(step: Step, number: int) -> Stop:
        days = day_of(step.pk, lambda pk: (steps[pk].anchor_id, steps[pk].offset_days))
        return Stop(label=step.title, status="missing", on=starts_on + timedelta(days=days), number=number)

    sessions = [step for step in template.living_steps if step.is_session]
    moments = [step for step in template.living_steps if not step.is_session]
    return trajectory_line(
        title=_("The two rhythms"),
        description=_("Large stops are sessions of the learning network, small ones are the moments of each pilot."),
        stops=[stop(step, number) for number, step in enumerate(sessions, 1)],
        lines=[Line(label=_("Each pilot"), stops=[stop(step, number) for number, step in enumerate(moments, 1)])],
        main=_("Learning network"),
        side=_("Pilot"),
        key=str(template.pk)[:8],
    )


def tell_distances(template: TrajectoryTemplate) -> None:
    """Give each step `distance`, in words: "2 weeks and 3 days before session four". Asks nothing of the database."""
    steps = {step.pk: step for step in template.steps.all()}
    for step in steps.values():
        anchor = steps[step.anchor_id].title if step.anchor_id else _("the start")
        step.distance = _distance(step.offset_days, anchor)  # type: ignore[attr-defined]


def _distance(offset: int, start: str) -> str:
    weeks, days = divmod(abs(offset), 7)
    parts = []
    if weeks:
        parts.append(ngettext("%(count)d week", "%(count)d weeks", weeks) % {"count": weeks})
    if days:
        parts.append(ngettext("%(count)d day", "%(count)d days", days) % {"count": days})
    words = {"time": _(" and ").join(parts), "from": start}
    if not parts:
        return _("on the same day as %(from)s") % words
    return (_("%(time)s after %(from)s") if offset > 0 else _("%(time)s before %(from)s")) % words
