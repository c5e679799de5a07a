"""Who is invited to a meeting, and the letters that tell them: rows in the outbox with a key per meeting, sequence and person."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from networks.models import NetworkCoach, NetworkPilot
from outbox import services as outbox
from outbox.models import OutgoingMail
from people.models import User
from sessions import clock
from sessions.models import Attendance, Meeting
from trajectories.models import Seat

Kind, Role = Meeting.Kind, Seat.Role
REMINDERS = {"reminder-7d": 7, "reminder-1d": 1}
KINDS = {"invite": "meeting-invite", "change": "meeting-change", "cancel": "meeting-cancel"} | {name: name for name in REMINDERS}
TOGETHER = timedelta(minutes=1)

# -- who belongs ------------------------------------------------------------------------------------------------------


def _on(path: str, day: TruncDate) -> Q:
    """A seat or membership at `path` that counts on the meeting's day."""
    return Q(**{f"{path}__since__lte": day}) & (Q(**{f"{path}__until": None}) | Q(**{f"{path}__until__gte": day}))


def _belonging() -> Iterator[tuple[Q, str]]:
    """(which meetings with which seats, path to the seat), for every kind of host."""
    day = TruncDate("starts_at")

    def seats(path: str) -> Q:
        return _on(path, day) & Q(**{f"{path}__user__is_active": True})

    yield Q(kind=Kind.COACHING, pilot__seats__role__in=[Role.LEADER, Role.COACH]) & seats("pilot__seats"), "pilot__seats"
    yield Q(kind=Kind.NETWORK) & _on("network__coaching", day) & seats("network__coaching__seat"), "network__coaching__seat"
    path = "network__memberships__pilot__seats"
    yield Q(kind=Kind.NETWORK, **{f"{path}__role": Role.LEADER}) & _on("network__memberships", day) & seats(path), path
    yield Q(kind=Kind.EXCHANGE) & seats("partner__contacts__seat"), "partner__contacts__seat"
    asked = (
        Q(kind=Kind.ADVISORY, programme__seats__role__in=[Role.ADVISER, Role.PROJECT])
        | Q(kind=Kind.EXCHANGE, programme__seats__role__in=[Role.COACH, Role.PROJECT])
        | Q(kind=Kind.EVENT)
    )
    yield asked & seats("programme__seats"), "programme__seats"


def _missing(meetings: QuerySet[Meeting]) -> dict[UUID, dict[UUID, UUID]]:
    """Who belongs at these meetings and has no place in them yet: meeting → person → seat."""
    found: dict[UUID, dict[UUID, UUID]] = defaultdict(dict)
    known = Attendance.objects.filter(meeting_id=OuterRef("pk"), user_id=OuterRef("person"))
    for which, path in _belonging():
        rows = meetings.filter(which).annotate(seat=F(f"{path}__pk"), person=F(f"{path}__user_id")).filter(~Exists(known))
        for meeting, seat, person in rows.order_by().values_list("pk", "seat", "person"):
            found[meeting].setdefault(person, seat)
    return found


def invitable(meeting: Meeting) -> QuerySet[User]:
    """Who can be asked by hand: everybody with a seat in the programme on that day; at a coaching moment, no other leaders."""
    seats = Seat.objects.living(meeting.local_start.date()).filter(programme_id=meeting.programme_id)
    if meeting.kind == Kind.COACHING:
        seats = seats.filter(Q(role__in=[Role.PROJECT, Role.COACH]) | Q(pilot_id=meeting.pilot_id))
    asked = meeting.attendances.filter(is_invited=True, user__isnull=False).values("user_id")
    return User.objects.filter(pk__in=seats.values("user_id")).exclude(pk__in=asked).by_name()


# -- coming and going: each act first locks its meetings, and looks again at who has a place now ----------------------


@transaction.atomic
def invite_missing(meetings: QuerySet[Meeting], *, tell: bool = True) -> int:
    """Give everybody who belongs at these meetings a place in them, with a letter; who was taken off by hand stays off.
    Returns how many places were made: two workers at once tell nobody twice."""
    locked = _locked(_missing(meetings))  # what follows is asked again: another worker may have been faster
    missing = _missing(meetings.filter(pk__in=locked))
    count = 0
    for meeting in locked.values():
        asked = [Attendance(meeting=meeting, user_id=person, seat_id=seat) for person, seat in missing[meeting.pk].items()]
        Attendance.objects.bulk_create(asked, ignore_conflicts=True)
        made = Attendance.objects.filter(pk__in=[place.pk for place in asked]).values_list("user_id", flat=True)
        if tell and meeting.state == Meeting.State.PLANNED:
            tell_invited(meeting, [person for person in made if person])
        count += len(made)
    return count


