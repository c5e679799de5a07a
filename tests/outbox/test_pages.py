"""The letters of a programme for its project team, and the screen that stands in for a mail server on this machine only."""

import datetime
import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from core.models import AuditEntry
from outbox import services
from outbox.models import OutgoingMail
from people import services as people
from sessions import services as meetings

CONFIRM = "/accounts/login/code/confirm/"


@pytest.fixture
def letter(cast) -> OutgoingMail:
    people.invite(cast.anna, by=cast.tess, programme_id=cast.programme.pk)
    return OutgoingMail.objects.get()


def test_only_the_project_team_sees_the_letters_of_its_programme(cast, client_of, letter, settings):
    settings.LETTERS_ON_SCREEN = False
    page = client_of(cast.tess).get("/outbox/").content.decode()
    assert cast.anna.name in page and f"/outbox/{letter.pk}/stop/" in page
    assert cast.anna.name not in client_of(cast.omar).get("/outbox/").content.decode()
    for name in ("hilde", "anna", "ada", "petra", "kim", "els"):
        assert client_of(getattr(cast, name)).get("/outbox/").status_code == 403, name
    assert Client().get("/outbox/").url.startswith("/accounts/login/")


def test_a_sign_in_code_is_no_letter_of_a_programme(cast, client_of, letter):
    Client().post("/accounts/login/code/", {"email": cast.bram.email})
    assert OutgoingMail.objects.count() == 2
    assert cast.bram.email not in client_of(cast.tess).get("/outbox/").content.decode()


def test_a_waiting_letter_is_stopped_by_its_own_team_only(cast, client_of, letter):
    for name in ("omar", "hilde", "anna"):
        assert client_of(getattr(cast, name)).post(f"/outbox/{letter.pk}/stop/").status_code == 404
    assert client_of(cast.tess).get(f"/outbox/{letter.pk}/stop/").status_code == 405
    assert client_of(cast.tess).post(f"/outbox/{letter.pk}/stop/").status_code == 302
    letter.refresh_from_db()
    assert letter.state == "stopped" and AuditEntry.objects.filter(verb="letter.stopped", by=cast.tess.pk).exists()
    again = client_of(cast.tess).post(f"/outbox/{letter.pk}/stop/", headers={"referer": "http://testserver/outbox/"})
    assert again.url == "http://testserver/outbox/"


def test_stopping_a_letter_can_be_undone_by_its_own_team(cast, client_of, letter):
    services.stop(letter, by=cast.tess.pk)
    assert f"/outbox/{letter.pk}/let-go/" in client_of(cast.tess).get("/outbox/").content.decode()
    for name in ("omar", "hilde", "anna"):
        assert client_of(getattr(cast, name)).post(f"/outbox/{letter.pk}/let-go/").status_code == 404
    client_of(cast.tess).post(f"/outbox/{letter.pk}/let-go/")
    letter.refresh_from_db()
    assert letter.state == "queued" and letter.settled_at is None
    with pytest.raises(services.DomainError):
        services.let_go(letter, by=cast.tess.pk)


def test_who_searched_before_stopping_a_letter_finds_the_same_list_again(cast, client_of, letter):
    browser, chosen = client_of(cast.tess), "/outbox/?q=anna&kind=invitation"
    for act in ("stop", "let-go"):
        address = re.search(rf'action="(/outbox/{letter.pk}/{act}/[^"]*)"', browser.get(chosen).content.decode())
        assert browser.post(html.unescape(address[1])).url == chosen
    assert browser.post(f"/outbox/{letter.pk}/stop/").url == "/outbox/"


def test_a_letter_says_which_meeting_it_is_about_and_is_found_by_its_reader(cast, client_of, django_assert_num_queries):
    starts = timezone.now() + datetime.timedelta(days=20)
    meetings.plan_meeting(
        by=cast.hilde, host=cast.nest, title="Geheime zorgen", starts_at=starts,
        ends_at=starts + datetime.timedelta(hours=1),
    )  # fmt: skip
    client = client_of(cast.tess)
    page = client.get("/outbox/").content.decode()
    assert "Coachingmoment, " in page and "Geheime zorgen" not in page
    with django_assert_num_queries(6):
        found = client.get("/outbox/?q=anna").content.decode()
    assert cast.anna.email in found and cast.bram.email not in found
    assert cast.anna.email not in client.get("/outbox/?q=zita%00").content.decode()


