"""A proposal for the whole plan: asked, worked out by the real planner, moved, pinned, accepted; and when people can."""

import datetime
import re
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from core.errors import Conflict, DomainError
from core.models import Job
from outbox.models import OutgoingMail
from planning import availability, proposals
from planning.forms_dates import ProposalForm
from planning.models import Proposal, SchoolHoliday, Unavailability
from planning.solver import solve
from planning.tasks import propose
from sessions import services as sessions
from sessions.models import Meeting

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
DAY = datetime.timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_language_of_the_code():
    with translation.override("en"):
        yield


def weekday(days: int) -> datetime.date:
    """A working day about so many days from now."""
    day = timezone.localdate() + days * DAY
    return day + (7 - day.weekday()) * DAY if day.weekday() > 4 else day


def asked(cast, by=None, **fields) -> Proposal:
    """A proposal of three sessions and two moments each, worked out."""
    first = timezone.localdate() + 14 * DAY
    wanted = {"first_day": first, "last_day": cast.programme.ends_on, "sessions_each": 3, "moments_each": 2} | fields
    proposal = proposals.ask(cast.programme, by=by or cast.tess, **wanted)
    propose(str(proposal.job_id))
    proposal.refresh_from_db()
    return proposal


def moved_to(entry, by, version, day, hour=10):
    entry.proposal.refresh_from_db()
    return proposals.move(entry, by=by, version=version, day=day, hour=datetime.time(hour))


def test_a_proposal_gives_every_meeting_a_day_on_which_everybody_can(cast):
    free_day = weekday(100)
    availability.say_away(by=cast.hilde, first_day=timezone.localdate(), last_day=cast.programme.ends_on, weekday=0)
    availability.say_away(by=cast.anna, first_day=free_day, last_day=free_day + 40 * DAY)
    proposal = asked(cast)
    assert proposal.state == Proposal.State.READY and proposal.gap == 0 and proposal.job.state == Job.State.DONE
    entries = list(proposal.entries.select_related("network", "pilot"))
    assert len(entries) == 3 + 2 * 2 and all(entry.starts_at for entry in entries)
    closed = availability.closed_days(cast.programme, proposal.first_day, proposal.last_day)
    for entry in entries:
        start, end = (moment.astimezone(BRUSSELS) for moment in (entry.starts_at, entry.ends_at))
        assert start.weekday() < 5 and start.date() not in closed
        assert datetime.time(9) <= start.time() and end.time() <= datetime.time(17)
        if entry.network or entry.pilot == cast.nest:  # Hilde is needed there
            assert start.weekday() != 0
        if entry.pilot == cast.nest:
            assert not free_day <= start.date() <= free_day + 40 * DAY
    sessions_ = sorted(entry.starts_at for entry in entries if entry.network)
    assert all(datetime.timedelta(weeks=8) <= b - a for a, b in pairwise(sessions_))
    assert not OutgoingMail.objects.exists() and not Meeting.objects.exists()


def test_accepting_writes_all_meetings_at_once_and_one_letter_to_each(cast):
    draft = sessions.plan_meeting(
        by=cast.tess, host=cast.network, title="Kennismaken", publish=False,
        starts_at=timezone.now() + 60 * DAY, ends_at=timezone.now() + 60 * DAY + datetime.timedelta(hours=3),
    )  # fmt: skip
    proposal = asked(cast)
    assert proposal.entries.filter(meeting=draft).count() == 1
    number = proposals.accept(proposal, by=cast.tess, version=proposal.version, publish=True)
    assert number == 7 == Meeting.objects.filter(state=Meeting.State.PLANNED).count()
    invitations = OutgoingMail.objects.filter(kind="meeting-invite").values_list("subject_id", "recipient_id")
    assert len(invitations) == len(set(invitations)) == 3 * 6 + 2 * 4 + 2 * 3  # sessions, Het Nest, De Wip
    assert list(Meeting.objects.filter(pilot=cast.nest).order_by("starts_at").values_list("number", flat=True)) == [1, 2]
    with pytest.raises(DomainError, match="closed"):
        proposals.accept(proposal, by=cast.tess, version=proposal.version + 1, publish=True)
    assert OutgoingMail.objects.filter(kind="meeting-invite").count() == len(invitations)


