"""The funder's questions through a personal link, without signing in: the questions and nothing else."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from core.forms import attempt
from reporting import links, services
from reporting.forms import CharacteristicsForm
from reporting.frameworks import framework, in_words
from reporting.models import Asking
from reporting.services import characteristics


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows the questions, never an answer; only a POST answers. What stays empty changes nothing."""
    asking = links.asking_behind(token)
    with translation.override(asking.participant.user.language if asking else translation.get_language()):
        sentence = _closed(asking)
        if asking is None or sentence:
            return render(request, "reporting/asked_closed.html", {"sentence": sentence}, status=410 if asking else 404)
        questions = services.questions_of(asking.participant, asking.moment)
        form = CharacteristicsForm(request.POST or None, questions=questions, answers={}, consented=False)
        if request.method == "POST" and form.is_valid() and _answered(asking, form):
            return render(request, "reporting/asked_closed.html", {"sentence": "", "programme": asking.participant.programme})
        status = 422 if request.method == "POST" else 200
        return render(request, "reporting/asked.html", _context(asking, form), status=status)


def _answered(asking: Asking, form: CharacteristicsForm) -> bool:
    answers = {code: value for code, value in form.answers().items() if value}
    consents = form.cleaned_data.get("consents", False)
    told = {"moment": asking.moment, "answers": answers, "consents": consents, "by": asking.participant.user}
    return attempt(form, lambda: services.answer(asking.participant, **told)) is not None


def _context(asking: Asking, form: CharacteristicsForm) -> dict[str, object]:
    chosen = framework(asking.participant.programme.framework)
    return {
        "form": form,
        "moment": asking.moment,
        "programme": asking.participant.programme,
        "closes_on": asking.closes_on,
        "consent": characteristics.consent_text(),
        "purpose": in_words(chosen.purpose),
        "basis": in_words(chosen.basis),
    }


def _closed(asking: Asking | None) -> str:
    """Why there is nothing to answer; empty when there is."""
    if asking is None:
        return _("This link does not work. Perhaps a piece of it was lost: open it from the mail once more.")
    if asking.closes_on < timezone.localdate() or not asking.participant.user.is_active:
        return _("The time for these questions is over. Thank you all the same.")
    return ""
