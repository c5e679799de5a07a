"""The attendance list: one form for everybody, closed by one person, checked by another."""

import datetime
import re

import pytest
import time_machine
from django.utils import timezone

from core.errors import DomainError
from core.models import AuditEntry
from people.models import User
from sessions import attendance, planning
from sessions.attendance import Line
from sessions.models import Attendance, Meeting
from tests.sessions.record import clock, coaching_moment, network_session

Status = Attendance.Status


def address(meeting: Meeting, tail: str = "attendance/") -> str:
    return f"/sessions/{meeting.pk}/{tail}"


def as_shown(client, meeting: Meeting) -> dict[str, str]:
    """What the browser would send if its user changed nothing: every control of the form as the page has it."""
    html = client.get(address(meeting)).content.decode()
    form = html[html.index('<form class="roll"') :]
    sent = {}
    for tag in re.findall(r"<input [^>]*>", form):
        value = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if value.get("type") not in {"radio", "checkbox"} or " checked" in tag:
            sent[value["name"]] = value.get("value", "on")
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', options)[1]
    return sent


def row_of(meeting: Meeting, user: User) -> Attendance:
    return meeting.attendances.get(user=user)


def prefix(meeting: Meeting, user: User) -> str:
    return f"p{row_of(meeting, user).pk.hex}"


def saved(meeting: Meeting, by: User, **lines: Line) -> None:
    """Note people by first name through the service."""
    rows = {row.user.first_name.lower(): row.pk for row in attendance.rows_of(meeting)}
    attendance.save_list(meeting, by=by, lines={rows[name]: line for name, line in lines.items()})


def test_everybody_stands_on_present_and_one_request_saves_what_was_different(cast, client_of):
    meeting, client = network_session(cast), client_of(cast.hilde)
    sent = as_shown(client, meeting)
    anna, bram, zita = (prefix(meeting, user) for user in (cast.anna, cast.bram, cast.zita))
    sent |= {f"{anna}-arrived": "09:20", f"{bram}-status": "online", f"{zita}-status": "excused", f"{zita}-remark": "Ziek kind"}

    answer = client.post(address(meeting), sent)

    assert answer.status_code == 302
    rows = {row.user.first_name: row for row in attendance.rows_of(meeting)}
    assert {name: row.status for name, row in rows.items()} == {
        "Joris": "onsite", "Anna": "onsite", "Yusuf": "onsite", "Bram": "online", "Hilde": "onsite", "Zita": "excused",
    }  # fmt: skip
    assert (rows["Yusuf"].minutes, rows["Anna"].minutes, rows["Zita"].minutes) == (195, 175, 0)
    assert rows["Anna"].late_minutes(meeting) == 20
    assert (rows["Zita"].arrived_at, rows["Zita"].remark) == (None, "Ziek kind")
    assert {row.recorded_by for row in rows.values()} == {cast.hilde.pk}
    assert {row.established for row in rows.values()} == {"coach"}


def test_who_said_no_or_online_starts_there(cast, client_of):
    meeting = network_session(cast)
    meeting.attendances.filter(user=cast.anna).update(reply="no")
    meeting.attendances.filter(user=cast.bram).update(reply="online")

    sent = as_shown(client_of(cast.hilde), meeting)

    assert sent[f"{prefix(meeting, cast.anna)}-status"] == "excused"
    assert sent[f"{prefix(meeting, cast.bram)}-status"] == "online"


@pytest.mark.parametrize(
    ("arrived", "left", "minutes"),
    [
        (None, None, 195),  # 210 minutes less a break of 15
        (datetime.time(10), None, 135),  # 150 of 210: more than half, so less the break
        (datetime.time(11), None, 90),  # less than half: the break is not theirs
        (datetime.time(9), datetime.time(10, 45), 90),  # exactly half
    ],
)
def test_minutes_are_the_overlap_less_the_break_for_who_stayed_half_of_it(cast, arrived, left, minutes):
    meeting = network_session(cast)

    saved(meeting, cast.hilde, anna=Line("onsite", arrived=arrived, left=left))

    assert row_of(meeting, cast.anna).minutes == minutes


