"""The letters of a programme, and the screen on which an installation without a mail server shows them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import letters
from outbox import access, reading, services
from outbox.models import OutgoingMail

PER_PAGE = 50
ON_SCREEN = 30
# a letter is a document of its own: no script, no origin, only its own styles
LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"


@require_GET
@login_not_required
def mails(request: HttpRequest) -> HttpResponse:
    """What went or will go to whom, why and when; whoever runs no programme goes to the screen, where there is one."""
    if not request.user.is_authenticated or not request.user.has_role("project"):
        return _elsewhere(request)
    state, kind, text = (request.GET.get(name, "").strip()[:80] for name in ("state", "kind", "q"))
    found = OutgoingMail.objects.visible_to(request.user)
    if words := text.replace("\0", ""):
        found = reading.to_somebody_like(found, words)
    if state in OutgoingMail.State.values:
        found = found.filter(state=state)
    if kind in letters.kinds():
        found = found.filter(kind=kind)
    page = Paginator(reading.with_readers(found.defer("payload")), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": reading.lines_of_list(page.object_list),
        "states": OutgoingMail.State.choices,
        "kinds": sorted((name, known.title) for name, known in letters.kinds().items()),
        "chosen": {"state": state, "kind": kind, "q": text},
        "has_screen": access.has_screen(request),
    }
    return render(request, "outbox/list.html", context)


def _elsewhere(request: HttpRequest) -> HttpResponse:
    if access.has_screen(request):
        return redirect("outbox:screen")
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise PermissionDenied(_("Only the project team sees the letters of its programme."))


@require_POST
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Hold back a letter that still waits."""
    services.stop(access.letter_for(request.user, pk), by=request.user.pk)
    messages.success(
        request, _("This letter will not be sent. You find it among the stopped ones, where you can still let it go.")
    )
    return _back_to_list(request)


@require_POST
def let_go(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo stopping."""
    services.let_go(access.letter_for(request.user, pk), by=request.user.pk)
    messages.success(request, _("This letter goes out after all."))
    return _back_to_list(request)


def _back_to_list(request: HttpRequest) -> HttpResponse:
    """The page of the list, and what was searched for there, as the form's address carries them."""
    asked = request.GET.urlencode()
    return redirect(reverse("outbox:list") + (f"?{asked}" if asked else ""))


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Which letters beyond the necessary ones one gets."""
    kinds = [kind for kind in letters.kinds().values() if not kind.necessary]
    if request.method == "POST":
        services.choose_letters(request.user.pk, wanted=set(request.POST.getlist("kind")), by=request.user.pk)
        messages.success(request, _("Saved. From now on you get only these letters."))
        return redirect("outbox:choices")
    declined = services.declined_by(request.user.pk)
    shown = [(kind.name, kind.title, kind.name not in declined) for kind in sorted(kinds, key=lambda kind: str(kind.title))]
    return render(request, "outbox/choices.html", {"kinds": shown})


@login_not_required
@csrf_exempt  # RFC 8058: a mail program sends this POST by itself; the address is the secret
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def fewer(request: HttpRequest, token: str) -> HttpResponse:
    """The question of one kind of letter and nothing else; only a POST answers, because mail scanners open links."""
    found = access.choice_behind(token)
    if found is None:
        return render(request, "outbox/fewer.html", status=404)
    person, kind = found
    if request.method == "POST":
        services.choose_letter(person.pk, kind=kind.name, wanted=request.POST.get("do") == "again")
    declined = kind.name in services.declined_by(person.pk)
    with translation.override(person.language):
        return render(request, "outbox/fewer.html", {"kind": kind, "declined": declined})


@require_GET
@login_not_required
def screen(request: HttpRequest) -> HttpResponse:
    """Every letter of an installation that sends no mail, the newest first."""
    page = Paginator(access.letters_on_screen(request), ON_SCREEN).get_page(request.GET.get("page"))
    return render(request, "outbox/screen.html", {"page": page, "lines": reading.lines(page.object_list)})


@require_GET
@login_not_required
def screen_letter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One letter, as text."""
    mail = access.letter_on_screen(request, pk)
    letter, problem = reading.rendered(mail)
    [line] = reading.lines([mail])
    calendar = letter.calendar.decode() if letter else ""
    context = {"mail": mail, "letter": letter, "problem": problem, "line": line, "calendar": calendar}
    return render(request, "outbox/letter.html", context)


@require_GET
@login_not_required
def screen_html(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same letter as a mail program shows it, shut off from the site."""
    letter, _problem = reading.rendered(access.letter_on_screen(request, pk))
    if letter is None or not letter.html:
        raise Http404
    return HttpResponse(reading.as_html(letter), headers={"Content-Security-Policy": LETTER_POLICY})
