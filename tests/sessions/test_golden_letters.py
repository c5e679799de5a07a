"""Whole messages as they leave, byte for byte: invitation, change, cancellation. `ILIAS_GOLDEN=write` renews the files; read the
difference before committing it. Each is read back by two parsers that know nothing of each other."""

import datetime
import email
import os
import re
import uuid
from email.policy import default as modern
from pathlib import Path

import icalendar
import pytest
import time_machine

from outbox.message import build
from outbox.models import OutgoingMail
from sessions import mails
from sessions.models import Attendance, Meeting, MeetingChange
from tests.cast import make_cast
from tests.sessions.calendar_reader import read

GOLDEN = Path(__file__).parent / "golden"
UTC = datetime.UTC
NOW = datetime.datetime(2026, 1, 5, 12, tzinfo=UTC)
RENDER = {"invite": mails.invite, "change": mails.change, "cancel": mails.cancel}
METHODS = {"invite": "REQUEST", "change": "REQUEST", "cancel": "CANCEL"}


def fixed(number: int) -> uuid.UUID:
    return uuid.UUID(f"00000000-0000-4000-8000-{number:012d}")


@pytest.fixture
def frozen(db):
    """The cast in January 2026, and a session on the day after the clock went forward."""
    with time_machine.travel(NOW, tick=False):
        cast = make_cast()
        cast.anna.language, cast.anna.alarm_minutes = "en", 60
        cast.anna.save()
        meeting = Meeting.objects.create(
            id=fixed(1), programme=cast.programme, kind="network", network=cast.network, state="planned",
            title="Kijken, luisteren; doen: één “vraag”", mode="hybrid", place="Zaal De Boot, Gent", link="https://meet.example/x",
            starts_at=datetime.datetime(2026, 3, 30, 7, tzinfo=UTC), ends_at=datetime.datetime(2026, 3, 30, 10, tzinfo=UTC),
            created_by=cast.hilde.pk, aim="Elkaars praktijk zien",
        )  # fmt: skip
        Attendance.objects.create(id=fixed(2), meeting=meeting, user=cast.anna, seat=cast.anna.seats.get())
        yield cast, meeting


def written(kind: str, cast, meeting: Meeting) -> bytes:
    """The message, with its boundaries numbered: they are the only thing in it that chance decides."""
    key = f"meeting:{meeting.pk}:v{meeting.sequence}:{kind}:{cast.anna.pk}"
    mail = OutgoingMail.objects.create(
        id=fixed(3), key=key, kind=f"meeting-{kind}", recipient_id=cast.anna.pk, subject_id=meeting.pk,
        programme_id=meeting.programme_id,
    )  # fmt: skip
    text = build(mail, RENDER[kind](mail)).content
    for number, boundary in enumerate(dict.fromkeys(re.findall(rb'boundary="([^"]+)"', text)), 1):
        text = text.replace(boundary, b"=====boundary-%d=====" % number)
    return re.sub(rb"(?<=>)(?:\r\n[ \t]*)+(?=<)", b"\r\n", text)  # empty lines between tags are of no account


def moved(meeting: Meeting) -> None:
    """From live to digital and an hour later, for a reason."""
    before = f"{meeting.starts_at.isoformat()}/{meeting.ends_at.isoformat()}"
    meeting.starts_at, meeting.ends_at = (at + datetime.timedelta(hours=1) for at in (meeting.starts_at, meeting.ends_at))
    meeting.mode, meeting.sequence = "online", 1
    meeting.save()
    after = f"{meeting.starts_at.isoformat()}/{meeting.ends_at.isoformat()}"
    for number, (what, old, new) in enumerate([("time", before, after), ("mode", "hybrid", "online")]):
        MeetingChange.objects.create(
            id=fixed(10 + number), meeting=meeting, sequence=1, what=what, before=old, after=new, reason="Treinstaking",
            at=NOW + datetime.timedelta(seconds=number),
        )  # fmt: skip


def cancelled(meeting: Meeting) -> None:
    meeting.state, meeting.state_reason, meeting.sequence = "cancelled", "Te weinig mensen", 2
    meeting.save()


@pytest.mark.parametrize("kind", ["invite", "change", "cancel"])
def test_the_message_is_the_golden_one_and_two_parsers_read_the_same_in_it(frozen, kind):
    cast, meeting = frozen
    {"invite": lambda _meeting: None, "change": moved, "cancel": cancelled}[kind](meeting)
    text = written(kind, cast, meeting)
    path = GOLDEN / f"{kind}.eml"
    if os.environ.get("ILIAS_GOLDEN") == "write":
        path.write_bytes(text)
    assert text == path.read_bytes()
    message = email.message_from_bytes(text, policy=modern)
    assert message["To"] == "anna@ilias.example"
    people = re.findall(r"[\w.]+@ilias\.example", text.decode())
    assert set(people) <= {"anna@ilias.example", "hilde@ilias.example", "traject@ilias.example", "team@ilias.example"}
    inline = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    attached = [part for part in message.walk() if part.get_filename() == "invitation.ics"]
    assert (len(inline), len(attached)) == (1, 1)
    assert inline[0].get_param("method") == METHODS[kind]
    bodies = [inline[0].get_payload(decode=True), attached[0].get_payload(decode=True)]
    assert bodies[0].split() == bodies[1].split()
    ours, theirs = read(bodies[1].decode()), icalendar.Calendar.from_ical(bodies[1])
    event, other = ours["VEVENT"], theirs.walk("VEVENT")[0]
    assert ours["METHOD"] == str(theirs["method"]) == METHODS[kind]
    assert event["UID"] == str(other["uid"]) == f"{fixed(1)}@ilias-traject"
    assert int(event["SEQUENCE"]) == int(other["sequence"]) == meeting.sequence
    assert event["SUMMARY"] == str(other["summary"]) == meeting.title
    assert event["STATUS"] == str(other["status"]) == ("CANCELLED" if kind == "cancel" else "CONFIRMED")
    assert event.attendees == [str(other["attendee"])] == ["mailto:anna@ilias.example"]
    assert other["dtstart"].dt.astimezone(UTC) == meeting.starts_at
    assert event["DTSTART"] == f"{meeting.local_start:%Y%m%dT%H%M%S}"
    alarms = [kind for kind, _part in event.parts]
    assert alarms == (["VALARM"] if kind != "cancel" else [])
