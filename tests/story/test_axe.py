"""Axe finds nothing on any page: for somebody who may see it, at 390 and 1280 pixels, in Dutch and in English."""

from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Error

from people.models import User
from tests.access_table import ALL, TABLE, Line
from tests.browser import PHONE, WIDE, violations
from tests.matrix import VISITOR, addresses, make_crowd, people_with

# answers that are no page: health, files, pieces that other pages take in, and the way out
NO_PAGES = {
    "healthz",
    "readyz",
    "people:export",
    "sessions:calendar",
    "sessions:evidence_download",
    "sessions:report_download",
    "sessions:certificate_download",
    "sessions:material",
    "sessions:screen_count",
    "sessions:signature",
    "planning:feed",
    "reflections:file",
    "reflections:portfolio_download",
    "reports:enrol_example",
    "reports:file",
    "trajectories:emblem",
    "trajectories:people_csv_template",
    "outbox:screen_html",
    "mfa_download_recovery_codes",
    "mfa_login_webauthn",
}
SHARES = 4
# half of axe's time; what colour a word has does not depend on the language it is in
SAME_IN_EVERY_LANGUAGE = ("color-contrast",)


def pages() -> list[Line]:
    """One line for each address with something to look at."""
    once = {line.name: line for line in TABLE if line.see and line.see != "nobody" and line.name not in NO_PAGES}
    return list(once.values())


def first_reader(line: Line, scene) -> tuple[str, str]:
    """Somebody who may see the page, rather a signed-in person, and its address."""
    people = [VISITOR] if line.at.endswith("token") else [*ALL.split(), VISITOR]
    for which, address, _missing in addresses(line, scene):
        readers = [name for name in people if {VISITOR: "public"}.get(name, name) in people_with(line, line.see, which)]
        if readers and not address.mixed:
            return readers[0], f"{address.url}?{urlencode(address.asked)}" if address.asked else address.url
    raise AssertionError(f"nobody sees {line}")


def look(page, address: str, language: str) -> list[str]:
    """What axe finds on a phone, and after turning the same page wide."""
    page.set_viewport_size(PHONE)
    try:
        answer = page.goto(address)
    except Error as error:
        return [f"{address}: {error}"]
    seen_already = () if language == "nl" else SAME_IN_EVERY_LANGUAGE
    faults = [] if answer.status < 400 else [f"status {answer.status}"]
    faults += [f"390: {fault}" for fault in violations(page, without=seen_already)]
    page.set_viewport_size(WIDE)
    faults += [f"1280: {fault}" for fault in violations(page, without=seen_already)]
    return [f"{address} {language} {fault}" for fault in faults]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("share", range(SHARES))
def test_axe_finds_nothing(transactional_db, new_page, settings, share, language):
    settings.LETTERS_ON_SCREEN = False
    crowd = make_crowd()
    User.objects.update(language=language)
    browsers, found, seen = {}, [], 0
    for line in pages()[share::SHARES]:
        who, address = first_reader(line, crowd.scene)
        if who not in browsers:
            browsers[who] = new_page(language=language)
            cookie = crowd.clients[who].cookies.get(django_settings.SESSION_COOKIE_NAME)
            if cookie:
                browsers[who].context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": settings.SITE_URL}])
        found += look(browsers[who], address, language)
        seen += 1
    assert seen >= 15
    assert not found, "\n".join(found)
