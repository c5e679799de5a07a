"""The project team's own questions, beside the shipped ones."""

from uuid import UUID

from django.contrib import messages
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.forms import attempt
from reflections import question_sets
from reflections.access import programmes_asked_by, question_set_by
from reflections.forms import QuestionFormSet, QuestionSetForm
from reflections.models import Occasion, QuestionSet
from reflections.question_sets import Asked
from trajectories.access import programme_run_by


@require_GET
def sets(request: HttpRequest) -> HttpResponse:
    """Per occasion the sets that leaders are asked, shipped and own."""
    programmes = programmes_asked_by(request.user)
    shipped = QuestionSet.objects.filter(programme=None)
    own = QuestionSet.objects.filter(programme__in=programmes)
    found = list((shipped | own).select_related("programme").prefetch_related("prompts"))
    by_occasion = [(label, [one for one in found if one.occasion == value]) for value, label in Occasion.choices]
    return render(request, "reflections/questions.html", {"by_occasion": by_occasion, "programmes": programmes})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A new set for a programme."""
    return _change(request, QuestionSet(programme=programme_run_by(request.user, pk)))


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change an own set."""
    return _change(request, question_set_by(request.user, pk))


def _change(request: HttpRequest, found: QuestionSet) -> HttpResponse:
    is_new, version = found._state.adding, found.version
    standing = [] if is_new else list(found.prompts.order_by("position").values("text_nl", "text_en", "theme"))
    form = QuestionSetForm(request.POST or None, instance=found, initial={"version": version})
    rows = QuestionFormSet(request.POST or None, initial=standing, prefix="questions")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        saved = attempt(form, lambda: _save(request, form, rows))
        if saved is not None:
            messages.success(request, _("The questions are saved."))
            return redirect("reflections:questions")
    context = {"form": form, "rows": rows, "question_set": None if is_new else found, "programme": found.programme}
    return render(request, "reflections/question_set.html", context, status=422 if form.errors or rows.is_bound else 200)


def _save(request: HttpRequest, form: QuestionSetForm, rows: BaseFormSet) -> QuestionSet:
    given = [row.cleaned_data for row in rows if row.cleaned_data.get("text_nl", "").strip()]
    asked = [Asked(row["text_nl"].strip(), row.get("text_en", "").strip(), row.get("theme", "")) for row in given]
    return question_sets.save(form.instance, by=request.user, questions=asked, version=form.cleaned_data["version"])


@require_POST
def remove(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an own set away."""
    question_sets.remove(question_set_by(request.user, pk), by=request.user)
    messages.success(request, _("The questions are gone. What was written to them stays."))
    return redirect("reflections:questions")
