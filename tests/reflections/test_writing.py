"""Writing on a phone: one question, one field, the readers' names before saving; nothing typed is lost."""

import datetime
import uuid

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from reflections import services
from reflections.models import Prompt, Reflection
from tests.reflections.places import coaching_moment, network_session, text_by_anna
from trajectories import services as trajectories
from trajectories.models import Seat

NEW = "/reflections/new/"
NUMBER = "85.07.30-033.28"  # the example of the register's own explanation: checksum holds, nobody's


def hidden(answer, name):
    """The value of a hidden field, as the browser would send it back."""
    page = answer.content.decode()
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


def form_of(answer, **typed):
    names = [
        name
        for name in ("tab", "draft", "key", "turn", "seen", "meeting", "pilot", "occasion", "version", "prompt")
        if f'name="{name}" value=' in answer.content.decode()
    ]
    return {name: hidden(answer, name) for name in names} | typed


def test_from_the_letters_link_a_leader_writes_three_sentences(cast, client_of):
    meeting = network_session(cast, question="Wat bleef hangen?")
    browser = client_of(cast.anna)

    page = browser.get(f"{NEW}?meeting={meeting.pk}")
    saved = browser.post(NEW, form_of(page, text="  Eén. Twee. Drie.  ", readers=["coaches"]))

    assert '<h1 class="question">Wat bleef hangen?</h1>' in page.content.decode()
    reflection = Reflection.objects.get()
    assert saved.url == f"/reflections/{reflection.pk}/#saved"
    assert (reflection.author, reflection.pilot, reflection.meeting) == (cast.anna, cast.nest, meeting)
    assert (reflection.occasion, reflection.asked) == (Prompt.Occasion.AFTER_SESSION, "Wat bleef hangen?")
    assert services.text_of(reflection) == "Eén. Twee. Drie."
    assert set(reflection.grants.values_list("reader__first_name", "audience")) == {("Hilde", "coaches"), ("Joris", "coaches")}


def test_the_readers_are_named_before_anything_is_saved(cast, client_of):
    page = client_of(cast.anna).get(NEW).content.decode()

    assert "Alleen jij leest dit." in page
    assert "Jij, Bram De Smet (je co-leider), Hilde Vermeulen en Joris Aerts (jullie coaches) lezen dit." in page
    assert "Jij en Bram De Smet (je co-leider) lezen dit." in page
    assert "<small>Hilde Vermeulen, Joris Aerts</small>" in page
    assert "<small>Bram De Smet, Hilde Vermeulen, Joris Aerts, Yusuf Demir, Zita Maes</small>" in page
    assert not Reflection.objects.exists()


def test_who_joined_after_the_page_was_opened_is_not_let_in(cast, client_of):
    browser = client_of(cast.anna)
    page = browser.get(NEW)
    without_joris = hidden(page, "seen").replace(cast.joris.pk.hex, uuid.uuid4().hex)

    browser.post(NEW, form_of(page, text="Tekst", readers=["coaches"], seen=without_joris))

    assert [grant.reader for grant in Reflection.objects.get().grants.all()] == [cast.hilde]


def test_sent_twice_it_stays_one_text_and_the_last_choice_holds(cast, client_of):
    browser = client_of(cast.anna)
    form = form_of(browser.get(NEW), text="Eerste", readers=["network"])

    browser.post(NEW, form)
    browser.post(NEW, form)
    browser.post(NEW, form | {"text": "Tweede", "readers": []})

    reflection = Reflection.objects.get()
    assert services.text_of(reflection) == "Tweede"
    assert not reflection.grants.filter(withdrawn_at=None).exists()


def test_an_old_form_overwrites_no_newer_edit_and_gives_nobody_their_reading_back(cast, client_of):
    browser = client_of(cast.anna)
    form = form_of(browser.get(NEW), text="Eerste", readers=["coaches"])
    browser.post(NEW, form)
    reflection = Reflection.objects.get()
    services.change(reflection, by=cast.anna, text="Later verbeterd", version=1)
    services.withdraw(reflection, by=cast.anna)

    back = browser.post(NEW, form | {"text": "Oud venster"})
    page = back.content.decode()
    saved = browser.post(f"/reflections/{reflection.pk}/edit/", form_of(back, text="Beide samen"))

    assert back.status_code == 409
    assert "Later verbeterd" in page and "Oud venster</textarea>" in page
    assert f'action="/reflections/{reflection.pk}/edit/"' in page
    assert saved.status_code == 302
    reflection.refresh_from_db()
    assert services.text_of(reflection) == "Beide samen"
    browser.post(NEW, form | {"text": "Beide samen"})
    assert not reflection.grants.filter(withdrawn_at=None).exists()


