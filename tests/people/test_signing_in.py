"""Signing in with a code by mail: through the outbox, alike for known and unknown addresses, held as long as the device asks."""

import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from django.test import Client
from django.utils import timezone

from outbox import services as outbox
from outbox.models import OutgoingMail
from people.models import User

CONFIRM = "/accounts/login/code/confirm/"


def ask(client: Client, email: str):
    return client.post("/accounts/login/code/", {"email": email})


def code_for(user: User) -> str:
    return outbox.payload_of(OutgoingMail.objects.filter(kind="login-code", recipient_id=user.pk).latest("created_at"))["code"]


def test_a_code_signs_in_and_a_wrong_one_does_not(cast):
    client = Client()
    assert ask(client, "Anna@ILIAS.example").url == CONFIRM
    assert client.post(CONFIRM, {"code": "AAAA-AAAA"}).status_code == 200
    assert client.get("/people/me/").status_code == 302
    assert client.post(CONFIRM, {"code": code_for(cast.anna).lower().replace("-", " ")}).status_code == 302
    assert client.get("/people/me/").status_code == 200


def test_a_known_and_an_unknown_address_get_the_same_answer_and_one_row_each(cast):
    answers = {}
    for email in ("anna@ilias.example", "nobody@ilias.example"):
        client = Client()
        first = ask(client, email)
        page = re.sub(r'value="[^"]{60,}"|"X-CSRFToken":"[^"]+"', "", client.get(CONFIRM).content.decode())
        answers[email] = (first.status_code, first.headers["Location"], page.replace(email, "ADDRESS"))
    assert answers["anna@ilias.example"] == answers["nobody@ilias.example"]
    rows = OutgoingMail.objects.order_by("kind").values_list("kind", "recipient_id", "address")
    assert list(rows) == [("login-code", cast.anna.pk, ""), ("unknown-account", None, "nobody@ilias.example")]


def test_the_code_stands_sealed_in_its_row_and_arrives_in_the_readers_language(cast, smtp_sink):
    ask(Client(), cast.petra.email)
    ask(Client(), cast.anna.email)
    row = OutgoingMail.objects.get(recipient_id=cast.petra.pk)
    code = code_for(cast.petra)
    assert code.encode() not in bytes(row.payload)
    assert outbox.deliver_all() == 2
    [english] = smtp_sink.to(cast.petra.email)
    assert english["Subject"] == "Your code to sign in" and code in english.get_body(("plain",)).get_content()
    assert code in english.get_body(("html",)).get_content()
    assert english["Content-Language"] == "en"
    [dutch] = smtp_sink.to(cast.anna.email)
    assert dutch["Content-Language"] == "nl"
    row.refresh_from_db()
    assert row.state == OutgoingMail.State.SENT and row.payload is None


def test_a_code_that_waited_longer_than_it_lives_is_not_sent(cast, smtp_sink):
    ask(Client(), cast.anna.email)
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=16), tick=False):
        outbox.deliver_all()
    assert OutgoingMail.objects.get().state == OutgoingMail.State.TOO_LATE and smtp_sink.messages == []


def test_nobody_signs_up_by_themselves(db):
    page = Client().get("/accounts/signup/")
    assert page.status_code == 200 and "<form" not in page.content.decode().split("<main")[1].split("</main")[0]
    Client().post("/accounts/signup/", {"email": "new@ilias.example", "password1": "a long enough one"})
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("own_device", "minutes", "still_in"), [(False, 29, True), (False, 31, False), (True, 60 * 24 * 80, True)]
)
def test_a_shared_device_is_signed_out_when_nobody_uses_it(cast, own_device, minutes, still_in):
    client = Client()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client, cast.anna.email)
        answer = client.post(CONFIRM, {"code": code_for(cast.anna)} | ({"remember": "on"} if own_device else {}))
        assert bool(answer.cookies["sessionid"]["max-age"]) is own_device
        clock.shift(minutes * 60)
        answer = client.get("/people/me/")
        assert (answer.status_code == 200) is still_in
        if not still_in:
            assert answer.url.startswith("/accounts/login/") and "cache" in answer["Clear-Site-Data"]


def test_a_shared_device_in_use_stays_signed_in_for_half_a_day_at_most(cast):
    client = Client()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client, cast.anna.email)
        client.post(CONFIRM, {"code": code_for(cast.anna)})
        for _quarter in range(47):
            clock.shift(15 * 60)
            assert client.get("/people/me/").status_code == 200
        clock.shift(20 * 60)
        assert client.get("/people/me/").status_code == 302


