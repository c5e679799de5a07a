"""The letters about meetings as they leave: MIME, calendar, language, and whether they may still go."""

import datetime
import email
from email.policy import default as modern

import pytest
import time_machine
from django.utils import dateformat, timezone, translation

from core.letters import Obsolete, TooLate
from outbox import services as outbox
from outbox.message import build
from outbox.models import OutgoingMail
from sessions import mails, services
from sessions.models import Meeting
from tests.sessions.calendar_reader import read
from tests.sessions.test_planning import ahead, letters, plan, sent

State = OutgoingMail.State


def letter_of(meeting, user, kind):
    return next(mail for mail in letters(meeting, kind=kind) if mail.recipient_id == user.pk)


RENDER = {
    "meeting-invite": mails.invite,
    "meeting-change": mails.change,
    "meeting-cancel": mails.cancel,
    "reminder-7d": mails.remind,
    "reminder-1d": mails.remind,
}


def message_of(mail):
    return email.message_from_bytes(build(mail, RENDER[mail.kind](mail)).message().as_bytes(), policy=modern)


def calendars(message):
    return [part for part in message.walk() if part.get_content_type() == "text/calendar"]


@pytest.fixture
def session(cast):
    return plan(
        cast.network, cast.hilde, days=30, mode="hybrid", place="Zaal De Boot, Gent", link="https://meet.example/x", aim="Kijken"
    )


def test_an_invitation_is_one_mail_to_one_person_with_the_method_in_header_and_body_alike(cast, session):
    message = message_of(letter_of(session, cast.anna, "meeting-invite"))
    (part,) = calendars(message)
    assert message["To"] == "anna@ilias.example"
    assert part.get_param("method") == "REQUEST"
    assert part.get_all("Content-Type")[0].count("charset") == 1
    attachment = next(part for part in message.walk() if part.get_filename() == "invitation.ics")
    calendar = read(part.get_content())
    assert read(attachment.get_content().decode())["METHOD"] == calendar["METHOD"] == "REQUEST"
    event = calendar["VEVENT"]
    assert event["UID"] == f"{session.pk}@ilias-traject"
    assert event["SEQUENCE"] == "0"
    assert event["SUMMARY"] == "Samen kijken"
    assert event.attendees == ["mailto:anna@ilias.example"]
    assert event.parameters["ATTENDEE"]["RSVP"] == "FALSE"
    assert event["ORGANIZER"] == "mailto:traject@ilias.example"
    assert event.parameters["DTSTART"] == {"TZID": "Europe/Brussels"}
    assert event["DTSTART"] == f"{session.local_start:%Y%m%dT%H%M%S}"
    assert "bram@" not in message.as_string()
    assert message["Reply-To"] == "hilde@ilias.example"


def test_each_reader_gets_their_own_language_and_their_own_link(cast, session):
    cast.anna.language = "en"
    cast.anna.save()
    in_english = mails.invite(letter_of(session, cast.anna, "meeting-invite"))
    in_dutch = mails.invite(letter_of(session, cast.bram, "meeting-invite"))
    assert (in_english.language, in_dutch.language) == ("en", "nl")
    assert "You are invited" in in_english.text
    assert in_english.text != in_dutch.text
    links = [next(line for line in letter.text.splitlines() if "/sessions/reply/" in line) for letter in (in_english, in_dutch)]
    assert links[0] != links[1]


def test_a_coaching_moment_has_a_neutral_title_in_mail_and_calendar(cast):
    moment = plan(cast.nest, cast.hilde)
    Meeting.objects.filter(pk=moment.pk).update(title="Ruzie in het team", aim="Het conflict met Els")
    letter = mails.invite(letter_of(moment, cast.anna, "meeting-invite"))
    everything = letter.subject + letter.text + letter.html + letter.calendar.decode()
    assert "Ruzie" not in everything
    assert "conflict" not in everything


def test_a_change_tells_old_and_new_once_for_all_changes_since_the_last_letter(cast, session):
    sent(session, "meeting-invite")
    before = session.local_start
    moved = services.change_meeting(
        session, by=cast.hilde, version=1, starts_at=ahead(31), ends_at=ahead(31, 12), reason="Staking"
    )
    moved = services.change_meeting(moved, by=cast.hilde, version=2, starts_at=ahead(33), ends_at=ahead(33, 12), place="Brugge")
    letter = mails.change(letter_of(moved, cast.anna, "meeting-change"))
    with translation.override("nl"):
        old, between, new = (dateformat.format(day, "j F Y") for day in (before, ahead(31), ahead(33)))
    assert old in letter.text
    assert new in letter.text
    assert between not in letter.text
    assert "Zaal De Boot, Gent" in letter.text
    assert "Brugge" in letter.text
    assert "Staking" in letter.text
    event = read(letter.calendar.decode())["VEVENT"]
    assert (event["SEQUENCE"], event["STATUS"]) == ("2", "CONFIRMED")
    sent(moved, "meeting-change")
    third = services.change_meeting(moved, by=cast.hilde, version=3, place="Aalst")
    last = mails.change(letter_of(third, cast.anna, "meeting-change"))
    assert "Brugge" in last.text
    assert "Zaal De Boot" not in last.text
    assert old not in last.text


