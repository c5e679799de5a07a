"""Rules for reminders become letters: written once each, up to two weeks ahead so that the outbox shows them."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.errors import DomainError
from outbox import services as outbox
from outbox.models import OutgoingMail
from people.models import User
from planning.models import ReminderRule, TemplateUse
from planning.rules_words import BUILT_IN, check_words, shipped
from sessions import clock
from sessions.invitations import REMINDERS
from sessions.models import Action, Attendance, Meeting
from trajectories.models import Pilot, Programme, Seat

LETTER = "reminder-rule"
AHEAD = timedelta(days=14)
LATE = timedelta(days=1)  # a moment that the machine slept through is still written about for a day
OWN_RULES = "own rules"
Moment, Who = ReminderRule.Moment, ReminderRule.Who
Wanted = tuple[str, datetime, UUID, UUID]  # what marks this case, when, to whom, about what

# -- by people --------------------------------------------------------------------------------------------------------


@transaction.atomic
def adopt_shipped(programme: Programme, *, by: User) -> list[ReminderRule]:
    """The two built-in reminders become rules of the programme, to be changed; refused when it has rules before a meeting."""
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if programme.reminder_rules.of_meetings().general().exists():
        raise DomainError(_("This programme has reminders of its own already."))
    return [save_rule(ReminderRule(programme=programme), by=by, values=shipped(days)) for days in BUILT_IN]


@transaction.atomic
def save_rule(rule: ReminderRule, *, by: User, values: dict) -> ReminderRule:
    """Make or change a rule; `steps` among its values are those it is only for. Letters that wait by its old words or days are
    written anew; what went stays gone.

    Raises DomainError with its field for an unknown word in braces.
    """
    check_words(values["moment"], values)
    if values["moment"] == Moment.BEFORE and values["who"] in {Who.CAME, Who.MISSED}:
        raise DomainError(_("Before a meeting nobody knows yet who comes. Choose somebody else."), field="who")
    if values["moment"] in {Moment.QUIET, Moment.ACTION}:
        values = {**values, "who": Who.ALL, "steps": []}
    plain = {name: value for name, value in values.items() if name != "steps"}
    fields = [name for name, value in plain.items() if rule._state.adding or getattr(rule, name) != value]
    for name, value in plain.items():
        setattr(rule, name, value)
    if rule._state.adding:
        rule.created_by = by.pk
    rule.since = timezone.now()
    rule.save()
    if "steps" in values:
        rule.steps.set(values["steps"])
    take_back(rule)
    audit.record(by=by.pk, verb="reminder_rule.saved", target=rule, fields=fields)
    return rule


@transaction.atomic
def remove_rule(rule: ReminderRule, *, by: User) -> None:
    """Take a rule away, with the letters that wait by it."""
    take_back(rule)
    audit.record(by=by.pk, verb="reminder_rule.removed", target=rule)
    rule.delete()


def take_back(rule: ReminderRule) -> None:
    """Letters that wait by this rule do not go; the next tick writes those that it still asks for."""
    OutgoingMail.objects.waiting().filter(kind=LETTER, key__startswith=f"rule:{rule.pk}:").delete()


# -- by the tick ------------------------------------------------------------------------------------------------------


def keep_up(*, now: datetime | None = None) -> int:
    """Write the letters of all rules in force up to two weeks ahead, once each; returns how many were new."""
    now = now or timezone.now()
    _stand_in_for_built_in(now)
    written = 0
    for rule in ReminderRule.objects.in_force().select_related("programme"):
        written += outbox.queue_many([_draft(rule, *case) for case in cases(rule, now) if max(rule.since, now - LATE) < case[1]])
    return written


def _draft(rule: ReminderRule, mark: str, when: datetime, reader: UUID, subject: UUID) -> OutgoingMail:
    return outbox.draft(
        LETTER,
        key=f"rule:{rule.pk}:{subject}:{mark}:{reader}",
        recipient_id=reader,
        subject_id=subject,
        programme_id=rule.programme_id,
        not_before=when,
    )


@transaction.atomic
def _stand_in_for_built_in(now: datetime) -> None:
    """Where a programme has reminders of its own for all meetings, or a template says when those of its meetings go, the built-in
    ones do not; without them they come back."""
    own = ReminderRule.objects.in_force().of_meetings().general().values("programme_id")
    ruled = Q(programme_id__in=own) | Q(subject_id__in=_ruled_by_templates())
    built_in = OutgoingMail.objects.filter(kind__in=REMINDERS)
    built_in.waiting().filter(ruled).update(state=OutgoingMail.State.OBSOLETE, problem=OWN_RULES, settled_at=now)
    again = built_in.filter(state=OutgoingMail.State.OBSOLETE, problem=OWN_RULES, not_before__gt=now)
    again.exclude(ruled).update(state=OutgoingMail.State.QUEUED, problem="", settled_at=None)


def _ruled_by_templates():
    """The meetings made from steps whose reminders became rules when their template was applied; also when it asks for none."""
    said = Q(pk__in=[])
    for programme, reminders in TemplateUse.objects.exclude(reminders={}).values_list("programme_id", "reminders"):
        said |= Q(programme_id=programme, planned_step__step_id__in=list(reminders))
    return Meeting.objects.filter(said).values("pk")


def cases(rule: ReminderRule, now: datetime) -> Iterator[Wanted]:
    """Every letter that this rule asks for, from a day ago until two weeks ahead."""
    found = {
        Moment.BEFORE: _around_meetings,
        Moment.AFTER: _around_meetings,
        Moment.QUIET: _quiet_pilots,
        Moment.ACTION: _open_actions,
    }[Moment(rule.moment)](rule, now)
    return (case for case in found if case[1] <= now + AHEAD)


def _around_meetings(rule: ReminderRule, now: datetime) -> Iterator[Wanted]:
    days = timedelta(days=rule.number if rule.moment == Moment.BEFORE else -rule.number)
    slack = timedelta(days=2)
    places = Attendance.objects.filter(
        who_of(rule),
        meeting__in=meetings_of(rule),
        meeting__starts_at__range=(now + days - slack, now + days + AHEAD + slack),
        is_invited=True,
        user__is_active=True,
    )
    for place in places.select_related("meeting"):
        meeting = place.meeting
        when = clock.days_before(meeting.starts_at, days.days, meeting.zone)
        if (when < meeting.starts_at) == (rule.moment == Moment.BEFORE):
            yield f"s{meeting.sequence}", when, place.user_id, meeting.pk


def meetings_of(rule: ReminderRule):
    """The meetings that a rule is about: still planned for a reminder before, not cancelled for a letter after. A rule for some
    steps goes before the same one for all meetings, so that nobody is told twice."""
    meetings = Meeting.objects.filter(programme_id=rule.programme_id)
    if rule.moment == Moment.BEFORE:
        meetings = meetings.filter(state=Meeting.State.PLANNED)
    else:
        meetings = meetings.exclude(state__in=[Meeting.State.DRAFT, Meeting.State.CANCELLED])
    steps = list(rule.steps.values_list("pk", flat=True)) if rule.pk else []
    if steps:
        return meetings.filter(planned_step__step__in=steps)
    same = ReminderRule.objects.in_force().filter(programme_id=rule.programme_id, moment=rule.moment, number=rule.number)
    named = same.filter(who=rule.who, steps__isnull=False).exclude(pk=rule.pk).values("steps")
    return meetings.exclude(planned_step__step__in=named)


def who_of(rule: ReminderRule) -> Q:
    """Which places in a meeting the rule writes to."""
    reply, status = Attendance.Reply, Attendance.Status
    coming = ~Q(reply=reply.NO) if rule.moment == Moment.BEFORE else Q()
    return {
        Who.ALL: coming,
        Who.ANSWERED: Q(reply__in=[reply.YES, reply.ONLINE]),
        Who.UNANSWERED: Q(reply=reply.NONE),
        Who.CAME: Q(status__in=Attendance.PRESENT),
        Who.MISSED: Q(status__in=[status.EXCUSED, status.ABSENT]),
    }[Who(rule.who)]


def _quiet_pilots(rule: ReminderRule, now: datetime) -> Iterator[Wanted]:
    zone = timezone.get_default_timezone()
    today = timezone.localdate(now, zone)
    for pilot, last in quiet_since(rule, now):
        for seat in Seat.objects.living(today).coaches().filter(pilot=pilot):
            yield str(last), clock.days_before(now, 0, zone), seat.user_id, pilot.pk


def quiet_since(rule: ReminderRule, now: datetime) -> Iterator[tuple[Pilot, date]]:
    """Pilots of a programme that still runs without anything planned, and the day of their last meeting so many weeks ago."""
    today = timezone.localdate(now)
    planned = Meeting.objects.not_cancelled().filter(pilot__programme_id=rule.programme_id, ends_at__gt=now)
    pilots = Pilot.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), programme_id=rule.programme_id, starts_on__lte=today)
    pilots = pilots.filter(programme__ends_on__gte=today).exclude(pk__in=planned.values("pilot_id"))
    met = Q(meetings__starts_at__lte=now) & ~Q(meetings__state__in=[Meeting.State.CANCELLED, Meeting.State.DRAFT])
    for pilot in pilots.annotate(last=Max("meetings__starts_at", filter=met)).select_related("service"):
        last = timezone.localdate(pilot.last) if pilot.last else pilot.starts_on
        if last <= today - timedelta(weeks=rule.number):
            yield pilot, last


def _open_actions(rule: ReminderRule, now: datetime) -> Iterator[Wanted]:
    zone = timezone.get_default_timezone()
    first = timezone.localdate(now, zone) + timedelta(days=rule.number - 2)
    actions = Action.objects.open().filter(programme_id=rule.programme_id, owner__is_active=True)
    for action in actions.filter(due_on__range=(first, first + AHEAD + timedelta(days=4))):
        if action.due_on is None:
            continue
        when = clock.moment(action.due_on - timedelta(days=rule.number), clock.REMINDER_HOUR, zone)
        yield str(action.due_on), when, action.owner_id, action.pk
