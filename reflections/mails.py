"""The letters of this app: one function each, used by preview, test and sending."""

from datetime import timedelta

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from core import letters
from core.letters import Letter, Obsolete, TooLate
from outbox.models import OutgoingMail
from people.mails import letter_to, reader_of
from people.models import User
from reflections import asking
from reflections.models import Comment, Opening, Prompt, ReaderGrant, Reflection
from reflections.prompts import question_for
from sessions.mails import about
from sessions.models import Attendance, Meeting
from trajectories.models import Programme


def question_after(mail: OutgoingMail) -> Letter:
    """One question about yesterday. Not after a cancelled meeting, not to who has left, was not there or has written already."""
    reader = reader_of(mail)
    meeting = Meeting.objects.not_cancelled().filter(pk=mail.subject_id).select_related("programme").first()
    if meeting is None or not meeting.has_ended or Reflection.objects.filter(meeting=meeting, author=reader).exists():
        raise Obsolete
    if timezone.now() >= asking.due_at(meeting) + 2 * asking.ASKED_WITHIN:
        raise TooLate
    _refuse_who_was_not_there(meeting, reader)
    yesterday = timezone.now().astimezone(meeting.zone).date() - meeting.local_end.date() == timedelta(days=1)
    with translation.override(reader.language):
        question = question_for(programme_id=meeting.programme_id, occasion=Prompt.Occasion.AFTER_SESSION, meeting=meeting)
    return letter_to(
        reader,
        template="reflections/mail/question-after",
        programme=meeting.programme,
        path=f"{reverse('reflections:new')}?meeting={meeting.pk}",
        button=_("Write your answer"),
        fewer=mail.kind,
        meeting=meeting,
        question=question.text,
        yesterday=yesterday,
    )


def _refuse_who_was_not_there(meeting: Meeting, reader: User) -> None:
    seats = reader.seats.living().leaders().filter(programme_id=meeting.programme_id)
    if meeting.pilot_id:
        seats = seats.filter(pilot_id=meeting.pilot_id)
    place = Attendance.objects.filter(meeting=meeting, user=reader).first()
    if place is None or not asking.was_there(place) or not seats.exists():
        raise Obsolete


def reflection_shared(mail: OutgoingMail) -> Letter:
    """Somebody shared something with you today: who, never what. Not when it was withdrawn or read meanwhile."""
    reader = reader_of(mail)
    fresh = ReaderGrant.objects.filter(
        reflection=OuterRef("pk"), reader=reader, withdrawn_at=None, granted_at__gte=mail.created_at - timedelta(minutes=5)
    )
    read = Opening.objects.filter(reflection=OuterRef("pk"), reader=reader)
    shared = Reflection.objects.shared_with(reader).filter(Exists(fresh))
    on_line = Reflection.objects.on_lines_read_by(reader).exclude(author=reader)
    new = shared | on_line.filter(pair_since__gte=mail.created_at - timedelta(minutes=5))
    reflections = list(new.filter(~Exists(read)).select_related("author", "programme").order_by("created_at"))
    if not reflections:
        raise Obsolete
    programme: Programme = reflections[0].programme
    one = reflections[0] if len(reflections) == 1 else None
    return letter_to(
        reader,
        template="reflections/mail/reflection-shared",
        programme=programme,
        path=_where_shared(reflections),
        button=_("Read it") if one else _("Read them"),
        fewer=mail.kind,
        authors=list(dict.fromkeys(reflection.author.name for reflection in reflections)),
        count=len(reflections),
    )


def _where_shared(reflections: list[Reflection]) -> str:
    """The page of the one text, of the pair's line, or of all that was shared."""
    if len(reflections) == 1:
        return reverse("reflections:reflection", args=[reflections[0].pk])
    of_pair = all(reflection.is_of_pair for reflection in reflections)
    return reverse("reflections:pair" if of_pair else "reflections:shared")


def reflection_answered(mail: OutgoingMail) -> Letter:
    """Somebody said something in the dialogue about a text today: who, never what. Not when it was taken back."""
    reader = reader_of(mail)
    fresh = Comment.objects.readable_by(reader).filter(said_at__gte=mail.created_at - timedelta(minutes=5)).exclude(author=reader)
    said = list(fresh.select_related("author", "reflection__programme"))
    if not said:
        raise Obsolete
    texts = {comment.reflection_id for comment in said}
    mine = all(comment.reflection.author_id == reader.pk for comment in said)
    lists = reverse("reflections:list" if mine else "reflections:shared")
    return letter_to(
        reader,
        template="reflections/mail/reflection-answered",
        programme=said[0].reflection.programme,
        path=reverse("reflections:reflection", args=[said[0].reflection_id]) if len(texts) == 1 else lists,
        button=_("Read it"),
        fewer=mail.kind,
        people=list(dict.fromkeys(comment.author.name for comment in said)),
        count=len(said),
    )


def not_written(mail: OutgoingMail) -> Letter:
    """You have not written for a while: once, and with a question. Not to who wrote meanwhile or leads no pilot any more."""
    reader = reader_of(mail)
    seat = reader.seats.living().leaders().filter(programme_id=mail.programme_id).select_related("programme").first()
    if seat is None or Reflection.objects.written_by(reader).filter(created_at__gte=mail.created_at - asking.QUIET_FOR).exists():
        raise Obsolete
    with translation.override(reader.language):
        question = question_for(programme_id=seat.programme_id, occasion=Prompt.Occasion.MONTHLY)
    return letter_to(
        reader,
        template="reflections/mail/not-written",
        programme=seat.programme,
        path=f"{reverse('reflections:new')}?occasion={Prompt.Occasion.MONTHLY}",
        button=_("Write your answer"),
        fewer=mail.kind,
        question=question.text,
    )


letters.declare("question-after", question_after, title=_("question about yesterday"), necessary=False, about=about)
letters.declare("reflection-shared", reflection_shared, title=_("a reflection was shared with you"), necessary=False)
letters.declare("reflection-answered", reflection_answered, title=_("an answer to a reflection"), necessary=False)
letters.declare("not-written", not_written, title=_("you have not written for a while"), necessary=False)
