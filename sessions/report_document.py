"""The session report as a document: what stands in it, in two editions, and its PDF.

The internal edition is for who was there: minutes, agreements, attendance, agenda, tools. The funder's is a proof: times, hours,
how attendance was established, room to sign; no word of what was said.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core import files, pdf
from core.pdf_marks import ARCHIVABLE
from networks.models import NetworkPilot
from people.models import User
from sessions import actions, attendance, minutes, signatures
from sessions.letterhead import data_address, letterhead
from sessions.models import AgendaItem, Meeting, MeetingQuerySet, SessionReport
from trajectories.models import Seat

Edition, Kind, State = SessionReport.Edition, Meeting.Kind, Meeting.State
MOST_STOPS = 12


@dataclass(frozen=True)
class Stop:
    """A meeting on the line across the first page."""

    label: str
    starts_at: datetime
    place: str  # past, here, next
    is_moment: bool


def render(meeting: Meeting, *, edition: str, language: str) -> bytes:
    """The PDF, accessible and archivable. Raises the refusals of core.pdf, each with a sentence for the reader."""
    return pdf.render(html(meeting, edition=edition, language=language), variant=ARCHIVABLE)


def html(meeting: Meeting, *, edition: str, language: str) -> str:
    """The whole document in one language, in the meeting's own clock."""
    with translation.override(language), timezone.override(meeting.zone):
        return render_to_string("sessions/pdf/report.html", content(meeting, edition=edition, language=language))


def content(meeting: Meeting, *, edition: str, language: str) -> dict[str, object]:
    """What the template shows; nothing of minutes and agreements is even read for the funder."""
    internal = edition == Edition.INTERNAL
    there = attendance.summary(meeting)
    shown = letterhead(meeting.programme) | {
        "lang": language,
        "title": meeting.title,
        "kicker": _kicker(meeting, internal),
        "description": _("Report of a meeting, with attendance"),
        "meeting": meeting,
        "internal": internal,
        "there": there,
        "coaches": [row.name for row in there.present if row.seat and row.seat.role == Seat.Role.COACH],
        "stops": line_of(meeting),
        "net_minutes": attendance.net_minutes(meeting, meeting.starts_at, meeting.ends_at),
        "people": attendance.responsible(meeting),
        "agenda": agenda_of(meeting) if internal or meeting.kind != Kind.COACHING else [],
    }
    if not internal:
        shown["signed"] = signed_by(meeting)
    if internal:
        tools = meeting.tools.select_related("tool").prefetch_related("tool__versions")
        shown |= {
            "minutes": minutes.of(meeting),
            "agreements": actions.of_meeting(meeting),
            "tools": [line.tool for line in tools],
        }
    return shown


def signed_by(meeting: Meeting) -> dict[UUID, tuple[str, datetime]]:
    """By the id of the attendance: the drawn signature as a picture (empty for a confirmation), and when it was given."""
    return {
        pk: (data_address(one.file.content_type, files.read(one.file)) if one.file else "", one.signed_at)
        for pk, one in signatures.signatures_of(meeting).items()
    }


def agenda_of(meeting: Meeting) -> list[tuple[datetime, AgendaItem]]:
    """The agenda with the time at which each item was to begin."""
    at, lines = meeting.local_start, []
    for item in meeting.agenda.filter(parked_at=None).select_related("owner"):
        lines.append((at, item))
        at += timedelta(minutes=item.minutes)
    return lines


def line_of(meeting: Meeting) -> list[Stop]:
    """Where this meeting stands among those of its series; a coaching moment among its pilot's moments and sessions."""
    meetings = list(_series(meeting).not_cancelled().exclude(state=State.DRAFT).order_by("starts_at", "pk"))
    here = next((place for place, other in enumerate(meetings) if other.pk == meeting.pk), 0)
    first = max(0, min(here - MOST_STOPS // 2, len(meetings) - MOST_STOPS))
    stops = [
        Stop(
            label=str(other.number or place + 1),
            starts_at=other.starts_at,
            place="here" if place == here else "past" if place < here else "next",
            is_moment=other.kind == Kind.COACHING,
        )
        for place, other in enumerate(meetings)
    ]
    return stops[first : first + MOST_STOPS] if len(stops) > 1 else []


def name_of(meeting: Meeting, *, edition: str, language: str) -> str:
    """A file name that sorts by day."""
    with translation.override(language):
        word = _("report") if edition == Edition.INTERNAL else _("attendance")
        return f"{meeting.local_start:%Y-%m-%d}-{slugify(word)}-{slugify(meeting.title)[:60] or meeting.kind}.pdf"


def readers_of(meeting: Meeting) -> QuerySet[User]:
    """Whom a report concerns: invited or present, with a living seat that lets them read the words of such a meeting
    (`words_readable_by`, asked once more when the letter goes); of a coaching moment, the pair and their coaches."""
    seats = Seat.objects.living().filter(programme_id=meeting.programme_id)
    if meeting.kind == Kind.COACHING:
        seats = seats.filter(pilot_id=meeting.pilot_id)
    elif meeting.kind in {Kind.NETWORK, Kind.EVENT}:
        seats = seats.filter(role__in=[Seat.Role.PROJECT, Seat.Role.COACH, Seat.Role.LEADER])
    return actions.owners(meeting).filter(pk__in=seats.values("user_id"))


def _series(meeting: Meeting) -> MeetingQuerySet:
    if meeting.kind == Kind.COACHING:
        networks = NetworkPilot.objects.filter(pilot_id=meeting.pilot_id).values("network_id")
        return Meeting.objects.filter(Q(pilot_id=meeting.pilot_id, kind=Kind.COACHING) | Q(network_id__in=networks))
    same = {"kind": meeting.kind, "programme_id": meeting.programme_id}
    return Meeting.objects.filter(
        **same, network_id=meeting.network_id, advisory_group_id=meeting.advisory_group_id, partner_id=meeting.partner_id
    )


def _kicker(meeting: Meeting, internal: bool) -> str:
    words = [_("Report") if internal else _("Proof of attendance"), str(meeting.host)]
    kind = str(meeting.get_kind_display())
    return " · ".join([*words, f"{kind} {meeting.number}" if meeting.number else kind])
