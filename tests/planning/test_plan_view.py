"""The plan of a programme: its line with warnings, a month and an agenda with conflicts; a coach sees their own hosts."""

import datetime
import html
import re
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from core.errors import DomainError
from planning import agenda, availability, proposals
from planning.models import TrajectoryTemplate
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


# -- an ended or empty programme --------------------------------------------------------------------------------------


def moved(cast, years: int) -> None:
    """The programme lies this many years from now."""
    cast.programme.starts_on += years * 365 * DAY
    cast.programme.ends_on += years * 365 * DAY
    cast.programme.save()


@pytest.mark.parametrize("years", [-3, 3], ids=["has ended", "has not begun"])
def test_a_month_opens_on_the_nearest_one_with_something_planned(cast, client_of, years):
    client = client_of(cast.tess)
    moved(cast, years)
    first, last = (at(cast.programme.starts_on + days * DAY) for days in (70, 630))
    for begins in (first, last):
        planned(cast, cast.network, begins.date())
    near, far = (last, first) if years < 0 else (first, last)
    cancelled = planned(cast, cast.network, near.date() + (40 * DAY if years < 0 else -40 * DAY), 16)
    sessions.cancel_meeting(cancelled, by=cast.tess, version=cancelled.version, reason="Ziek")

    shown = page(client, cast, view="month")

    assert f"<strong>{date_format(near.date(), 'F Y')}</strong>" in shown and "nearest month" in shown
    assert shown.count('class="month-row"') >= 1
    beyond = page(client, cast, view="month", month=f"{far.date() + (-90 if years < 0 else 90) * DAY:%Y-%m}")
    assert f'name="month" value="{far:%Y-%m}"' in beyond and "Nothing in this month." in beyond
    assert "nearest month" not in page(client, cast, view="month", month=f"{near:%Y-%m}")


def test_an_empty_plan_says_what_to_do_and_opens_within_the_programme(cast, client_of):
    client = client_of(cast.tess)
    for view in ("month", "agenda"):
        assert "Nothing is planned yet." in page(client, cast, view=view)
        assert "Nothing is planned for what you chose." in page(client, cast, view=view, pilot=str(cast.nest.pk))
    moved(cast, -3)
    assert f"<strong>{date_format(cast.programme.ends_on, 'F Y')}</strong>" in page(client, cast, view="month")


def test_where_nobody_is_to_plan_for_each_page_leads_to_the_set_up_of_the_programme(cast, client_of):
    client, programme = client_of(cast.omar), cast.other_programme
    shipped = TrajectoryTemplate.objects.get(slug="ilias")
    pages = [f"/planning/{programme.pk}/?view={view}" for view in ("line", "month", "agenda")]
    for address in [*pages, reverse("planning:apply", args=[programme.pk, shipped.pk])]:
        body = client.get(address).content.decode()
        assert "There is no network or pilot yet" in body and reverse("trajectories:setup", args=[programme.pk]) in body
    first = timezone.localdate() + DAY
    with pytest.raises(DomainError, match="no network or pilot yet"):
        proposals.ask(programme, by=cast.omar, first_day=first, last_day=first + 90 * DAY)


def test_the_agenda_goes_back_to_earlier_meetings_and_on_again(cast, client_of, monkeypatch):
    monkeypatch.setattr(agenda, "ON_A_PAGE", 2)
    client, today = client_of(cast.tess), timezone.localdate()
    days = [-90, -60, -60, -30, 40, 60, 80]  # two at the very same time
    for number, offset in enumerate(days):
        host = cast.nest if number == 2 else cast.wip if number == 1 else cast.network
        sessions.plan_meeting(
            by=cast.tess,
            host=host,
            title=f"Nummer {number}",
            starts_at=at(today + offset * DAY),
            ends_at=at(today + offset * DAY, 12),
        )

    def read(address: str) -> tuple[list[int], str, str]:
        body = client.get(f"/planning/{cast.programme.pk}/{address}").content.decode()
        ways = [re.search(rf'rel="{way}" href="([^"]+)"', body) for way in ("prev", "next")]
        return [int(one) for one in re.findall(r">Nummer (\d)<", body)], *(html.unescape(way[1]) if way else "" for way in ways)

    now, earlier, later = read("?view=agenda")
    assert now == [4, 5] and earlier and later
    assert read(later)[0] == [6] and read(later)[2] == "" and read(read(later)[1])[0] == now
    back, before, on = read(earlier)
    assert len(back) == 2 and back[1] == 3 and read(on)[0] == now
    first, before_all, on_again = read(before)
    assert first[0] == 0 and before_all == "" and sorted(first + back) == [0, 1, 2, 3] and read(on_again)[0] == back
    assert f"pilot={cast.nest.pk}" in read(f"?view=agenda&pilot={cast.nest.pk}")[1]
    for nonsense in ("x", "2026-01-01_y", f"2026-01-01T10:00_{cast.nest.pk}", f"{10**30}_{cast.nest.pk}"):
        assert read(f"?view=agenda&before={nonsense}&after={nonsense}")[0] == now


def test_an_agenda_of_which_all_is_past_shows_the_way_back(cast, client_of):
    planned(cast, cast.network, timezone.localdate() - 30 * DAY)
    body = page(client_of(cast.tess), cast, view="agenda")
    assert "Nothing more is planned." in body and "before=" in body


@pytest.mark.parametrize("asked", ["2027-13", "0000-01", "nonsense", "99999-1", "٢٠٢٧-٠١", ""])
def test_a_month_that_is_none_gives_this_one(asked):
    today = datetime.date(2026, 11, 22)
    assert month_asked(asked, today) in {datetime.date(2026, 11, 1), datetime.date(2027, 1, 1)}


def test_a_month_has_whole_weeks():
    month = month_of(datetime.date(2027, 2, 1), [datetime.date(2027, 2, 28)], lambda day: day)
    assert [len(week) for week in month.weeks] == [7] * 4
    assert month.weeks[-1][-1].rows == [datetime.date(2027, 2, 28)] and (month.previous, month.next) == ("2027-01", "2027-03")
