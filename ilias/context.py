"""What every page knows besides its own: the navigation of this person's seats, the other languages, whether this is a demo."""

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from core.templatetags.ui import icon

# name of the address -> word, icon
PLACES = {
    "home": (_("Home"), "home"),
    "trajectories:list": (_("Trajectories"), "path"),
    "sessions:list": (_("Sessions"), "calendar"),
    "reflections:list": (_("Reflections"), "pen"),
    "tools:list": (_("Tools"), "tools"),
    "reports:list": (_("Reports"), "chart"),
    "people:list": (_("People"), "people"),
    "networks:list": (_("Networks"), "network"),
    "outbox:list": (_("Letters"), "mail"),
}
# the first five fit on the bar of a phone, the others are in the menu there
ROUTES = {
    "project": ["home", "trajectories:list", "sessions:list", "reports:list", "people:list", "tools:list", "networks:list", "outbox:list"],
    "coach": ["home", "trajectories:list", "sessions:list", "reflections:list", "tools:list", "networks:list"],
    "leader": ["home", "trajectories:list", "sessions:list", "reflections:list", "tools:list"],
    "adviser": ["home", "trajectories:list", "sessions:list", "tools:list"],
    "partner": ["home", "trajectories:list", "sessions:list", "tools:list"],
}
WITHOUT_SEAT = ["home", "tools:list"]
ON_THE_BAR = 5
ACCOUNT = [
    ("people:profile", _("My account"), "user"),
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
    """One line of a menu."""

    label: object
    url: str
    icon: SafeString
    current: str = ""


def page(request: HttpRequest) -> dict[str, object]:
    """The context processor. The navigation is read when a template asks for it, never for a piece of a page."""
    return {
        "nav": SimpleLazyObject(lambda: _navigation(request)),
        "nav_rest": SimpleLazyObject(lambda: _navigation(request)[ON_THE_BAR:]),
        "account_links": SimpleLazyObject(_account_links),
        "other_languages": SimpleLazyObject(lambda: _other_languages(get_language())),
        "letters_url": SimpleLazyObject(lambda: _address("outbox:list") if settings.LETTERS_ON_SCREEN else ""),
        "demo": settings.DEMO,
        "demo_accounts": [{"email": email, "role_label": word} for email, word in DEMO_ACCOUNTS] if settings.DEMO else [],
        "demo_password": DEMO_PASSWORD if settings.DEMO else "",
    }


def _navigation(request: HttpRequest) -> list[Place]:
    """Where this person goes, in the order of the role that asks most of them; nothing for a visitor."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    roles = getattr(user, "roles", set())
    names = list(dict.fromkeys(name for role, route in ROUTES.items() if role in roles for name in route)) or WITHOUT_SEAT
    if settings.LETTERS_ON_SCREEN and "outbox:list" not in names:
        names.append("outbox:list")
    return [_place(name, url, request.path) for name in names if (url := _address(name))]


def _place(name: str, url: str, path: str) -> Place:
    label, drawing = PLACES[name]
    current = "page" if path == url else "true" if url != "/" and path.startswith(url) else ""
    return Place(label, url, icon(drawing), current)


def _account_links() -> list[Place]:
    return [Place(label, url, icon(drawing)) for name, label, drawing in ACCOUNT if (url := _address(name))]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@lru_cache(maxsize=16)
def _other_languages(current: str | None) -> list[tuple[str, str]]:
    return [(code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES if code != current]
