"""Polls for a day: asked once, answered until the deadline, closed once by choosing a day, which plans the meeting."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from core.templatetags.ui import when
from networks.models import LearningNetwork
from outbox import services as outbox
from outbox.models import OutgoingMail
from people.models import User
from planning.models import Poll, PollAnswer, PollOption, PollParticipant
from sessions import clock, invitations
from sessions.models import Meeting
from sessions.planning import LONGEST, change_meeting, draft_for, plan_meeting
from trajectories.models import Pilot, Seat

FEWEST, MOST = 2, 20
REMIND_DAYS = 2
State, Choice = Poll.State, PollAnswer.Choice
Stretch = tuple[datetime, datetime]


@transaction.atomic
def open_poll(
    *,
    by: User,
    host: LearningNetwork | Pilot,
    title: str,
    options: Iterable[Stretch],
    deadline: datetime,
    draft: Meeting | None = None,
) -> Poll:
    """Ask everybody who belongs at a meeting of this host which of these stretches suit. Each gets a letter; the maker, when
    they belong there, answers on the page. With a `draft` of the host that very meeting is planned in the end, by one poll at a
    time. Raises DomainError with the field it belongs to."""
    type(host)._default_manager.select_for_update(no_key=True).get(pk=host.pk)  # as whoever plans or asks for this host does
    stretches = sorted(set(options))
    _check(stretches, deadline)
    if draft is not None:
        _check_draft(draft)
    wanted = draft_for(host, starts_at=stretches[0][0])
    poll = Poll(
        programme=wanted.programme, network=wanted.network, pilot=wanted.pilot, title=title, time_zone=wanted.time_zone,
        deadline=deadline, created_by=by.pk, meeting=draft,
    )  # fmt: skip
    poll.save()
    PollOption.objects.bulk_create([PollOption(poll=poll, starts_at=start, ends_at=end) for start, end in stretches])
    if not _ask_missing(poll):
        raise DomainError(_("Nobody belongs to this group on that day, so there is nobody to ask."))
    _queue(poll, "ready", [by.pk], when=poll.deadline)
    audit.record(by=by.pk, verb="poll.opened", target=poll, options=len(stretches))
    return poll


def _check(stretches: list[Stretch], deadline: datetime) -> None:
    if len(stretches) < FEWEST:
        raise DomainError(_("Propose at least two different days or hours."))
    if len(stretches) > MOST:
        raise DomainError(_("Propose at most %(number)s days or hours.") % {"number": MOST})
    if any(end <= start or end - start > LONGEST for start, end in stretches):
        raise DomainError(_("The end lies before the start."))
    if deadline <= timezone.now():
        raise DomainError(_("This day lies in the past."), field="deadline")
    if stretches[0][0] <= deadline:
        raise DomainError(_("Choose a last day to answer before the first day that you propose."), field="deadline")


def _check_draft(draft: Meeting) -> None:
    """A draft without another poll; held until the end of the transaction, so that two who ask at once make one poll."""
    now = Meeting.objects.select_for_update().get(pk=draft.pk)
    if now.state != Meeting.State.DRAFT:
        raise DomainError(_("This meeting is no draft any more. Move it by changing it."))
    if draft.polls.exclude(state=State.WITHDRAWN).exists():
        raise DomainError(_("Somebody has already asked which day suits for this meeting."))


def belonging(poll: Poll) -> set[UUID]:
    """Who belongs at the meeting that this poll is for, on its first proposed day, as seats and memberships are now; of a draft
    also who was asked by hand, and not who was taken off."""
    first = poll.options.all()[0]  # in order of time
    people = invitations.belonging(draft_for(poll.host, starts_at=first.starts_at))
    if poll.meeting is None:
        return people
    places = poll.meeting.attendances.filter(user__is_active=True).values_list("user_id", "is_invited")
    by_hand = {person: invited for person, invited in places if person}
    seats = Seat.objects.living(timezone.localdate(first.starts_at, poll.zone)).filter(programme_id=poll.programme_id)
    still = set(seats.filter(user_id__in=by_hand).values_list("user_id", flat=True))
    return {person for person in people | still if by_hand.get(person, True)}


def _ask_missing(poll: Poll) -> int:
    """Everybody who belongs there and is not asked yet becomes a participant, with a letter and one reminder."""
    asked = belonging(poll) - set(poll.participants.values_list("user_id", flat=True))
    seats = Seat.objects.living(timezone.localdate()).filter(programme_id=poll.programme_id, role=Seat.Role.COACH)
    coaches = set(seats.filter(user_id__in=asked).values_list("user_id", flat=True))
    rows = [PollParticipant(poll=poll, user_id=person, is_coach=person in coaches) for person in asked]
    PollParticipant.objects.bulk_create(rows, ignore_conflicts=True)
    _queue(poll, "ask", {person for person in asked if person != poll.created_by})
    remind = clock.days_before(poll.deadline, REMIND_DAYS, poll.zone)
    if remind > timezone.now():
        _queue(poll, "remind", asked, when=remind)
    return len(asked)


def _queue(poll: Poll, letter: str, people: Iterable[UUID], *, when: datetime | None = None) -> None:
    outbox.queue_many(
        [
            outbox.draft(
                f"poll-{letter}", key=_key(poll, letter, person), recipient_id=person, subject_id=poll.pk,
                programme_id=poll.programme_id, not_before=when,
            )
            for person in sorted(people)
        ]
    )  # fmt: skip


def _key(poll: Poll, letter: str, person: UUID | str = "") -> str:
    return f"poll:{poll.pk}:{letter}:{person}"


def words_of(option: PollOption, poll: Poll) -> str:
    """Day and hours of an option in words."""
    return strip_tags(when(option.starts_at, option.ends_at, poll.zone))


def why_closed(poll: Poll, person: UUID | None = None) -> str:
    """Why there is nothing to answer (any more); empty when there is. With `person`: for them."""
    if poll.state == State.WITHDRAWN:
        return _("This poll was withdrawn, so there is nothing to answer.")
    if poll.meeting and poll.has_its_day:
        words = strip_tags(when(poll.meeting.starts_at, poll.meeting.ends_at, poll.zone))
        return _("A day has been chosen: %(when)s. You get an invitation by mail.") % {"when": words}
    if poll.meeting and poll.meeting.state == Meeting.State.CANCELLED:
        return _("This meeting does not take place, so there is nothing to answer.")
    if poll.is_over:
        return _("The last day to answer has passed. Tell your coach if something still matters.")
    if person is not None and person not in belonging(poll):
        return _("You no longer belong to this group, so there is nothing to answer.")
    return ""


@transaction.atomic
def answer(part: PollParticipant, *, choices: Mapping[UUID, str], by: UUID | None) -> PollParticipant:
    """Note what one participant can, for every option; `by` is empty for an answer through the link of a letter.

    Said again before the deadline, the last answer counts. When everybody has answered, the maker hears so at once.
    """
    poll = _locked(part.poll)
    sentence = why_closed(poll, part.user_id)
    if sentence:
        raise DomainError(sentence)
    options = {option.pk for option in poll.options.all()}
    if set(choices) != options or not set(choices.values()) <= set(Choice.values):
        raise DomainError(_("Say for each day whether you can."))
    part.answers.all().delete()
    PollAnswer.objects.bulk_create([PollAnswer(participant=part, option_id=pk, choice=said) for pk, said in choices.items()])
    part.answered_at = timezone.now()
    part.save(update_fields=["answered_at"])
    audit.record(by=by, verb="poll.answered", target=poll, person=part.user_id)
    _tell_when_complete(poll)
    return part


def _tell_when_complete(poll: Poll) -> None:
    """Everybody has answered: the maker's letter, which waits for the deadline, goes now."""
    if poll.participants.filter(user_id__in=belonging(poll), answered_at=None).exists():
        return
    waiting = OutgoingMail.objects.waiting().filter(key__startswith=_key(poll, "ready"))
    waiting.update(not_before=timezone.now())


