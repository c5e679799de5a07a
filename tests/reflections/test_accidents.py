"""Accidents while writing, in a real browser: at most five seconds of typing are lost, both versions stay, and the page says so.

Tab kill, server error, no network, a sign-in that ran out, two tabs, both leaders, a double click, back, a conflict; and
nothing readable lies in the browser, neither meanwhile nor after signing out.
"""

import contextlib
import json

import pytest
from playwright.sync_api import Error

from people.models import Draft
from reflections import services
from reflections.models import DeviceKey, Reflection
from reflections.portfolio import pieces
from tests.browser import PATIENCE, PHONE
from tests.cast import make_cast
from tests.reflections.places import CANARY, network_session
from tests.reflections.test_in_the_browser import sign_in, typed_by
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "/reflections/new/"


@pytest.fixture
def desk(browser, live_server, settings):
    """Makes browsers of people; what they see of errors is part of the test."""
    settings.SITE_URL = live_server.url
    settings.CSRF_TRUSTED_ORIGINS = [live_server.url]
    contexts = []

    def open_for(user):
        context = browser.new_context(base_url=live_server.url, viewport=PHONE, locale="nl-BE", timezone_id="Europe/Brussels")
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        sign_in(page, user, live_server)
        return page

    yield open_for
    for context in contexts:
        context.close()


def field(page):
    return page.get_by_label("Je tekst")


def said(page, word: str) -> None:
    page.locator("#draft-said", has_text=word).wait_for()


def stored(page) -> dict[str, str]:
    """What lies in the browser's storage; never a readable word."""
    found = json.loads(page.evaluate("JSON.stringify(localStorage)"))
    assert CANARY not in json.dumps(found) and "getypt" not in json.dumps(found)
    assert page.evaluate("indexedDB.databases().then(found => found.length)") == 0
    return {name: value for name, value in found.items() if name.startswith("copy:")}


def open_form(page, address: str) -> None:
    """Open a form to write in, and wait for the key of its copy on the device."""
    with page.expect_response("**/draft/**"):
        page.goto(address)
    page.wait_for_timeout(400)  # the browser takes up the key


def kill(page) -> None:
    """The tab dies without a last word; another one opens."""
    with contextlib.suppress(Error):
        page.goto("chrome://crash", timeout=3000)
    page.close()


def reopened(page, address: str):
    fresh = page.context.new_page()
    fresh.goto(address)
    return fresh


def test_a_killed_tab_a_broken_server_a_lost_network_and_a_lapsed_sign_in_lose_nothing(desk, live_server):
    cast = make_cast()
    page = desk(cast.anna)
    open_form(page, NEW)

    # a tab that dies a second after the last key, while the server fails
    page.route("**/draft/**", lambda route: route.fulfill(status=500, body="stuk"))
    field(page).press_sequentially(f"Getypt bij een fout, {CANARY}")
    said(page, "Nog niet bewaard")
    field(page).press_sequentially(" en daarna")
    page.wait_for_timeout(1000)
    wait_until(lambda: stored(page), "a copy lies on the device")
    kill(page)
    page = reopened(page, NEW)
    said(page, "is terug")
    assert field(page).input_value() == f"Getypt bij een fout, {CANARY} en daarna"
    said(page, "Bewaard om")
    assert stored(page) == {}

    # a minute without a network, made shorter, and the tab closed meanwhile
    page.context.set_offline(True)
    field(page).press_sequentially(" in de tunnel")
    said(page, "Nog niet bewaard")
    kill(page)
    page.context.set_offline(False)
    page = reopened(page, NEW)
    said(page, "is terug")
    said(page, "Bewaard om")
    assert field(page).input_value().endswith("en daarna in de tunnel")

    # the sign-in ran out: the text stays, and signing in leads back to it
    page.context.clear_cookies()
    field(page).press_sequentially(" en afgemeld")
    said(page, "Je bent afgemeld")
    page.locator("#draft-said a", has_text="Aanmelden").click()
    page.wait_for_url(lambda url: "/accounts/login/?next=" in url and url.endswith(NEW.replace("/", "%2F")))
    sign_in(page, cast.anna, live_server)
    page.goto(NEW)
    said(page, "is terug")
    assert field(page).input_value().endswith("in de tunnel en afgemeld")

    # saved with a double click: one text, and nothing stays on the device or of the key
    page.get_by_role("button", name="Bewaren").dblclick()
    page.wait_for_url("**/reflections/*-*/")
    page.wait_for_function("!location.hash")
    assert services.text_of(Reflection.objects.get()).endswith("en afgemeld")
    assert stored(page) == {} and page.evaluate("localStorage.length") == 0
    assert not DeviceKey.objects.exists() and not Draft.objects.exists()