def test_signing_out_clears_what_the_browser_kept(cast, client_of):
    client = client_of(cast.anna)
    assert "Clear-Site-Data" not in client.get("/people/me/")
    assert client.post("/accounts/logout/")["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get("/people/me/").status_code == 302


def test_a_signed_in_page_is_kept_by_no_cache(cast, client_of):
    assert client_of(cast.anna).get("/people/me/")["Cache-Control"] == "private, no-store"


def test_too_many_codes_for_one_address_are_refused(cast):
    for _time in range(8):
        answer = ask(Client(), cast.anna.email)
    assert answer.status_code in {200, 429} and OutgoingMail.objects.count() < 8


def test_a_change_in_how_one_signs_in_is_told_by_mail(cast, client_of, smtp_sink):
    client = Client()
    ask(client, cast.anna.email)
    client.post(CONFIRM, {"code": code_for(cast.anna)})
    client.post("/accounts/password/set/", {"password1": "een lang wachtwoord", "password2": "een lang wachtwoord"})
    outbox.deliver_all()
    assert OutgoingMail.objects.filter(kind="account-notice", recipient_id=cast.anna.pk, state="sent").count() == 1
    assert len(smtp_sink.to(cast.anna.email)) == 2


def test_a_forgotten_password_is_renewed_by_a_code(cast, smtp_sink):
    client = Client()
    answer = client.post("/accounts/password/reset/", {"email": cast.anna.email})
    assert answer.status_code == 302
    outbox.deliver_all()
    [mail] = smtp_sink.to(cast.anna.email)
    code = re.search(r"[A-Z0-9]{4}-[A-Z0-9]{4}", mail.get_body(("plain",)).get_content())[0]
    assert client.post(answer.url, {"code": code}).status_code == 302


def test_the_address_after_signing_in_is_one_of_ours(cast):
    client = Client()
    client.post("/accounts/login/code/?next=//evil.example/", {"email": cast.anna.email})
    answer = client.post(CONFIRM, {"code": code_for(cast.anna), "next": "//evil.example/"})
    assert answer.status_code == 302 and "evil" not in answer.url


def test_a_shared_device_asks_before_it_ends_and_can_stay(cast):
    client = Client()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ask(client, cast.anna.email)
        client.post(CONFIRM, {"code": code_for(cast.anna)})
        page = client.get("/people/me/").content.decode()
        assert 'id="idle"' in page and 'data-seconds="1800"' in page
        for _time in range(3):
            clock.shift(29 * 60)
            assert client.post("/people/me/stay/").status_code == 204
        clock.shift(31 * 60)
        assert client.post("/people/me/stay/").status_code == 302


def test_ones_own_device_asks_nothing(cast):
    client = Client()
    ask(client, cast.anna.email)
    client.post(CONFIRM, {"code": code_for(cast.anna), "remember": "on"})
    assert 'id="idle"' not in client.get("/people/me/").content.decode()


def test_a_coach_connects_an_app_once_and_signs_in_with_both_steps_afterwards(cast, django_capture_on_commit_callbacks):
    Authenticator.objects.all().delete()
    client = Client()
    ask(client, cast.hilde.email)
    client.post(CONFIRM, {"code": code_for(cast.hilde)})
    first = client.get("/people/")
    assert first.url == "/people/second-step/?next=%2Fpeople%2F"
    activate = "/accounts/2fa/totp/activate/"
    assert client.get(activate).status_code == 200
    secret = client.session["mfa.totp.secret"]
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(activate, {"code": totp_code(secret)}).status_code == 302
    assert client.get("/people/").status_code == 200
    again = Client()
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=2), tick=False):
        ask(again, cast.hilde.email)
        assert again.post(CONFIRM, {"code": code_for(cast.hilde)}).url.startswith("/accounts/2fa/authenticate/")
        assert again.get("/people/").url.startswith("/accounts/login/")
        again.post("/accounts/2fa/authenticate/", {"code": totp_code(secret)})
        assert again.get("/people/").status_code == 200
    assert OutgoingMail.objects.filter(kind="account-notice", recipient_id=cast.hilde.pk).exists()


def totp_code(secret: str) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, next(auth.yield_hotp_counters_from_time())))
