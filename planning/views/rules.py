"""Rules for reminders: the list of a programme, and making, changing and removing one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.forms import attempt
from planning import access, access_rules, rules
from planning.forms_rules import FIELDS, RuleForm
from planning.mails.rules import example
from planning.models import ReminderRule
from planning.rules_words import ALLOWED, MEANINGS
from trajectories import access as trajectories
from trajectories.models import Programme

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listing(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The rules of one programme, and the reminders that go without them."""
    programme = access.programme_planned_by(request.user, pk)
    found = list(programme.reminder_rules.select_related("template").prefetch_related("steps"))
    before = [rule for rule in found if rule.moment == ReminderRule.Moment.BEFORE]
    shown = {
        "programme": programme,
        "rules": found,
        "runs": programme.pk in request.user.programmes_as("project"),
        "built_in": not any(rule.is_on and not rule.steps.all() for rule in before),
        "can_adopt": all(rule.steps.all() for rule in before),
        "follows": any(rule.template_id for rule in found),
    }
    return render(request, "planning/rules/list.html", shown)


@require_POST
def adopt(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The two built-in reminders become rules that can be changed."""
    programme = trajectories.programme_run_by(request.user, pk)
    rules.adopt_shipped(programme, by=request.user)
    messages.success(request, _("The two reminders are rules now. Change their days and words as you like."))
    return redirect("planning:rules", programme.pk)


@page_methods
def new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a rule."""
    programme = trajectories.programme_run_by(request.user, pk)
    return _edit(request, programme, ReminderRule(programme=programme, moment="before", number=7))


@page_methods
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a rule, beside what it says about a real meeting, pilot or agreement."""
    rule = access_rules.rule_run_by(request.user, pk)
    return _edit(request, rule.programme, rule)


def _edit(request: HttpRequest, programme: Programme, rule: ReminderRule) -> HttpResponse:
    form = RuleForm(request.POST or None, instance=rule, programme=programme)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in FIELDS if name in form.fields}
        saved = attempt(form, lambda: rules.save_rule(rule, by=request.user, values=values))
        if saved is not None:
            messages.success(request, _("Saved. Below you read how the letter looks."))
            return redirect("planning:rule", saved.pk)
    is_new = rule._state.adding
    letter, case = (None, None) if is_new or form.errors else example(rule, request.user)
    words = [(word, MEANINGS[word]) for word in dict.fromkeys(word for words in ALLOWED.values() for word in words)]
    shown = {"programme": programme, "rule": rule, "is_new": is_new, "form": form, "letter": letter, "case": case, "words": words}
    return render(request, "planning/rules/rule.html", shown)


@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a rule away."""
    rule = access_rules.rule_run_by(request.user, pk)
    rules.remove_rule(rule, by=request.user)
    messages.success(request, _("The rule is gone, and its letters that waited too."))
    return redirect("planning:rules", rule.programme_id)
