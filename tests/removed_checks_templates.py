"""Checks of templates and of what comes from them, and what stands there when one is taken away."""

from core.doors import through
from planning import access
from planning.models import Step, TrajectoryTemplate
from planning.models.templates import TrajectoryTemplateQuerySet
from trajectories.models import Programme


def any_template(_user, pk):
    return through(TrajectoryTemplate.objects.select_related("programme").with_steps(), pk=pk)


def any_step(user, template_pk, pk):
    access.template_run_by(user, template_pk)
    return through(Step.objects.select_related("template"), pk=pk)


REMOVED = [
    (access, "template_for", any_template, "planning:template"),
    (access, "template_run_by", access.template_for, "planning:template_change"),
    (access, "step_run_by", any_step, "planning:step"),
    (access, "newest_set_up_by", lambda user: access.planner(user)[0], "planning:template_copy"),
    (access, "programme_planned_by", lambda _user, pk: through(Programme.objects.all(), pk=pk), "planning:drafts"),
    (TrajectoryTemplateQuerySet, "visible_to", lambda rows, _user: rows.all(), "planning:template"),
]
