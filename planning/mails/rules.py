"""The letter of a rule: the team's own words, asked once more whether they still hold."""

from uuid import UUID

from django.db.models import Model
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.translation import gettext_lazy as _

from core import letters
from core.letters import Letter, Obsolete, TooLate
from outbox.models import OutgoingMail
from people.mails import letter_to, reader_of
from people.models import User
from planning import rules
from planning.models import ReminderRule, worded
from planning.rules_words import filled
from sessions import history, ical
from sessions.mails import about, may_come, reply_token
from sessions.models import Action, Attendance, Meeting
from trajectories.models import Pilot, Seat

Moment = ReminderRule.Moment
Facts = tuple[dict[str, str], str, object]  # the words in braces, the address behind the button, the word on it


def render(mail: OutgoingMail) -> Letter:
    """Obsolete when the rule is gone or off, or no longer asks for this letter; TooLate when the meeting has begun."""
    _rule, pk, _subject, mark, _reader = mail.key.split(":")
    rule = ReminderRule.objects.in_force().select_related("programme").filter(pk=UUID(pk)).first()
    reader = reader_of(mail)
    if rule is None or not Seat.objects.living().filter(user=reader, programme_id=rule.programme_id).exists():
        raise Obsolete
    with translation.override(reader.language):
        if rule.moment == Moment.QUIET:
            facts = _of_pilot(rule, reader, mail.subject_id)
        elif rule.moment == Moment.ACTION:
            facts = _of_action(rule, reader, mail.subject_id, mark)
        else:
            facts = _of_meeting(rule, reader, mail.subject_id, mark)
    return letter(rule, reader, facts)


def letter(rule: ReminderRule, reader: User, facts: Facts) -> Letter:
    """The rule's words for this reader."""
    words, path, button = facts
    words = {"name": reader.get_short_name(), "programme": rule.programme.name, **words}
    return letter_to(
        reader,
        template="planning/mail/rule",
        programme=rule.programme,
        path=path,
        button=button,
        fewer=rules.LETTER,
        subject=filled(worded(rule, "subject", reader.language), words),
        text=filled(worded(rule, "text", reader.language), words),
    )


def example(rule: ReminderRule, reader: User) -> tuple[Letter, Model | None]:
    """What the rule would say about the newest real case, as a letter to whoever looks; without a case, with dots."""
    case: Model | None
    with translation.override(reader.language):
        if rule.moment == Moment.QUIET:
            pilot = case = (
                Pilot.objects.filter(programme_id=rule.programme_id).select_related("service").order_by("-starts_on").first()
            )
            words = {"pilot": str(pilot.service), "weeks": str(rule.number)} if pilot else {}
        elif rule.moment == Moment.ACTION:
            open_ones = Action.objects.visible_to(reader).open().filter(programme_id=rule.programme_id, due_on__isnull=False)
            action = case = open_ones.select_related("meeting").order_by("-due_on").first()
            words = words_of_action(action) if action else {}
        else:
            meeting = case = rules.meetings_of(rule).order_by("-starts_at").first()
            words = words_of_meeting(meeting) if meeting else {}
    missing = dict.fromkeys(("meeting", "when", "where", "pilot", "weeks", "action", "due"), "…")
    return letter(rule, reader, (missing | words, "", "")), case


def words_of_meeting(meeting: Meeting) -> dict[str, str]:
    """What the words in braces stand for at a meeting; a coaching moment keeps its neutral title."""
    return {"meeting": ical.title_of(meeting), "when": history.when_words(meeting), "where": ical.where(meeting)}


def words_of_action(action: Action) -> dict[str, str]:
    """The same for an agreement with a day."""
    due = formats.date_format(action.due_on, "DATE_FORMAT") if action.due_on else ""
    return {"action": action.text, "due": due, "meeting": ical.title_of(action.meeting)}


def _of_meeting(rule: ReminderRule, reader: User, pk: UUID | None, mark: str) -> Facts:
    meeting = rules.meetings_of(rule).filter(pk=pk).with_host().first()
    if meeting is None or mark != f"s{meeting.sequence}":
        raise Obsolete
    if rule.moment == Moment.BEFORE and meeting.has_begun:
        raise TooLate
    place = Attendance.objects.filter(rules.who_of(rule), meeting=meeting, user=reader, is_invited=True).first()
    if place is None:
        raise Obsolete
    place.meeting = meeting
    if not may_come(place):
        raise Obsolete
    if rule.moment == Moment.BEFORE:
        return words_of_meeting(meeting), reverse("sessions:reply", args=[reply_token(place)]), _("Say whether you come")
    return words_of_meeting(meeting), reverse("sessions:meeting", args=[meeting.pk]), _("Open the meeting")


def _of_pilot(rule: ReminderRule, reader: User, pk: UUID | None) -> Facts:
    now = timezone.now()
    found = next(((pilot, last) for pilot, last in rules.quiet_since(rule, now) if pilot.pk == pk), None)
    if found is None or not Seat.objects.living().coaches().filter(user=reader, pilot_id=pk).exists():
        raise Obsolete
    pilot, last = found
    weeks = (timezone.localdate(now) - last).days // 7
    return {"pilot": str(pilot.service), "weeks": str(weeks)}, reverse("sessions:pilot", args=[pilot.pk]), _("Open the pilot")


def _of_action(rule: ReminderRule, reader: User, pk: UUID | None, mark: str) -> Facts:
    action = (
        Action.objects.owned_by(reader).open().filter(pk=pk, programme_id=rule.programme_id).select_related("meeting").first()
    )
    if action is None or str(action.due_on) != mark:
        raise Obsolete
    return words_of_action(action), reverse("sessions:action", args=[action.pk]), _("Open the agreement")


letters.declare(rules.LETTER, render, title=_("reminder by a rule of the programme"), necessary=False, about=about)