@pytest.mark.parametrize(
    ("arrived", "left", "beside", "words"),
    [
        ("11:00", "10:00", "left", "lies before the time of arriving"),
        ("08:30", "12:30", "arrived", "from 9:00 to 12:30|from 09:00 to 12:30"),
        ("09:00", "13:00", "left", "Did it run late"),
        ("half tien", "12:30", "arrived", "valid time"),
        ("25:00", "12:30", "arrived", "valid time"),
    ],
)
def test_times_that_do_not_fit_are_refused_beside_the_person_and_nothing_typed_is_lost(
    cast, client_of, arrived, left, beside, words
):
    User.objects.filter(pk=cast.hilde.pk).update(language="en")
    meeting, client = network_session(cast), client_of(cast.hilde)
    anna, bram = prefix(meeting, cast.anna), prefix(meeting, cast.bram)
    sent = as_shown(client, meeting) | {f"{anna}-arrived": arrived, f"{anna}-left": left, f"{bram}-remark": "Bracht taart mee"}

    answer = client.post(address(meeting), sent)

    page = answer.content.decode()
    assert answer.status_code == 422
    beside_anna = page[page.index(f'id="{anna}"') : page.index(f'id="{anna}-{beside}"')]
    assert re.search(words, beside_anna)
    assert f'value="{arrived}"' in page
    assert "Bracht taart mee" in page
    assert not meeting.attendances.exclude(status="").exists()


def test_a_guest_has_a_name_and_an_organisation_and_can_be_taken_off_again(cast, client_of):
    meeting, client = network_session(cast), client_of(cast.hilde)
    client.post(address(meeting), as_shown(client, meeting) | {"new0-name": "Fatma Yıldız", "new0-organisation": "Kind & Taal"})

    guest = meeting.attendances.get(user=None)
    assert (guest.name, guest.guest_organisation, guest.status, guest.minutes) == ("Fatma Yıldız", "Kind & Taal", "onsite", 195)
    assert not guest.is_invited

    nameless = client.post(address(meeting), as_shown(client, meeting) | {"new0-organisation": "Onbekend"})
    assert nameless.status_code == 422
    client.post(address(meeting), as_shown(client, meeting) | {f"p{guest.pk.hex}-remove": "on"})
    assert not meeting.attendances.filter(user=None).exists()
    assert meeting.attendances.filter(user=cast.anna, status="onsite").exists()


def test_somebody_of_the_programme_who_came_unasked_is_noted_too(cast, client_of):
    meeting, client = network_session(cast), client_of(cast.hilde)

    client.post(address(meeting), as_shown(client, meeting) | {"person": str(cast.karel.pk)})

    came = row_of(meeting, cast.karel)
    assert (came.status, came.is_invited, came.seat.user) == ("onsite", False, cast.karel)
    refused = client.post(address(meeting), as_shown(client, meeting) | {"person": str(cast.omar.pk)})
    assert refused.status_code == 422


def test_how_it_was_established_goes_for_all_or_for_one(cast, client_of):
    meeting, client = network_session(cast), client_of(cast.hilde)
    anna = prefix(meeting, cast.anna)

    client.post(address(meeting), as_shown(client, meeting) | {"usual": "paper", f"{anna}-established": "mail"})

    assert row_of(meeting, cast.anna).established == "mail"
    assert row_of(meeting, cast.bram).established == "paper"
    again = as_shown(client, meeting)
    assert (again["usual"], again[f"{anna}-established"]) == ("paper", "mail")


