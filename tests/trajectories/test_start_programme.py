"""An empty installation gets its first programme by one command, and its first project member comes in by the letter."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from outbox import services as outbox
from outbox.models import OutgoingMail
from people.models import User
from trajectories.models import Programme, Seat

pytestmark = pytest.mark.django_db


def start(*arguments: str) -> str:
    out = io.StringIO()
    call_command("start_programme", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_member_reads_the_letter_on_screen_and_comes_in(settings):
    settings.LETTERS_ON_SCREEN, settings.DEMO = True, True
    told = start("Nieuw traject", "--email", "Nele@vbjk.example", "--first-name", "Nele", "--last-name", "D’Hondt")
    screen = re.search(rf"{settings.SITE_URL}(/outbox/screen/\S+)", told)[1]
    client = Client()
    link = re.search(r"/people/invitation/[^\"\s<]+/", client.get(screen).content.decode())[0]
    assert "Nieuw traject" in client.get(link).content.decode()
    client.post(link)
    code = outbox.payload_of(OutgoingMail.objects.get(kind="login-code"))["code"]
    client.post("/accounts/login/code/confirm/", {"code": code})
    client.post("/privacy/welcome/")
    programme, nele = Programme.objects.get(), User.objects.get()
    assert nele.email == "nele@vbjk.example" and nele.seats.get().role == Seat.Role.PROJECT
    assert client.get(f"/trajectories/{programme.pk}/setup/").status_code == 200
    assert client.get("/people/").status_code == 200


def test_with_a_mail_server_the_invitation_goes_by_mail(smtp_sink):
    assert "by mail" in start("Trajet", "--email", "nele@vbjk.example", "--language", "en")
    outbox.deliver_all()
    [mail] = smtp_sink.to("nele@vbjk.example")
    assert mail["Subject"] == "You are invited to Trajet" and mail["Reply-To"] == "nele@vbjk.example"


def test_two_programmes_of_one_name_have_addresses_of_their_own():
    start("Traject", "--email", "a@x.example")
    start("Traject", "--email", "b@x.example", "--from", "2030-05-01", "--until", "2031-04-30")
    assert set(Programme.objects.values_list("slug", flat=True)) == {"traject", "traject-2"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("", "--email", "a@x.example"),
        ("x" * 161, "--email", "a@x.example"),
        ("Traject", "--email", "nobody"),
        ("Traject",),
        ("Traject", "--email", "a@x.example", "--language", "xx"),
        ("Traject", "--email", "a@x.example", "--from", "2026-02-31"),
        ("Traject", "--email", "a@x.example", "--from", "2026-02-01", "--until", "2025-01-01"),
    ],
)
def test_a_fault_is_one_sentence_and_makes_nothing(arguments):
    with pytest.raises(CommandError):
        start(*arguments)
    assert not Programme.objects.exists() and not User.objects.exists()
