"""What a portfolio can be made of: proposals from what somebody wrote and did, computed anew each time and kept nowhere.

They are one's own, by authorship or by having been there, so that they outlive the programme and the seat.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from uuid import UUID

from django.db.models import Exists
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.models import User
from reflections import attached
from reflections.models import PortfolioPiece, Reflection, ReflectionFile, SelfAssessment
from reflections.portfolio.asked import QUESTIONS, Asked
from reflections.services import text_with
from sessions import preparation
from sessions.models import Action, Attendance, Brought, Meeting
from tools.models import Tool
from trajectories.models import Seat

Part, Kind = PortfolioPiece.Part, PortfolioPiece.Kind
MOST = 300  # of one kind: the newest


@dataclass(frozen=True)
class Proposal:
    """Something that may become a piece. Without a text or anything else to show it is a question that waits for an answer."""

    source: str
    part: str
    title: str
    text: str = ""
    kind: str = Kind.TEXT
    on: datetime.date | None = None
    photo: ReflectionFile | None = None
    programme_id: UUID | None = None

    @property
    def key(self) -> str:
        """What its box on the page stands for."""
        return self.source

    @property
    def is_question(self) -> bool:
        return self.kind == Kind.TEXT and not self.text


@dataclass(frozen=True)
class Presence:
    """A meeting at which somebody was, with the net minutes."""

    title: str
    on: datetime.date
    kind: str
    minutes: int


@dataclass(frozen=True)
class Path:
    """What the house knows of somebody's way: their places as a leader, where they were, how they saw themselves."""

    user: User
    seats: Sequence[Seat]
    places: list[Attendance]

    @property
    def has_assessed(self) -> bool:
        """Did they ever note how they saw themselves?"""
        return bool(self.seats) and self.seats[0].has_assessed  # type: ignore[attr-defined]

    @property
    def newest(self) -> Seat | None:
        return self.seats[-1] if self.seats else None

    @property
    def been(self) -> list[Presence]:
        """The meetings, oldest first."""
        return [
            Presence(row.meeting.title, row.meeting.local_start.date(), row.meeting.get_kind_display(), row.minutes)
            for row in self.places
        ]


def path_of(user: User) -> Path:
    """Two queries; ended places count as much as living ones."""
    assessed = Exists(SelfAssessment.objects.filter(author=user))
    seats = user.seats.filter(role=Seat.Role.LEADER).select_related("programme", "pilot__service__sector")
    places = Attendance.objects.filter(user=user, status__in=Attendance.PRESENT, meeting__state__in=Meeting.TOOK_PLACE)
    rows = places.select_related("meeting__programme").order_by("-meeting__starts_at")[:MOST]
    led = list(seats.annotate(has_assessed=assessed).order_by("since", "pk"))
    return Path(user, led, sorted(rows, key=lambda row: row.meeting.starts_at))


def proposals(user: User, path: Path, opened: dict[UUID, bytes], *, without: set[str]) -> list[Proposal]:
    """Everything that is not a piece yet (`without`: the sources of those that are), in the order of the portfolio."""
    texts = list(Reflection.objects.written_by(user).select_related("prompt").order_by("-created_at")[:MOST])
    written = [proposal for proposal in (_from_text(text, opened) for text in texts) if proposal.text]
    found = [
        *_who(path),
        *_pathway(path),
        *sorted([*written, *_brought(user, opened), *_photos(user, opened), *_done(user)], key=_day),
        *_growth(path),
        *_questions(texts, written),
    ]
    programme_id = path.newest.programme_id if path.newest else None
    fresh = [proposal for proposal in found if proposal.source not in without]
    return [proposal if proposal.programme_id else replace(proposal, programme_id=programme_id) for proposal in fresh]


def _day(proposal: Proposal) -> datetime.date:
    return proposal.on or datetime.date.max


def _who(path: Path) -> Iterator[Proposal]:
    seat = path.newest
    if seat is None or seat.pilot is None:
        return
    service = seat.pilot.service
    facts = {"function": seat.function or _("leader"), "service": service.name, "place": service.municipality}
    told = _("I am %(function)s at %(service)s in %(place)s.") if service.municipality else _("I am %(function)s at %(service)s.")
    lines = [told % facts, _("Our field of work: %(sector)s.") % {"sector": service.sector.name}]
    if seat.programme.leader_places > 1:
        lines.append(_("I took part together with my co-leader: we share the leadership."))
    yield Proposal("start:who", Part.AUTHOR, _("Who I am"), "\n".join(lines), programme_id=seat.programme_id)


