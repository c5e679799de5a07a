"""What surrounds every page: menus by role, languages, errors that tell nothing, the sign-in page."""

import re

import pytest
from django.test import Client

from people.models import User

pytestmark = pytest.mark.django_db


def menu_of(client: Client) -> list[str]:
    bar = re.search(r'<nav class="site-nav".*?</nav>', client.get("/styleguide/").content.decode(), re.S)
    return re.findall(r"<span>(.*?)</span>", bar.group()) if bar else []


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    User.objects.filter(pk=user.pk).update(language="en")
    client.force_login(user)
    return client


def test_each_role_sees_its_own_menu_and_a_visitor_none(cast):
    assert menu_of(Client()) == []
    assert menu_of(signed_in(cast.anna))[:3] == ["Home", "Trajectories", "Sessions"]
    assert "Networks" in menu_of(signed_in(cast.hilde)) and "Networks" not in menu_of(signed_in(cast.anna))
    assert "Reports" in menu_of(signed_in(cast.tess)) and "Reports" not in menu_of(signed_in(cast.hilde))
    assert not {"Reflections", "Reports", "People", "Networks"} & set(menu_of(signed_in(cast.ada)))
    assert "Trajectories" not in menu_of(signed_in(cast.els))


def test_the_language_is_chosen_with_one_button_and_remembered_for_letters(cast):
    client = signed_in(cast.anna)

    answer = client.post("/language/", {"language": "nl", "next": "/help/"})

    assert (answer.status_code, answer["Location"]) == (302, "/help/")
    cast.anna.refresh_from_db()
    assert cast.anna.language == "nl"
    assert '<html lang="nl">' in client.get("/help/").content.decode()


def test_an_unknown_language_and_a_foreign_page_to_return_to_are_refused(cast):
    client = signed_in(cast.anna)

    answer = client.post("/language/", {"language": "xx", "next": "https://evil.example/"})

    assert "evil" not in answer["Location"]
    cast.anna.refresh_from_db()
    assert cast.anna.language == "en"


def test_a_missing_page_has_one_body_whatever_was_asked(cast):
    client = signed_in(cast.anna)

    one, other = client.get("/nothing/"), client.get("/sessions/00000000-0000-0000-0000-000000000000/")

    assert (one.status_code, other.status_code) == (404, 404)
    assert one.content == other.content


def test_the_sign_in_page_offers_the_code_first_and_the_roles_only_in_a_demo(db, settings):
    page = Client().get("/accounts/login/").content.decode()
    settings.DEMO = True
    demo = Client().get("/accounts/login/").content.decode()

    assert page.index('name="email"') < page.index('name="login"') < page.index('name="password"')
    assert "leader@ilias.example" not in page
    assert "leader@ilias.example" in demo and "ilias-demo" in demo


@pytest.mark.parametrize(
    "address", ["/", "/help/", "/styleguide/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"]
)
def test_every_public_page_has_one_title_one_heading_and_no_inline_style_or_script(address):
    page = Client().get(address).content.decode()

    assert page.count("<h1") == 1 and len(re.findall(r"<title>\s*\S.* – ILIAS-traject</title>", page)) == 1
    assert " style=" not in page and "<style" not in page
    assert not re.findall(r"<script(?![^>]*(?:src=|application/json))", page)