def test_before_everybody_is_invited_the_page_says_how_many_letters_go_to_how_many_people(cast, client_of):
    sessions.plan_meeting(
        by=cast.tess, host=cast.network, title="Kennismaken", publish=False,
        starts_at=timezone.now() + 60 * DAY, ends_at=timezone.now() + 60 * DAY + datetime.timedelta(hours=3),
    )  # fmt: skip
    proposal, client = asked(cast), client_of(in_english(cast.tess))
    address, seen = f"/planning/proposals/{proposal.pk}/", {"version": proposal.version}
    counted = client.post(address, seen | {"do": "count"})
    letters, people = 3 * 6 + 2 * 4 + 2 * 3, 7  # sessions, Het Nest, De Wip; two pairs, a tandem and Karel
    body = counted.content.decode()
    assert counted.status_code == 200
    assert "7 meetings become planned" in body and f"{letters} letters go out" in body and f"to {people} people" in body
    assert not OutgoingMail.objects.exists() and Meeting.objects.filter(state=Meeting.State.DRAFT).count() == 1
    told = seen | {"do": "plan", "meetings": 7, "letters": letters, "people": people}
    for wrong in ({"letters": letters - 1}, {"people": ""}, {"meetings": "9" * 30}):
        assert "Something changed" in client.post(address, told | wrong, follow=True).content.decode()
    assert not OutgoingMail.objects.exists()
    sent = client.post(address, told, follow=True)
    assert sent.redirect_chain[-1][0] == f"/planning/{cast.programme.pk}/"
    assert "7 meetings are planned. The letters are on their way." in sent.content.decode()
    invitations = OutgoingMail.objects.filter(kind="meeting-invite")
    assert invitations.count() == letters and invitations.values("recipient_id").distinct().count() == people


def test_as_drafts_nobody_hears_of_it(cast):
    proposal = asked(cast)
    proposals.accept(proposal, by=cast.tess, version=proposal.version, publish=False)
    assert Meeting.objects.filter(state=Meeting.State.DRAFT).count() == 7
    assert not OutgoingMail.objects.exists()


def test_a_coach_gets_only_their_own_hosts(cast):
    proposal = asked(cast, by=cast.karel)
    assert {entry.pilot for entry in proposal.entries.all()} == {cast.wip}
    assert list(Proposal.objects.visible_to(cast.hilde)) == []
    assert list(Proposal.objects.visible_to(cast.tess)) == [proposal]


def test_what_is_moved_is_pinned_and_stays_when_asked_again(cast):
    proposal = asked(cast)
    entry = proposal.entries.get(pilot=cast.nest, number=1)
    day = weekday(45)
    moved_to(entry, cast.tess, 1, day)
    with pytest.raises(Conflict):
        moved_to(entry, cast.tom, 1, day + DAY)
    proposal.refresh_from_db()
    proposals.again(proposal, by=cast.tess, version=proposal.version)
    proposal.refresh_from_db()
    propose(str(proposal.job_id))
    entry.refresh_from_db()
    assert entry.starts_at.astimezone(BRUSSELS) == datetime.datetime.combine(day, datetime.time(10), tzinfo=BRUSSELS)
    assert proposal.entries.filter(starts_at=None).count() == 0


@pytest.mark.parametrize(
    "days, hour, word", [(-30, 10, "past"), (2000, 10, "outside the programme")], ids=["in the past", "after the programme"]
)
def test_impossible_days_are_refused_with_a_sentence(cast, days, hour, word):
    entry = asked(cast).entries.first()
    with pytest.raises(DomainError, match=word):
        moved_to(entry, cast.tess, 1, timezone.localdate() + days * DAY, hour)
    entry.refresh_from_db()
    assert not entry.pinned


