"""A passkey instead of a code: added on one's own device, used the next time, with Chromium's own authenticator behind it."""

import pytest
from django.conf import settings

from tests.browser import violations
from tests.cast import make_cast
from tests.matrix import browser_of

pytestmark = pytest.mark.django_db(transaction=True)


def authenticator_of(page):
    """A device that says yes to whoever holds it, as a phone does after a finger or a face."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    return devtools, devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_leader_adds_a_passkey_and_signs_in_with_it(new_page):
    anna = make_cast().anna
    page = new_page(phone=True)
    devtools, device = authenticator_of(page)
    cookie = browser_of(anna).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": settings.SITE_URL}])
    page.goto("/accounts/2fa/webauthn/add/")
    assert violations(page) == []
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(lambda url: not url.endswith("/add/"))
    assert anna.authenticator_set.filter(type="webauthn").count() == 1
    assert len(devtools.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]) == 1

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.locator("#passkey_login").click()
    page.wait_for_url(lambda url: "/accounts/" not in url)
    assert "Anna" in page.locator("body").inner_text()
