"""What is asked of a person before the page: their language, a sign-in that still holds, the privacy notice, a second step."""

import time
from typing import cast
from urllib.parse import urlencode

from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from people import devices, services
from people.models import User

ADMITTED = "admitted_until"
ADMITTED_FOR = 600
# what stays open while something is asked: signing in and out, the notice itself, help, language, health
OPEN = (
    "/accounts/",
    "/privacy/",
    "/static/",
    "/language/",
    "/help/",
    "/healthz",
    "/readyz",
    "/people/second-step/",
    "/outbox/screen/",
)
ASKED_FOR_SECOND_STEP = {"project", "coach"}


class PersonMiddleware:
    """The signed-in person's language holds on every page; what is still asked of them comes first.

    What was asked is remembered in the session for ten minutes, so that most requests cost no query for it.
    """

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        if devices.has_lapsed(request):
            return _sign_out(request)
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = request.user.language
        if not request.path.startswith(OPEN) and (asked := _asked(request)):
            return _send(request, f"{reverse(asked)}?{urlencode({'next': request.get_full_path()})}")
        response = self.get_response(request)
        if not request.user.is_authenticated:  # this request signed out: nothing stays on a shared computer
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _asked(request: HttpRequest) -> str:
    """The page that comes first; nothing when all is known."""
    if request.session.get(ADMITTED, 0) > time.time():
        return ""
    user = cast(User, request.user)
    if not services.knows_notice(user):
        return "people:welcome"
    if needs_second_step(user):
        return "people:second_step"
    request.session[ADMITTED] = int(time.time()) + ADMITTED_FOR
    return ""


def needs_second_step(user) -> bool:
    """Project team and coaches read what others wrote: they sign in with a second step, except in the demo."""
    if settings.DEMO or not user.roles.intersection(ASKED_FOR_SECOND_STEP):
        return False
    return not get_mfa_adapter().is_mfa_enabled(user)


def forget_admission(request: HttpRequest, **_signal: object) -> None:
    """A second step was taken away: ask again."""
    if request is not None:
        request.session.pop(ADMITTED, None)


def _sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(request, _("You were signed out because nobody used this device for a while. Saved texts are still there."))
    answer = _send(request, f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
    answer["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def _send(request: HttpRequest, address: str) -> HttpResponse:
    """To another page; a piece of a page (htmx) leaves the whole page."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
