"""The page behind the link of an invitation: who asks you, to what, and one button."""

from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from people import links, services
from people.models import Invitation


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing (mail scanners look too). The button sends a code to the invited address; the code signs in."""
    found = links.invitation_behind(token)
    if found is None or found.state != "open":
        return _closed(request, found)
    if request.user.is_authenticated and request.user.pk != found.user_id:
        return render(request, "people/invitation_other.html", {"invitation": found}, status=409)
    if request.method != "POST":
        context = {"invitation": found, "seats": found.seats(), "inviter": found.inviter(), "address": _masked(found.user.email)}
        return render(request, "people/invitation.html", context)
    if request.user.is_authenticated:
        services.note_sign_in(request.user)
        return redirect("home")
    return _send_code(request, found)


def _send_code(request: HttpRequest, found: Invitation) -> HttpResponse:
    if not ratelimit.consume(request, action="request_login_code", key=found.user.email):
        messages.error(request, _("You asked for many codes. Wait some minutes and try again."))
        return redirect(request.path)
    LoginCodeVerificationProcess.initiate(request=request, user=found.user, email=found.user.email)
    return redirect("account_confirm_login_code")


def _closed(request: HttpRequest, found: Invitation | None) -> HttpResponse:
    state = found.state if found else "unknown"
    seats = found.seats() if found else []
    context = {"state": state, "programme": seats[0].programme if seats else None}
    return render(request, "people/invitation_closed.html", context, status=410 if found else 404)


def _masked(email: str) -> str:
    """Enough of an address for its owner, too little for anybody else: a…@school.example."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"
