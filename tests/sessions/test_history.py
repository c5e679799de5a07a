"""What was moved, by whom and why: kept, shown, and told as old → new also when the reminder has gone out already."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from outbox import services as outbox
from outbox.models import OutgoingMail
from sessions import services
from sessions.models import Meeting
from tests.sessions.test_meeting_pages import typed
from tests.sessions.test_planning import ahead, plan


@pytest.fixture
def session(cast) -> Meeting:
    return plan(cast.network, cast.hilde, days=30, mode="onsite", place="Zaal De Boot")


def test_from_live_to_digital_is_on_the_page_with_its_reason_and_who_did_it(cast, client_of, session):
    day = session.local_start.date().isoformat()
    changed = typed(day=day, mode="online", place="", link="https://meet.example/x", reason="Treinstaking", do="keep")
    assert client_of(cast.joris).post(reverse("sessions:edit", args=[session.pk]), changed).status_code == 302
    page = client_of(cast.hilde).get(reverse("sessions:meeting", args=[session.pk])).content.decode()
    for word in ("Treinstaking", "Joris Aerts", "Zaal De Boot"):
        assert word in page
    kept = {row.what: (row.before, row.after, row.reason, row.by) for row in session.changes.exclude(what="state")}
    assert kept["mode"] == ("onsite", "online", "Treinstaking", cast.joris.pk)
    assert kept["place"][:2] == ("Zaal De Boot", "")


def test_moved_after_the_reminder_went_out_is_one_mail_with_old_and_new_and_a_reminder_for_the_new_day(
    cast, settings, mailoutbox, session
):
    settings.LETTERS_ON_SCREEN = False
    outbox.deliver_all()
    day_before, old, new, end = ahead(29, 10), ahead(30), ahead(40), ahead(40, 12)
    reminding = [ahead(33, 9), ahead(33, 10), ahead(39, 9), ahead(39, 10)]
    with time_machine.travel(day_before, tick=False):
        outbox.deliver_all()
        mailoutbox.clear()
        services.change_meeting(session, by=cast.hilde, version=1, starts_at=new, ends_at=end, reason="Ziekte van de spreker")
        outbox.deliver_all()
        assert mailoutbox == []
    with time_machine.travel(day_before + datetime.timedelta(seconds=61), tick=False):
        outbox.deliver_all()
    to_anna = [message for message in mailoutbox if message.to == ["anna@ilias.example"]]
    assert len(to_anna) == 1
    for day in (old, new):
        assert f" {day.day} " in to_anna[0].body and str(day.year) in to_anna[0].body
    assert "Ziekte van de spreker" in to_anna[0].body
    mailoutbox.clear()
    for moment in reminding:
        with time_machine.travel(moment, tick=False):
            outbox.deliver_all()
    assert len([message for message in mailoutbox if message.to == ["anna@ilias.example"]]) == 2


def test_moved_and_then_cancelled_within_a_minute_is_one_mail(cast, settings, mailoutbox, session):
    settings.LETTERS_ON_SCREEN = False
    outbox.deliver_all()
    mailoutbox.clear()
    moved = services.change_meeting(session, by=cast.hilde, version=1, starts_at=ahead(31), ends_at=ahead(31, 12))
    services.cancel_meeting(moved, by=cast.hilde, version=2, reason="Te weinig mensen")
    with time_machine.travel(ahead(29, 10), tick=False):
        outbox.deliver_all()
    to_anna = [message for message in mailoutbox if message.to == ["anna@ilias.example"]]
    assert len(to_anna) == 1 and "Te weinig mensen" in to_anna[0].body
    assert not OutgoingMail.objects.about(session.pk).waiting().exists()


@pytest.mark.parametrize(("mode", "reply"), [("online", "yes"), ("onsite", "")])
def test_who_would_come_online_is_asked_again_where_online_is_no_answer_any_more(cast, session, mode, reply):
    hybrid = services.change_meeting(session, by=cast.hilde, version=1, mode="hybrid", link="https://meet.example/x")
    place = hybrid.attendances.select_related("meeting").get(user=cast.anna)
    services.answer(place, reply="online", by=cast.anna.pk)
    services.change_meeting(hybrid, by=cast.hilde, version=2, mode=mode)
    place.refresh_from_db()
    assert place.reply == reply


def test_every_change_of_time_place_or_status_raises_the_sequence_and_words_do_not(cast, session):
    steps = [
        ({"title": "Anders"}, 0),
        ({"starts_at": ahead(31), "ends_at": ahead(31, 12)}, 1),
        ({"ends_at": ahead(31, 13)}, 2),
        ({"place": "Gent"}, 3),
        ({"aim": "Iets"}, 3),
        ({"mode": "online"}, 4),
        ({"link": "https://meet.example/y"}, 5),
        ({"place": "Gent"}, 5),
    ]
    for fields, sequence in steps:
        session = services.change_meeting(session, by=cast.hilde, version=session.version, **fields)
        assert session.sequence == sequence, fields
    assert services.cancel_meeting(session, by=cast.hilde, version=session.version, reason="x").sequence == 6