def _pathway(path: Path) -> Iterator[Proposal]:
    if path.newest is not None:
        programme = path.newest.programme
        days = {"name": programme.name, "since": _date(path.newest.since), "until": _date(path.newest.until or programme.ends_on)}
        told = _("I took part in %(name)s, from %(since)s until %(until)s.") % days
        yield Proposal("start:pathway", Part.PATHWAY, _("The pathway"), f"{told}\n{programme.summary}".strip())
    if path.places:
        yield Proposal("start:meetings", Part.PATHWAY, _("Where I took part"), kind=Kind.MEETINGS)
    used = Tool.objects.filter(meetings__meeting__in=[row.meeting_id for row in path.places]).with_titles().distinct()
    names = "\n".join(f"– {tool.title}" for tool in used) if path.places else ""
    if names:
        yield Proposal("start:tools", Part.PATHWAY, _("Tools that we used"), names)


def _date(day: datetime.date) -> str:
    return date_format(day, "DATE_FORMAT")


def _from_text(text: Reflection, opened: dict[UUID, bytes]) -> Proposal:
    day = timezone.localdate(text.created_at)
    title = text.asked or _("My text")
    said = text_with(text, opened) or ""
    return Proposal(f"reflection:{text.pk.hex}", Part.JOURNEY, title, said, on=day, programme_id=text.programme_id)


def _brought(user: User, opened: dict[UUID, bytes]) -> Iterator[Proposal]:
    """One's own cases, questions, homework and parts of an intake."""
    rows = Brought.objects.filter(author=user, kind__in=Brought.OWN).select_related("meeting").order_by("-created_at")[:MOST]
    for row in rows:
        said = "\n\n".join(part for part in preparation.texts_of(row, opened).values() if part.strip())
        title = f"{row.meeting.title}: {row.get_kind_display()}"
        if said:
            yield Proposal(
                f"brought:{row.pk.hex}", Part.JOURNEY, title, said,
                on=timezone.localdate(row.created_at), programme_id=row.meeting.programme_id,
            )  # fmt: skip


def _photos(user: User, opened: dict[UUID, bytes]) -> Iterator[Proposal]:
    pictures = ReflectionFile.objects.filter(file__content_type__startswith="image/", reflection__erased_at=None)
    rows = pictures.filter(reflection__author=user).select_related("file", "reflection").order_by("-added_at")[:MOST]
    for row in rows:
        name = attached.shown(row, user.pk, opened).name.rpartition(".")[0]
        yield Proposal(
            f"photo:{row.pk.hex}", Part.JOURNEY, name, kind=Kind.PHOTO, photo=row,
            on=timezone.localdate(row.added_at), programme_id=row.reflection.programme_id,
        )  # fmt: skip


def _done(user: User) -> Iterator[Proposal]:
    """What was agreed and done: one piece for each meeting."""
    done = Action.objects.filter(owner=user, state=Action.State.DONE).select_related("meeting")
    rows = list(done.order_by("-meeting__starts_at", "meeting", "created_at")[:MOST])
    for meeting, actions in groupby(rows, key=lambda action: action.meeting):
        lines = "\n".join(f"– {action.text}" for action in actions)
        title = _("What I did after %(meeting)s") % {"meeting": meeting.title}
        yield Proposal(
            f"done:{meeting.pk.hex}", Part.JOURNEY, title, lines,
            on=meeting.local_start.date(), programme_id=meeting.programme_id,
        )  # fmt: skip


def _growth(path: Path) -> Iterator[Proposal]:
    if path.has_assessed:
        yield Proposal("start:growth", Part.ASSESSMENT, _("How I saw myself"), kind=Kind.GROWTH)


def _questions(texts: list[Reflection], written: list[Proposal]) -> Iterator[Proposal]:
    """The portfolio's own questions; the newest fitting text is a first answer, each text for one question only."""
    used: set[str] = set()
    said = {proposal.source: proposal for proposal in written}
    for asked in QUESTIONS:
        answer = next((said[name] for name in _fitting(asked, texts) if name in said and name not in used), None)
        if answer:
            used.add(answer.source)
        on = answer.on if answer else None
        yield Proposal(f"asked:{asked.key}", asked.part, str(asked.text), answer.text if answer else "", on=on)


def _fitting(asked: Asked, texts: list[Reflection]) -> Iterator[str]:
    for text in texts:
        if text.theme in asked.themes or text.occasion in asked.occasions:
            yield f"reflection:{text.pk.hex}"