def test_moved_and_moved_back_is_not_told(cast, session):
    sent(session, "meeting-invite")
    moved = services.change_meeting(session, by=cast.hilde, version=1, place="Brugge")
    back = services.change_meeting(moved, by=cast.hilde, version=2, place="Zaal De Boot, Gent")
    with pytest.raises(Obsolete):
        mails.change(letter_of(back, cast.anna, "meeting-change"))


def test_a_cancellation_takes_the_same_event_away(cast, session):
    sent(session, "meeting-invite")
    gone = services.cancel_meeting(session, by=cast.hilde, version=1, reason="Te weinig mensen")
    message = message_of(letter_of(gone, cast.anna, "meeting-cancel"))
    (part,) = calendars(message)
    calendar = read(part.get_content())
    assert part.get_param("method") == calendar["METHOD"] == "CANCEL"
    event = calendar["VEVENT"]
    assert (event["UID"], event["SEQUENCE"], event["STATUS"]) == (f"{session.pk}@ilias-traject", "1", "CANCELLED")
    assert event.attendees == ["mailto:anna@ilias.example"]
    assert "Te weinig mensen" in message.get_body(("plain",)).get_content()


def test_a_letter_about_what_no_longer_holds_does_not_go(cast, session):
    invitation = letter_of(session, cast.anna, "meeting-invite")
    reminder = letter_of(session, cast.anna, "reminder-7d")
    Meeting.objects.filter(pk=session.pk).update(sequence=1)
    with pytest.raises(Obsolete):
        mails.invite(invitation)
    Meeting.objects.filter(pk=session.pk).update(sequence=0, state=Meeting.State.CANCELLED)
    with pytest.raises(Obsolete):
        mails.remind(reminder)
    Meeting.objects.filter(pk=session.pk).update(state=Meeting.State.PLANNED)
    assert mails.remind(reminder).to == "anna@ilias.example"
    session.attendances.filter(user=cast.anna).update(reply="no")
    with pytest.raises(Obsolete):
        mails.remind(reminder)
    session.attendances.filter(user=cast.anna).update(reply="", is_invited=False)
    with pytest.raises(Obsolete):
        mails.remind(reminder)
    session.attendances.filter(user=cast.anna).update(is_invited=True)
    cast.anna.seats.update(until=timezone.localdate() + datetime.timedelta(days=5))
    with pytest.raises(Obsolete):
        mails.remind(reminder)
    cast.anna.seats.update(until=None)
    with time_machine.travel(session.starts_at + datetime.timedelta(minutes=1), tick=False), pytest.raises(TooLate):
        mails.remind(reminder)


@pytest.mark.parametrize(("days", "word"), [(7, "In a week"), (1, "Tomorrow"), (0, "Today"), (3, "In 3 days")])
def test_a_reminder_says_how_far_away_it_is_also_when_it_had_to_wait(cast, session, days, word):
    cast.anna.language = "en"
    cast.anna.save()
    with time_machine.travel(session.starts_at - datetime.timedelta(days=days, hours=1), tick=False):
        letter = mails.remind(letter_of(session, cast.anna, "reminder-7d"))
    assert letter.subject.startswith(word)
    assert letter.calendar == b""


def test_everybody_gets_one_mail_and_quick_changes_are_one_mail_too(cast, session, settings, mailoutbox):
    settings.LETTERS_ON_SCREEN = False
    outbox.deliver_all()
    assert sorted(message.to[0] for message in mailoutbox) == sorted(
        f"{name}@ilias.example" for name in ("anna", "bram", "zita", "yusuf", "hilde", "joris")
    )
    mailoutbox.clear()
    moved = services.change_meeting(session, by=cast.hilde, version=1, place="Brugge")
    services.change_meeting(moved, by=cast.hilde, version=2, place="Aalst")
    outbox.deliver_all()
    assert mailoutbox == []
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=61), tick=False):
        outbox.deliver_all()
        outbox.deliver_all()
    assert len(mailoutbox) == 6
    assert all("Aalst" in message.body and "Brugge" not in message.body for message in mailoutbox)
    assert {
        mail.state for mail in OutgoingMail.objects.about(session.pk).filter(kind="meeting-change", key__contains=":v1:")
    } == {"obsolete"}
