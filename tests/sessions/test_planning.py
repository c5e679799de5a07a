"""Planning, moving and cancelling meetings: who is invited, which letters wait, what a stale page may do."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.errors import Conflict, DomainError
from networks import services as networks
from outbox.models import OutgoingMail
from sessions import invitations, services
from sessions.models import Attendance, Meeting
from sessions.planning import AgendaLine, draft_for
from tests.cast import person
from trajectories import services as trajectories

BRUSSELS = ZoneInfo("Europe/Brussels")
State = OutgoingMail.State


def ahead(days: int, hour: int = 9) -> datetime.datetime:
    day = timezone.localdate() + datetime.timedelta(days=days)
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=BRUSSELS)


def plan(host, by, days: int = 30, **fields) -> Meeting:
    return services.plan_meeting(
        by=by, host=host, title="Samen kijken", starts_at=ahead(days, 9), ends_at=ahead(days, 12), **fields
    )


def invited(meeting) -> set[str]:
    return {place.user.first_name for place in meeting.attendances.filter(is_invited=True).select_related("user")}


def letters(meeting, *, kind: str = "", waiting: bool = True) -> list[OutgoingMail]:
    found = OutgoingMail.objects.about(meeting.pk)
    found = found.waiting() if waiting else found
    return list(found.filter(kind=kind) if kind else found)


def sent(meeting, kind: str) -> None:
    OutgoingMail.objects.about(meeting.pk).filter(kind=kind).update(state=State.SENT, settled_at=timezone.now())


def hosts(cast):
    return {
        "network": (cast.network, {"Anna", "Bram", "Zita", "Yusuf", "Hilde", "Joris"}),
        "coaching": (cast.nest, {"Anna", "Bram", "Hilde", "Joris"}),
        "advisory": (cast.advisers, {"Ada", "Tess", "Tom"}),
        "exchange": (cast.partner, {"Petra", "Tess", "Tom", "Hilde", "Joris", "Karel"}),
        "event": (cast.programme, {"Anna", "Bram", "Zita", "Yusuf", "Hilde", "Joris", "Karel", "Tess", "Tom", "Ada", "Petra"}),
    }


@pytest.mark.parametrize("kind", ["network", "coaching", "advisory", "exchange", "event"])
def test_who_belongs_at_a_meeting_is_invited(cast, kind):
    host, people = hosts(cast)[kind]
    meeting = plan(host, cast.tess)
    assert meeting.kind == kind
    assert invited(meeting) == people
    assert {mail.recipient_id for mail in letters(meeting, kind="meeting-invite")} == {
        place.user_id for place in meeting.attendances.all()
    }
    names = {person.pk: person.first_name for person in cast.people().values()}
    draft = draft_for(host, starts_at=ahead(30), ends_at=ahead(30, 12))
    assert {names[pk] for pk in invitations.belonging(draft)} == people


def test_a_draft_invites_nobody_by_mail_until_it_is_planned(cast):
    meeting = plan(cast.network, cast.hilde, publish=False)
    assert letters(meeting) == []
    assert Meeting.objects.visible_to(cast.anna).count() == 0
    meeting = services.change_meeting(meeting, by=cast.hilde, version=1, publish=True)
    assert meeting.state == Meeting.State.PLANNED
    assert len(letters(meeting, kind="meeting-invite")) == 6
    assert meeting.sequence == 0


def test_reminders_wait_for_nine_on_the_wall_and_those_past_are_left_out(cast):
    far = plan(cast.nest, cast.hilde, days=30)
    keys = {mail.key for mail in letters(far) if mail.recipient_id == cast.anna.pk}
    assert keys == {f"meeting:{far.pk}:v0:{letter}:{cast.anna.pk}" for letter in ("invite", "reminder-7d", "reminder-1d")}
    week = next(mail for mail in letters(far, kind="reminder-7d") if mail.recipient_id == cast.anna.pk)
    local = week.not_before.astimezone(BRUSSELS)
    assert (local.date(), local.hour) == (far.local_start.date() - datetime.timedelta(days=7), 9)
    near = plan(cast.nest, cast.hilde, days=3)
    assert {mail.kind for mail in letters(near)} == {"meeting-invite", "reminder-1d"}
    today = services.plan_meeting(
        by=cast.hilde, host=cast.nest, title="Nu", starts_at=timezone.now() - datetime.timedelta(minutes=5),
        ends_at=timezone.now() + datetime.timedelta(hours=1),
    )  # fmt: skip
    assert letters(today) == []


def test_moving_tells_everybody_once_and_the_old_letters_are_obsolete(cast):
    meeting = plan(cast.nest, cast.hilde)
    sent(meeting, "meeting-invite")
    first = services.change_meeting(meeting, by=cast.hilde, version=1, starts_at=ahead(31), ends_at=ahead(31, 12), reason="Ziek")
    second = services.change_meeting(first, by=cast.hilde, version=2, place="Gent")
    assert (second.sequence, second.version) == (2, 3)
    changes = letters(second, kind="meeting-change")
    assert {mail.key.split(":")[2] for mail in letters(second)} == {"v2"}
    assert len(changes) == 4
    assert all(mail.not_before > timezone.now() for mail in changes)
    assert [row.what for row in second.changes.order_by("at")] == ["state", "time", "place"]
    assert OutgoingMail.objects.about(meeting.pk).filter(state=State.OBSOLETE).count() > 0


def test_who_had_not_been_told_yet_gets_one_invitation_and_no_change(cast):
    meeting = plan(cast.nest, cast.hilde)
    meeting = services.change_meeting(meeting, by=cast.hilde, version=1, place="Gent")
    assert letters(meeting, kind="meeting-change") == []
    assert len(letters(meeting, kind="meeting-invite")) == 4


def test_a_change_of_words_only_writes_to_nobody(cast):
    meeting = plan(cast.nest, cast.hilde)
    sent(meeting, "meeting-invite")
    changed = services.change_meeting(
        meeting, by=cast.hilde, version=1, title="Nieuw", agenda=[AgendaLine("Start", 10), AgendaLine("Slot", 20)]
    )
    assert (changed.sequence, changed.version) == (0, 2)
    assert letters(changed, kind="meeting-change") == []
    assert [line.title for line in changed.agenda.all()] == ["Start", "Slot"]


def test_moving_in_time_asks_for_an_answer_again(cast):
    meeting = plan(cast.nest, cast.hilde)
    meeting.attendances.filter(user=cast.anna).update(reply="yes", replied_at=timezone.now())
    meeting = services.change_meeting(meeting, by=cast.hilde, version=1, place="Gent")
    assert meeting.attendances.get(user=cast.anna).reply == "yes"
    services.change_meeting(meeting, by=cast.hilde, version=2, starts_at=ahead(40), ends_at=ahead(40, 12))
    assert meeting.attendances.get(user=cast.anna).reply == ""


def test_a_stale_page_is_refused_and_changes_nothing(cast):
    meeting = plan(cast.nest, cast.hilde)
    services.change_meeting(meeting, by=cast.joris, version=1, title="Van Joris")
    with pytest.raises(Conflict):
        services.change_meeting(meeting, by=cast.hilde, version=1, title="Van Hilde")
    with pytest.raises(Conflict):
        services.cancel_meeting(meeting, by=cast.hilde, version=1, reason="x")
    assert Meeting.objects.get(pk=meeting.pk).title == "Van Joris"


def test_cancelling_tells_only_who_knew_and_stops_the_reminders(cast):
    meeting = plan(cast.nest, cast.hilde)
    OutgoingMail.objects.filter(kind="meeting-invite", recipient_id=cast.anna.pk).update(state=State.SENT)
    meeting = services.cancel_meeting(meeting, by=cast.hilde, version=1, reason="Te weinig mensen")
    assert (meeting.state, meeting.sequence) == (Meeting.State.CANCELLED, 1)
    assert [mail.recipient_id for mail in letters(meeting)] == [cast.anna.pk]
    assert letters(meeting)[0].kind == "meeting-cancel"
    with pytest.raises(DomainError):
        services.change_meeting(meeting, by=cast.hilde, version=2, title="Toch")


def test_refusals_name_their_field(cast):
    with pytest.raises(DomainError) as refusal:
        services.plan_meeting(by=cast.tess, host=cast.nest, title="X", starts_at=ahead(3, 12), ends_at=ahead(3, 9))
    assert refusal.value.field == "ends"
    held = plan(cast.nest, cast.hilde)
    Meeting.objects.filter(pk=held.pk).update(state=Meeting.State.HELD, starts_at=ahead(-3, 9), ends_at=ahead(-3, 12))
    with pytest.raises(DomainError):
        services.change_meeting(held, by=cast.hilde, version=1, starts_at=ahead(50), ends_at=ahead(50, 12))
    assert services.change_meeting(held, by=cast.hilde, version=1, title="Beter").title == "Beter"


def test_who_takes_a_seat_after_planning_is_invited_and_who_leaves_is_not_expected(cast):
    session, moment = plan(cast.network, cast.hilde, days=30), plan(cast.nest, cast.hilde, days=30)
    for meeting in (session, moment):
        sent(meeting, "meeting-invite")
    assert services.keep_up(now=timezone.now()) == 0
    nora = person("Nora", "Ooms")
    seat = cast.anna.seats.get()
    trajectories.replace_leader(seat, by=cast.tess, user=nora, until=timezone.localdate() + datetime.timedelta(days=10))
    assert services.keep_up(now=timezone.now()) == 4
    for meeting in (session, moment):
        assert "Nora" in invited(meeting)
        assert "Anna" not in invited(meeting)
        assert [mail.recipient_id for mail in letters(meeting, kind="meeting-invite")] == [nora.pk]
        assert [mail.recipient_id for mail in letters(meeting, kind="meeting-cancel")] == [cast.anna.pk]
        assert not OutgoingMail.objects.about(meeting.pk).waiting().filter(recipient_id=cast.anna.pk, kind="reminder-7d").exists()
    assert services.keep_up(now=timezone.now()) == 0


def test_a_pilot_that_leaves_the_network_is_no_longer_expected(cast):
    session = plan(cast.network, cast.hilde)
    member = cast.network.memberships.get(pilot=cast.wip)
    networks.leave(member, by=cast.tess, until=timezone.localdate() + datetime.timedelta(days=2))
    services.keep_up(now=timezone.now())
    assert invited(session) == {"Anna", "Bram", "Hilde", "Joris"}


def test_who_was_taken_off_by_hand_is_not_asked_again_by_the_tick(cast):
    session = plan(cast.network, cast.hilde)
    sent(session, "meeting-invite")
    place = session.attendances.get(user=cast.zita)
    services.withdraw(place, by=cast.hilde)
    services.keep_up(now=timezone.now())
    assert "Zita" not in invited(session)
    assert [mail.recipient_id for mail in letters(session, kind="meeting-cancel")] == [cast.zita.pk]
    services.invite(session, by=cast.hilde, people=[cast.zita])
    again = [mail for mail in letters(session, kind="meeting-invite") if mail.recipient_id == cast.zita.pk]
    assert [mail.key for mail in again] == [f"meeting:{session.pk}:v0:invite:{cast.zita.pk}:2"]
    assert {mail.kind for mail in letters(session) if mail.recipient_id == cast.zita.pk} == {
        "meeting-invite", "reminder-7d", "reminder-1d"}  # fmt: skip


def test_no_other_leader_can_be_asked_to_a_coaching_moment(cast):
    moment = plan(cast.nest, cast.hilde)
    with pytest.raises(DomainError):
        services.invite(moment, by=cast.hilde, people=[cast.zita])
    assert services.invite(moment, by=cast.hilde, people=[cast.karel]) == 1


def test_a_double_booking_is_named_without_saying_what_it_is(cast):
    plan(cast.network, cast.hilde)
    people = invitations.belonging(draft_for(cast.wip, starts_at=ahead(30), ends_at=ahead(30, 10)))
    names = [person.first_name for person in services.clashes(people=people, starts=ahead(30), ends=ahead(30, 10))]
    assert sorted(names) == ["Yusuf", "Zita"]
    Attendance.objects.filter(user=cast.zita).update(reply="no")
    assert [p.first_name for p in services.clashes(people=people, starts=ahead(30), ends=ahead(30, 10))] == ["Yusuf"]
    assert services.clashes(people=people, starts=ahead(30, 12), ends=ahead(30, 13)) == []


def test_numbers_follow_in_a_series(cast):
    first, second = plan(cast.nest, cast.hilde), plan(cast.nest, cast.hilde, days=60)
    other = plan(cast.wip, cast.karel)
    assert (first.number, second.number, other.number) == (1, 2, 1)
    assert plan(cast.advisers, cast.tess).number is None
