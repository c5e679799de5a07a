"""Letters to a real mail server: once each, tried again when it is away, final when it refuses, never held up by one another."""

import datetime
import smtplib
import threading

import pytest
import time_machine
from django.db import connection, transaction
from django.utils import timezone

from core import letters
from core.letters import Attachment, Letter
from outbox import delivery, journal, postman, services
from outbox.models import OutgoingMail

State = OutgoingMail.State


@pytest.fixture
def notes():
    """A kind of letter of the tests' own; what it says can be changed."""
    said = {"letter": lambda mail: Letter(to=mail.address, subject="Een\nbericht", text="Dag", html="<p>Dag</p>")}
    letters.declare("test-note", lambda mail: said["letter"](mail), title="Test")
    yield said
    del letters._kinds["test-note"]


def write(*names: str, **fields) -> None:
    for name in names:
        services.queue("test-note", key=f"note:{name}", address=f"{name}@x.example", **fields)


def states() -> dict[str, str]:
    return {mail.address.partition("@")[0]: mail.state for mail in OutgoingMail.objects.all()}


def test_a_key_is_written_and_sent_once(db, notes, smtp_sink):
    assert services.queue("test-note", key="note:a", address="a@x.example") is True
    assert services.queue("test-note", key="note:a", address="a@x.example") is False
    assert services.deliver_all() == 1 and services.deliver_all() == 0
    [message] = smtp_sink.to("a@x.example")
    assert message["Subject"] == "Een bericht" and message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == OutgoingMail.objects.get().message_id
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_calendar_invitation_is_an_alternative_and_an_attachment(db, notes, smtp_sink):
    ics = b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    notes["letter"] = lambda mail: Letter(
        to=mail.address, subject="S", text="T", html="<p>T</p>", calendar=ics, calendar_method="REQUEST",
        attachments=(Attachment("verslag.pdf", b"%PDF-", "application/pdf"),),
    )  # fmt: skip
    write("a")
    services.deliver_all()
    kinds = [part["Content-Type"] for part in smtp_sink.messages[0].walk() if not part.is_multipart()]
    assert any(
        kind.startswith("text/calendar") and 'method="REQUEST"' in kind.replace("method=REQUEST", 'method="REQUEST"')
        for kind in kinds
    )
    assert any(kind.startswith("application/ics") for kind in kinds) and any("application/pdf" in kind for kind in kinds)


@pytest.mark.parametrize(("answer", "state"), [("451 later", State.RETRY), ("554 never", State.FAILED)])
def test_a_refused_letter_is_tried_again_or_given_up_as_the_server_says(db, notes, smtp_sink, answer, state):
    write("a")
    smtp_sink.answer = answer
    services.deliver_all()
    assert states() == {"a": state}
    smtp_sink.answer = ""
    assert services.deliver_all() == 0  # not before its time
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=61), tick=False):
        services.deliver_all()
    assert len(smtp_sink.messages) == (1 if state == State.RETRY else 0)


def test_one_refused_address_holds_up_no_other(db, notes, smtp_sink, monkeypatch):
    async def refuse_b(server, session, envelope, address, options):
        if address.startswith("b@"):
            return "550 unknown here"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    monkeypatch.setattr(type(smtp_sink), "handle_RCPT", staticmethod(refuse_b), raising=False)
    write("a", "b", "c")
    assert services.deliver_all() == 3
    assert states() == {"a": State.SENT, "b": State.FAILED, "c": State.SENT}
    assert OutgoingMail.objects.get(address="b@x.example").problem == "SMTPRecipientsRefused 550"
    assert {message["X-Envelope-To"] for message in smtp_sink.messages} == {"a@x.example", "c@x.example"}


