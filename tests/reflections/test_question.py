"""One question about yesterday: once, at nine on the wall, to who was there. At most one letter a day about what was shared."""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from core import letters
from core.letters import Obsolete, TooLate
from ilias.timetable import tick
from outbox.models import OutgoingMail
from people.models import User
from reflections import services
from reflections.models import Prompt
from sessions.models import Attendance, Meeting
from tests.reflections.places import CANARY, coaching_moment, network_session, text_by_anna
from trajectories import services as trajectories
from trajectories.models import Seat

BRUSSELS = ZoneInfo("Europe/Brussels")
Status, Reply = Attendance.Status, Attendance.Reply


def wall(year, month, day, hour, minute=0) -> datetime.datetime:
    return datetime.datetime(year, month, day, hour, minute, tzinfo=BRUSSELS)


def next_day(meeting: Meeting, hour: int, minute: int = 0, days: int = 1) -> datetime.datetime:
    day = meeting.local_end.date() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(hour, minute), tzinfo=meeting.zone)


def asked() -> set[str]:
    mails = OutgoingMail.objects.filter(kind="question-after")
    names = dict(User.objects.values_list("pk", "first_name"))
    return {names[mail.recipient_id] for mail in mails}


def letter(mail: OutgoingMail) -> letters.Letter:
    return letters.kind(mail.kind).render(mail)


def test_at_nine_on_the_wall_the_day_after_and_once(cast):
    meeting = network_session(cast)

    assert services.ask_the_question(now=next_day(meeting, 8, 59)) == 0
    assert services.ask_the_question(now=next_day(meeting, 9)) == 2
    assert services.ask_the_question(now=next_day(meeting, 9, 1)) == 0
    assert services.ask_the_question(now=next_day(meeting, 17)) == 0

    assert asked() == {"Anna", "Bram"}
    assert set(OutgoingMail.objects.filter(kind="question-after").values_list("key", flat=True)) == {
        f"reflection:{meeting.pk}:question:{person.pk}" for person in (cast.anna, cast.bram)
    }


@pytest.mark.parametrize(
    ("ends", "utc"),
    [
        (wall(2026, 3, 27, 12), datetime.datetime(2026, 3, 28, 8, tzinfo=datetime.UTC)),
        (wall(2026, 3, 28, 12), datetime.datetime(2026, 3, 29, 7, tzinfo=datetime.UTC)),  # summer time began in the night
        (wall(2026, 10, 24, 22), datetime.datetime(2026, 10, 25, 8, tzinfo=datetime.UTC)),  # and ended
    ],
)
def test_nine_is_nine_when_the_clock_changes(cast, ends, utc):
    network_session(cast, starts_at=ends - datetime.timedelta(hours=3), ends_at=ends)
    with time_machine.travel(utc, tick=False):
        assert services.ask_the_question(now=utc - datetime.timedelta(seconds=1)) == 0
        assert services.ask_the_question(now=utc) == 2


def test_what_is_a_day_late_stays_unasked(cast):
    meeting = network_session(cast)

    assert services.ask_the_question(now=next_day(meeting, 9, days=2)) == 0
    assert services.ask_the_question(now=next_day(meeting, 8, 59, days=2)) == 2


@pytest.mark.parametrize(
    ("place", "is_asked"),
    [
        ({"status": Status.ONSITE}, True),
        ({"status": Status.ONLINE}, True),
        ({"status": Status.EXCUSED}, False),
        ({"status": Status.ABSENT}, False),
        ({"reply": Reply.YES}, True),
        ({"reply": Reply.NO}, False),
        ({"reply": Reply.NO, "status": Status.ONSITE}, True),
        ({"is_invited": False}, False),
    ],
)
def test_who_was_not_there_is_left_in_peace(cast, place, is_asked):
    meeting = network_session(cast, state=Meeting.State.HELD)
    Attendance.objects.filter(user=cast.anna).update(**place)

    services.ask_the_question(now=next_day(meeting, 9))

    assert ("Anna" in asked()) is is_asked
    assert "Bram" in asked()


def test_only_leaders_of_the_meetings_own_pilot_are_asked(cast):
    meeting = coaching_moment(cast)
    for person in (cast.anna, cast.hilde, cast.tess, cast.zita, cast.els):
        Attendance.objects.create(meeting=meeting, user=person, status=Status.ONSITE)
    Attendance.objects.create(meeting=meeting, guest_name="Een gast", status=Status.ONSITE)

    services.ask_the_question(now=next_day(meeting, 9))

    assert asked() == {"Anna"}


@pytest.mark.parametrize("state", [Meeting.State.CANCELLED, Meeting.State.DRAFT])
def test_about_what_did_not_take_place_nothing_is_asked(cast, state):
    meeting = network_session(cast, state=state)

    assert services.ask_the_question(now=next_day(meeting, 9)) == 0


def test_who_has_written_already_is_not_asked(cast):
    meeting = network_session(cast)
    text_by_anna(cast, meeting=meeting)

    services.ask_the_question(now=next_day(meeting, 9))

    assert asked() == {"Bram"}


def test_the_letter_holds_the_coachs_question_and_one_link_to_it(cast):
    meeting = network_session(cast, question="Wie hoorde je het minst?")
    services.ask_the_question(now=next_day(meeting, 9))

    with time_machine.travel(next_day(meeting, 9, 5)):
        sent = letter(OutgoingMail.objects.get(kind="question-after", recipient_id=cast.anna.pk))

    assert (sent.to, sent.subject, sent.language) == (cast.anna.email, "Eén vraag over gisteren", "nl")
    for body in (sent.text, sent.html):
        assert "Wie hoorde je het minst?" in body
        assert f"/reflections/new/?meeting={meeting.pk}" in body
    assert sent.html.count("<a ") == 2 and sent.html.count("/outbox/fewer/") == 1, "the question, and fewer letters"


