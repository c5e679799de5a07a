"""What every page knows besides its own: the navigation of this person's seats, the other languages, whether this is a demo."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_urlconf, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from people import devices

# name of the address -> word, icon
PLACES = {
    "home": (_("Home"), "home"),
    "trajectories:list": (_("Trajectories"), "path"),
    "sessions:list": (_("Sessions"), "calendar"),
    "planning:home": (_("Planning"), "flag"),
    "reflections:list": (_("Reflections"), "pen"),
    "tools:list": (_("Tools"), "tools"),
    "reports:list": (_("Reports"), "chart"),
    "trajectories:people": (_("People"), "people"),
    "networks:list": (_("Networks"), "network"),
    "outbox:list": (_("Letters"), "mail"),
}
# the first five fit on the bar of a phone, the others are in the menu there
ROUTES = {
    "project": [
        "home",
        "trajectories:list",
        "sessions:list",
        "reports:list",
        "planning:home",
        "trajectories:people",
        "tools:list",
        "networks:list",
        "reflections:list",
        "outbox:list",
    ],
    "coach": [
        "home",
        "trajectories:list",
        "sessions:list",
        "planning:home",
        "reflections:list",
        "tools:list",
        "networks:list",
        "trajectories:people",
    ],
    "leader": ["home", "trajectories:list", "sessions:list", "reflections:list", "tools:list"],
    "adviser": ["home", "trajectories:list", "sessions:list", "tools:list"],
    "partner": ["home", "trajectories:list", "sessions:list", "tools:list"],
    "participant": ["home", "trajectories:list", "sessions:list", "tools:list"],
}
WITHOUT_SEAT = ["home", "tools:list"]
ON_THE_BAR = 5
ACCOUNT = [
    ("people:profile", _("My account"), "user"),
    ("planning:calendar", _("My calendar"), "calendar"),
    ("planning:away", _("When I cannot"), "clock"),
    ("mfa_index", _("How I sign in"), "key"),
    ("people:my_data", _("My data"), "lock"),
]
DEMO_ACCOUNTS = [
    ("team@ilias.example", _("Project team")),
    ("coach@ilias.example", _("Coach")),
    ("leader@ilias.example", _("Leader")),
    ("advisor@ilias.example", _("Adviser")),
    ("partner@ilias.example", _("Partner")),
]
DEMO_PASSWORD = "ilias-demo"  # noqa: S105 - printed by `manage.py up` and on the sign-in page of the demo


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a menu; `current` is "page" on the place itself, "true" below it."""

    label: object
    url: str
    icon: str
    current: str = ""


@dataclass(frozen=True, slots=True)
class Menus:
    """The menus of a person, drawn: the bar, what does not fit on a phone's bar, and the account's own pages."""

    bar: SafeString
    rest: SafeString
    account: SafeString


def page(request: HttpRequest) -> dict[str, object]:
    """The context processor. The menus are read when a template asks for them, never for a piece of a page."""
    return {
        "menus": SimpleLazyObject(lambda: _menus_of(request)),
        "other_languages": SimpleLazyObject(lambda: _other_languages(get_language())),
        "letters_url": SimpleLazyObject(lambda: _address("outbox:list", get_urlconf()) if settings.LETTERS_ON_SCREEN else ""),
        "idle_seconds": SimpleLazyObject(lambda: devices.idle_seconds(request)),
        "demo": settings.DEMO,
        "demo_accounts": [{"email": email, "role_label": word} for email, word in DEMO_ACCOUNTS] if settings.DEMO else [],
        "demo_password": DEMO_PASSWORD if settings.DEMO else "",
    }


def _menus_of(request: HttpRequest) -> Menus | None:
    """Where this person goes, in the order of the role that asks most of them; nothing for a visitor."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    roles = user.roles
    names = list(dict.fromkeys(name for role, route in ROUTES.items() if role in roles for name in route)) or list(WITHOUT_SEAT)
    if settings.LETTERS_ON_SCREEN and "outbox:list" not in names:
        names.append("outbox:list")
    urlconf = get_urlconf()
    here = next((name for name in names if _stands_in(request.path, _address(name, urlconf))), "")
    exactly = bool(here) and request.path == _address(here, urlconf)
    return _drawn(tuple(names), here, exactly, get_language(), urlconf)


def _stands_in(path: str, url: str) -> bool:
    return path == url if url in ("", "/") else path.startswith(url)


@lru_cache(maxsize=512)
def _drawn(names: tuple[str, ...], here: str, exactly: bool, language: str | None, urlconf: object) -> Menus:
    """The menus as HTML: there are as many as roles, places and languages, so they are drawn once for each."""
    current = "page" if exactly else "true"
    places = [
        Place(PLACES[name][0], url, PLACES[name][1], current if name == here else "")
        for name in names
        if (url := _address(name, urlconf))
    ]
    account = [Place(label, url, drawing) for name, label, drawing in ACCOUNT if (url := _address(name, urlconf))]
    return Menus(bar=_lines(places), rest=_lines(places[ON_THE_BAR:]), account=_lines(account))


def _lines(places: list[Place]) -> SafeString:
    return render_to_string("ui/_menu.html", {"places": places})


@lru_cache(maxsize=64)
def _address(name: str, urlconf: str | None) -> str:
    try:
        return reverse(name, urlconf=urlconf)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=16)
def _other_languages(current: str | None) -> list[tuple[str, str]]:
    return [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES if code != current]
