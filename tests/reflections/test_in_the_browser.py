"""A leader writes on a phone: the sentence follows the choice, and what is typed outlives a closed page."""

import gzip

import pytest
from django.conf import settings
from django.test import Client

from people.middleware import ADMITTED
from people.models import Draft
from reflections import drafts, services
from reflections.models import Reflection
from tests.browser import violations
from tests.cast import make_cast
from tests.reflections.places import network_session, text_by_anna
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(page, user, live_server) -> None:
    """The browser gets the session of a signed-in person."""
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session[ADMITTED] = 2**40
    session.save()
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live_server.url}])


def typed_by(user) -> list[str]:
    return [
        text for place in Draft.objects.values_list("place", flat=True) for text in [d.text for d in drafts.typed_at(user, place)]
    ]


def test_writing_on_a_phone(new_page, live_server):
    cast = make_cast()
    meeting = network_session(cast, question="Wat bleef hangen?")
    page = new_page(phone=True)
    sign_in(page, cast.anna, live_server)
    page.goto(f"/reflections/new/?meeting={meeting.pk}")
    said = page.locator("[data-readers-said]")
    assert said.text_content() == "Alleen jij leest dit."
    assert violations(page) == []

    page.get_by_label("Je tekst").fill("Drie zinnen op mijn telefoon.")
    page.get_by_label("Mijn co-leider").check()
    assert said.text_content() == "Jij en Bram De Smet (je co-leider) lezen dit."
    page.get_by_label("Onze coaches").check()
    page.get_by_label("Mijn co-leider").uncheck()
    assert said.text_content() == "Jij, Hilde Vermeulen en Joris Aerts (jullie coaches) lezen dit."
    page.locator("#draft-said", has_text="Bewaard om").wait_for()
    page.get_by_role("button", name="Bewaren").click()

    page.wait_for_url("**/reflections/*-*/")
    assert "Drie zinnen op mijn telefoon." in page.locator(".own-words").text_content()
    assert violations(page) == []
    assert not Draft.objects.exists()
    assert Reflection.objects.get().grants.count() == 2


def test_leaving_the_page_keeps_what_was_typed(new_page, live_server):
    cast = make_cast()
    page = new_page(phone=True)
    sign_in(page, cast.anna, live_server)
    page.goto("/reflections/new/")

    page.get_by_label("Je tekst").fill("Nog geen twee seconden geleden getypt")
    page.goto("/privacy/")
    wait_until(lambda: typed_by(cast.anna), "what was typed comes to the server")

    assert typed_by(cast.anna) == ["Nog geen twee seconden geleden getypt"]
    page.goto("/reflections/")
    page.get_by_role("link", name="Ga verder").click()
    assert page.get_by_label("Je tekst").input_value() == "Nog geen twee seconden geleden getypt"


def test_what_was_typed_before_the_script_came_is_kept_without_another_key(new_page, live_server):
    cast = make_cast()
    page, held_up = new_page(phone=True), []
    sign_in(page, cast.anna, live_server)
    page.route("**/writing*.js", lambda asked: held_up.append(asked))
    page.goto("/reflections/new/", wait_until="commit")
    page.get_by_label("Je tekst").fill("Getypt op een trage lijn")
    wait_until(lambda: page.wait_for_timeout(50) or held_up, "the page asks for its script")
    assert not page.evaluate("document.readyState === 'complete'")

    held_up.pop().continue_()
    page.locator("#draft-said", has_text="Bewaard om").wait_for()
    assert typed_by(cast.anna) == ["Getypt op een trage lijn"]


