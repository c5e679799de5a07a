"""A mail server that behaves as it likes: each letter ends in the state that docs/operations.md names, and holds up no other."""

import datetime
import email
import threading
import time
from email.policy import default as modern

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings as django_settings
from django.db import connection, transaction
from django.utils import timezone

from core import letters
from core.letters import Attachment, Letter
from outbox import delivery, services
from outbox.models import OutgoingMail
from tests.outbox.smtp import serving

State = OutgoingMail.State
USUAL_TIMEOUT = django_settings.EMAIL_TIMEOUT
# first part of the address: (script, state, what the row says)
SCRIPTS = {
    "full421": ("rcpt 421", State.RETRY, "SMTPRecipientsRefused 421"),
    "limit432": ("rcpt 432", State.RETRY, "SMTPRecipientsRefused 432"),
    "grey450": ("rcpt 450", State.RETRY, "SMTPRecipientsRefused 450"),
    "local451": ("data 451", State.RETRY, "SMTPDataError 451"),
    "full452": ("rcpt 452", State.RETRY, "SMTPRecipientsRefused 452"),
    "nobody550": ("rcpt 550", State.FAILED, "SMTPRecipientsRefused 550"),
    "never554": ("data 554", State.FAILED, "SMTPDataError 554"),
    "stall": ("stall", State.RETRY, "SMTPServerDisconnected"),
    "cut": ("cut", State.RETRY, "SMTPServerDisconnected"),
}


@pytest.fixture
def note(db, settings):
    settings.LETTERS_ON_SCREEN, settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = False, "127.0.0.1", 3
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    said = {"letter": lambda mail: Letter(to=mail.address, subject="S", text="T", html="<p>T</p>")}
    letters.declare("test-script", lambda mail: said["letter"](mail), title="Test")
    yield said
    del letters._kinds["test-script"]


def deliver(server, settings, *names: str) -> None:
    settings.EMAIL_PORT = server.port
    now = timezone.now() - datetime.timedelta(minutes=1)
    for number, name in enumerate(names):
        when = now + datetime.timedelta(seconds=number)
        services.queue("test-script", key=f"s:{name}", address=name if "@" in name else f"{name}@x.example", not_before=when)
    services.deliver_all()


def test_every_script_ends_in_its_state_and_the_letters_between_go_out(note, settings):
    names = [name for number, script in enumerate(SCRIPTS) for name in (script, f"good{number}")]
    with serving({name: script[0] for name, script in SCRIPTS.items()}) as server:
        server.stall = settings.EMAIL_TIMEOUT + 30
        deliver(server, settings, *names)
        found = {m.address.partition("@")[0]: (m.state, m.problem) for m in OutgoingMail.objects.all()}
        assert {name: found[name] for name in SCRIPTS} == {name: script[1:] for name, script in SCRIPTS.items()}
        assert {found[name] for name in names if name.startswith("good")} == {(State.SENT, "")}
        assert len(server.taken) == len(SCRIPTS)
        retried = [m for m in OutgoingMail.objects.filter(state=State.RETRY) if m.attempts == 1 and m.not_before > timezone.now()]
        assert len(retried) == 7


@pytest.mark.long
def test_a_server_that_stalls_longer_than_anybody_waits_holds_up_the_other_letters_for_thirty_seconds(note, settings):
    settings.EMAIL_TIMEOUT = USUAL_TIMEOUT
    with serving({"stall": "stall"}) as server:
        server.stall, begun = 2 * USUAL_TIMEOUT, time.monotonic()
        deliver(server, settings, "before", "stall", "after")
        assert USUAL_TIMEOUT <= time.monotonic() - begun < 2 * USUAL_TIMEOUT
        found = {m.address.partition("@")[0]: (m.state, m.problem, m.attempts) for m in OutgoingMail.objects.all()}
    assert found.pop("stall") == (State.RETRY, "SMTPServerDisconnected", 1)
    assert set(found.values()) == {(State.SENT, "", 0)} and len(found) == len(server.taken) == 2


def test_a_server_that_answers_a_byte_at_a_time_is_left_before_the_lease_ends(note, settings):
    settings.OUTBOX_LEASE_SECONDS = 4
    with serving({"drip": "drip"}) as server:
        deliver(server, settings, "before", "drip", "after")  # for ever, if nobody left it
    found = {m.address.partition("@")[0]: (m.state, m.problem) for m in OutgoingMail.objects.all()}
    assert found == {"before": (State.SENT, ""), "drip": (State.RETRY, "SMTPServerDisconnected"), "after": (State.SENT, "")}