def test_two_people_at_once_do_not_overwrite_each_other(cast, client_of):
    meeting, hilde, joris = network_session(cast), client_of(cast.hilde), client_of(cast.joris)
    hilde.post(address(meeting), as_shown(hilde, meeting))
    anna, bram = prefix(meeting, cast.anna), prefix(meeting, cast.bram)
    stale = as_shown(hilde, meeting)
    joris.post(address(meeting), as_shown(joris, meeting) | {f"{anna}-status": "online", f"{anna}-remark": "via Joris"})

    other_line = hilde.post(address(meeting), stale | {f"{bram}-status": "absent"})
    assert other_line.status_code == 302
    assert (row_of(meeting, cast.anna).remark, row_of(meeting, cast.bram).status) == ("via Joris", "absent")

    same_line = hilde.post(address(meeting), stale | {f"{anna}-status": "excused"})
    assert same_line.status_code == 422
    assert "via Joris" in same_line.content.decode()
    assert row_of(meeting, cast.anna).status == "online"

    seen_now = re.search(rf'name="{anna}-seen" value="(\w+)"', same_line.content.decode())[1]
    hilde.post(address(meeting), stale | {f"{anna}-status": "excused", f"{anna}-seen": seen_now})
    assert row_of(meeting, cast.anna).status == "excused"


def test_a_list_is_closed_by_one_and_checked_by_another_and_reopened_with_a_reason(cast, client_of):
    meeting, hilde, tess = network_session(cast), client_of(cast.hilde), client_of(cast.tess)
    hilde.post(address(meeting), as_shown(hilde, meeting) | {"close": "yes"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.held_by) == ("held", cast.hilde.pk)

    hilde.post(address(meeting, "check/"))
    meeting.refresh_from_db()
    assert meeting.state == "held", "whoever closed the list does not check it"

    tess.post(address(meeting, "check/"))
    meeting.refresh_from_db()
    assert (meeting.state, meeting.checked_by) == ("checked", cast.tess.pk)

    locked = {f"{prefix(meeting, cast.anna)}-status": "absent", "usual": "coach"}
    assert hilde.post(address(meeting), locked).status_code == 422
    assert row_of(meeting, cast.anna).status == "onsite"

    assert tess.post(address(meeting, "reopen/"), {"reason": "  "}).status_code == 422
    with pytest.raises(DomainError):
        attendance.reopen(meeting, by=cast.tess, reason=" ")
    tess.post(address(meeting, "reopen/"), {"reason": "Anna was er niet"})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.state_reason, meeting.checked_by) == ("held", "Anna was er niet", None)
    assert meeting.changes.filter(what="state").first().after == "held"
    assert hilde.post(address(meeting), locked).status_code == 302
    assert row_of(meeting, cast.anna).status == "absent"


def test_a_list_is_not_closed_before_the_start_nor_with_people_missing(cast):
    soon = network_session(cast, days_ago=0)
    everybody = {name: Line("excused") for name in ("hilde", "joris", "anna", "bram", "zita", "yusuf")}
    with time_machine.travel(clock(8, 30, days_ago=0), tick=False):
        saved(soon, cast.hilde, **everybody)
        with pytest.raises(DomainError):
            attendance.close_list(soon, by=cast.hilde)
    with time_machine.travel(clock(9, 1, days_ago=0), tick=False):
        assert attendance.close_list(soon, by=cast.hilde).state == Meeting.State.HELD

    past = network_session(cast)
    saved(past, cast.hilde, anna=Line("onsite"))
    with pytest.raises(DomainError, match="5"):
        attendance.close_list(past, by=cast.hilde)


def test_nothing_is_noted_for_tomorrow_or_for_what_was_cancelled(cast):
    tomorrow = network_session(cast, days_ago=-1)
    with pytest.raises(DomainError):
        saved(tomorrow, cast.hilde, anna=Line("onsite"))

    cancelled = network_session(cast)
    Meeting.objects.filter(pk=cancelled.pk).update(state=Meeting.State.CANCELLED)
    with pytest.raises(DomainError):
        saved(cancelled, cast.hilde, anna=Line("onsite"))