def test_two_tabs_both_leaders_back_and_a_conflict_keep_both_versions(desk):
    cast = make_cast()
    meeting = network_session(cast, question="Wat bleef hangen?")
    address = f"{NEW}?meeting={meeting.pk}"
    one = desk(cast.anna)
    two = one.context.new_page()
    bram = desk(cast.bram)

    # two tabs of one person, and the co-leader beside them
    for page in (one, two, bram):
        page.goto(address)
    for page, text in ((one, "Getypt in tab een"), (two, "Getypt in tab twee"), (bram, "Van Bram")):
        field(page).fill(text)
        said(page, "Bewaard om")
    assert set(typed_by(cast.anna)) == {"Getypt in tab een", "Getypt in tab twee"}
    assert set(typed_by(cast.bram)) == {"Van Bram"}
    two.goto(address)
    assert field(two).input_value() == "Getypt in tab twee"
    assert two.get_by_text("Een andere versie").is_visible()

    # saved, and changed elsewhere while one types on: both are shown
    field(one).fill("Getypt in tab een, af")
    one.get_by_role("button", name="Bewaren").click()
    one.wait_for_url("**/reflections/*-*/")
    reflection = Reflection.objects.get(author=cast.anna)
    one.go_back()
    assert one.get_by_text("Je schreef over deze bijeenkomst").is_visible()
    one.goto(f"/reflections/{reflection.pk}/edit/")
    services.change(reflection, by=cast.anna, text="Elders verbeterd", version=1)
    assert services.text_of(Reflection.objects.get(pk=reflection.pk)) == "Elders verbeterd"
    field(one).fill("Getypt na terug")
    one.get_by_role("button", name="Bewaren").click()
    one.get_by_text("Elders verbeterd").wait_for()
    assert field(one).input_value() == "Getypt na terug"
    assert services.text_of(Reflection.objects.get(pk=reflection.pk)) == "Elders verbeterd"
    field(one).fill("Getypt: allebei")
    one.get_by_role("button", name="Bewaren").click()
    one.wait_for_url("**/reflections/*-*/")
    assert services.text_of(Reflection.objects.get(pk=reflection.pk)) == "Getypt: allebei"

    # a shared computer: after signing out nothing is left, though the network was away before
    open_form(one, f"/reflections/{reflection.pk}/edit/")
    one.route("**/draft/**", lambda route: route.abort())
    field(one).fill(f"Getypt op de gedeelde computer {CANARY}")
    said(one, "Nog niet bewaard")
    wait_until(lambda: stored(one), "a copy lies on the device")
    one.locator(".menu summary").click()
    one.get_by_role("button", name="Afmelden").click()
    one.wait_for_load_state()
    assert one.evaluate("localStorage.length") == 0


def test_on_the_line_of_the_pair_a_dead_tab_a_broken_server_a_lost_network_and_a_lapsed_sign_in_lose_nothing(desk, live_server):
    cast = make_cast()
    asked = services.write(by=cast.bram, pilot=cast.nest, text="Wie belt er?", pair_part="question")
    address, answer = f"{NEW}?pilot={cast.nest.pk}&part=question", f"{NEW}?follows={asked.pk}"
    page = desk(cast.anna)
    open_form(page, address)

    # the server fails and the tab dies; neither the own line nor the answer to another text takes over what was for this form
    page.route("**/draft/**", lambda route: route.fulfill(status=500, body="stuk"))
    field(page).press_sequentially(f"Getypt voor ons duo, {CANARY}")
    said(page, "Nog niet bewaard")
    wait_until(lambda: stored(page), "a copy lies on the device")
    kill(page)
    for elsewhere in (NEW, answer):
        page = reopened(page, elsewhere)
        page.wait_for_timeout(600)
        assert field(page).input_value() == ""
        page.close()
    page = reopened(page, address)
    said(page, "is terug")
    said(page, "Bewaard om")
    assert field(page).input_value() == f"Getypt voor ons duo, {CANARY}"
    assert stored(page) == {} and len(DeviceKey.objects.values_list("place", flat=True).distinct()) == 3

    # no network, and the tab closed meanwhile; then a sign-in that ran out
    page.context.set_offline(True)
    field(page).press_sequentially(" in de tunnel")
    said(page, "Nog niet bewaard")
    kill(page)
    page.context.set_offline(False)
    page = reopened(page, address)
    said(page, "is terug")
    said(page, "Bewaard om")
    page.context.clear_cookies()
    field(page).press_sequentially(" en afgemeld")
    said(page, "Je bent afgemeld")
    sign_in(page, cast.anna, live_server)
    page.goto(address)
    said(page, "is terug")
    assert field(page).input_value().endswith("in de tunnel en afgemeld")

    # a double click makes one text, on the line; nothing stays on the device or of its key
    page.get_by_role("button", name="Bewaren").dblclick()
    page.wait_for_url("**/reflections/*-*/")
    page.wait_for_function("!location.hash")
    written = Reflection.objects.get(author=cast.anna)
    assert (written.pair_part, services.text_of(written)[-11:]) == ("question", "en afgemeld")
    assert stored(page) == {} and not Draft.objects.exists()
    assert not DeviceKey.objects.filter(place__contains="line-question").exists()