@transaction.atomic
def close(poll: Poll, *, by: User, option: PollOption, mode: str, place: str = "", link: str = "", title: str = "") -> Meeting:
    """Choose this option: plans the meeting (the draft that was asked about, or a new one), and everybody gets its invitation
    once. Refused when the poll was closed or withdrawn meanwhile, and for an option that is gone, past, or that nobody can."""
    found = _open_and_locked(poll)
    row = next((row for row in results(found) if row.option.pk == option.pk), None)
    if row is None or not row.is_choosable:
        raise DomainError(row.why if row else _("This day is not one of the poll."))
    facts: dict = {"title": title or found.title, "mode": mode, "place": place, "link": link}
    facts |= {"starts_at": row.option.starts_at, "ends_at": row.option.ends_at}
    if found.meeting:
        meeting = change_meeting(found.meeting, by=by, version=found.meeting.version, publish=True, **facts)
    else:
        meeting = plan_meeting(by=by, host=found.host, **facts)
    can = row.option.answers.filter(choice=Choice.YES).values_list("participant__user_id", flat=True)
    invitations.said_before(meeting, people=can, by=by.pk)
    found.state, found.meeting = State.PLANNED, meeting
    _settle(found, by)
    audit.record(by=by.pk, verb="poll.closed", target=found, meeting=meeting.pk)
    return meeting


@transaction.atomic
def withdraw(poll: Poll, *, by: User) -> Poll:
    """No day is chosen after all. Who had been asked by mail hears that they can forget the days."""
    return _withdraw(_open_and_locked(poll), by)