def test_a_letter_that_cannot_be_made_holds_up_no_other(db, notes, smtp_sink):
    def fails_for_b(mail):
        if mail.address.startswith("b@"):
            raise ValueError(mail.address)
        return Letter(to=mail.address, subject="S", text="T")

    notes["letter"] = fails_for_b
    write("a", "b", "c")
    services.deliver_all()
    assert states() == {"a": State.SENT, "b": State.RETRY, "c": State.SENT}
    assert OutgoingMail.objects.get(address="b@x.example").problem == "ValueError"


@pytest.mark.parametrize(("reason", "state"), [(letters.Obsolete, State.OBSOLETE), (letters.TooLate, State.TOO_LATE)])
def test_a_letter_is_asked_once_more_whether_it_may_go(db, notes, smtp_sink, reason, state):
    def no_longer(mail):
        raise reason

    notes["letter"] = no_longer
    write("a", payload={"secret": "x"})
    services.deliver_all()
    mail = OutgoingMail.objects.get()
    assert mail.state == state and mail.payload is None and smtp_sink.messages == []


def test_with_the_server_away_all_letters_wait_and_go_out_once_later(db, notes, smtp_sink, settings):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    write("a", "b", "c")
    services.deliver_all()
    assert set(states().values()) == {State.RETRY}
    settings.EMAIL_PORT = port
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=61), tick=False):
        services.deliver_all()
        services.deliver_all()
    assert set(states().values()) == {State.SENT} and len(smtp_sink.messages) == 3


def test_a_wrong_sign_in_at_the_server_costs_no_letter(db, notes, smtp_sink, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "u", "wrong"
    write("a", "b")
    services.deliver_all()
    assert set(states().values()) == {State.RETRY}


def test_a_server_that_refuses_our_sender_costs_no_letter(db, notes, smtp_sink, monkeypatch):
    async def refuse(server, session, envelope, address, options):
        return "550 not from you"

    monkeypatch.setattr(type(smtp_sink), "handle_MAIL", staticmethod(refuse), raising=False)
    write("a", "b")
    services.deliver_all()
    assert set(states().values()) == {State.RETRY}


def test_a_letter_is_given_up_after_two_days_of_trying(db, notes, smtp_sink):
    write("a", not_before=timezone.now() + datetime.timedelta(days=7))
    smtp_sink.answer = "451 later"
    first = OutgoingMail.objects.get().not_before
    while (mail := OutgoingMail.objects.get()).state in {State.QUEUED, State.RETRY}:
        with time_machine.travel(mail.not_before, tick=False):
            assert services.deliver_all() == 1
    assert mail.state == State.FAILED
    assert datetime.timedelta(hours=36) < mail.settled_at - first <= datetime.timedelta(hours=48)


def test_two_senders_never_take_the_same_letter(transactional_db, notes, smtp_sink):
    with transaction.atomic():
        write(*(f"p{number}" for number in range(60)))
        connection.run_on_commit.clear()  # nobody is poked: the worker of another test does not know this kind of letter
    senders = [threading.Thread(target=_send_and_close) for _sender in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    assert set(OutgoingMail.objects.values_list("state", "problem")) == {(State.SENT, "")}
    assert sorted(message["X-Envelope-To"] for message in smtp_sink.messages) == sorted(
        f"p{number}@x.example" for number in range(60)
    )


def _send_and_close() -> None:
    try:
        services.deliver_all()
    finally:
        connection.close()


def test_a_sender_that_lost_its_lease_leaves_the_letter_to_the_other(db, notes, smtp_sink, settings, monkeypatch):
    write("a", "b")

    def slow(mail):
        OutgoingMail.objects.exclude(pk=mail.pk).update(claimed_by="the other")
        return Letter(to=mail.address, subject="S", text="T")

    notes["letter"] = slow
    monkeypatch.setattr(delivery, "FRESH", 0.0)  # asks after each letter whether the rest is still its own
    services.deliver_all()
    assert len(smtp_sink.messages) == 1 and sorted(states().values()) == [State.SENDING, State.SENT]


def test_a_letter_of_a_sender_that_vanished_goes_out_when_its_lease_ends(db, notes, smtp_sink):
    write("a")
    delivery.claim(timezone.now(), sender="on another machine")
    assert services.deliver_all() == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=4), tick=False):
        assert services.deliver_all() == 1
    assert len(smtp_sink.messages) == 1