def test_a_proposal_for_after_the_programme_may_be_moved_there_too(cast):
    entry = asked(cast).entries.first()
    Proposal.objects.update(last_day=timezone.localdate() + 1900 * DAY)
    entry.refresh_from_db()
    moved_to(entry, cast.tess, 1, timezone.localdate() + 2000 * DAY)
    entry.refresh_from_db()
    assert entry.pinned


def test_the_hour_that_the_clock_skips_is_refused(cast):
    entry = asked(cast).entries.first()
    year = timezone.localdate().year
    march = [datetime.date(each, 3, 31 - day) for each in (year, year + 1) for day in range(6, -1, -1)]
    sunday = next(day for day in march if day.weekday() == 6 and day > timezone.localdate())
    with pytest.raises(DomainError, match="does not exist"):
        proposals.move(entry, by=cast.tess, version=1, day=sunday, hour=datetime.time(2, 30))


def test_two_pins_of_one_person_at_the_same_time_are_refused_and_a_conflict_is_told(cast):
    proposal = asked(cast)
    session, moment = proposal.entries.get(network=cast.network, number=1), proposal.entries.get(pilot=cast.nest, number=1)
    day = weekday(50)
    moved_to(session, cast.tess, 1, day)
    with pytest.raises(DomainError, match="pinned at the same time"):
        moved_to(moment, cast.tess, 2, day, 11)
    proposals.pin(session, by=cast.tess, version=2, pinned=False)
    moved_to(moment, cast.tess, 3, day, 11)
    moment.refresh_from_db()
    assert ["double", "", str(session.pk)] in moment.unmet
    proposal.refresh_from_db()
    with pytest.raises(DomainError, match="two places at once"):
        proposals.accept(proposal, by=cast.tess, version=proposal.version, publish=True)
    assert not Meeting.objects.exists()


def test_two_who_plan_at_once_do_not_plan_twice(cast):
    mine, theirs = asked(cast), asked(cast, by=cast.hilde)
    proposals.accept(theirs, by=cast.hilde, version=theirs.version, publish=False)
    with pytest.raises(Conflict, match="planned or moved"):
        proposals.accept(mine, by=cast.tess, version=mine.version, publish=False)
    assert Meeting.objects.filter(network=cast.network).count() == 3


def test_nothing_to_plan_and_dates_in_the_wrong_order_are_told(cast):
    first = timezone.localdate() + 14 * DAY
    with pytest.raises(DomainError, match="Nothing needs"):
        proposals.ask(cast.programme, by=cast.tess, first_day=first, last_day=first + DAY, sessions_each=0, moments_each=0)
    with pytest.raises(DomainError, match="before the start"):
        proposals.ask(cast.programme, by=cast.tess, first_day=first, last_day=first - DAY)


def test_a_pass_that_was_overtaken_writes_nothing(cast):
    proposal = asked(cast)
    old = Job.objects.create(kind=proposals.KIND, arguments={"proposal": str(proposal.pk), "version": "1"})
    Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.ASKED, version=2)
    before = list(proposal.entries.values_list("starts_at", flat=True))
    proposal.entries.update(unmet=[["late", "busy", "3"]])
    proposals.make(old, solve)
    assert list(proposal.entries.values_list("starts_at", flat=True)) == before
    assert all(entry.unmet for entry in proposal.entries.all())


def in_english(user):
    """The sentences of a page are looked for in the language of the code."""
    user.language = "en"
    user.save(update_fields=["language"])
    return user


# -- pages ------------------------------------------------------------------------------------------------------------


