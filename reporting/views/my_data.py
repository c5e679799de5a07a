"""One's own characteristics: why they are asked, what one answered, and the form."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from core.forms import attempt
from reporting import access, own_data, services
from reporting.forms import CharacteristicsForm
from reporting.frameworks import framework, in_words
from reporting.services import characteristics


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """What is asked of this person, for which programme, and what is still open."""
    found = own_data.participations(request.user, timezone.localdate())
    return render(request, "reporting/my_data.html", {"participations": found})


@require_http_methods(["GET", "HEAD", "POST"])
def answers(request: HttpRequest, pk: UUID, moment: str) -> HttpResponse:
    """The questions of one moment; saving half of them is fine."""
    participant = access.own_participation(request.user, pk, moment)
    given = {"answers": services.own_answers(participant), "consented": characteristics.has_consented(request.user)}
    form = CharacteristicsForm(request.POST or None, questions=services.questions_of(participant, moment), **given)
    if request.method == "POST" and form.is_valid():
        consents = form.cleaned_data.get("consents", False)
        typed = {"moment": moment, "answers": form.answers(), "consents": consents}
        left = attempt(form, lambda: services.answer(participant, by=request.user, **typed))
        if left is not None:
            messages.success(request, _saved(left))
            return redirect("reports:my_data")
    chosen = framework(participant.programme.framework)
    context = {
        "participant": participant,
        "moment": moment,
        "form": form,
        "consent": characteristics.consent_text(),
        "purpose": in_words(chosen.purpose),
        "basis": in_words(chosen.basis),
    }
    return render(request, "reporting/my_answers.html", context, status=422 if request.method == "POST" else 200)


def _saved(left: int) -> str:
    if not left:
        return _("Saved. Everything is complete. Thank you!")
    return ngettext("Saved. %(n)s answer is still missing.", "Saved. %(n)s answers are still missing.", left) % {"n": left}
