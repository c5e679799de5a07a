"""The plan of a programme: its line with warnings, a month and an agenda with conflicts; a coach sees their own hosts."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from planning import availability
from planning.months import month_asked, month_of
from sessions import services as sessions
from trajectories import services as trajectories

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_language_of_the_code(cast):
    for user in cast.people().values():
        user.language = "en"
        user.save(update_fields=["language"])
    with translation.override("en"):
        yield


def at(day: datetime.date, hour: int = 10) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=BRUSSELS)


def next_month() -> datetime.date:
    """A Tuesday in the middle of next month."""
    first = (timezone.localdate().replace(day=28) + 4 * DAY).replace(day=1)
    return first + (8 - first.weekday()) * DAY + 7 * DAY


def planned(cast, host, day, hour=10, **fields):
    return sessions.plan_meeting(
        by=cast.tess, host=host, title=f"Bij {host}", starts_at=at(day, hour), ends_at=at(day, hour + 2), **fields
    )


def page(client, cast, **asked) -> str:
    answer = client.get(f"/planning/{cast.programme.pk}/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_line_warns_of_what_asks_for_attention(cast, client_of):
    day = next_month()
    quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    planned(cast, cast.nest, day)
    planned(cast, cast.nest, quarter + 80 * DAY if day < quarter + 60 * DAY else quarter + 40 * DAY)
    seat = cast.wip.seats.get(user=cast.yusuf)
    trajectories.end_seat(seat, by=cast.tess, until=timezone.localdate() - DAY)
    cast.programme.phases.create(name="Start", starts_on=cast.programme.starts_on, ends_on=timezone.localdate())
    body = page(client_of(cast.tess), cast)
    told = ["Two moments in one quarter", "place is empty", "Nothing is planned.", "No session is planned."]
    for sentence in [*told, "No coaching moment for more than 6 months.", "Lies outside every phase"]:
        assert sentence in body, sentence
    assert "more than 9 months" in page(client_of(cast.tess), cast, months="9")
    planned(cast, cast.wip, day)
    assert "No coaching moment for more" not in page(client_of(cast.tess), cast)


def test_a_month_shows_conflicts_of_person_and_place_and_who_cannot(cast, client_of):
    day = next_month()
    planned(cast, cast.network, day, place="Zaal De Krook")
    planned(cast, cast.nest, day, 11, place="zaal  de krook")
    availability.say_away(by=cast.zita, first_day=day, last_day=day, note="geheim")
    client = client_of(cast.tess)
    shown = page(client, cast, view="month", month=f"{day:%Y-%m}")
    assert shown.count('class="month-row is-conflict"') == 2
    agenda = page(client, cast, view="agenda", month=f"{day:%Y-%m}")
    assert "Anna Claes is not available then." in agenda and "Another meeting is in that place then." in agenda
    assert "Zita Maes cannot then." in agenda and "geheim" not in agenda
    planned(cast, cast.wip, day + DAY)
    assert page(client, cast, view="month", month=f"{day:%Y-%m}").count("is-conflict") == 2


def test_a_place_is_taken_by_a_meeting_that_is_not_shown_too(cast, client_of):
    day, client = next_month(), client_of(cast.tess)
    planned(cast, cast.nest, day, 10, place="Zaal De Krook")
    sessions.plan_meeting(
        by=cast.omar, host=cast.other_programme, title="Verborgen overleg", starts_at=at(day, 9), ends_at=at(day, 11),
        place="zaal de KROOK",
    )  # fmt: skip
    planned(cast, cast.wip, day, 10, place="Zaal De Krook", mode="online")

    for asked in ({}, {"pilot": cast.nest.pk}):
        body = page(client, cast, view="agenda", month=f"{day:%Y-%m}", **asked)
        assert body.count("Another meeting is in that place then.") == 1 and "Verborgen" not in body
    assert page(client, cast, view="month", month=f"{day:%Y-%m}").count("is-conflict") == 1


def test_what_a_person_does_in_another_programme_is_not_told(cast, client_of):
    day = next_month()
    since = timezone.localdate()
    trajectories.seat_person(by=None, user=cast.hilde, programme=cast.other_programme, role="coach", since=since)
    sessions.plan_meeting(
        by=cast.omar, host=cast.other_programme, title="Verborgen overleg", starts_at=at(day, 9), ends_at=at(day, 12)
    )
    planned(cast, cast.nest, day)
    body = page(client_of(cast.tess), cast, view="agenda", month=f"{day:%Y-%m}")
    assert "Hilde Vermeulen is not available then." in body and "Verborgen" not in body


def test_filters_leave_what_concerns_a_pilot_a_network_or_a_coach(cast, client_of):
    day, client = next_month(), client_of(cast.tess)
    for host, offset in ((cast.network, 0), (cast.nest, 1), (cast.wip, 2)):
        planned(cast, host, day + offset * DAY)
    names = ["Bij Lerend netwerk", "Bij Het Nest", "Bij De Wip"]

    def left(**asked) -> list[bool]:
        body = page(client, cast, view="agenda", month=f"{day:%Y-%m}", **asked)
        return [name in body for name in names]

    assert left() == [True, True, True]
    assert left(pilot=cast.wip.pk) == [True, False, True]
    assert left(coach=cast.karel.pk) == [False, False, True]
    assert left(network=cast.network.pk) == [True, True, True]
    assert left(pilot="geen-id") == [True, True, True]


def test_a_coach_sees_their_own_hosts_and_a_leader_no_plan(cast, client_of):
    day = next_month()
    planned(cast, cast.network, day)
    planned(cast, cast.wip, day + DAY)
    body = page(client_of(cast.karel), cast, view="agenda", month=f"{day:%Y-%m}")
    assert "Bij De Wip" in body and "Bij Lerend netwerk" not in body
    assert client_of(cast.anna).get(f"/planning/{cast.programme.pk}/").status_code == 403
    assert client_of(cast.omar).get(f"/planning/{cast.programme.pk}/").status_code == 404


@pytest.mark.parametrize("view", ["line", "month", "agenda"])
def test_the_plan_asks_as_much_for_many_meetings_as_for_few(cast, client_of, view):
    day, client = next_month(), client_of(cast.tess)
    counts = []
    for number in (1, 3):
        for offset in range(number):
            planned(cast, cast.network, day + offset * DAY, 8 + 3 * number)
        page(client, cast, view=view, month=f"{day:%Y-%m}")
        with CaptureQueriesContext(connection) as asked:
            page(client, cast, view=view, month=f"{day:%Y-%m}")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


@pytest.mark.parametrize("asked", ["2027-13", "0000-01", "nonsense", "99999-1", "٢٠٢٧-٠١", ""])
def test_a_month_that_is_none_gives_this_one(asked):
    today = datetime.date(2026, 11, 22)
    assert month_asked(asked, today) in {datetime.date(2026, 11, 1), datetime.date(2027, 1, 1)}


def test_a_month_has_whole_weeks():
    month = month_of(datetime.date(2027, 2, 1), [datetime.date(2027, 2, 28)], lambda day: day)
    assert [len(week) for week in month.weeks] == [7] * 4
    assert month.weeks[-1][-1].rows == [datetime.date(2027, 2, 28)] and (month.previous, month.next) == ("2027-01", "2027-03")