def test_somebody_gets_only_the_letters_they_choose_and_always_the_necessary_ones(cast, client_of, letter, smtp_sink):
    anna = client_of(cast.anna)
    services.queue("question-after", key="q:1", recipient_id=cast.anna.pk)
    assert 'value="question-after" checked' in anna.get("/outbox/choices/").content.decode()
    assert 'value="invitation"' not in anna.get("/outbox/choices/").content.decode()
    anna.post("/outbox/choices/", {"kind": ["reminder-1d", "made-up"]})
    page = anna.get("/outbox/choices/").content.decode()
    assert 'value="reminder-1d" checked' in page and 'value="question-after" checked' not in page
    services.deliver_all()
    assert OutgoingMail.objects.get(key="q:1").state == "obsolete" and len(smtp_sink.to(cast.anna.email)) == 1
    assert 'value="question-after" checked' in client_of(cast.bram).get("/outbox/choices/").content.decode()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("", 1),
        ("state=queued", 1),
        ("state=sent", 0),
        ("kind=invitation", 1),
        ("kind=login-code", 0),
        ("state=x&kind=y&page=z", 1),
    ],
)
def test_letters_are_found_by_kind_and_state(cast, client_of, letter, asked, shown):
    assert client_of(cast.tess).get(f"/outbox/?{asked}").content.decode().count("/stop/") == shown


def test_the_list_costs_the_same_for_one_and_many(cast, client_of, letter, django_assert_num_queries):
    client = client_of(cast.tess)
    for _round in range(2):
        with django_assert_num_queries(5):
            client.get("/outbox/")
        for user in (cast.bram, cast.zita, cast.ada):
            people.invite(user, by=cast.tess, programme_id=cast.programme.pk)


def test_without_a_mail_server_the_code_is_read_on_the_screen_and_signs_in(cast, settings):
    settings.LETTERS_ON_SCREEN = True
    client = Client()
    client.post("/accounts/login/code/", {"email": cast.anna.email})
    services.deliver_all()
    assert client.get("/outbox/").url == "/outbox/screen/"
    mail = OutgoingMail.objects.get()
    assert f"/outbox/screen/{mail.pk}/" in client.get("/outbox/screen/").content.decode()
    code = services.payload_of(mail)["code"]
    page = client.get(f"/outbox/screen/{mail.pk}/").content.decode()
    assert code in page
    drawn = client.get(f"/outbox/screen/{mail.pk}/html/")
    assert code in drawn.content.decode() and drawn["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert client.post(CONFIRM, {"code": code}).status_code == 302
    assert client.get("/people/me/").status_code == 200


@pytest.mark.parametrize(
    ("on", "request_from", "seen"),
    [
        (True, {"REMOTE_ADDR": "127.0.0.1"}, True),
        (True, {"REMOTE_ADDR": "::1"}, True),
        (True, {"REMOTE_ADDR": "10.0.0.7"}, False),
        (True, {"REMOTE_ADDR": ""}, False),
        (True, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "10.0.0.7"}, False),
        (False, {"REMOTE_ADDR": "127.0.0.1"}, False),
    ],
)
def test_the_screen_is_there_on_this_machine_and_without_a_mail_server_only(
    cast, client_of, letter, settings, on, request_from, seen
):
    settings.LETTERS_ON_SCREEN = on
    for client in (Client(), client_of(cast.tess), client_of(cast.kim)):
        for path in ("", f"{letter.pk}/", f"{letter.pk}/html/"):
            assert client.get(f"/outbox/screen/{path}", **request_from).status_code == (200 if seen else 404)


def test_a_letter_that_no_longer_holds_says_so_on_the_screen(cast, settings, letter):
    settings.LETTERS_ON_SCREEN = True
    people.withdraw(cast.anna.invitations.get(), by=cast.tess)
    page = Client().get(f"/outbox/screen/{letter.pk}/")
    assert page.status_code == 200 and "/people/invitation/" not in page.content.decode()
    assert Client().get(f"/outbox/screen/{letter.pk}/html/").status_code == 404
    OutgoingMail.objects.filter(pk=letter.pk).update(kind="gone", settled_at=timezone.now())
    assert Client().get(f"/outbox/screen/{letter.pk}/").status_code == 200