def test_nobody_else_takes_letters_of_a_sender_whose_server_is_slower_than_the_lease(transactional_db, note, settings):
    """Ten letters of half a second each, under a lease of three seconds."""
    names, settings.OUTBOX_LEASE_SECONDS = [f"late{number}" for number in range(10)], 3
    settings.EMAIL_TIMEOUT = 10
    with serving(dict.fromkeys(names, "late")) as server:
        settings.EMAIL_PORT = server.port
        with transaction.atomic():
            for name in names:
                services.queue("test-script", key=f"s:{name}", address=f"{name}@x.example")
            connection.run_on_commit.clear()  # nobody is poked: the worker of another test does not know this kind of letter
        sender = threading.Thread(target=_send_and_close)
        sender.start()
        taken = []
        while sender.is_alive():
            if server.taken:
                taken += delivery.claim(timezone.now(), sender="on another machine")
            time.sleep(0.1)
        sender.join()
    assert not taken and set(server.taken.values()) == {1} and len(server.taken) == 10
    assert set(OutgoingMail.objects.values_list("state", "attempts")) == {(State.SENT, 0)}


def _send_and_close() -> None:
    try:
        services.deliver_all()
    finally:
        connection.close()


def test_after_three_broken_dialogues_the_rest_waits_for_another_moment(note, settings):
    with serving(dict.fromkeys(("a", "b", "c"), "cut")) as server:
        deliver(server, settings, "a", "b", "c", "d")
        assert set(OutgoingMail.objects.values_list("state", "attempts")) == {(State.RETRY, 1)} and not server.taken


def test_a_server_that_closes_at_the_greeting_blames_no_letter(note, settings):
    with serving() as server:
        server.greeting = "421 too busy"
        deliver(server, settings, "a", "b")
        assert set(OutgoingMail.objects.values_list("state", "problem")) == {(State.RETRY, "SMTPConnectError 421")}


def test_a_bad_certificate_gets_no_letter(note, settings, tmp_path):
    path = tmp_path / "self-signed.pem"
    _write_certificate(path)
    settings.EMAIL_USE_SSL = True
    with serving(certificate=str(path)) as server:
        deliver(server, settings, "a")
        assert not server.taken
    assert list(OutgoingMail.objects.values_list("state", "problem")) == [(State.RETRY, "SSLCertVerificationError")]


def _write_certificate(path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, *form)
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))


def test_names_beyond_ascii_arrive_whole(note, settings):
    """In subject, sender, file name, text and the domain of an address; a long line and a dot alone on a line too."""
    settings.DEFAULT_FROM_EMAIL = "Begeleiding Zoë 儿童 <traject@x.example>"
    subject = "Volgende week: “inclusief leiderschap” – één vraag 🌱 " * 4
    text = "Dag Zoë,\n.\n..\n儿童 " + "lang " * 400 + "\n"
    note["letter"] = lambda mail: Letter(
        to=mail.address, subject=subject, text=text, html="<p>Zoë</p>",
        attachments=(Attachment("verslag één.pdf", b"%PDF-\n\xff", "application/pdf"),),
    )  # fmt: skip
    with serving() as server:
        deliver(server, settings, "a@zoë.example")
        [(address, content)] = server.letters
    assert address == "a@xn--zo-ija.example" and max(map(len, content.splitlines())) <= 998
    message = email.message_from_bytes(content, policy=modern)
    assert message["Subject"] == subject.strip() and message["From"].addresses[0].display_name == "Begeleiding Zoë 儿童"
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n").replace("\n..", "\n.", 1).startswith("Dag Zoë,\n.\n")
    [file] = message.iter_attachments()
    assert file.get_filename() == "verslag één.pdf" and file.get_content() == b"%PDF-\n\xff"


def test_a_header_with_a_line_break_is_never_sent(note, settings):
    note["letter"] = lambda mail: Letter(to=mail.address, subject="S", text="T", reply_to="a@x.example\nBcc: b@x.example")
    with serving() as server:
        deliver(server, settings, "a")
        assert not server.taken
    assert OutgoingMail.objects.get().state == State.RETRY


def test_without_redis_letters_go_out_with_the_next_tick(note, settings, monkeypatch):
    """The poke is lost, the tick delivers; `manage.py tick` needs no worker at all."""
    from django.core.management import call_command

    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1/0"
    with serving() as server:
        settings.EMAIL_PORT = server.port
        services.queue("test-script", key="s:a", address="a@x.example")
        call_command("tick")
        assert len(server.taken) == 1
