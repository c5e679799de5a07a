"""What is typed is kept while one types; two windows keep both; nothing is readable for anybody else."""

import pytest

from people.models import Draft
from reflections import drafts, services
from reflections.models import Reflection
from tests.reflections.places import network_session, text_by_anna
from tests.reflections.test_writing import NEW, NUMBER, form_of

KEEP = "/reflections/draft/new/"


def typed(user, place):
    return [draft.text for draft in drafts.typed_at(user, place)]


def test_what_was_typed_stands_in_the_form_when_it_opens_again(cast, client_of):
    meeting = network_session(cast)
    address, browser = f"{NEW}?meeting={meeting.pk}", client_of(cast.anna)
    page = browser.get(address)

    kept = browser.post(KEEP, form_of(page, text="Half ge", readers=["coaches"]))
    browser.post(KEEP, form_of(page, text="Half getypt", readers=["coaches"]))
    again = browser.get(address).content.decode()

    assert kept.content.decode().startswith("Bewaard om ") and kept.content.decode().endswith(" uur")
    assert "Half getypt</textarea>" in again
    assert 'id="readers-coaches" checked' in again
    assert Draft.objects.count() == 1
    assert not Reflection.objects.exists()


def test_once_saved_the_draft_is_gone(cast, client_of):
    browser = client_of(cast.anna)
    page = browser.get(NEW)
    browser.post(KEEP, form_of(page, text="Half"))

    browser.post(NEW, form_of(page, text="Heel"))

    assert not Draft.objects.exists()
    assert "Half" not in browser.get(NEW).content.decode()


def test_what_was_on_its_way_when_the_form_was_saved_leaves_no_draft(cast, client_of):
    browser = client_of(cast.anna)
    page = browser.get(NEW)
    browser.post(NEW, form_of(page, text="Heel de tekst"))

    assert browser.post(KEEP, form_of(page, text="Heel de")).status_code == 200
    assert not Draft.objects.exists()
    browser.post(KEEP, form_of(page, text="Heel de tekst, en na terug nog meer"))
    assert Draft.objects.count() == 1


def test_a_text_of_which_the_end_was_taken_away_is_kept(cast, client_of):
    reflection, browser = text_by_anna(cast, text="Begin en einde"), client_of(cast.anna)
    edit, keep = f"/reflections/{reflection.pk}/edit/", f"/reflections/draft/{reflection.pk}/"
    page = browser.get(edit)

    browser.post(keep, form_of(page, text="Begin"))
    assert "Begin</textarea>" in browser.get(edit).content.decode()
    browser.post(keep, form_of(page, text="Begin en einde"))
    assert not Draft.objects.exists(), "as it was: nothing waits"
    browser.post(edit, form_of(page, text="Begin en ander einde"))
    browser.post(keep, form_of(page, text="Begin en ander"))
    assert not Draft.objects.exists(), "it was on its way when the form was saved"


def test_two_windows_keep_both_texts_and_show_them(cast, client_of):
    browser = client_of(cast.anna)
    one, other = browser.get(NEW), browser.get(NEW)

    for number in (1, 2, 3):
        browser.post(KEEP, form_of(one, text=f"Venster een {number}"))
        browser.post(KEEP, form_of(other, text=f"Venster twee {number}"))
    page = browser.get(NEW).content.decode()

    assert "Venster twee 3</textarea>" in page
    assert "Venster een 3</div>" in page
    assert Draft.objects.count() == 2


@pytest.mark.parametrize("saved", [0, 1])
def test_saving_in_one_window_leaves_what_the_other_typed(cast, client_of, saved):
    browser = client_of(cast.anna)
    windows = [browser.get(NEW), browser.get(NEW)]
    for number, window in enumerate(windows):
        browser.post(KEEP, form_of(window, text=f"Venster {number}"))

    browser.post(NEW, form_of(windows[saved], text="Klaar"))

    assert f"Venster {1 - saved}</textarea>" in browser.get(NEW).content.decode()
    assert Draft.objects.count() == 1


def test_a_window_that_opened_with_the_draft_goes_on_with_it(cast, client_of):
    browser = client_of(cast.anna)
    browser.post(KEEP, form_of(browser.get(NEW), text="Gisteren"))

    browser.post(KEEP, form_of(browser.get(NEW), text="Gisteren en vandaag"))

    assert Draft.objects.count() == 1
    assert "Gisteren en vandaag</textarea>" in browser.get(NEW).content.decode()