def test_the_letter_and_the_page_ask_the_same_in_the_readers_language(cast, client_of):
    meeting = network_session(cast)
    cast.bram.language = "en"
    cast.bram.save()
    services.ask_the_question(now=next_day(meeting, 9))

    with time_machine.travel(next_day(meeting, 9, 5)):
        sent = letter(OutgoingMail.objects.get(kind="question-after", recipient_id=cast.bram.pk))
        page = client_of(cast.bram).get(f"/reflections/new/?meeting={meeting.pk}")

    question = page.context["question"].prompt
    assert sent.subject == "One question about yesterday"
    assert question in Prompt.objects.filter(occasion="after_session")
    assert question.text_en in sent.text and question.text_en in page.content.decode()


@pytest.mark.parametrize("change", ["seat ended", "cancelled", "written", "excused", "moved on", "account closed"])
def test_asked_again_at_the_door_the_letter_stays_away_when_it_no_longer_holds(cast, change):
    meeting = network_session(cast)
    services.ask_the_question(now=next_day(meeting, 9))
    mail = OutgoingMail.objects.get(kind="question-after", recipient_id=cast.anna.pk)
    if change == "seat ended":
        seat = Seat.objects.leaders().living().get(user=cast.anna)
        trajectories.end_seat(seat, by=cast.tess, until=timezone.localdate() - datetime.timedelta(days=1))
    elif change == "cancelled":
        Meeting.objects.update(state=Meeting.State.CANCELLED)
    elif change == "written":
        text_by_anna(cast, meeting=meeting)
    elif change == "excused":
        Attendance.objects.update(status=Status.EXCUSED)
    elif change == "moved on":
        Meeting.objects.update(ends_at=meeting.ends_at + datetime.timedelta(days=30))
    else:
        type(cast.anna).objects.filter(pk=cast.anna.pk).update(is_active=False)

    with time_machine.travel(next_day(meeting, 9, 5)), pytest.raises(Obsolete):
        letter(mail)


def test_two_days_later_it_is_too_late_to_ask(cast):
    meeting = network_session(cast)
    services.ask_the_question(now=next_day(meeting, 9))
    mail = OutgoingMail.objects.get(kind="question-after", recipient_id=cast.anna.pk)

    with time_machine.travel(next_day(meeting, 10, days=2)):
        assert letter(mail).subject == "Eén vraag over ‘Sessie 3’"
    with time_machine.travel(next_day(meeting, 10, days=3)), pytest.raises(TooLate):
        letter(mail)


def test_two_ticks_send_it_once(cast):
    meeting = network_session(cast)

    done = [tick(next_day(meeting, 9, minute))["questions"] for minute in (0, 1, 2)]

    assert done == [2, 0, 0]
    assert OutgoingMail.objects.filter(kind="question-after").count() == 2


def test_the_tick_costs_little_on_a_day_without_meetings(cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):  # one, and the test's savepoint
        services.ask_the_question(now=timezone.now())


# -- what was shared --------------------------------------------------------------------------------------------------


def shared_mails(person) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(kind="reflection-shared", recipient_id=person.pk))


def test_a_reader_gets_one_letter_a_day_that_names_the_author_and_no_word(cast):
    with time_machine.travel(wall(2026, 5, 4, 10), tick=False) as clock:
        text_by_anna(cast, "coaches", text=f"Over de {CANARY}")
        clock.shift(datetime.timedelta(hours=3))
        services.write(by=cast.bram, pilot=cast.nest, text=CANARY, audiences=["coaches", "co-leader"])
        clock.move_to(wall(2026, 5, 4, 16, 1))
        [mail] = shared_mails(cast.hilde)
        sent = letter(mail)

    assert mail.not_before == wall(2026, 5, 4, 16)
    assert "Anna Claes" in sent.text and "Bram De Smet" in sent.text and "2 reflecties" in sent.text
    assert "/reflections/shared/" in sent.text
    assert CANARY not in sent.text + sent.html + sent.subject
    assert len(shared_mails(cast.anna)) == 1 and not shared_mails(cast.zita)


def test_what_is_shared_after_four_is_told_the_next_day(cast):
    with time_machine.travel(wall(2026, 5, 4, 16, 30), tick=False):
        text_by_anna(cast, "co-leader")

    assert shared_mails(cast.bram)[0].not_before == wall(2026, 5, 5, 16)


@pytest.mark.parametrize("change", ["withdrawn", "read", "erased"])
def test_the_letter_about_sharing_stays_away_when_there_is_nothing_left_to_read(cast, client_of, change):
    reflection = text_by_anna(cast, "co-leader")
    [mail] = shared_mails(cast.bram)
    assert f"/reflections/{reflection.pk}/" in letter(mail).text
    if change == "withdrawn":
        services.withdraw(reflection, by=cast.anna)
    elif change == "read":
        client_of(cast.bram).get(f"/reflections/{reflection.pk}/")
    else:
        services.erase(reflection, by=cast.anna)

    with pytest.raises(Obsolete):
        letter(mail)


def test_what_is_written_down_of_earlier_tells_nobody(cast):
    text_by_anna(cast, "coaches", at=timezone.now() - datetime.timedelta(days=30))

    assert not OutgoingMail.objects.filter(kind="reflection-shared").exists()