def _locked(meetings: Iterable[UUID]) -> dict[UUID, Meeting]:
    """These meetings as they are now, held until the end of the transaction; always in the same order, so that nobody waits
    for each other."""
    rows = Meeting.objects.select_for_update(of=("self",)).with_host().filter(pk__in=set(meetings)).order_by("pk")
    return {meeting.pk: meeting for meeting in rows}


@transaction.atomic
def withdraw_ended(meetings: QuerySet[Meeting]) -> int:
    """Who has left by the day of a meeting to come loses their place in it; a renewed seat keeps it."""
    locked = _locked(_ended(Attendance.objects.filter(meeting__in=meetings)).values_list("meeting_id", flat=True))
    count = 0
    ended = _ended(Attendance.objects.filter(meeting__in=meetings.filter(pk__in=locked)))
    for place in list(ended.select_related("user", "seat")):
        place.meeting = locked[place.meeting_id]
        count += _withdraw_or_move(place)
    return count


def _ended(places: QuerySet[Attendance]) -> QuerySet[Attendance]:
    """Those of these places whose seat or membership no longer counts on the day of the meeting."""
    member = NetworkPilot.objects.filter(network=OuterRef("meeting__network"), pilot=OuterRef("seat__pilot"))
    coach = NetworkCoach.objects.filter(network=OuterRef("meeting__network"), seat=OuterRef("seat"))
    left_network = Q(meeting__kind=Kind.NETWORK, seat__role__in=[Role.LEADER, Role.COACH]) & (
        (Exists(member.filter(until__lt=OuterRef("day"))) & ~Exists(_counting(member)))
        | (Exists(coach.filter(until__lt=OuterRef("day"))) & ~Exists(_counting(coach)))
    )
    return (
        places.filter(is_invited=True, status=Attendance.Status.UNKNOWN)
        .annotate(day=TruncDate("meeting__starts_at"))
        .filter(Q(seat__until__lt=F("day")) | Q(user__is_active=False) | left_network)
    )


def _counting(membership: QuerySet) -> QuerySet:
    return membership.filter(Q(until=None) | Q(until__gte=OuterRef("day")), since__lte=OuterRef("day"))


def _withdraw_or_move(place: Attendance) -> int:
    other = _same_seat_again(place)
    if other is not None:
        Attendance.objects.filter(pk=place.pk).update(seat=other)
        return 0
    _tell_withdrawn(place)
    place.delete()
    return 1


def _same_seat_again(place: Attendance) -> Seat | None:
    """The seat by which the same person has the same right on the day, after the first one ended."""
    if place.seat is None:
        return None
    meeting, seat = place.meeting, place.seat
    seats = Seat.objects.living(meeting.local_start.date()).filter(user_id=place.user_id, programme_id=meeting.programme_id)
    return seats.filter(role=seat.role, pilot_id=seat.pilot_id).exclude(pk=seat.pk).first()


@transaction.atomic
def invite(meeting: Meeting, *, by: User, people: Iterable[User]) -> int:
    """Ask more people by hand; returns how many were not on the list yet. Raises DomainError for somebody who cannot be asked
    to this meeting."""
    meeting = _locked([meeting.pk])[meeting.pk]
    _refuse_closed(meeting)
    asked = {person.pk for person in people}
    asked -= set(meeting.attendances.filter(user_id__in=asked, is_invited=True).values_list("user_id", flat=True))
    if asked - set(invitable(meeting).filter(pk__in=asked).values_list("pk", flat=True)):
        raise DomainError(_("Only people with a seat in this programme can be invited."), field="people")
    seats = {seat.user_id: seat for seat in Seat.objects.living(meeting.local_start.date()).filter(
        programme_id=meeting.programme_id, user_id__in=asked)}  # fmt: skip
    for person in asked:
        Attendance.objects.update_or_create(
            meeting=meeting, user_id=person, defaults={"is_invited": True, "seat": seats[person], "reply": ""}
        )
        outbox.make_obsolete(key_prefix=_key(meeting, "cancel", person))
    if meeting.state == Meeting.State.PLANNED:
        tell_invited(meeting, asked)
    audit.record(by=by.pk, verb="meeting.invited", target=meeting, count=len(asked))
    return len(asked)


