"""Doors to what stands around a meeting: checking in, signatures, preparation, the tandem's sheet, materials."""

import hmac
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from core.compiled import Compiled
from core.doors import among, let_in, through
from people.models import User
from sessions.access import meeting_for, seen
from sessions.checkin import code_of
from sessions.models import AgendaItem, Attendance, Brought, Material, Meeting, Signature
from sessions.models.preparation import coached
from trajectories.models import Seat


@Compiled
def _coached(user: User, pk: UUID) -> QuerySet[Meeting]:
    return Meeting.objects.filter(coached(user)).with_host().filter(pk=pk)


@Compiled
def _prepared(user: User, pk: UUID) -> QuerySet[Meeting]:
    led = among(network_id=user.networks_as(Seat.Role.LEADER), pilot_id=user.pilots_as(Seat.Role.LEADER))
    return Meeting.objects.visible_to(user).filter(led | coached(user)).with_host().filter(pk=pk)


def place_by_code(user: User, pk: UUID, code: str) -> tuple[Meeting, Attendance]:
    """The meeting whose code this is, and the person's own line in it. A wrong code is no address; who is not asked hears so."""
    meeting = through(Meeting.objects.exclude(state=Meeting.State.DRAFT).with_host(), pk=pk)
    if not hmac.compare_digest(code_of(pk).encode(), code.upper().encode()):
        raise Http404
    return meeting, own_place(user, meeting)


def own_place(user: User, meeting: Meeting) -> Attendance:
    """The person's own line on the list of a meeting that they see; PermissionDenied with a sentence for who has none."""
    seen = Meeting.objects.visible_to(user).filter(pk=meeting.pk).values("pk")
    row = meeting.attendances.filter(user=user, is_invited=True, meeting_id__in=seen).first()
    if row is None:
        raise PermissionDenied(_("You are not on the list of this meeting. Ask the coach to note you."))
    return row


def place_signed_by(user: User, pk: UUID, place: UUID) -> tuple[Meeting, Attendance]:
    """Somebody's line of the list that this person may sign: their own, or any at a meeting that they run (on their tablet)."""
    meeting = meeting_for(user, pk)
    row = through(meeting.attendances.select_related("user", "seat"), pk=place)
    if row.user_id != user.pk and not Meeting.objects.run_by(user).filter(pk=pk).exists():
        raise PermissionDenied(_("You sign for yourself only."))
    return meeting, row


def signature_for(user: User, pk: UUID, place: UUID) -> Signature:
    """A drawn signature, for its person and for who runs the meeting."""
    _meeting, row = place_signed_by(user, pk, place)
    return through(Signature.objects.filter(file__isnull=False).select_related("file"), attendance=row)


def item_of(meeting: Meeting, pk: UUID) -> AgendaItem:
    """An item of this meeting's agenda; the meeting has come through its own door."""
    return through(meeting.agenda.select_related("meeting", "owner", "tool"), pk=pk)


def meeting_coached_by(user: User, pk: UUID) -> Meeting:
    """A session or coaching moment that this person guides as a coach: the tandem's own pages are theirs alone."""
    return let_in(seen, _coached, sentence=_("This page is for the coaches of this meeting only."), user=user, pk=pk)


def moment_coached_by(user: User, pk: UUID) -> Meeting:
    """A coaching moment at which this person keeps notes: as coach of its pilot."""
    return through(
        Meeting.objects.visible_to(user),
        Meeting.objects.filter(pilot_id__in=user.pilots_as(Seat.Role.COACH)).with_host(),
        sentence=_("This page is for the coaches of a coaching moment only."),
        pk=pk,
    )


def note_by(user: User, meeting: Meeting, pk: UUID) -> Brought:
    """A note that this person wrote at this meeting; the meeting has come through its own door."""
    notes = Brought.objects.written_by(user).filter(kind=Brought.Kind.NOTE, meeting=meeting)
    return through(notes.select_related("meeting", "author"), pk=pk)


def meeting_prepared_by(user: User, pk: UUID) -> Meeting:
    """A session or coaching moment that this person prepares: as one of its leaders, or as a coach."""
    sentence = _("What leaders prepare stays between them and their coaches.")
    return let_in(seen, _prepared, sentence=sentence, user=user, pk=pk)


def moment_of_pair_by(user: User, pk: UUID) -> Meeting:
    """A coaching moment whose intake this person shares: one of the pair, or one of their coaches."""
    of_pair = Meeting.objects.filter(pilot_id__in=user.pilots_as(Seat.Role.LEADER, Seat.Role.COACH))
    seen = Meeting.objects.visible_to(user)
    return through(
        seen,
        of_pair.filter(pk__in=seen.values("pk")).with_host(),
        sentence=_("What leaders prepare stays between them and their coaches."),
        pk=pk,
    )


def brought_for(user: User, pk: UUID) -> Brought:
    """Something that somebody brought and that this person may read."""
    return through(Brought.objects.visible_to(user).select_related("meeting", "author"), pk=pk)


def brought_by(user: User, pk: UUID) -> Brought:
    """Something that this person brought: only its author changes it and decides who reads."""
    return through(
        Brought.objects.visible_to(user),
        Brought.objects.written_by(user).select_related("meeting", "author"),
        sentence=_("Only who brought this changes it and decides who reads it."),
        pk=pk,
    )


def material_for(user: User, pk: UUID, material: UUID) -> Material:
    """A file or link of a meeting that is meant for this person too."""
    meeting = meeting_for(user, pk)
    return through(Material.objects.visible_to(user).filter(meeting=meeting).select_related("file", "meeting"), pk=material)
