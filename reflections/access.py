"""Doors to reflections. What somebody erased is gone for everybody, its author included, but for the door back."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from core.doors import through
from core.models import Job
from people.models import User
from reflections.models import (
    Comment,
    PairPart,
    PortfolioPiece,
    Prompt,
    QuestionSet,
    ReaderGrant,
    Reflection,
    ReflectionFile,
    ReflectionVersion,
    SelfAssessment,
)
from reflections.prompts import occasion_for, occasion_of
from sessions.access import meeting_for
from sessions.models import Meeting
from trajectories.models import Pilot, Programme, Seat


@dataclass(frozen=True)
class Start:
    """From where somebody begins to write: as leader of which pilot, about which meeting, on which occasion.

    `others`: what else this person leads and might have meant. `part`: for the pair's shared line, after the text `follows`.
    """

    pilot: Pilot
    meeting: Meeting | None
    occasion: str
    others: list[Pilot]
    part: str = ""
    follows: Reflection | None = None


def start_for(user: User, asked: QueryDict) -> Start:
    """What an address or a form names by `meeting`, `pilot` and `occasion`, for the pair's line by `pilot` and `part` or by
    `follows`; only who leads a pilot today begins to write."""
    seats = [seat for seat in user.living_seats if seat.role == Seat.Role.LEADER]
    if not seats:
        raise PermissionDenied(_("Reflections are written by leaders. You read here what they share with you."))
    if asked.get("follows") or asked.get("part"):
        return _start_on_line(user, asked, {seat.pilot_id: seat.pilot for seat in seats})
    meeting = meeting_for(user, _uuid(asked.get("meeting"))) if asked.get("meeting") else None
    pilot = _uuid(asked.get("pilot")) if asked.get("pilot") else meeting and meeting.pilot_id
    where = meeting.programme_id if meeting else None
    fitting = [seat for seat in seats if pilot in (None, seat.pilot_id) and where in (None, seat.programme_id)]
    if not fitting:
        raise Http404
    occasion = asked.get("occasion", "")
    if meeting and occasion not in Prompt.Occasion.values:
        occasion = occasion_of(meeting)
    others = [seat.pilot for seat in seats if seat.pilot_id != fitting[0].pilot_id and where in (None, seat.programme_id)]
    return Start(fitting[0].pilot, meeting, occasion if occasion in Prompt.Occasion.values else "", others)


def _start_on_line(user: User, asked: QueryDict, led: dict[UUID, Pilot]) -> Start:
    follows = None
    if asked.get("follows"):
        follows = through(Reflection.objects.on_lines_read_by(user).with_context(), pk=_uuid(asked.get("follows")))
    wanted = follows.pilot_id if follows else _uuid(asked.get("pilot"))
    pilot = next((pilot for pk, pilot in led.items() if pk == wanted), None)
    part = follows.pair_part if follows else asked.get("part", "")
    if pilot is None or part not in PairPart.values:
        raise Http404
    return Start(pilot, None, occasion_for(part, follows), [], part, follows)


def pair_line_of(user: User, pk: UUID) -> Pilot:
    """A pilot whose shared line this person reads: who leads it today."""
    led = [seat.pilot for seat in user.seats_as(Seat.Role.LEADER) if seat.pilot_id == pk]
    if not led:
        through(Pilot.objects.visible_to(user), pk=pk)
        raise PermissionDenied(_("The line of a pair is read by who leads the pilot."))
    return led[0]


def pair_text_moved_by(user: User, pk: UUID) -> Reflection:
    """A text that this person wrote for a pilot that they lead today: to put on the pair's line, or to take off."""
    return through(
        Reflection.objects.visible_to(user),
        Reflection.objects.written_by(user).filter(pilot_id__in=user.pilots_as(Seat.Role.LEADER)).with_context(),
        sentence=_("Only the author does this, and only while leading the pilot."),
        pk=pk,
    )


def _uuid(value: object) -> UUID:
    try:
        return UUID(str(value))
    except ValueError as error:
        raise Http404 from error


def reflection_for(user: User, pk: UUID) -> Reflection:
    """A text that this person wrote, or may read; it says whether there are comments, files and earlier versions."""
    return through(_with_around(Reflection.objects.visible_to(user)), pk=pk)


