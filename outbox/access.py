"""Doors to letters: those of one's programme, and the screen that stands in for a mail server."""

import ipaddress
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import Http404, HttpRequest

from core.doors import through
from outbox import links
from outbox.models import OutgoingMail


def letter_for(user, pk: UUID) -> OutgoingMail:
    """A letter of a programme that this person sets up."""
    return through(OutgoingMail.objects.visible_to(user), pk=pk)


def has_screen(request: HttpRequest) -> bool:
    """Letters are read on screen only without a mail server, and only on the machine itself, not through a proxy."""
    forwarded = {"HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP"}.intersection(request.META)
    return settings.LETTERS_ON_SCREEN and not forwarded and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def choice_behind(token: str):
    """The person and the kind of letter that a link to fewer letters was made for; None when there is nobody (any more)."""
    found = links.choice_behind(token)
    person = get_user_model().objects.filter(pk=found[0], is_active=True).first() if found else None
    return (person, found[1]) if found and person else None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def letters_on_screen(request: HttpRequest):
    """Every letter, newest first; 404 elsewhere than on the screen."""
    if not has_screen(request):
        raise Http404
    return OutgoingMail.objects.order_by("-created_at", "pk")


def letter_on_screen(request: HttpRequest, pk: UUID) -> OutgoingMail:
    """One letter on the screen."""
    return through(letters_on_screen(request), pk=pk)