@transaction.atomic
def withdraw(place: Attendance, *, by: User) -> None:
    """Take somebody off the list by hand; the tick does not ask them again. Who is off already hears nothing more."""
    found = _place_now(place)
    if found is None or not found.is_invited:
        return
    _refuse_closed(found.meeting)
    Attendance.objects.filter(pk=found.pk).update(is_invited=False, reply="", replied_at=None)
    _tell_withdrawn(found)
    audit.record(by=by.pk, verb="meeting.withdrawn", target=found.meeting, person=found.user_id)


def _place_now(place: Attendance) -> Attendance | None:
    """The place as it is now, its meeting locked; None when it was given up in the meantime."""
    meeting = _locked([place.meeting_id]).get(place.meeting_id)
    found = Attendance.objects.filter(pk=place.pk).select_related("user", "seat").first()
    if meeting is None or found is None:
        return None
    found.meeting = meeting
    return found


def _refuse_closed(meeting: Meeting) -> None:
    if meeting.state not in {Meeting.State.DRAFT, Meeting.State.PLANNED}:
        raise DomainError(_("This meeting is closed: nobody can be invited or taken off any more."))


@transaction.atomic
def answer(place: Attendance, *, reply: str, by: UUID | None) -> Attendance:
    """Note that somebody comes, comes online or does not come. `by` is empty for an answer through the link in a letter.

    The answer is about the meeting as `place` shows it: moved in the meantime, it is refused instead of counted for another day.
    """
    found = _place_now(place)
    if found is None or found.meeting.state != Meeting.State.PLANNED or not found.is_invited:
        raise DomainError(_("You are no longer invited to this meeting, so there is nothing to answer."))
    if found.meeting.sequence != place.meeting.sequence:
        raise DomainError(_("This meeting has just changed. Look at the new day and place, and answer again."))
    if found.meeting.has_begun:
        raise DomainError(_("This meeting has already begun."))
    if reply not in dict(choices(found.meeting)):
        raise DomainError(_("Choose one of the answers."), field="reply")
    found.reply, found.replied_at = reply, timezone.now()
    found.save(update_fields=["reply", "replied_at"])
    audit.record(by=by, verb="meeting.answered", target=found, fields=["reply"], person=found.user_id)
    return found


def said_before(meeting: Meeting, *, people: Iterable[UUID], by: UUID) -> None:
    """Note that these people come, since they had said so for this very time; their invitation does not ask again, and they may
    still say otherwise. Where one chooses between the place and the link everybody is asked."""
    if meeting.mode == Meeting.Mode.HYBRID:
        return
    places = meeting.attendances.filter(user_id__in=list(people), is_invited=True, reply=Attendance.Reply.NONE)
    count = places.update(reply=Attendance.Reply.YES, replied_at=timezone.now())
    audit.record(by=by, verb="meeting.answered_before", target=meeting, fields=["reply"], count=count)


def choices(meeting: Meeting) -> list[tuple[str, str]]:
    """The answers that fit how the meeting is held."""
    reply = Attendance.Reply
    if meeting.mode == Meeting.Mode.HYBRID:
        return [(reply.YES, _("I come on site")), (reply.ONLINE, _("I take part online")), (reply.NO, _("I cannot come"))]
    return [(reply.YES, _("I come")), (reply.NO, _("I cannot come"))]


def clashes(*, people: Iterable[UUID], starts: datetime, ends: datetime, apart_from: UUID | None = None) -> list[User]:
    """Who of these people is asked to something else in that stretch, a draft too. Says who, never what."""
    others = Attendance.objects.filter(
        user_id=OuterRef("pk"),
        is_invited=True,
        meeting__state__in=[Meeting.State.DRAFT, Meeting.State.PLANNED],
        meeting__starts_at__lt=ends,
        meeting__ends_at__gt=starts,
    ).exclude(reply=Attendance.Reply.NO)
    others = others.exclude(meeting_id=apart_from) if apart_from else others
    return list(User.objects.filter(Exists(others), pk__in=list(people)).by_name())


def belonging(meeting: Meeting) -> set[UUID]:
    """Who will be invited by default to a meeting that is not saved yet: the same people that `invite_missing` asks.
    Without a time yet, those of today."""
    day = meeting.local_start.date() if meeting.starts_at else timezone.localdate()
    seats = Seat.objects.living(day).filter(programme_id=meeting.programme_id)
    if meeting.kind == Kind.COACHING:
        seats = seats.filter(pilot_id=meeting.pilot_id)
    elif meeting.kind == Kind.NETWORK:
        pilots = NetworkPilot.objects.living(day).filter(network_id=meeting.network_id).values("pilot_id")
        coaches = NetworkCoach.objects.living(day).filter(network_id=meeting.network_id).values("seat_id")
        seats = seats.filter(Q(role=Role.LEADER, pilot_id__in=pilots) | Q(pk__in=coaches))
    elif meeting.kind == Kind.ADVISORY:
        seats = seats.filter(role__in=[Role.ADVISER, Role.PROJECT])
    elif meeting.kind == Kind.EXCHANGE:
        contacts = Q(partner_contact__partner_id=meeting.partner_id)
        seats = seats.filter(Q(role__in=[Role.COACH, Role.PROJECT]) | contacts)
    return set(seats.values_list("user_id", flat=True))


