"""The life of an invitation: looking changes nothing, a code by mail comes in, once; lapsed links explain themselves."""

import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from outbox import services as outbox
from outbox.models import OutgoingMail
from people import links, services
from people.models import User
from trajectories import services as trajectories
from trajectories.models import Seat

CONFIRM = "/accounts/login/code/confirm/"


@pytest.fixture
def nele(cast):
    """Somebody who was given a seat and has never been here."""
    user = services.person_at("nele@school.example", by=cast.tess, first_name="Nele", last_name="D’Hondt")
    trajectories.seat_person(by=cast.tess, user=user, programme=cast.programme, role=Seat.Role.ADVISER)
    return user


@pytest.fixture
def invitation(cast, nele):
    return services.invite(nele, by=cast.tess, programme_id=cast.programme.pk)


def link(invitation) -> str:
    return f"/people/invitation/{links.token_of(invitation)}/"


def code_for(user: User) -> str:
    return outbox.payload_of(OutgoingMail.objects.filter(kind="login-code", recipient_id=user.pk).latest("created_at"))["code"]


def state(invitation) -> str:
    invitation.refresh_from_db()
    return invitation.state


def test_the_letter_says_who_invites_to_what_and_its_link_leads_in(cast, nele, invitation, smtp_sink):
    outbox.deliver_all()
    [mail] = smtp_sink.to(nele.email)
    text = mail.get_body(("plain",)).get_content()
    assert "Tess Peeters" in text and cast.programme.name in text and "D’Hondt" not in mail["Subject"]
    assert mail["Reply-To"] == cast.programme.contact_email
    path = re.search(r"http://localhost:8000(/people/invitation/\S+/)", text)[1]
    client = Client()
    page = client.get(path)
    assert page.status_code == 200 and "n…@school.example" in page.content.decode() and nele.email not in page.content.decode()
    assert client.post(path).url == CONFIRM
    assert client.post(CONFIRM, {"code": code_for(nele)}).status_code == 302
    assert client.get("/people/me/").url.startswith("/privacy/welcome/")
    nele.refresh_from_db()
    assert state(invitation) == "accepted" and nele.activated_at is not None


def test_looking_at_an_invitation_changes_nothing_and_even_its_button_signs_nobody_in(nele, invitation):
    before = OutgoingMail.objects.count()
    for method in ("get", "head"):
        getattr(Client(), method)(link(invitation))
    assert OutgoingMail.objects.count() == before and state(invitation) == "open"
    scanner = Client()
    scanner.post(link(invitation))
    assert scanner.get("/people/me/").url.startswith("/accounts/login/") and state(invitation) == "open"
    assert OutgoingMail.objects.filter(kind="login-code").values_list("recipient_id", "address").get() == (nele.pk, "")


def test_an_invitation_is_used_once(nele, invitation):
    client = Client()
    client.post(link(invitation))
    client.post(CONFIRM, {"code": code_for(nele)})
    again = Client()
    for method in ("get", "post"):
        page = getattr(again, method)(link(invitation))
        assert page.status_code == 410 and "/accounts/login/" in page.content.decode()
    assert OutgoingMail.objects.filter(kind="login-code").count() == 1


def test_an_invitation_lapses_after_seven_days_and_then_no_code_comes_in_either(nele, invitation):
    with time_machine.travel(timezone.now() + timezone.timedelta(days=6, hours=23), tick=False):
        assert Client().get(link(invitation)).status_code == 200
    with time_machine.travel(timezone.now() + timezone.timedelta(days=7, minutes=1), tick=False):
        page = Client().get(link(invitation))
        assert page.status_code == 410 and "team@ilias.example" in page.content.decode()
        client = Client()
        client.post("/accounts/login/code/", {"email": nele.email})
        assert client.post(CONFIRM, {"code": code_for(nele)}).status_code == 403
        assert client.get("/people/me/").status_code == 302
        assert state(invitation) == "expired"


def test_a_withdrawn_invitation_opens_nothing_and_its_letter_is_not_sent(cast, nele, invitation, smtp_sink):
    services.withdraw(invitation, by=cast.tess)
    outbox.deliver_all()
    assert smtp_sink.messages == [] and OutgoingMail.objects.get(kind="invitation").state == "obsolete"
    assert Client().get(link(invitation)).status_code == 410
    assert Client().post(link(invitation)).status_code == 410


def test_a_new_invitation_takes_the_place_of_the_old_one(cast, nele, invitation):
    newer = services.invite(nele, by=cast.tess, programme_id=cast.programme.pk)
    assert Client().get(link(invitation)).status_code == 410
    assert Client().get(link(newer)).status_code == 200


def test_a_changed_token_or_address_opens_nothing(nele, invitation):
    token = links.token_of(invitation)
    for wrong in (token[:-1] + ("A" if token[-1] != "A" else "B"), token.split(":")[0], "x", f"{invitation.pk.hex}:{'A' * 43}"):
        page = Client().get(f"/people/invitation/{wrong}/")
        assert page.status_code == 404 and nele.first_name not in page.content.decode()
    User.objects.filter(pk=nele.pk).update(email="other@school.example")
    assert Client().get(f"/people/invitation/{token}/").status_code == 404


def test_somebody_else_who_is_signed_in_is_told_so(cast, client_of, nele, invitation):
    client = client_of(cast.anna)
    for method in ("get", "post"):
        page = getattr(client, method)(link(invitation))
        assert page.status_code == 409 and "Anna Claes" in page.content.decode()
        assert "Nele" not in page.content.decode() and cast.programme.name not in page.content.decode()
    assert state(invitation) == "open"


def test_a_person_who_is_in_already_accepts_with_one_button(cast, client_of):
    trajectories.seat_person(by=cast.omar, user=cast.anna, programme=cast.other_programme, role=Seat.Role.ADVISER)
    invitation = services.invite(cast.anna, by=cast.omar, programme_id=cast.other_programme.pk)
    client = client_of(cast.anna)
    assert client.get(link(invitation)).status_code == 200 and state(invitation) == "open"
    assert client.post(link(invitation)).status_code == 302 and state(invitation) == "accepted"


def test_the_button_pressed_too_often_sends_no_more_codes(nele, invitation):
    for _time in range(8):
        assert Client().post(link(invitation)).status_code == 302
    assert OutgoingMail.objects.filter(kind="login-code").count() < 8


def test_an_existing_persons_name_stays_their_own(cast):
    same = services.person_at("ANNA@ilias.example", by=cast.omar, first_name="Other", last_name="Name", language="en")
    assert same == cast.anna and same.first_name == "Anna" and same.language == "nl"