def test_a_killed_senders_letters_go_out_at_once_apart_from_what_it_had_handed_over(db, notes, smtp_sink):
    write("handed", "begun", "waiting")
    handed, begun, _waiting = delivery.claim(timezone.now(), sender="dead")
    (journal._folder() / "dead.log").write_text(f"B {handed.pk}\nH {handed.pk}\nB {begun.pk}\nB 12")
    services.deliver_all()
    assert set(states().values()) == {State.SENT} and not list(journal._folder().iterdir())
    assert {message["X-Envelope-To"] for message in smtp_sink.messages} == {f"{m.address}" for m in (begun, _waiting)}
    assert dict(OutgoingMail.objects.values_list("pk", "attempts")) == {handed.pk: 0, begun.pk: 1, _waiting.pk: 0}


def test_a_letter_that_ends_every_sender_is_in_doubt_in_the_end(db, notes, smtp_sink):
    write("a")
    [mail] = delivery.claim(timezone.now(), sender="dead")
    OutgoingMail.objects.update(attempts=delivery.GIVE_UP_AFTER - 1)
    (journal._folder() / "dead.log").write_text(f"B {mail.pk}\n")
    services.deliver_all()
    assert states() == {"a": State.IN_DOUBT} and smtp_sink.messages == []


def test_what_a_living_sender_is_handing_over_is_sent_by_nobody_else(db, notes, smtp_sink):
    write("a", "b")
    with journal.Journal() as book:
        first, second = delivery.claim(timezone.now(), sender=book.sender)
        book.begin(first.pk)
        book.handed_over(first.pk)
        book.begin(second.pk)
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=4), tick=False):
            services.deliver_all()
    assert smtp_sink.messages == [] and states() == {"a": State.SENT, "b": State.SENDING}


def test_a_stopped_letter_stays_and_one_that_went_cannot_be_stopped(cast, notes, smtp_sink):
    write("a", "b")
    services.stop(OutgoingMail.objects.get(key="note:a"), by=cast.tess.pk)
    services.deliver_all()
    assert states() == {"a": State.STOPPED, "b": State.SENT}
    with pytest.raises(services.DomainError):
        services.stop(OutgoingMail.objects.get(key="note:b"), by=cast.tess.pk)


def test_letters_of_one_subject_become_obsolete_together(db, notes, smtp_sink):
    write("a", "b")
    services.queue("test-note", key="other:c", address="c@x.example")
    assert services.make_obsolete(key_prefix="note:") == 2
    services.deliver_all()
    assert states() == {"a": State.OBSOLETE, "b": State.OBSOLETE, "c": State.SENT}


def test_settled_letters_are_forgotten_after_thirty_days_and_secrets_after_one(db, notes, smtp_sink):
    write("a", "b", payload={"code": "x"}, not_before=timezone.now() + datetime.timedelta(days=2))
    services.stop(OutgoingMail.objects.get(key="note:a"), by=None)
    services.sweep(timezone.now() + datetime.timedelta(days=1, minutes=1))
    assert not OutgoingMail.objects.exclude(payload=None).exists() and OutgoingMail.objects.count() == 2
    assert services.sweep(timezone.now() + datetime.timedelta(days=31)) == 1
    assert states() == {"b": State.QUEUED}


def test_the_code_of_a_refusal_is_read_from_every_kind_of_error():
    refused = postman.fault(smtplib.SMTPRecipientsRefused({"a": (450, b"later"), "b": (550, b"no")}))
    assert refused == {"problem": "SMTPRecipientsRefused 550", "final": True, "unclear": False}
    assert postman.fault(smtplib.SMTPDataError(451, b"x"))["problem"] == "SMTPDataError 451"
    assert postman.fault(OSError("a@x.example"))["problem"] == "OSError"