def test_away_from_the_network_and_signed_out_nothing_is_lost(new_page, live_server):
    cast = make_cast()
    page = new_page(phone=True)
    sign_in(page, cast.anna, live_server)
    page.goto("/reflections/new/")
    page.clock.install()

    page.context.set_offline(True)
    page.get_by_label("Je tekst").fill("In de trein getypt")
    page.clock.run_for(2500)
    page.locator("#draft-said", has_text="Nog niet bewaard").wait_for()
    page.context.set_offline(False)
    page.clock.run_for(6000)
    page.locator("#draft-said", has_text="Bewaard om").wait_for()
    assert typed_by(cast.anna) == ["In de trein getypt"]

    page.context.clear_cookies()
    page.get_by_label("Je tekst").fill("In de trein getypt, en daarna")
    page.clock.run_for(2500)
    page.locator("#draft-said", has_text="Je bent afgemeld").wait_for()
    sign_in(page, cast.anna, live_server)
    for _try in range(4):
        page.clock.run_for(6000)
        page.wait_for_timeout(300)
    page.locator("#draft-said", has_text="Bewaard om").wait_for()
    assert typed_by(cast.anna) == ["In de trein getypt, en daarna"]
    page.get_by_role("button", name="Bewaren").click()
    page.wait_for_url("**/reflections/*-*/")
    assert services.text_of(Reflection.objects.get()) == "In de trein getypt, en daarna"


def test_without_a_script_the_names_stand_beside_the_boxes(new_page, live_server):
    cast = make_cast()
    page = new_page(phone=True, javascript=False)
    sign_in(page, cast.anna, live_server)
    page.goto("/reflections/new/")

    assert not page.locator("[data-readers-said]").is_visible()
    assert page.get_by_text("Hilde Vermeulen, Joris Aerts", exact=True).is_visible()
    page.get_by_label("Je tekst").fill("Zonder script")
    page.get_by_label("Onze coaches").check()
    page.get_by_role("button", name="Bewaren").click()

    assert page.get_by_text("Jij, Hilde Vermeulen en Joris Aerts (jullie coaches) lezen dit.").is_visible()


@pytest.mark.parametrize("wide", [False, True], ids=["390", "1280"])
def test_every_page_is_accessible(new_page, live_server, wide):
    cast = make_cast()
    reflection = text_by_anna(cast, "coaches", meeting=network_session(cast))
    drafts.keep(by=cast.anna, place=drafts.place_of(reflection), tab="a", version=0, text="Klad")
    author, reader = new_page(phone=not wide), new_page(phone=not wide)
    sign_in(author, cast.anna, live_server)
    sign_in(reader, cast.hilde, live_server)
    for page, address in [
        (author, ""), (author, "?q=klad"), (author, f"{reflection.pk}/"), (author, f"{reflection.pk}/edit/"),
        (author, f"{reflection.pk}/readers/"), (reader, "shared/"), (reader, f"{reflection.pk}/"), (author, "shared/"),
    ]:  # fmt: skip
        page.goto(f"/reflections/{address}")
        assert violations(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address


def test_from_the_letter_s_link_to_the_first_letter_is_one_page_of_at_most_a_hundred_kilobytes(new_page, live_server):
    """On a cold cache. Static files go compressed, fonts and pictures are so already, the page itself is not compressed."""
    cast = make_cast()
    meeting = network_session(cast, question="Wat bleef hangen?")
    page = new_page(phone=True)
    sign_in(page, cast.anna, live_server)
    bodies, pages = {}, []
    page.on("requestfinished", lambda request: bodies.update({request.url: request.response().body()}))
    page.on("request", lambda request: pages.append(request.url) if request.is_navigation_request() else None)

    page.goto(f"/reflections/new/?meeting={meeting.pk}", wait_until="networkidle")
    page.locator("#id_text").press("a")

    assert page.locator("#id_text").input_value() == "a"
    page.locator("#draft-said", has_text="Bewaard om").wait_for()
    text = (".css", ".js", ".svg", ".webmanifest")
    weights = {url: len(gzip.compress(body, 9) if url.endswith(text) else body) for url, body in bodies.items()}
    assert any(url.endswith("writing.js") for url in weights)
    assert len(pages) == 1 and len(weights) <= 13, list(weights)
    assert sum(weights.values()) <= 100_000, weights
