"""How the programme stands: which pilots are on track, went quiet or are late, what was reached, what the next report misses."""

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import charts
from core.compiled import Compiled, Given, each_of
from core.drawing import Chart
from reporting import words
from reporting.hours import HELD
from reporting.models import ProgressReport
from reporting.page import reading_of
from reporting.reading import Reading
from sessions.models import Attendance, Meeting
from trajectories.models import Pilot, Programme, Seat

QUIET = datetime.timedelta(days=100)
SHOWN = 40
STATES = {
    "late": (gettext_lazy("late"), "wait"),
    "quiet": (gettext_lazy("quiet"), "quiet"),
    "on-track": (gettext_lazy("on track"), "ok"),
    "ended": (gettext_lazy("ended"), "quiet"),
}
TOO_LATE, GONE_QUIET, ON_TRACK, ENDED = range(len(STATES))


@dataclass(frozen=True)
class PilotLine:
    """One pilot: when its leaders were last there, when the next moment is, and what that means."""

    pk: UUID
    name: str
    sector: str
    state: str
    held: int
    planned: int
    last: datetime.date | None
    next: datetime.date | None
    unclosed: int

    @property
    def word(self) -> str:
        return str(STATES[self.state][0])

    @property
    def badge(self) -> str:
        return STATES[self.state][1]

    @property
    def why(self) -> str:
        """In a sentence why it is late or quiet."""
        match self.state:
            case "late":
                return _("%(n)s past meetings have no closed attendance list.") % {"n": self.unclosed}
            case "quiet":
                return _("Nobody of the pair was present in the last hundred days, and nothing is planned.")
            case _:
                return ""


class Row(NamedTuple):
    """How one pilot stands (its place in STATES), in the order in which pilots are shown."""

    place: int
    name: str
    pk: UUID
    sector: str


Cells = Counter[tuple[str, int]]  # pilots of each sector, by their place in STATES
NOW, LATE, SINCE = (Given(name, DateTimeField()) for name in ("now", "late", "since"))
PLANNED = Q(state=Meeting.State.PLANNED)


def _rows() -> QuerySet[Pilot, Any]:
    """Every pilot of a programme."""
    meetings = Meeting.objects.filter(pilot=OuterRef("pk"))
    lately = _present().filter(meeting__programme=OuterRef("programme"), meeting__starts_at__gte=SINCE)
    ended = Q(ends_on__lt=Given("today", DateField())) | Q(programme__ends_on__lt=Given("today", DateField()))
    place = Case(
        When(ended, then=Value(ENDED)),
        When(Exists(meetings.filter(PLANNED, ends_at__lt=LATE)), then=Value(TOO_LATE)),
        When(Exists(meetings.filter(PLANNED, starts_at__gte=NOW)) | Exists(lately), then=Value(ON_TRACK)),
        default=Value(GONE_QUIET),
    )
    rows = Pilot.objects.filter(programme=Given("programme", UUIDField())).order_by().annotate(place=place)
    return rows.values_list("place", "service__name", "pk", "service__sector__name_nl")


def _lines() -> QuerySet[Pilot, Any]:
    """What the lines of some of them show."""
    held, planned = Q(meetings__state__in=HELD), Q(meetings__state=Meeting.State.PLANNED)
    present = _present().filter(meeting__programme=OuterRef("programme")).order_by("-meeting__starts_at")
    return (
        Pilot.objects.filter(pk__in=each_of("pilots", UUIDField(), SHOWN))
        .order_by()
        .annotate(
            held=Count("meetings", filter=held),
            planned=Count("meetings", filter=held | planned),
            unclosed=Count("meetings", filter=planned & Q(meetings__ends_at__lt=LATE)),
            last=Subquery(present.values("meeting__starts_at")[:1]),
            next=Min("meetings__starts_at", filter=planned & Q(meetings__starts_at__gte=NOW)),
        )
        .values_list("pk", "held", "planned", "unclosed", "last", "next")
    )


def _present() -> QuerySet[Attendance]:
    """Where a leader of a pilot was present."""
    return Attendance.objects.filter(
        seat__pilot=OuterRef("pk"), seat__role=Seat.Role.LEADER, status__in=Attendance.PRESENT, meeting__state__in=HELD
    )