# -- letters ----------------------------------------------------------------------------------------------------------


def _key(meeting: Meeting, letter: str, person: UUID) -> str:
    return f"meeting:{meeting.pk}:v{meeting.sequence}:{letter}:{person}"


def _queue(meeting: Meeting, plan: Iterable[tuple[str, datetime | None]], people: Iterable[UUID]) -> None:
    """Write these letters (name, not before) to these people. Who was told the same before, was taken off and is asked again
    gets a letter with a number behind its key."""
    people, plan = list(people), list(plan)
    wanted = {_key(meeting, letter, person): (letter, when, person) for letter, when in plan for person in people}
    before: dict[str, int] = defaultdict(int)
    earlier = OutgoingMail.objects.about(meeting.pk).filter(recipient_id__in=people, key__contains=f":v{meeting.sequence}:")
    for key in earlier.values_list("key", flat=True):
        before[":".join(key.split(":")[:5])] += 1
    outbox.queue_many(
        [
            outbox.draft(
                KINDS[letter],
                key=f"{key}:{before[key] + 1}" if before[key] else key,
                recipient_id=person,
                subject_id=meeting.pk,
                programme_id=meeting.programme_id,
                not_before=when,
            )
            for key, (letter, when, person) in wanted.items()
        ]
    )


def _reminders(meeting: Meeting) -> list[tuple[str, datetime]]:
    now = timezone.now()
    times = [(name, clock.days_before(meeting.starts_at, days, meeting.zone)) for name, days in REMINDERS.items()]
    return [(name, when) for name, when in times if now < when < meeting.starts_at]


def tell_invited(meeting: Meeting, people: Iterable[UUID]) -> None:
    """An invitation and the reminders, for a meeting to come."""
    if not meeting.has_begun:
        _queue(meeting, [("invite", None), *_reminders(meeting)], people)


def tell_changed(meeting: Meeting) -> None:
    """One letter a person about time, place or link: changes within a minute are one letter, and who had not been told of the
    meeting at all is simply invited. Letters of the earlier sequence are obsolete."""
    untold, leaving = _make_obsolete(meeting)
    if meeting.has_begun:
        return
    people = set(meeting.attendances.filter(is_invited=True, user__isnull=False).values_list("user_id", flat=True))
    tell_invited(meeting, people & untold)
    _queue(meeting, [("change", timezone.now() + TOGETHER), *_reminders(meeting)], people - untold)
    _queue(meeting, [("cancel", None)], leaving - people)


def tell_cancelled(meeting: Meeting) -> None:
    """A cancellation for everybody who knew; nobody hears of what they never heard of."""
    untold, leaving = _make_obsolete(meeting)
    if meeting.has_begun:
        return
    people = set(meeting.attendances.filter(is_invited=True, user__isnull=False).values_list("user_id", flat=True))
    _queue(meeting, [("cancel", None)], (people - untold) | leaving)


def _make_obsolete(meeting: Meeting) -> tuple[set[UUID], set[UUID]]:
    """Stop what still waits about this meeting; returns whose invitation was among it, and who still had to hear that they are
    no longer expected."""
    waiting = OutgoingMail.objects.about(meeting.pk).waiting().filter(recipient_id__isnull=False)
    untold, leaving = (
        {person for person in waiting.filter(kind=KINDS[letter]).values_list("recipient_id", flat=True) if person}
        for letter in ("invite", "cancel")
    )
    outbox.make_obsolete(key_prefix=f"meeting:{meeting.pk}:v")
    return untold, leaving


def _tell_withdrawn(place: Attendance) -> None:
    meeting, person = place.meeting, place.user_id
    if person is None:
        return
    waiting = OutgoingMail.objects.about(meeting.pk).waiting().filter(recipient_id=person)
    told = not waiting.filter(kind=KINDS["invite"]).exists()
    for letter in KINDS:
        outbox.make_obsolete(key_prefix=_key(meeting, letter, person))
    if told and meeting.state == Meeting.State.PLANNED and not meeting.has_begun:
        _queue(meeting, [("cancel", None)], [person])
