"""The portfolio on a phone: a tick is kept at once, an order is dragged, a text kept while one types; and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from people.models import Draft
from reflections.models import PortfolioPiece
from reflections.portfolio import assessments, pieces
from tests.browser import PHONE, violations
from tests.cast import make_cast
from tests.reflections.places import text_by_anna
from tests.reflections.test_in_the_browser import sign_in

pytestmark = pytest.mark.django_db(transaction=True)
HOME = "/reflections/portfolio/"


@pytest.fixture
def cast_with_texts():
    cast = make_cast()
    for number in range(3):
        text_by_anna(cast, text=f"Tekst {number}. " + "Dit is een lange zin over mijn team. " * 12)
    return cast


def test_ticking_dragging_and_changing_on_a_phone(new_page, live_server, cast_with_texts):
    cast = cast_with_texts
    page = new_page(phone=True)
    sign_in(page, cast.anna, live_server)
    page.goto(HOME)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.status == 204):
        page.locator('input[name="take"][value="start:who"]').check()
    assert PortfolioPiece.objects.get().is_in
    page.get_by_role("button", name="Alles aanvinken").click()
    page.wait_for_load_state()
    assert not page.locator(".is-proposed").count()
    assert violations(page) == []

    listed = page.locator('section[aria-labelledby="h-journey"] ol.pieces > li')
    before = [line.get_attribute("data-id") for line in listed.all()]
    page.set_viewport_size({"width": 1280, "height": 3200})
    listed.nth(2).drag_to(listed.nth(0), target_position={"x": 20, "y": 2})
    expect(page.locator("section[aria-labelledby=h-journey] p[role=status]")).to_have_text("De volgorde is bewaard.")
    expect(listed.nth(0).get_by_role("button", name="Omhoog")).to_be_disabled()
    page.reload()  # it is the order that is kept
    after = [line.get_attribute("data-id") for line in listed.all()]
    assert after == [before[2], before[0], before[1]]
    page.set_viewport_size(PHONE)

    listed.nth(0).get_by_role("link", name="Aanpassen").click()
    page.wait_for_url(re.compile(r"/portfolio/[0-9a-f-]{36}/$"))  # with its scripts: they hear what is typed from now on
    page.get_by_label("Je tekst").fill("Nog half")
    page.locator("#draft-said", has_text="Bewaard om").wait_for()
    assert Draft.objects.count() == 1 and violations(page) == []
    page.get_by_role("button", name="Bewaren").click()
    page.wait_for_url(re.compile(r"/portfolio/(#.*)?$"))
    assert "Nog half" in listed.nth(0).text_content()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("address", ["look/", "practice/", "assessment/", "files/"])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_phone(new_page, live_server, cast_with_texts, address):
    cast = cast_with_texts
    assessments.note(by=cast.anna, scores=dict.fromkeys(assessments.STATEMENTS, 4), on=cast.programme.starts_on)
    for source in ("start:who", "start:pathway", "start:growth"):
        pieces.take(by=cast.anna, source=source)
    page = new_page(phone=True)
    sign_in(page, cast.anna, live_server)

    page.goto(HOME + address)

    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_everything_works_without_javascript(new_page, live_server, cast_with_texts):
    cast = cast_with_texts
    page = new_page(phone=True, javascript=False)
    sign_in(page, cast.anna, live_server)
    page.goto(HOME)
    page.locator('input[name="take"][value="start:who"]').check()
    page.get_by_role("button", name="Mijn keuze bewaren").click()
    page.get_by_role("button", name=re.compile("Antwoorden ?: Wat drijft mij")).click()
    page.get_by_label("Je tekst").fill("Kinderen die lachen.")
    page.get_by_role("button", name="Bewaren").click()
    page.get_by_role("button", name=re.compile("Omhoog ?: Wat drijft mij")).click()

    titles = page.locator('section[aria-labelledby="h-author"] ol.pieces .form-check-label')
    assert [title.text_content().strip() for title in titles.all()][1] == "Wie ik ben"
    assert "Kinderen die lachen." in page.locator("main").text_content()
