"""Doors to meetings and what belongs to them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from core.compiled import Compiled
from core.doors import let_in, through
from networks.models import AdvisoryGroup, LearningNetwork, Partner
from people.models import User
from sessions.models import Action, Attendance, Certificate, Evidence, Meeting, SessionReport
from trajectories.models import Pilot, Programme, Seat


@Compiled
def seen(user: User, pk: UUID) -> QuerySet[Meeting]:
    """The meeting of this id, for who may see it."""
    return Meeting.objects.visible_to(user).with_host().filter(pk=pk)


@Compiled
def _run(user: User, pk: UUID) -> QuerySet[Meeting]:
    return Meeting.objects.run_by(user).with_host().filter(pk=pk)


@Compiled
def _readable(user: User, pk: UUID) -> QuerySet[Meeting]:
    return Meeting.objects.words_readable_by(user).with_host().filter(pk=pk)


@Compiled
def _written(user: User, pk: UUID) -> QuerySet[Meeting]:
    return Meeting.objects.words_run_by(user).with_host().filter(pk=pk)


@Compiled
def _seen_with_rights(user: User, pk: UUID) -> QuerySet[Meeting]:
    return Meeting.objects.visible_to(user).with_rights(user).with_host().filter(pk=pk)


def meeting_for(user: User, pk: UUID) -> Meeting:
    """A meeting that this person may see."""
    return let_in(seen, user=user, pk=pk)


def meeting_run_by(user: User, pk: UUID) -> Meeting:
    """A meeting that this person prepares, holds and reports."""
    sentence = _("Only the coaches of this meeting and the project team can do this.")
    return let_in(seen, _run, sentence=sentence, user=user, pk=pk)


def meeting_words_for(user: User, pk: UUID) -> Meeting:
    """A meeting whose minutes and agreements this person may read."""
    return let_in(seen, _readable, sentence=_("What is said here stays between those whose meeting it is."), user=user, pk=pk)


def meeting_words_run_by(user: User, pk: UUID) -> Meeting:
    """A meeting whose minutes and agreements this person writes: who runs it and may read it."""
    return let_in(seen, _written, sentence=_("Only the coaches of this meeting can do this."), user=user, pk=pk)


@dataclass(frozen=True)
class Rights:
    """What one person may do at one meeting: run it, read its words, write them, see who comes by name."""

    runs: bool
    reads: bool
    writes: bool
    sees_names: bool


def meeting_and_rights_for(user: User, pk: UUID) -> tuple[Meeting, Rights]:
    """A meeting that this person may see, and what they may do there, in one query."""
    meeting = let_in(_seen_with_rights, user=user, pk=pk)
    return meeting, _rights(user, meeting)


def rights_at(user: User, meeting: Meeting) -> Rights:
    """The rights of who has come through the door of a meeting (one query)."""
    return _rights(user, Meeting.objects.filter(pk=meeting.pk).with_rights(user).get())


def _rights(user: User, row: Meeting) -> Rights:
    """Advisers and partners see how many come, not who; at meetings of their own group also who."""
    inside = [seat.role in {"project", "coach", "leader"} and seat.programme_id == row.programme_id for seat in user.living_seats]
    runs, reads = (bool(getattr(row, name)) for name in ("runs", "reads"))
    own_group = row.kind in {Meeting.Kind.ADVISORY, Meeting.Kind.EXCHANGE}
    return Rights(runs, reads, writes=runs and reads, sees_names=any(inside) or own_group)


HOSTS_AT_ONCE = 20


def hosts_planned_by(user: User, text: str = "") -> tuple[list[tuple[str, str, list]], bool]:
    """Everything whose meetings this person plans and whose name holds the text, by kind: (name in the address, heading, hosts);
    empty kinds are left out. At most twenty of a kind; the second answer says whether there are more."""
    programmes, pilots, named = Programme.objects.run_by(user), Pilot.objects.coached_by(user), Q(name__icontains=text)
    groups = [
        ("network", _("Learning network"), LearningNetwork.objects.coached_by(user).filter(named).select_related("programme")),
        ("pilot", _("Coaching moment"), pilots.filter(service__name__icontains=text).select_related("programme", "service")),
        (
            "advisory",
            _("Advisory group"),
            AdvisoryGroup.objects.filter(named, programme__in=programmes).select_related("programme"),
        ),
        ("partner", _("Exchange"), Partner.objects.filter(named, programme__in=programmes).select_related("programme")),
        ("programme", _("Event"), programmes.filter(named)),
    ]
    found = [(name, heading, list(rows[: HOSTS_AT_ONCE + 1])) for name, heading, rows in groups]
    more = any(len(hosts) > HOSTS_AT_ONCE for _name, _heading, hosts in found)
    return [(name, heading, hosts[:HOSTS_AT_ONCE]) for name, heading, hosts in found if hosts], more


def attendance_of(meeting: Meeting, pk: UUID) -> Attendance:
    """Somebody's place in this meeting; the meeting has come through its own door."""
    return through(meeting.attendances.select_related("user", "seat"), pk=pk)


def evidence_of(meeting: Meeting, pk: UUID) -> Evidence:
    """A proof bound to this meeting; the meeting has come through its own door."""
    return through(meeting.evidence.select_related("file"), pk=pk)


def report_of(meeting: Meeting, pk: UUID) -> SessionReport:
    """A finished report of this meeting; the meeting has come through its own door."""
    return through(meeting.reports.filter(file__isnull=False).select_related("file", "job"), pk=pk)


def report_for(user: User, meeting_pk: UUID, pk: UUID) -> SessionReport:
    """A report that is ready: the internal edition for who reads the meeting's words, the funder's for who runs the meeting."""
    report = report_of(meeting_for(user, meeting_pk), pk)
    door = meeting_words_for if report.edition == SessionReport.Edition.INTERNAL else meeting_run_by
    report.meeting = door(user, meeting_pk)
    return report


def action_changeable_by(user: User, pk: UUID) -> Action:
    """An agreement that this person may settle or change."""
    return through(
        Action.objects.visible_to(user),
        Action.objects.changeable_by(user).select_related("meeting", "owner"),
        sentence=_("Only its owner and the coaches of the meeting change an agreement."),
        pk=pk,
    )


def action_worded_by(user: User, pk: UUID) -> Action:
    """An agreement whose words, owner and day this person may change: who writes the words of its meeting."""
    return through(
        Action.objects.visible_to(user),
        Action.objects.filter(meeting__in=Meeting.objects.words_run_by(user)).select_related("meeting", "owner"),
        sentence=_("Only the coaches of the meeting change the words of an agreement."),
        pk=pk,
    )


def seat_certified_for(user: User, pk: UUID) -> Seat:
    """A seat whose attendance this person may have certified: one's own, also after it ended, and as project team anybody's."""
    seats = Seat.objects.filter(Q(user=user) | Q(programme_id__in=user.programmes_as(Seat.Role.PROJECT)))
    return through(seats.select_related("user", "programme", "pilot__service"), pk=pk)


def certificate_of(seat: Seat, pk: UUID) -> Certificate:
    """A certificate that is ready; the seat has come through its own door."""
    return through(seat.certificates.ready().select_related("file"), pk=pk)