def _reports() -> QuerySet[ProgressReport]:
    """The newest reports of a programme."""
    rows = ProgressReport.objects.filter(programme=Given("programme", UUIDField())).select_related("period", "kept")
    return rows.defer("kept__gaps", "kept__behind").order_by("-period__starts_on")[:4]


ROWS, LINES, REPORTS = Compiled(_rows), Compiled(_lines), Compiled(_reports)


class Standing:
    """The dashboard of one programme: four queries, whatever the number of pilots."""

    def __init__(self, programme: Programme, now: datetime.datetime | None = None) -> None:
        self.programme = programme
        self.now = now or timezone.now()
        self.late = self.now - datetime.timedelta(days=3)

    @cached_property
    def pilots(self) -> list[tuple]:
        """How every pilot stands as the values of a Row, those that need attention first."""
        found = ROWS.ask(programme=self.programme.pk, today=self.now.date(), now=self.now, late=self.late, since=self.now - QUIET)
        return sorted(found)

    @cached_property
    def shown(self) -> list[PilotLine]:
        """The first of them, with their moments, and when one of their leaders was last present anywhere."""
        first, zone = [Row._make(row) for row in self.pilots[:SHOWN]], timezone.get_current_timezone()
        told = LINES.ask(pilots=[row.pk for row in first], now=self.now, late=self.late) if first else []
        lines = {pk: line for pk, *line in told}
        return [_line(row, *lines[row.pk], zone=zone) for row in first if row.pk in lines]

    @property
    def more(self) -> int:
        return max(0, len(self.pilots) - SHOWN)

    @cached_property
    def cells(self) -> Cells:
        """How many pilots of each sector stand how."""
        return Counter((sector, place) for place, _name, _pk, sector in self.pilots)

    @cached_property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many pilots stand how: word, badge, number."""
        found = Counter[int]()
        for (_sector, place), number in self.cells.items():
            found[place] += number
        states = enumerate(STATES.values())
        return [(str(word), badge, found[place]) for place, (word, badge) in states if found[place] or place != ENDED]

    @cached_property
    def chart(self) -> Chart | None:
        """Pilots per sector, cut into how they stand."""
        cells, sectors = self.cells, sorted({sector for sector, _place in self.cells})
        if not sectors:
            return None
        states = [(place, str(word)) for place, (word, _badge) in enumerate(STATES.values())]
        used = [(place, word) for place, word in reversed(states) if any(cells[sector, place] for sector in sectors)]
        return charts.stacked_bars(
            title=_("How the pilots stand"),
            description=", ".join(f"{number} {word}" for word, _badge, number in self.counts if number),
            labels=sectors,
            series={word: [cells[sector, place] for sector in sectors] for place, word in used},
            heading=_("Sector"),
        )

    @cached_property
    def report(self) -> ProgressReport | None:
        """The report that is written now; the newest when all are frozen."""
        found = REPORTS.ask(programme=self.programme.pk)
        waiting = [report for report in found if report.state != ProgressReport.State.FROZEN]
        if waiting:
            return waiting[-1]
        return found[0] if found else None

    @property
    def unwritten(self) -> list[dict[str, Any]]:
        """The parts of that report that have no text yet."""
        return [section for section in self.reading.sections if not section["body"]] if self.reading else []

    @cached_property
    def kinds(self) -> list[dict[str, Any]]:
        """Meetings of that period per kind: held, and planned."""
        sums: dict[str, Counter[str]] = {}
        for row in self.reading.figures["activities"] if self.reading else ():
            sums.setdefault(row["kind"], Counter()).update({name: row[name] for name in ("planned", "held")})
        return [{"name": words.KINDS[kind], **sums[kind]} for kind in words.KINDS if kind in sums]

    @cached_property
    def reading(self) -> Reading | None:
        """The figures of that report."""
        return reading_of(self.report) if self.report else None


def _line(
    row: Row,
    held: int,
    planned: int,
    unclosed: int,
    last: datetime.datetime | None,
    next: datetime.datetime | None,
    *,
    zone: datetime.tzinfo,
) -> PilotLine:
    last_day, next_day = (moment.astimezone(zone).date() if moment else None for moment in (last, next))
    return PilotLine(row.pk, row.name, row.sector, list(STATES)[row.place], held, planned, last_day, next_day, unclosed)