@pytest.fixture
def april():
    """Shortly after the clock went forward, so that the seats of the cast count in that night."""
    with time_machine.travel("2026-04-02T10:00:00Z", tick=False):
        yield


def test_the_clock_that_skips_an_hour_and_the_night_that_goes_on_count_right(april, cast):
    night = network_session(
        cast,
        break_minutes=0,
        starts_at=datetime.datetime(2026, 3, 28, 22, tzinfo=datetime.UTC),  # 23.00 in Brussels, the clock goes forward at 2.00
        ends_at=datetime.datetime(2026, 3, 29, 3, tzinfo=datetime.UTC),  # 5.00
    )

    saved(night, cast.hilde, anna=Line("onsite", arrived=datetime.time(23, 30), left=datetime.time(2, 30)))

    row = row_of(night, cast.anna)
    assert row.left_at == datetime.datetime(2026, 3, 29, 1, 30, tzinfo=datetime.UTC)
    assert row.minutes == 180


def test_forty_people_are_saved_in_one_request_with_few_queries(cast, client_of, django_assert_max_num_queries):
    meeting, client = network_session(cast), client_of(cast.hilde)
    guests = [Line("onsite", name=f"Gast {number}", organisation="Elders") for number in range(34)]
    attendance.save_list(meeting, by=cast.hilde, lines={}, guests=guests)
    sent = as_shown(client, meeting)
    everybody_online = {name: "online" if name.endswith("-status") else value for name, value in sent.items()}

    with django_assert_max_num_queries(12):
        answer = client.post(address(meeting), everybody_online)

    assert answer.status_code == 302
    assert meeting.attendances.filter(status="online", minutes=195).count() == 40
    with django_assert_max_num_queries(12):
        client.get(address(meeting))


def test_who_was_where_is_traced_without_a_word_of_the_remark(cast):
    meeting = network_session(cast)
    saved(meeting, cast.hilde, anna=Line("excused", remark="Ziek kind"))

    entry = AuditEntry.objects.get(verb="attendance.saved")
    assert entry.facts == {str(row_of(meeting, cast.anna).pk): "excused 0"}
    saved(meeting, cast.hilde, anna=Line("excused", remark="Ziek kind"))
    assert AuditEntry.objects.filter(verb="attendance.saved").count() == 1, "saving the same again changes nothing"


def test_only_who_runs_the_meeting_notes_attendance(cast, client_of):
    meeting, moment = network_session(cast), coaching_moment(cast)

    assert client_of(cast.hilde).get(address(meeting)).status_code == 200
    assert client_of(cast.tess).get(address(moment)).status_code == 200
    assert client_of(cast.anna).get(address(meeting)).status_code == 403
    assert client_of(cast.anna).post(address(meeting), {}).status_code == 403
    assert client_of(cast.anna).post(address(meeting, "check/")).status_code == 403
    assert client_of(cast.anna).post(address(meeting, "reopen/"), {"reason": "x"}).status_code == 403
    for stranger in (cast.zita, cast.karel, cast.omar, cast.ada, cast.els, cast.kim):
        assert client_of(stranger).get(address(moment)).status_code == 404, stranger
        assert client_of(stranger).post(address(moment, "check/")).status_code == 404
        assert client_of(stranger).post(address(moment, "reopen/"), {"reason": "x"}).status_code == 404


def test_late_arrival_of_yesterday_is_shown_as_words(cast, client_of):
    meeting = network_session(cast)
    saved(meeting, cast.hilde, anna=Line("onsite", arrived=datetime.time(9, 20)))

    page = client_of(cast.hilde).get(address(meeting)).content.decode()

    assert "20 min" in page
    assert row_of(meeting, cast.anna).arrived_at == clock(9, 20)


