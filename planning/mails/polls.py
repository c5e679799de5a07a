"""The letters of a poll: the question, one reminder for who has not answered, the news for its maker, its withdrawal."""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core import letters
from core.letters import Letter, Obsolete, TooLate
from outbox.models import OutgoingMail
from people.mails import letter_to, reader_of
from people.models import User
from planning import polls
from planning.models import Poll, PollParticipant
from trajectories.models import Seat

_signer = Signer(salt="planning.poll")


def token_of(part: PollParticipant) -> str:
    """Signed and personal; it opens nothing but the question."""
    return _signer.sign(part.pk.hex).replace(":", ".")


def part_behind(token: str) -> PollParticipant | None:
    """The part in a poll that a link was made for; None for a link that we did not make."""
    try:
        pk = _signer.unsign(token.replace(".", ":"))
    except BadSignature:
        return None
    related = ("user", "poll__programme", "poll__network", "poll__pilot__service", "poll__meeting")
    return PollParticipant.objects.filter(pk=pk).select_related(*related).first()


def title_of(poll: Poll) -> str:
    """What others may look at over a shoulder: a coaching moment's own title stays inside."""
    return gettext("Coaching moment") if poll.pilot_id else poll.title


def _poll_of(mail: OutgoingMail, state: str = Poll.State.OPEN) -> Poll:
    poll = Poll.objects.filter(pk=mail.subject_id, state=state).with_host().first()
    if poll is None:
        raise Obsolete
    return poll


def _part_of(poll: Poll, reader: User) -> PollParticipant:
    """The reader's part, while they belong to the group and the poll takes answers."""
    if poll.is_over:
        raise TooLate
    part = poll.participants.filter(user=reader).first()
    if part is None or reader.pk not in polls.belonging(poll):
        raise Obsolete
    return part


def _write(name: str, reader: User, poll: Poll, *, path: str = "", button: object = "", fewer: str = "") -> Letter:
    seats = Seat.objects.living().filter(user_id=poll.created_by, programme_id=poll.programme_id)
    maker = seats.exclude(user_id=reader.pk).select_related("user").first()
    people = polls.asked_in(poll)
    with translation.override(reader.language):
        return letter_to(
            reader,
            template=f"planning/mail/{name}",
            programme=poll.programme,
            path=path,
            button=button,
            reply_to=maker.user.email if maker else "",
            fewer=fewer,
            poll=poll,
            title=title_of(poll),
            days=[polls.words_of(option, poll) for option in poll.options.all()],
            deadline=timezone.localtime(poll.deadline, poll.zone),
            asked=len(people),
            answered=sum(part.answered_at is not None for part in people),
        )


def ask(mail: OutgoingMail) -> Letter:
    """Which of these days suit you?"""
    reader, poll = reader_of(mail), _poll_of(mail)
    part = _part_of(poll, reader)
    return _write("poll_ask", reader, poll, path=_question(part), button=_("Say which days suit you"))


def remind(mail: OutgoingMail) -> Letter:
    """Two days before the deadline, only to who has not answered."""
    reader, poll = reader_of(mail), _poll_of(mail)
    part = _part_of(poll, reader)
    if part.answered_at:
        raise Obsolete
    return _write("poll_remind", reader, poll, path=_question(part), button=_("Say which days suit you"), fewer=mail.kind)


def ready(mail: OutgoingMail) -> Letter:
    """To the maker: everybody has answered, or the last day has passed."""
    reader, poll = reader_of(mail), _poll_of(mail)
    if not Poll.objects.run_by(reader).filter(pk=poll.pk).exists():
        raise Obsolete
    return _write("poll_ready", reader, poll, path=reverse("planning:poll", args=[poll.pk]), button=_("Choose a day"))


def withdrawn(mail: OutgoingMail) -> Letter:
    """No day is chosen: whoever kept the days free can let them go."""
    reader, poll = reader_of(mail), _poll_of(mail, Poll.State.WITHDRAWN)
    if reader.pk not in polls.belonging(poll):
        raise Obsolete
    return _write("poll_withdrawn", reader, poll)


def _question(part: PollParticipant) -> str:
    return reverse("planning:poll_reply", args=[token_of(part)])


def about(mails: list[OutgoingMail]) -> dict[UUID, str]:
    """For a list of letters: which poll, by the title that others may look at."""
    found = Poll.objects.with_host().in_bulk({mail.subject_id for mail in mails})
    return {
        mail.pk: f"{title_of(found[mail.subject_id])}, {found[mail.subject_id].host}"
        for mail in mails
        if mail.subject_id in found
    }


letters.declare("poll-ask", ask, title=_("question: which day suits you?"), about=about)
letters.declare("poll-remind", remind, title=_("reminder of a poll, two days before its end"), necessary=False, about=about)
letters.declare("poll-ready", ready, title=_("a poll is ready to be closed"), about=about)
letters.declare("poll-withdrawn", withdrawn, title=_("a poll is withdrawn"), about=about)
