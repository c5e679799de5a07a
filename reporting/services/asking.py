"""Asking participants the funder's questions: on entry, on leaving and six months later, by a letter with a personal link and
one reminder. That somebody was asked is kept, whatever came of it."""

import datetime
import secrets
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, UUIDField
from django.utils import timezone
from django.utils.translation import gettext as _

from core import audit
from core.compiled import Compiled, each_of
from core.errors import DomainError
from outbox import services as outbox
from outbox.models import OutgoingMail
from people.models import User
from reporting.completeness import A_PAGE, ParticipantLine, missing
from reporting.frameworks import Framework, framework
from reporting.indicators import months_later
from reporting.models import Asking, Characteristic, Participant
from trajectories.models import Programme

Moment = Characteristic.Moment
ENTRY_OPEN, LATER_OPEN = datetime.timedelta(days=120), datetime.timedelta(days=60)
REMINDER, BETWEEN = datetime.timedelta(days=10), datetime.timedelta(days=7)


def day_of(participant: Participant, moment: str, chosen: Framework) -> datetime.date | None:
    """From which day a moment's questions are asked; None while the person has not left."""
    if moment == Moment.ENTRY:
        return participant.entered_on
    if participant.left_on is None or moment == Moment.EXIT:
        return participant.left_on
    return months_later(participant.left_on, chosen.windows[Moment.SIX_MONTHS]["months"])


def closes_on(participant: Participant, moment: str, chosen: Framework, today: datetime.date) -> datetime.date | None:
    """The last day on which the link takes answers: of results on leaving the official window (1304/2013 Annex I: four weeks)."""
    begins = day_of(participant, moment, chosen)
    if begins is None:
        return None
    if moment == Moment.EXIT:
        return begins + datetime.timedelta(days=chosen.windows[Moment.EXIT]["days"])
    return max(begins, today) + ENTRY_OPEN if moment == Moment.ENTRY else begins + LATER_OPEN


def ask(participants: Iterable[Participant], programme: Programme, *, moment: str, today: datetime.date) -> int:
    """Ask those who may still answer and were not asked before; returns how many letters were queued."""
    chosen = framework(programme.framework)
    made = []
    for participant in participants:
        closes = closes_on(participant, moment, chosen, today)
        if closes is not None and closes >= today and participant.user_id is not None:
            remind = min(today + REMINDER, closes - datetime.timedelta(days=3))
            made.append(
                Asking(
                    participant=participant, moment=moment, nonce=secrets.token_hex(8), closes_on=closes,
                    remind_on=max(today, remind), asked_at=timezone.now(),
                )
            )  # fmt: skip
    Asking.objects.bulk_create(made, ignore_conflicts=True, batch_size=500)
    audit.record_many(by=None, verb="participant.asked", targets=[asking.participant for asking in made], moment=moment)
    return outbox.queue_many([_letter("esf-questions", asking, programme) for asking in made])


def open_moments(participant: Participant, chosen: Framework, today: datetime.date) -> list[str]:
    """The moments at which the questions may be asked on this day."""
    found = []
    for moment in Moment.values:
        begins, closes = day_of(participant, moment, chosen), closes_on(participant, moment, chosen, today)
        if begins is not None and closes is not None and begins <= today <= closes:
            found.append(moment)
    return found


def may_ask_again(lines: Iterable[ParticipantLine], chosen: Framework, today: datetime.date) -> dict[UUID, datetime.date]:
    """Of those of whom something is still open, from which day they may be asked once more. One query for a page of them."""
    still = {line.participant.pk: moment for line in lines if (moment := _still_open(line, chosen, today))}
    letters = ASKINGS.ask(participants=list(still)) if still else []
    asked = {(row.participant_id, row.moment): row for row in letters}
    return {pk: _again_from(asked.get((pk, moment)), today) for pk, moment in still.items()}


ASKINGS = Compiled(lambda: Asking.objects.filter(participant__id__in=each_of("participants", UUIDField(), A_PAGE)))


