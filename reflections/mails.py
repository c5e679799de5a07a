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
from reflections.models import Opening, Prompt, ReaderGrant, Reflection
from reflections.prompts import question_for
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
    shared = Reflection.objects.shared_with(reader).filter(Exists(fresh), ~Exists(read)).select_related("author", "programme")
    reflections = list(shared.order_by("created_at"))
    if not reflections:
        raise Obsolete
    programme: Programme = reflections[0].programme
    one = reflections[0] if len(reflections) == 1 else None
    return letter_to(
        reader,
        template="reflections/mail/reflection-shared",
        programme=programme,
        path=reverse("reflections:reflection", args=[one.pk]) if one else reverse("reflections:shared"),
        button=_("Read it") if one else _("Read them"),
        authors=list(dict.fromkeys(reflection.author.name for reflection in reflections)),
        count=len(reflections),
    )


letters.declare("question-after", question_after, title=_("question about yesterday"), necessary=False)
letters.declare("reflection-shared", reflection_shared, title=_("a reflection was shared with you"), necessary=False)