def test_an_answer_that_got_lost_makes_no_second_draft(cast, client_of):
    browser = client_of(cast.anna)
    page = browser.get(NEW)

    for text in ("a", "ab", "abc"):
        browser.post(KEEP, form_of(page, text=text))

    assert Draft.objects.count() == 1


def test_an_emptied_field_leaves_no_draft(cast, client_of):
    browser = client_of(cast.anna)
    page = browser.get(NEW)
    browser.post(KEEP, form_of(page, text="Iets"))

    assert browser.post(KEEP, form_of(page, text="")).status_code == 200

    assert not Draft.objects.exists()


def test_a_draft_is_thrown_away_when_the_person_says_so(cast, client_of):
    browser = client_of(cast.anna)
    browser.post(KEEP, form_of(browser.get(NEW), text="Iets"))
    page = browser.get(NEW)
    draft = Draft.objects.get()
    client_of(cast.bram).post(KEEP, {"discard": str(draft.pk)})
    assert Draft.objects.exists()

    browser.post(KEEP, form_of(page, discard=str(draft.pk)))

    assert not Draft.objects.exists()
    assert browser.post(KEEP, {"discard": "nonsense"}).status_code == 302


def test_a_change_that_was_begun_stands_in_the_form_and_the_text_stays_as_it_was(cast, client_of):
    reflection = text_by_anna(cast, text="Begin")
    browser = client_of(cast.anna)
    edit = f"/reflections/{reflection.pk}/edit/"
    browser.post(f"/reflections/draft/{reflection.pk}/", form_of(browser.get(edit), text="Begin en meer"))

    assert "Begin en meer</textarea>" in browser.get(edit).content.decode()
    assert services.text_of(Reflection.objects.get()) == "Begin"
    assert client_of(cast.zita).post(f"/reflections/draft/{reflection.pk}/", {"text": "x"}).status_code == 404
    browser.post(edit, form_of(browser.get(edit), text="Begin en meer"))
    assert not Draft.objects.exists()


@pytest.mark.parametrize("text", [f"Haar nummer: {NUMBER}", "woord " * 20_000], ids=["register number", "long"])
def test_what_is_never_kept_is_said(cast, client_of, text):
    browser = client_of(cast.anna)

    answer = browser.post(KEEP, form_of(browser.get(NEW), text=text))

    assert answer.status_code == 422
    assert answer.content.decode().startswith("Niet bewaard")
    assert not Draft.objects.exists()


def test_the_list_offers_to_go_on_writing(cast, client_of):
    meeting = network_session(cast)
    browser = client_of(cast.anna)
    addresses = [f"{NEW}?meeting={meeting.pk}", NEW, f"{NEW}?occasion=monthly"]
    for address in addresses:
        browser.post(KEEP, form_of(browser.get(address), text=f"Bij {address}"))

    page = browser.get("/reflections/").content.decode().split("Je was aan het schrijven")[1].split("</section>")[0]
    links = [part.split('"', 1)[0].replace("&amp;", "&") for part in page.split(f'href="{NEW}?')[1:]]

    opened = [browser.get(f"{NEW}?{link}").content.decode() for link in links]
    assert len(opened) == 3
    for address in addresses:
        assert any(f"Bij {address}</textarea>" in form for form in opened)
    assert "Je was aan het schrijven" not in client_of(cast.bram).get("/reflections/").content.decode()


def test_two_first_keys_in_one_moment_are_both_kept(cast):
    place = "reflection:new:x"
    drafts.keep(by=cast.anna, place=place, tab="one", version=0, text="Deze was eerst")

    # the second window looked before the first had written
    drafts._begin(cast.anna, place, "other", {"tab": "other", "text": "Deze was later", "readers": []})

    assert sorted(typed(cast.anna, place)) == ["Deze was eerst", "Deze was later"]


def test_drafts_go_with_the_text_that_is_erased(cast):
    reflection = text_by_anna(cast)
    drafts.keep(by=cast.anna, place=drafts.place_of(reflection), tab="a", version=0, text="Klad")

    services.erase(reflection, by=cast.anna)

    assert not Draft.objects.exists()