def test_the_question_that_stood_in_the_form_is_the_one_that_is_kept(cast, client_of):
    browser = client_of(cast.anna)
    page = browser.get(f"{NEW}?occasion=monthly")
    asked = Prompt.objects.get(pk=hidden(page, "prompt"))
    Prompt.objects.filter(occasion="monthly").exclude(pk=asked.pk).delete()

    browser.post(NEW, form_of(page, text="Tekst", turn="3"))

    reflection = Reflection.objects.get()
    assert (reflection.prompt, reflection.question, reflection.theme) == (asked, asked.text, asked.theme)
    assert asked.question_set.intro in page.content.decode()


def test_a_key_of_somebody_elses_text_makes_a_text_of_its_own(cast, client_of):
    theirs = text_by_anna(cast, text="Van Anna")
    browser = client_of(cast.bram)

    browser.post(NEW, form_of(browser.get(NEW), text="Van Bram") | {"key": str(theirs.pk)})

    assert services.text_of(Reflection.objects.get(author=cast.bram)) == "Van Bram"
    assert services.text_of(Reflection.objects.get(author=cast.anna)) == "Van Anna"


@pytest.mark.parametrize("name", ["hilde", "tess", "ada", "petra", "kim", "els", "omar"])
def test_only_leaders_write(cast, client_of, name):
    browser = client_of(getattr(cast, name))

    assert browser.get(NEW).status_code == 403
    assert browser.post(NEW, {"text": "Tekst"}).status_code == 403
    assert browser.post("/reflections/draft/new/", {"text": "Tekst"}).status_code == 403
    assert not Reflection.objects.exists()
    with pytest.raises(DomainError):
        services.write(by=getattr(cast, name), pilot=cast.nest, text="Tekst")
    assert client_of(cast.anna).get(NEW).status_code == 200


def test_of_anothers_coaching_moment_nobody_writes(cast, client_of):
    meeting = coaching_moment(cast)

    assert client_of(cast.zita).get(f"{NEW}?meeting={meeting.pk}").status_code == 404
    assert client_of(cast.zita).get(f"{NEW}?pilot={cast.nest.pk}").status_code == 404
    assert client_of(cast.anna).get(f"{NEW}?meeting={meeting.pk}").status_code == 200
    assert client_of(cast.anna).get(f"{NEW}?meeting=nonsense").status_code == 404


def test_who_leads_two_pilots_says_for_which(cast, client_of):
    Seat.objects.living().filter(user=cast.yusuf).update(until=timezone.localdate() - datetime.timedelta(days=1))
    trajectories.seat_person(by=cast.tess, user=cast.anna, programme=cast.programme, role="leader", pilot=cast.wip)
    browser = client_of(cast.anna)

    page = browser.get(NEW)
    browser.post(NEW, form_of(page, text="Voor het nest"))
    browser.post(NEW, form_of(browser.get(f"{NEW}?pilot={cast.wip.pk}"), text="Voor de wip"))

    assert f"?pilot={cast.wip.pk}" in page.content.decode()
    assert list(Reflection.objects.order_by("created_at").values_list("pilot__service__name", flat=True)) == [
        "Het Nest",
        "De Wip",
    ]


def test_before_a_moment_one_is_asked_to_prepare_it(cast, client_of):
    answer = client_of(cast.anna).get(f"{NEW}?meeting={coaching_moment(cast, days=7).pk}")

    assert answer.context["question"].occasion == Prompt.Occasion.BEFORE_MOMENT


def test_another_question_keeps_what_was_typed_without_a_script(cast, client_of):
    meeting = network_session(cast)
    browser = client_of(cast.anna)
    page = browser.get(f"{NEW}?meeting={meeting.pk}")

    asked = browser.post(NEW, form_of(page, text="Half getypt", readers=["co-leader"], other="1"))
    next_page = browser.get(asked.url)

    assert next_page.context["question"].text != page.context["question"].text
    assert "Half getypt" in next_page.content.decode()
    assert 'id="readers-co-leader" checked' in next_page.content.decode()
    assert not Reflection.objects.exists()


def test_everybody_who_was_there_gets_the_same_question(cast, client_of):
    meeting = network_session(cast)

    asked = [client_of(person).get(f"{NEW}?meeting={meeting.pk}").context["question"].text for person in (cast.anna, cast.bram)]

    assert asked[0] == asked[1] in set(Prompt.objects.filter(occasion="after_session").values_list("text_nl", flat=True))