def test_from_asking_to_accepting_on_the_pages(cast, client_of):
    client = client_of(in_english(cast.hilde))
    page = f"/planning/{cast.programme.pk}/proposals/"
    assert "Ask for a proposal" in client.get(page).content.decode()
    first = weekday(20)
    typed = {
        "first_day": first, "last_day": cast.programme.ends_on, "sessions_each": 2, "moments_each": 1, "least_weeks": 8,
        "most_weeks": 14,
    }  # fmt: skip
    assert client.post(page, typed | {"last_day": first - DAY}).status_code == 422
    answer = client.post(page, typed)
    proposal = Proposal.objects.get()
    assert answer.url == f"/planning/proposals/{proposal.pk}/"
    assert "looking for the best days" in client.get(answer.url).content.decode()
    propose(str(proposal.job_id))
    body = client.get(answer.url).content.decode()
    assert "Proven" in body and "Network session 1" in body
    entry = proposal.entries.get(pilot=cast.nest)
    day = weekday(70)
    moved = client.post(f"{answer.url}{entry.pk}/", {"do": "move", "version": 1, "day": day, "hour": "13:30"})
    assert moved.url.endswith(f"?month={day:%Y-%m}")
    shown = client.get(moved.url).content.decode()
    assert "pinned" in shown and "Proven" not in shown  # that was about the planner's own days
    months = {f"{row.starts_at.astimezone(BRUSSELS):%Y-%m}" for row in proposal.entries.all()}
    assert len(months) > 1 and set(re.findall(r'href="\?month=([\d-]+)#h-month"', shown)) == months
    stale = client.post(f"{answer.url}{entry.pk}/", {"do": "move", "version": 1, "day": day, "hour": "14:30"})
    assert stale.status_code == 422 and "Somebody else" in stale.content.decode()
    accepted = client.post(answer.url, {"do": "draft", "version": 2})
    assert accepted.url == f"/planning/{cast.programme.pk}/"
    assert Meeting.objects.get(pilot=cast.nest).local_start.time() == datetime.time(13, 30)
    assert client_of(cast.zita).get(answer.url).status_code == 404


def test_the_page_of_a_proposal_asks_as_much_for_many_meetings_as_for_few(cast, client_of):
    client = client_of(cast.tess)
    few = asked(cast, sessions_each=1, moments_each=0, last_day=timezone.localdate() + 60 * DAY)
    many = asked(cast, sessions_each=6, moments_each=3)
    counts = []
    for proposal in (few, many):
        client.get(f"/planning/proposals/{proposal.pk}/")
        with CaptureQueriesContext(
            connection,
        ) as asked_for:
            client.get(f"/planning/proposals/{proposal.pk}/")
        counts.append(len(asked_for))
    assert max(counts) <= 12 and counts[1] <= counts[0] + 1  # names of people, when somebody cannot


# -- when people can --------------------------------------------------------------------------------------------------


def test_a_leader_says_on_the_phone_when_they_cannot_and_only_they_read_why(cast, client_of):
    client = client_of(in_english(cast.anna))
    day = weekday(30)
    said = client.post("/planning/when-i-cannot/", {"first_day": day, "last_day": day + 3 * DAY, "note": "Naar de dokter"})
    assert said.status_code == 302
    row = Unavailability.objects.get()
    assert b"dokter" not in bytes(row.note_sealed)
    assert "Naar de dokter" in client.get("/planning/when-i-cannot/").content.decode()
    assert "Naar de dokter" not in client_of(cast.hilde).get("/planning/when-i-cannot/").content.decode()
    assert client_of(cast.hilde).post(f"/planning/when-i-cannot/{row.pk}/remove/").status_code == 404
    assert availability.own_notes(cast.anna) == [{"id": str(row.pk), "note": "Naar de dokter"}]
    wrong = client.post("/planning/when-i-cannot/", {"first_day": day, "last_day": day - DAY})
    assert wrong.status_code == 422 and "before the first" in wrong.content.decode()
    client.post(f"/planning/when-i-cannot/{row.pk}/remove/")
    assert not Unavailability.objects.exists()