def test_on_the_line_of_the_pair_two_tabs_both_leaders_back_and_a_conflict_keep_both_versions(desk):
    cast = make_cast()
    asked = services.write(by=cast.anna, pilot=cast.nest, text="Wie belt er?", pair_part="question")
    address = f"{NEW}?follows={asked.pk}"
    one = desk(cast.anna)
    two = one.context.new_page()
    bram = desk(cast.bram)

    # two tabs of one leader, and the other leader beside them, at the same answer
    for page in (one, two, bram):
        page.goto(address)
    for page, text in ((one, "Getypt in tab een"), (two, "Getypt in tab twee"), (bram, "Van Bram")):
        field(page).fill(text)
        said(page, "Bewaard om")
    assert set(typed_by(cast.anna)) == {"Getypt in tab een", "Getypt in tab twee"}
    two.goto(address)
    assert field(two).input_value() == "Getypt in tab twee"
    assert two.get_by_text("Een andere versie").is_visible()
    for page in (one, bram):
        page.get_by_role("button", name="Bewaren").click()
        page.wait_for_url("**/reflections/*-*/")
    answers = {row.author_id: row for row in Reflection.objects.filter(follows=asked)}
    assert {pk: services.text_of(row) for pk, row in answers.items()} == {
        cast.anna.pk: "Getypt in tab een",
        cast.bram.pk: "Van Bram",
    }

    # back says that one wrote already; changed elsewhere while one types on, both texts are shown
    mine = answers[cast.anna.pk]
    one.go_back()
    assert one.get_by_text("Je schreef hier al iets op").is_visible()
    one.goto(f"/reflections/{mine.pk}/edit/")
    services.change(mine, by=cast.anna, text="Elders verbeterd", version=1)
    field(one).fill("Getypt na terug")
    one.get_by_role("button", name="Bewaren").click()
    one.get_by_text("Elders verbeterd").wait_for()
    assert field(one).input_value() == "Getypt na terug"
    assert services.text_of(Reflection.objects.get(pk=mine.pk)) == "Elders verbeterd"
    field(one).fill("Getypt: allebei")
    one.get_by_role("button", name="Bewaren").click()
    one.wait_for_url("**/reflections/*-*/")
    assert services.text_of(Reflection.objects.get(pk=mine.pk)) == "Getypt: allebei"
    assert Reflection.objects.get(pk=mine.pk).pair_part == "question"


def test_a_heading_of_a_piece_that_was_typed_without_a_network_comes_back_too(desk):
    cast = make_cast()
    piece = pieces.take(by=cast.anna, source="start:who")
    address = f"/reflections/portfolio/{piece.pk}/"
    page = desk(cast.anna)
    open_form(page, address)
    text = field(page).input_value()

    page.context.set_offline(True)
    page.get_by_label("Titel").fill("Getypt als titel")
    said(page, "Nog niet bewaard")
    wait_until(lambda: stored(page), "a copy lies on the device")
    kill(page)
    page.context.set_offline(False)
    page = reopened(page, address)
    said(page, "is terug")
    said(page, "Bewaard om")

    assert (page.get_by_label("Titel").input_value(), field(page).input_value()) == ("Getypt als titel", text)