def reflection_talked_about_by(user: User, pk: UUID) -> Reflection:
    """A text about which this person talks: its author, on the line of a pair who leads the pilot, or a coach as coach."""
    own = Reflection.objects.changeable_by(user) | Reflection.objects.on_lines_read_by(user)
    return through(
        Reflection.objects.visible_to(user),
        _with_around(own | Reflection.objects.read_as(user, ReaderGrant.Audience.COACHES)),
        sentence=_("The leader and the coaches who may read this text talk about it here."),
        pk=pk,
    )


def _with_around(reflections: QuerySet[Reflection]) -> QuerySet[Reflection]:
    tables = (("comments", Comment), ("files", ReflectionFile), ("versions", ReflectionVersion))
    around = {f"has_{name}": Exists(model._default_manager.filter(reflection=OuterRef("pk"))) for name, model in tables}
    return reflections.select_related("author", "meeting", "pilot__service", "prompt").annotate(**around)


def reflection_by(user: User, pk: UUID) -> Reflection:
    """A text that this person wrote."""
    return through(
        Reflection.objects.visible_to(user),
        Reflection.objects.written_by(user).with_context(),
        sentence=_("Only the author can do this."),
        pk=pk,
    )


def reflection_changed_by(user: User, pk: UUID) -> Reflection:
    """A text that this person wrote and may still change: what stands on the line of a pair that they left stays as it is."""
    return through(
        Reflection.objects.visible_to(user),
        Reflection.objects.changeable_by(user).with_context(),
        sentence=_("Only the author changes this, and on the line of a pair only while leading the pilot."),
        pk=pk,
    )


def erased_reflection_by(user: User, pk: UUID) -> Reflection:
    """A text that this person has just erased."""
    return through(Reflection.objects.filter(author=user, erased_at__isnull=False), pk=pk)


def comment_by(user: User, reflection_pk: UUID, pk: UUID) -> Comment:
    """A comment that this person made about this text, which they may no longer read."""
    about = Comment.objects.filter(reflection=reflection_pk)
    own, readable = about.said_by(user), about.readable_by(user)
    return through(own | readable, own, sentence=_("Only who said it takes it back."), pk=pk)


def file_of(reflection: Reflection, pk: UUID) -> ReflectionFile:
    """A photo or file with this text."""
    return through(reflection.files.select_related("file", "reflection"), pk=pk)


def policy_text_for(user: User, pk: UUID) -> ReaderGrant:
    """A text that was given for policy; `pk` names the grant, so that no address leads from the words to the person."""
    return through(ReaderGrant.objects.for_policy(user).select_related("reflection__prompt"), pk=pk)


def programmes_asked_by(user: User) -> list[Programme]:
    """The programmes whose questions this person sets."""
    found = list(Programme.objects.run_by(user))
    if not found:
        raise PermissionDenied(_("The project team sets the questions."))
    return found


def question_set_by(user: User, pk: UUID) -> QuestionSet:
    """A set of one's own programme, to change; who is asked its questions sees that it is there."""
    sets = QuestionSet.objects.exclude(programme=None).select_related("programme")
    return through(
        sets.filter(programme__in=Programme.objects.visible_to(user)),
        sets.filter(programme__in=Programme.objects.run_by(user)),
        sentence=_("The project team sets the questions."),
        pk=pk,
    )


def portfolio_of(user: User) -> None:
    """Whoever has, or ever had, a place as a leader keeps a portfolio, also when the programme has ended."""
    if not (user.has_role(Seat.Role.LEADER) or user.seats.filter(role=Seat.Role.LEADER).exists()):
        raise PermissionDenied(_("A portfolio belongs to a leader. Nobody else reads it."))


def piece_by(user: User, pk: UUID) -> PortfolioPiece:
    """A piece of one's own portfolio."""
    return through(PortfolioPiece.objects.of(user), pk=pk)


def assessment_by(user: User, pk: UUID) -> SelfAssessment:
    """A self-assessment of one's own."""
    return through(SelfAssessment.objects.filter(author=user), pk=pk)


def portfolio_file_by(user: User, pk: UUID, kind: str) -> Job:
    """A finished file that this person asked for and that has not expired."""
    ready = Job.objects.asked_by(user).filter(kind=kind, state=Job.State.DONE, result__expires_at__gt=timezone.now())
    return through(ready.select_related("result"), pk=pk)