def _withdraw(found: Poll, by: User | None) -> Poll:
    author = by.pk if by else None
    untold = OutgoingMail.objects.waiting().filter(key__startswith=_key(found, "ask")).values_list("recipient_id", flat=True)
    told = set(found.participants.values_list("user_id", flat=True)) - set(untold) - {author}
    found.state = State.WITHDRAWN
    _settle(found, by)
    _queue(found, "withdrawn", told)
    audit.record(by=author, verb="poll.withdrawn", target=found)
    return found


def _settle(poll: Poll, by: User | None) -> None:
    poll.closed_at, poll.closed_by = timezone.now(), by.pk if by else None
    poll.save(update_fields=["state", "meeting", "closed_at", "closed_by"])
    outbox.make_obsolete(key_prefix=f"poll:{poll.pk}:")


def _locked(poll: Poll) -> Poll:
    return Poll.objects.select_for_update(of=("self",)).with_host().get(pk=poll.pk)


def _open_and_locked(poll: Poll) -> Poll:
    """The poll as it is now, while nobody else closes it; DomainError when somebody has."""
    found = _locked(poll)
    if found.meeting and found.has_its_day:
        words = {"when": strip_tags(when(found.meeting.starts_at, found.meeting.ends_at, found.zone))}
        raise DomainError(_("This poll has been closed already: the day is %(when)s. Nobody gets a second mail.") % words)
    if found.state == State.WITHDRAWN:
        raise DomainError(_("This poll was withdrawn, so no day can be chosen."))
    return found


def _follow_meetings() -> None:
    """A draft that was planned in another way has its day; one that was cancelled needs none: whoever was asked hears so."""
    settled = Poll.objects.open().filter(meeting__isnull=False).exclude(meeting__state=Meeting.State.DRAFT)
    for poll in settled.order_by("pk"):
        with transaction.atomic():
            found = _locked(poll)
            if found.state != State.OPEN or found.meeting is None:
                continue
            if found.meeting.state == Meeting.State.CANCELLED:
                _withdraw(found, None)
                continue
            found.state = State.PLANNED
            _settle(found, None)
            audit.record(by=None, verb="poll.closed", target=found, meeting=found.meeting.pk)


def keep_up(*, now: datetime) -> int:
    """The tick's part: polls follow their drafts, and who came into the group after the poll was opened is asked too. Returns
    how many were asked."""
    _follow_meetings()
    count = 0
    for poll in Poll.objects.open().filter(deadline__gt=now).with_host().order_by("pk"):
        with transaction.atomic():
            if belonging(poll) - set(poll.participants.values_list("user_id", flat=True)):
                found = _locked(poll)
                count += _ask_missing(found) if found.takes_answers else 0
    return count


def asked_in(poll: Poll) -> list[PollParticipant]:
    """The participants who still belong, coaches first, by name."""
    rows = poll.participants.filter(user_id__in=belonging(poll)).select_related("user")
    return list(rows.order_by("-is_coach", "user__first_name", "user__last_name", "pk"))


class Row:
    """One option with what each participant said of it, and whether it can be chosen."""

    def __init__(self, option: PollOption, people: list[PollParticipant], said: Mapping[UUID, str]) -> None:
        self.option = option
        self.cells = [(part, said.get(part.pk, "")) for part in people]
        self.yes = self._number(Choice.YES)
        self.maybe = self._number(Choice.MAYBE)
        self.no = self._number(Choice.NO)
        coaches = [word for part, word in self.cells if part.is_coach]
        others = [word for part, word in self.cells if not part.is_coach]
        self.coaches_missing = coaches.count(Choice.NO)
        self.why = self._why(coaches, others)
        self.is_best = False

    def _number(self, choice: str) -> int:
        return sum(word == choice for _part, word in self.cells)

    def _why(self, coaches: list[str], others: list[str]) -> str:
        can = {Choice.YES, Choice.MAYBE}
        if self.option.has_begun:
            return _("This day lies in the past.")
        if coaches and not can & set(coaches):
            nobody = all(word == Choice.NO for word in coaches)
            return _("No coach can come that day.") if nobody else _("No coach has said yet that they can come that day.")
        if not can & set(others or coaches):
            return _("Nobody has said that they can come that day.")
        return ""

    @property
    def is_choosable(self) -> bool:
        return not self.why

    @property
    def rank(self) -> tuple:
        """The best first: choosable, with all coaches, the most who can, the most who can easily, the earliest."""
        return (bool(self.why), self.coaches_missing, -(self.yes + self.maybe), -self.yes, self.option.starts_at)


def results(poll: Poll) -> list[Row]:
    """Every option with its answers, the best on top (four queries)."""
    people = asked_in(poll)
    said: dict[UUID, dict[UUID, str]] = {}
    for option, part, choice in PollAnswer.objects.filter(option__poll=poll).values_list("option", "participant", "choice"):
        said.setdefault(option, {})[part] = choice
    rows = sorted((Row(option, people, said.get(option.pk, {})) for option in poll.options.all()), key=lambda row: row.rank)
    if rows and rows[0].is_choosable:
        rows[0].is_best = True
    return rows