def test_hours_and_holidays_of_the_team_hold_for_the_planner(cast, client_of):
    client = client_of(cast.tess)
    hours = {"opens_1": "10:00", "closes_1": "15:00"}
    assert (
        client.post(f"/planning/pilots/{cast.nest.pk}/hours/", hours | {"opens_2": "12:00", "closes_2": "11:00"}).status_code
        == 422
    )
    assert client.post(f"/planning/pilots/{cast.nest.pk}/hours/", hours).status_code == 302
    assert availability.hours_of(cast.programme)[1] == {cast.nest.pk: {1: (datetime.time(10), datetime.time(15))}}
    proposal = asked(cast)
    for entry in proposal.entries.filter(pilot=cast.nest):
        start = entry.starts_at.astimezone(BRUSSELS)
        assert start.weekday() == 1 and datetime.time(10) <= start.time() <= datetime.time(13)
    page = f"/planning/{cast.programme.pk}/holidays/"
    first = weekday(40)
    assert (
        client.post(page, {"name": "Brugdagen", "first_day": first, "last_day": first + 5 * DAY, "counts": "on"}).status_code
        == 302
    )
    assert first in availability.closed_days(cast.programme, first, first)
    assert client_of(cast.hilde).get(page).status_code == 403
    added = SchoolHoliday.objects.get()
    client.post(f"{page}{added.pk}/", {"do": "forget"})
    assert not SchoolHoliday.objects.exists()


def test_a_holiday_of_the_file_is_changed_and_put_back(cast):
    known = next(row for row in availability.school_holidays(cast.programme) if row.key.endswith("summer"))
    assert known.first_day.month == 7 and known.last_day.day == 31
    availability.set_holiday(
        cast.programme,
        by=cast.tess,
        holiday=known,
        name="Zomer",
        first_day=known.first_day,
        last_day=known.last_day,
        counts=False,
    )
    assert known.first_day not in availability.closed_days(cast.programme, known.first_day, known.first_day)
    changed = availability.school_holiday(cast.programme, known.key)
    availability.forget_holiday(changed, by=cast.tess)
    assert known.first_day in availability.closed_days(cast.programme, known.first_day, known.first_day)


def test_holidays_after_the_programme_count_for_what_is_planned_there(cast):
    after = datetime.date(cast.programme.ends_on.year + 1, 7, 15)
    cast.programme.ends_on = after - 60 * DAY
    assert after in availability.closed_days(cast.programme, after - DAY, after)


def test_the_file_of_holidays_has_every_school_year(cast):
    cast.programme.starts_on, cast.programme.ends_on = datetime.date(2020, 9, 1), datetime.date(2028, 8, 31)
    rows = availability.school_holidays(cast.programme)
    assert len(rows) == 8 * 6
    known = {row.key: (row.first_day.isoformat(), row.last_day.isoformat()) for row in rows}
    assert known["2020-christmas"] == ("2020-12-21", "2021-01-03")
    assert known["2022-easter"] == ("2022-04-04", "2022-04-18")
    assert known["2026-autumn"] == ("2026-11-02", "2026-11-08")
    assert known["2025-spring-half-term"] == ("2025-03-03", "2025-03-09")
    assert all(row.first_day.weekday() == 0 for row in rows if not row.key.endswith(("summer", "ascension")))


def test_for_a_programme_that_has_ended_the_form_looks_ahead_and_not_at_one_day(cast):
    first = timezone.localdate() + proposals.NOTICE * DAY
    assert ProposalForm(programme=cast.programme).initial == {"first_day": first, "last_day": cast.programme.ends_on}
    cast.programme.ends_on = timezone.localdate() - DAY
    assert ProposalForm(programme=cast.programme).initial["last_day"] > first + 90 * DAY


def test_a_run_that_failed_is_told_and_can_be_asked_again(cast, client_of):
    proposal = asked(cast)
    Job.objects.filter(pk=proposal.job_id).update(state=Job.State.FAILED, problem="Twee bijeenkomsten staan vast.")
    Proposal.objects.filter(pk=proposal.pk).update(state=Proposal.State.ASKED)
    client = client_of(in_english(cast.tess))
    body = client.get(f"/planning/proposals/{proposal.pk}/").content.decode()
    assert "Twee bijeenkomsten staan vast." in body and "Accept as drafts" not in body
    client.post(f"/planning/proposals/{proposal.pk}/", {"do": "again", "version": proposal.version})
    proposal.refresh_from_db()
    assert proposal.is_being_made and proposal.version == 2
