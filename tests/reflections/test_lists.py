"""The lists: one's own texts with search and filter, those that others shared, and the way back after erasing."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from core import crypto
from ilias.timetable import tick
from people import keys
from reflections import services
from reflections.models import Opening, Prompt, Reflection
from tests.reflections.places import CANARY, network_session, text_by_anna

OWN, SHARED = "/reflections/", "/reflections/shared/"


def texts_on(answer):
    return [text for _reflection, text, _tags in answer.context["rows"]]


def test_the_list_costs_the_same_with_one_and_three_rows(cast, client_of, django_assert_max_num_queries):
    meeting = network_session(cast)
    browser = client_of(cast.anna)
    text_by_anna(cast, "coaches", meeting=meeting)
    with django_assert_max_num_queries(6) as one:
        assert len(texts_on(browser.get(OWN))) == 1
    text_by_anna(cast, meeting=meeting)
    text_by_anna(cast, "network")

    with django_assert_max_num_queries(6) as three:
        assert len(texts_on(browser.get(OWN))) == 3
    assert len(one) == len(three)


def test_the_list_costs_the_same_with_fifty_and_with_five_thousand_texts(cast, client_of, django_assert_max_num_queries):
    """Five thousand, so that it takes seconds; `manage.py bench texts` measures fifty thousand."""
    browser, key, at = client_of(cast.anna), keys.key_of(cast.anna.pk), timezone.now()
    counted = []
    for size in (50, 4_950):
        made = [
            Reflection(
                author=cast.anna, programme=cast.programme, pilot=cast.nest, created_at=at - datetime.timedelta(hours=number)
            )
            for number in range(size)
        ]
        for row in made:
            row.body = crypto.seal(key, b"Drie zinnen.", about=row.about_body)
        Reflection.objects.bulk_create(made, batch_size=1_000)
        with django_assert_max_num_queries(6) as queries:
            assert len(texts_on(browser.get(OWN))) == 20
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_what_is_shared_costs_the_same_with_one_and_three_rows(cast, client_of, django_assert_max_num_queries):
    meeting = network_session(cast)
    browser = client_of(cast.hilde)
    text_by_anna(cast, "coaches", meeting=meeting)
    with django_assert_max_num_queries(6) as one:
        assert len(browser.get(SHARED).context["rows"]) == 1
    text_by_anna(cast, "coaches", meeting=meeting)
    services.write(by=cast.bram, pilot=cast.nest, text="Van Bram", audiences=["coaches"])

    with django_assert_max_num_queries(6) as three:
        assert len(browser.get(SHARED).context["rows"]) == 3
    assert len(one) == len(three)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("", ["Drie gele tulpen", "Twee kleuters", "Een"]),
        ("q=TULPEN", ["Drie gele tulpen"]),
        ("q=gele+drie", ["Drie gele tulpen"]),
        ("q=xylofoon", []),
        ("occasion=after_session", ["Twee kleuters"]),
        ("tag=tuin", ["Drie gele tulpen"]),
        ("q=tuin", ["Drie gele tulpen"]),
        ("theme=humility", ["Een"]),
        ("since=2026-03-05&until=2026-03-06", ["Twee kleuters"]),
        ("until=2026-03-04", ["Een"]),
    ],
)
def test_own_texts_are_found_by_words_day_and_occasion(cast, client_of, asked, found):
    meeting = network_session(cast)
    question = services.Question("Wat bleef hangen?", "after_session")
    for day, text, fields in [
        (4, "Een", {"question": services.Question("Twijfel?", "", Prompt.objects.filter(theme="humility").first())}),
        (5, "Twee kleuters", {"meeting": meeting, "question": question}),
        (7, "Drie gele tulpen", {"tags": "#Tuin, buiten"}),
    ]:
        text_by_anna(cast, text=text, at=datetime.datetime(2026, 3, day, 12, tzinfo=datetime.UTC), **fields)
    services.write(by=cast.bram, pilot=cast.nest, text="Tulpen van Bram", audiences=["co-leader"])

    assert texts_on(client_of(cast.anna).get(f"{OWN}?{asked}")) == found


def test_the_texts_of_one_session_are_a_click_away(cast, client_of):
    meeting = network_session(cast)
    text_by_anna(cast, text="Over de sessie", meeting=meeting)
    text_by_anna(cast, text="Los")

    page = client_of(cast.anna).get(OWN)

    assert f'href="?meeting={meeting.pk}"' in page.content.decode()
    assert texts_on(client_of(cast.anna).get(f"{OWN}?meeting={meeting.pk}")) == ["Over de sessie"]


def test_twenty_on_a_page_and_the_older_ones_behind_it(cast, client_of):
    for number in range(23):
        text_by_anna(cast, text=f"Tekst {number}")
    browser = client_of(cast.anna)

    pages = [texts_on(browser.get(f"{OWN}?page={page}")) for page in (1, 2, 3)]
    searched = [texts_on(browser.get(f"{OWN}?q=tekst&page={page}")) for page in (1, 2)]

    assert [len(page) for page in pages] == [20, 3, 0]
    assert [len(page) for page in searched] == [20, 3]
    assert not set(pages[0]) & set(pages[1])


@pytest.mark.parametrize(
    "asked", ["page=abc", "page=-1", "page=99999999999999999999", "since=nonsense", "meeting=x", "q=%00", "occasion=x", "page=²"]
)
def test_nonsense_in_the_address_never_breaks_the_lists(cast, client_of, asked):
    text_by_anna(cast, "coaches")

    assert client_of(cast.anna).get(f"{OWN}?{asked}").status_code == 200
    assert client_of(cast.hilde).get(f"{SHARED}?{asked}").status_code == 200


def test_a_coach_goes_straight_to_what_was_shared_and_a_project_member_finds_nothing(cast, client_of):
    text_by_anna(cast, "coaches", "network")

    assert client_of(cast.hilde).get(OWN).url == SHARED
    for name in ("tess", "ada", "petra", "kim", "els", "omar"):
        browser = client_of(getattr(cast, name))
        assert not browser.get(SHARED).context["rows"]
        if name in ("tess", "omar"):
            assert browser.get(OWN).url == "/reflections/policy/"
            assert not browser.get("/reflections/policy/").context["stretch"].rows
        else:
            assert not browser.get(OWN).context["rows"]


def test_the_list_of_shared_texts_shows_no_word_and_opening_is_seen_by_the_author(cast, client_of):
    reflection = text_by_anna(cast, "coaches")
    reader, author = client_of(cast.hilde), client_of(cast.anna)

    listed = reader.get(SHARED).content.decode()
    assert CANARY not in listed and "nieuw" in listed
    assert not Opening.objects.exists()
    for _twice in range(2):
        assert CANARY in reader.get(f"/reflections/{reflection.pk}/").content.decode()

    assert [opening.reader for opening in Opening.objects.all()] == [cast.hilde]
    assert "Hilde Vermeulen opende de tekst" in author.get(f"/reflections/{reflection.pk}/").content.decode()
    assert "nieuw" not in reader.get(SHARED).content.decode()
    assert Opening.objects.count() == 1


def test_about_a_meeting_that_a_reader_may_not_see_the_page_says_nothing(cast, client_of):
    meeting = network_session(cast, title="Geheime titel", state="draft")
    reflection = text_by_anna(cast, "network", meeting=meeting)

    pages = [client_of(cast.zita).get(address).content.decode() for address in (SHARED, f"/reflections/{reflection.pk}/")]

    assert all("Geheime titel" not in page for page in pages)
    assert CANARY in pages[1]


def test_what_is_erased_is_gone_at_once_and_comes_back_within_ten_minutes(cast, client_of):
    reflection = text_by_anna(cast, "coaches")
    browser, address = client_of(cast.anna), f"/reflections/{reflection.pk}/"

    gone = browser.post(f"{address}erase/", follow=True)
    assert CANARY not in gone.content.decode()
    assert f"{address}restore/" in gone.content.decode()
    assert not browser.get(f"{OWN}?q=vink").context["rows"]
    assert client_of(cast.hilde).get(address).status_code == browser.get(address).status_code == 404
    assert client_of(cast.hilde).post(f"{address}restore/").status_code == 404
    browser.post(f"{address}restore/")

    assert CANARY in browser.get(address).content.decode()
    assert CANARY in client_of(cast.hilde).get(address).content.decode()


def test_after_ten_minutes_what_is_erased_is_gone_for_good(cast, client_of):
    reflection = text_by_anna(cast, "coaches")
    browser, address = client_of(cast.anna), f"/reflections/{reflection.pk}/"
    browser.post(f"{address}erase/")

    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=11)):
        assert browser.post(f"{address}restore/").status_code == 409
        assert not browser.get(OWN).context["rows"]
        assert tick()["erased reflections"] == 1

    assert not Reflection.objects.filter(pk=reflection.pk).exists()
    assert browser.post(f"{address}restore/").status_code == 404
