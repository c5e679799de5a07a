"""Calendars to subscribe to: the address shown once, what stands in it for whom, and how it ends."""

import datetime
import re

import icalendar
import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from planning import feeds
from planning.models import Feed
from sessions import services
from tests.sessions.calendar_reader import read
from tests.sessions.test_planning import ahead, plan
from trajectories import services as trajectories


def address_in(page) -> str:
    return re.search(r"/planning/calendar/[\w-]+\.ics", page.content.decode())[0]


def make(client, what="mine", name="Mijn gsm") -> str:
    page = client.post(reverse("planning:calendar"), {"what": what, "name": name})
    assert page.status_code == 200
    return address_in(page)


def titles(client, address) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    first = [part["SUMMARY"] for kind, part in read(response.content.decode()).parts if kind == "VEVENT"]
    second = [str(event["summary"]) for event in icalendar.Calendar.from_ical(response.content).walk("VEVENT")]
    assert first == second
    return first


@pytest.fixture
def year(cast):
    session = plan(cast.network, cast.hilde, days=20)
    moment = plan(cast.nest, cast.hilde, days=10)
    other = plan(cast.wip, cast.karel, days=12)
    plan(cast.network, cast.hilde, days=50, publish=False)
    return session, moment, other


def test_the_address_is_shown_once_and_kept_only_as_a_hash(cast, client_of, client, year):
    page = client_of(cast.anna).post(reverse("planning:calendar"), {"what": "mine", "name": "Mijn gsm"})
    address = address_in(page)
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert len(token) >= 43
    feed = Feed.objects.get()
    assert token not in str(vars(feed))
    assert page["Cache-Control"] == "private, no-store"
    assert token not in client_of(cast.anna).get(reverse("planning:calendar")).content.decode()
    assert titles(client, address) == ["Coachingmoment", "Samen kijken"]


def test_everybody_gets_their_own_meetings_and_nobody_an_address_of_another(cast, client_of, client, year):
    zita = make(client_of(cast.zita))
    network = make(client_of(cast.zita), what=str(cast.network.pk), name="Bureau")
    team = make(client_of(cast.tess), what=str(cast.network.pk))
    assert titles(client, zita) == ["Coachingmoment", "Samen kijken"]
    assert titles(client, network) == titles(client, team) == ["Samen kijken"]
    everything = client.get(zita).content.decode()
    assert "@ilias.example" not in everything and "ATTENDEE" not in everything
    assert str(year[1].pk) not in everything
    refused = client_of(cast.karel).post(reverse("planning:calendar"), {"what": str(cast.network.pk), "name": "x"})
    assert refused.status_code == 200 and Feed.objects.filter(user=cast.karel).count() == 0


def test_a_withdrawn_address_answers_like_one_that_never_was(cast, client_of, client, year):
    browser = client_of(cast.anna)
    address = make(browser)
    feed = Feed.objects.get()
    assert client_of(cast.zita).post(reverse("planning:feed_withdraw", args=[feed.pk])).status_code == 404
    assert client.get(address).status_code == 200
    browser.post(reverse("planning:feed_withdraw", args=[feed.pk]))
    gone, missing = client.get(address), client.get(address.replace(".ics", "x.ics"))
    assert (gone.status_code, missing.status_code) == (404, 404)
    assert gone.content == missing.content
    assert make(browser) != address  # the name is free again


def test_who_has_no_seat_any_more_reads_an_empty_calendar_and_a_closed_account_none(cast, client_of, client, year):
    address = make(client_of(cast.anna))
    seat = cast.anna.seats.get()
    trajectories.end_seat(seat, by=cast.tess, until=timezone.localdate() - datetime.timedelta(days=1))
    assert titles(client, address) == []
    cast.anna.is_active = False
    cast.anna.save()
    assert client.get(address).status_code == 404


def test_what_is_cancelled_stays_as_cancelled_and_what_one_does_not_come_to_blocks_no_time(cast, client_of, client, year):
    address = make(client_of(cast.anna))
    session, moment, _other = year
    services.cancel_meeting(session, by=cast.hilde, version=1, reason="x")
    draft = plan(cast.network, cast.hilde, days=60, publish=False)
    services.cancel_meeting(draft, by=cast.hilde, version=1, reason="x")
    moment.attendances.filter(user=cast.anna).update(reply="no")
    events = [part for kind, part in read(client.get(address).content.decode()).parts if kind == "VEVENT"]
    assert [(event["STATUS"], event["TRANSP"], event["SEQUENCE"]) for event in events] == [
        ("CONFIRMED", "TRANSPARENT", "0"),
        ("CANCELLED", "TRANSPARENT", "1"),
    ]


def test_unchanged_is_answered_without_a_body_and_a_change_with_a_new_one(cast, client_of, client, year):
    address = make(client_of(cast.anna))
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=5), tick=False):
        first = client.get(address)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=7), tick=False):
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert first["Cache-Control"] == "private, no-cache"
    assert (again.status_code, again.content) == (304, b"")
    services.change_meeting(year[0], by=cast.hilde, version=1, starts_at=ahead(21), ends_at=ahead(21, 12))
    later = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert later.status_code == 200 and later["ETag"] != first["ETag"]


def test_the_list_says_when_a_calendar_was_last_read(cast, client_of, client, year):
    browser = client_of(cast.anna)
    address = make(browser)
    client.get(address)
    read_at = Feed.objects.get().last_read_at
    assert timezone.now() - read_at < datetime.timedelta(minutes=1)
    client.get(address)
    assert Feed.objects.get().last_read_at == read_at


def test_a_name_is_given_once_and_there_is_an_end_to_them(cast, client_of, year):
    browser = client_of(cast.anna)
    make(browser)
    assert browser.post(reverse("planning:calendar"), {"what": "mine", "name": " Mijn  gsm "}).status_code == 200
    assert Feed.objects.count() == 1
    for number in range(feeds.MOST):
        browser.post(reverse("planning:calendar"), {"what": "mine", "name": f"k{number}"})
    assert Feed.objects.count() == feeds.MOST


def test_an_alarm_is_set_for_who_wants_one_and_stands_in_feed_and_invitation(cast, client_of, client, year):
    browser = client_of(cast.anna)
    address = make(browser)
    assert b"VALARM" not in client.get(address).content
    assert browser.post(reverse("planning:alarm"), {"alarm": "60"}).status_code == 302
    event = read(client.get(address).content.decode())["VEVENT"]
    assert (event["VALARM"]["TRIGGER"], event["VALARM"]["ACTION"]) == ("-PT1H", "DISPLAY")
    browser.post(reverse("planning:alarm"), {"alarm": "61"})
    cast.anna.refresh_from_db()
    assert cast.anna.alarm_minutes == 60
    browser.post(reverse("planning:alarm"), {"alarm": ""})
    assert b"VALARM" not in client.get(address).content


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_and_feeds_ask_the_same_number_of_questions_with_more_rows(
    cast, client_of, client, django_assert_max_num_queries, rows
):
    browser = client_of(cast.anna)
    for number in range(rows):
        plan(cast.network, cast.hilde, days=20 + number)
        address = make(browser, name=f"k{number}")
    client.get(address)
    with django_assert_max_num_queries(8):
        browser.get(reverse("planning:calendar"))
    with django_assert_max_num_queries(4):
        client.get(address)
