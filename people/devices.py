"""How long a sign-in holds: ninety days on one's own device, on a shared one until the browser closes or nobody touches it."""

import time

from django.conf import settings
from django.http import HttpRequest

OWN_DEVICE = "own_device"
SEEN = "seen_at"
BEGAN = "began_at"
ABSOLUTE = 12 * 3600  # on a shared device, however busy (reliability A13)
NOTED_EVERY = 60


def hear_choice(request: HttpRequest, **_signal: object) -> None:
    """A step of the sign-in (code, password, second step) may carry the choice “this is my own device”."""
    if request is not None and request.POST.get("remember"):
        request.session[OWN_DEVICE] = True


def begin(request: HttpRequest) -> None:
    """The sign-in is complete: set how long it holds."""
    own = request.session.pop(OWN_DEVICE, False)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE if own else 0)
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


def idle_seconds(request: HttpRequest) -> int:
    """After how long without a sign of life this browser is signed out; 0 where it stays signed in."""
    session = getattr(request, "session", None)
    if session is None or SEEN not in session:
        return 0
    return settings.SHARED_DEVICE_IDLE_SECONDS if session.get_expire_at_browser_close() else 0


def has_lapsed(request: HttpRequest) -> bool:
    """On a shared device: nobody touched it for half an hour, or it is half a day old. Notes a sign of life once a minute."""
    session = request.session
    if SEEN not in session or not session.get_expire_at_browser_close():
        return False
    now = int(time.time())
    if now - session[SEEN] > settings.SHARED_DEVICE_IDLE_SECONDS or now - session.get(BEGAN, now) > ABSOLUTE:
        return True
    if now - session[SEEN] >= NOTED_EVERY:
        session[SEEN] = now
    return False