def _still_open(line: ParticipantLine, chosen: Framework, today: datetime.date) -> str | None:
    """The first moment of which this person may still answer something."""
    one = line.participant
    for moment in open_moments(one, chosen, today) if one.user and one.user.is_active else ():
        if (moment not in line.later and chosen.asked_at(moment)) if moment != Moment.ENTRY else not line.is_complete:
            return moment
    return None


def _again_from(asking: Asking | None, today: datetime.date) -> datetime.date:
    """Nobody gets more than one letter a week."""
    last = max((at for at in (asking.asked_at, asking.reminded_at) if at), default=None) if asking else None
    return max(today, timezone.localdate(last) + BETWEEN) if last else today


def _refuse_soon(participant: Participant, moment: str, today: datetime.date) -> None:
    again = _again_from(participant.askings.select_for_update().filter(moment=moment).first(), today)
    if again > today:
        told = _("This participant got a letter less than a week ago. You can ask again from %(day)s.")
        raise DomainError(told % {"day": f"{again:%d/%m/%Y}"})


def ask_again(participant: Participant, *, by: User, today: datetime.date) -> str:
    """A new letter with a new link for the first moment whose questions are open; the older link stops working."""
    chosen = framework(participant.programme.framework)
    for moment in open_moments(participant, chosen, today):
        if not missing(participant, moment):
            continue
        _refuse_soon(participant, moment, today)
        closes = closes_on(participant, moment, chosen, today)
        fresh = {"nonce": secrets.token_hex(8), "closes_on": closes, "remind_on": today, "reminded_at": timezone.now()}
        row, _made = Asking.objects.update_or_create(participant=participant, moment=moment, defaults=fresh)
        key = f"esf-reminder:{participant.pk}:{row.nonce}:{moment}"  # the letter reads the moment at the end of its key
        outbox.queue_many([_letter("esf-reminder", row, participant.programme, key=key)])
        audit.record(by=by.pk, verb="participant.asked-again", target=participant, moment=moment)
        return moment
    raise DomainError(_("There is nothing to ask this participant now."))


def ask_what_is_due(*, now: datetime.datetime) -> int:
    """The tick's part: who left is asked how it stands, once on leaving and once six months later; who does not answer gets one
    reminder. Returns how many letters were queued."""
    today, queued = timezone.localdate(now), 0
    gone = Participant.objects.filter(left_on__lte=today, left_on__gte=today - datetime.timedelta(days=300), user__is_active=True)
    for moment in (Moment.EXIT, Moment.SIX_MONTHS):
        waiting = gone.exclude(askings__moment=moment).select_related("programme").order_by("programme_id", "number")
        by_programme: dict[Programme, list[Participant]] = {}
        for participant in waiting:
            begins = day_of(participant, moment, framework(participant.programme.framework))
            if begins is not None and begins <= today:
                by_programme.setdefault(participant.programme, []).append(participant)
        for programme, participants in by_programme.items():
            queued += ask(participants, programme, moment=moment, today=today)
    return queued + _remind(now, today)


def _remind(now: datetime.datetime, today: datetime.date) -> int:
    due = Asking.objects.filter(remind_on__lte=today, closes_on__gte=today, reminded_at=None).filter(
        Q(participant__user__is_active=True)
    )
    rows = list(due.select_related("participant__programme")[:1000])
    Asking.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    return outbox.queue_many([_letter("esf-reminder", row, row.participant.programme) for row in rows])


def _letter(kind: str, asking: Asking, programme: Programme, key: str = "") -> OutgoingMail:
    """`kind` once per participant and moment; the letter itself finds out whether there is still something to ask."""
    return outbox.draft(
        kind,
        key=key or f"{kind}:{asking.participant_id}:{asking.moment}",
        recipient_id=asking.participant.user_id,
        subject_id=asking.participant_id,
        programme_id=programme.pk,
    )