def test_a_name_of_120_letters_and_one_from_right_to_left_stand_whole_on_the_page(cast, client_of):
    long, hebrew = "A" * 119 + "z", "מרים בן־דוד"
    User.objects.filter(pk=cast.anna.pk).update(first_name=long, last_name="")
    User.objects.filter(pk=cast.bram.pk).update(first_name=hebrew, last_name="<b>x</b>")
    meeting = network_session(cast)

    page = client_of(cast.hilde).get(address(meeting)).content.decode()

    assert f"<bdi>{long}</bdi>" in page
    assert f"<bdi>{hebrew} &lt;b&gt;x&lt;/b&gt;</bdi>" in page


def test_who_changes_a_closed_list_does_not_check_it(cast):
    ends = timezone.now() - datetime.timedelta(hours=1)
    meeting = Meeting.objects.create(
        programme=cast.programme, kind="network", network=cast.network, title="Sessie", state="planned",
        starts_at=ends - datetime.timedelta(hours=2), ends_at=ends,
    )  # fmt: skip
    row = Attendance.objects.create(meeting=meeting, user=cast.anna, status="onsite", minutes=120)
    meeting = attendance.close_list(meeting, by=cast.hilde)
    attendance.save_list(meeting, by=cast.joris, lines={row.pk: attendance.Line(status="absent")})
    meeting.refresh_from_db()

    with pytest.raises(DomainError):
        attendance.check_meeting(meeting, by=cast.joris)

    assert attendance.check_meeting(meeting, by=cast.hilde).state == "checked"
    attendance.check_meeting(meeting, by=cast.hilde)  # pressed twice
    assert meeting.changes.filter(what="state", after="checked").count() == 1


def test_it_ran_late_so_the_end_changes_and_what_was_noted_follows(cast, client_of):
    meeting, hilde = network_session(cast), client_of(cast.hilde)
    meeting.attendances.filter(user=cast.zita).update(reply="no")
    saved(meeting, cast.hilde, anna=Line("onsite"), bram=Line("onsite", left=datetime.time(11)), yusuf=Line("absent"))
    refused = hilde.post(address(meeting), as_shown(hilde, meeting) | {f"{prefix(meeting, cast.anna)}-left": "13:00"})
    assert refused.status_code == 422 and "Liep ze uit" in refused.content.decode()

    meeting.refresh_from_db()
    meeting = planning.change_meeting(meeting, by=cast.hilde, version=meeting.version, ends_at=clock(13))

    there = {row.user.first_name: (row.minutes, row.left_at) for row in meeting.attendances.filter(status="onsite")}
    assert there == {"Anna": (225, clock(13)), "Bram": (105, clock(11))}
    assert row_of(meeting, cast.zita).reply == "no"  # nobody answers anew what is over

    shorter = planning.change_meeting(meeting, by=cast.hilde, version=meeting.version, ends_at=clock(10, 30), break_minutes=0)
    assert {row.user.first_name: row.minutes for row in shorter.attendances.filter(status="onsite")} == {"Anna": 90, "Bram": 90}
    assert hilde.post(address(shorter), as_shown(hilde, shorter)).status_code == 302


def test_the_hours_of_a_closed_list_are_corrected_and_somebody_else_checks_it(cast):
    meeting = network_session(cast)
    people = ("anna", "bram", "hilde", "joris", "yusuf", "zita")
    saved(meeting, cast.joris, **dict.fromkeys(people, Line("onsite")))
    meeting = attendance.close_list(meeting, by=cast.joris)

    ahead = {"starts_at": clock(9, days_ago=-2), "ends_at": clock(12, days_ago=-2)}
    with pytest.raises(DomainError) as refusal:
        planning.change_meeting(meeting, by=cast.hilde, version=meeting.version, **ahead)
    assert refusal.value.field == "day"
    meeting = planning.change_meeting(meeting, by=cast.hilde, version=meeting.version, ends_at=clock(13))

    assert {row.minutes for row in meeting.attendances.all()} == {225}
    with pytest.raises(DomainError):
        attendance.check_meeting(meeting, by=cast.hilde)
    assert attendance.check_meeting(meeting, by=cast.joris).state == "checked"
