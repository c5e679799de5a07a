"""The headers of every answer."""

from django.test import Client, override_settings
from django.urls import reverse


def test_every_page_carries_the_one_policy_of_the_site(cast, client_of):
    pages = [Client().get(reverse("home")), client_of(cast.anna).get(reverse("home")), client_of(cast.anna).get("/nowhere/")]

    policies = [set(page["Content-Security-Policy"].split("; ")) for page in pages]
    assert [page.status_code for page in pages] == [200, 200, 404]
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'"} < policies[0]
    assert policies[0] == policies[1] == policies[2]


@override_settings(DEBUG=True)
def test_djangos_page_for_developers_may_use_its_own_styles(db):
    assert "Content-Security-Policy" not in Client().get("/nowhere/")
    assert "Content-Security-Policy" in Client().get(reverse("home"))
