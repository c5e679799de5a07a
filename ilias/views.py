"""The front door and the two health pages."""

import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language

from core.models import Pulse
from ilias import home as home_page
from outbox.models import OutgoingMail
from people.models import User
from reporting.services import failures


@require_GET
@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    """What comes next for this person; for a stranger, what this is."""
    if not request.user.is_authenticated:
        return render(request, "ilias/home_anonymous.html")
    template, context = home_page.of(request.user)
    return render(request, template, context)


@require_GET
@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    """Short answers, linked from the foot of every page."""
    return render(request, "ilias/help.html")


@require_POST
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """The page in the other language, for a signed-in person also the next time and in letters."""
    code = request.POST.get("language", "")
    if request.user.is_authenticated and code in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=code)
    return set_language(request)


@require_GET
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive."""
    return HttpResponse("ok", content_type="text/plain")


@require_GET
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Ready: the database answers, the tick beats, no letter has waited long, no clock failed. 503 says what is wrong."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    pulse = Pulse.objects.filter(name="tick").first()
    late = OutgoingMail.objects.waiting().filter(not_before__lt=now - datetime.timedelta(minutes=5), attempts=0)
    checks = {
        "database": True,
        "tick": pulse is not None and now - pulse.at < datetime.timedelta(minutes=3),
        "letters": not late.exists(),
        "clocks": not failures(),
    }
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)