@pytest.mark.parametrize("number", [NUMBER, "85073003328", f"haar nummer is {NUMBER}."])
def test_a_national_register_number_is_refused_and_the_text_stays(cast, client_of, number):
    browser = client_of(cast.anna)
    answer = browser.post(NEW, form_of(browser.get(NEW), text=f"Een mama, {number}", readers=["coaches"]))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "rijksregisternummer" in page.split('id="id_text_errors"')[1][:200]
    assert f"Een mama, {number}</textarea>" in page
    assert 'id="readers-coaches" checked' in page
    assert not Reflection.objects.exists()


@pytest.mark.parametrize("text", ["", "   \n ", "\x00\x01"])
def test_nothing_typed_is_said_beside_the_field(cast, client_of, text):
    browser = client_of(cast.anna)

    answer = browser.post(NEW, form_of(browser.get(NEW), text=text))

    assert answer.status_code == 422
    assert "Schrijf eerst iets." in answer.content.decode()


HOSTILE = [
    "👩‍👧‍👦 emoji 🎉",
    "\u202eomgekeerd\u202c שלום",
    "nul\x00 en \x08 andere",
    "<script>alert(1)</script><b>vet</b>",
    "{{ 7|add:7 }} {% csrf_token %}",
    "'; DROP TABLE reflections_reflection; --",
    "\ud800 half teken".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_as_text(cast, client_of, text):
    browser = client_of(cast.anna)

    answer = browser.post(NEW, form_of(browser.get(NEW), text=text), follow=True)

    assert answer.status_code == 200
    page = answer.content.decode()
    assert "<script>alert" not in page and "<b>vet</b>" not in page
    assert services.text_of(Reflection.objects.get())


def test_a_megabyte_is_refused_with_a_sentence_and_kept_in_the_field(cast, client_of):
    browser = client_of(cast.anna)

    answer = browser.post(NEW, form_of(browser.get(NEW), text="woord " * 180_000))

    assert answer.status_code == 422
    assert "Maak er twee van" in answer.content.decode()
    assert len(answer.content) > 1_000_000


@given(
    data=st.dictionaries(
        st.sampled_from(
            ["text", "readers", "seen", "tab", "draft", "key", "turn", "meeting", "pilot", "occasion", "other", "version"]
        ),
        st.text(max_size=40),
    )
)
def test_no_form_ever_breaks_the_page(cast, client_of, data):
    browser = client_of(cast.anna)

    assert browser.post(NEW, data).status_code in {302, 404, 422}
    assert browser.post("/reflections/draft/new/", data).status_code in {200, 302, 404, 422}
    assert browser.get(NEW, data).status_code in {200, 404}


def test_saved_in_another_window_meanwhile_both_texts_are_shown(cast, client_of):
    reflection = text_by_anna(cast, text="Begin")
    browser = client_of(cast.anna)
    address = f"/reflections/{reflection.pk}/edit/"
    one, other = browser.get(address), browser.get(address)

    browser.post(address, form_of(one, text="Van venster één"))
    refused = browser.post(address, form_of(other, text="Van venster twee"))
    page = refused.content.decode()
    saved = browser.post(address, form_of(refused, text="Van venster twee, en één"))

    assert refused.status_code == 409
    assert "Van venster één" in page and "Van venster twee</textarea>" in page
    assert saved.status_code == 302
    reflection.refresh_from_db()
    assert services.text_of(reflection) == "Van venster twee, en één"


def test_a_change_leaves_the_readers_as_they_are(cast, client_of):
    reflection = text_by_anna(cast, "co-leader")
    browser = client_of(cast.anna)
    address = f"/reflections/{reflection.pk}/edit/"

    browser.post(address, form_of(browser.get(address), text="Anders", readers=["network"]))

    assert list(reflection.grants.filter(withdrawn_at=None).values_list("audience", flat=True)) == ["co-leader"]


@pytest.mark.parametrize("part", ["edit/", "readers/", "erase/", "restore/"])
def test_a_reader_cannot_change_a_text_and_a_stranger_does_not_find_it(cast, client_of, part):
    reflection = text_by_anna(cast, "coaches")
    address = f"/reflections/{reflection.pk}/{part}"
    missing = client_of(cast.zita).post(f"/reflections/{uuid.uuid4()}/{part}")

    stranger = client_of(cast.zita).post(address)
    reader = client_of(cast.hilde).post(address, {"text": "Van Hilde", "version": "1"})

    assert (stranger.status_code, stranger.content) == (404, missing.content)
    assert reader.status_code == (404 if part == "restore/" else 403)
    assert services.text_of(Reflection.objects.get()).startswith("Ik dacht")
