"""How the programme stands: which pilots are on track, went quiet or are late, what was reached, what the next report misses."""

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import charts
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


class Standing:
    """The dashboard of one programme: four queries, whatever the number of pilots."""

    def __init__(self, programme: Programme, now: datetime.datetime | None = None) -> None:
        self.programme = programme
        self.now = now or timezone.now()

    @cached_property
    def pilots(self) -> list[PilotLine]:
        """All pilots, those that need attention first."""
        place = {state: number for number, state in enumerate(STATES)}
        zone = timezone.get_current_timezone()
        lines = [self._line(row, zone) for row in self._rows()]
        return sorted(lines, key=lambda line: (place[line.state], line.name))

    def _rows(self) -> list[Any]:
        held, planned = Q(meetings__state__in=HELD), Q(meetings__state=Meeting.State.PLANNED)
        return list(
            Pilot.objects.filter(programme=self.programme)
            .order_by("service__name")
            .annotate(
                held=Count("meetings", filter=held),
                planned=Count("meetings", filter=held | planned),
                unclosed=Count("meetings", filter=planned & Q(meetings__ends_at__lt=self.now - datetime.timedelta(days=3))),
                next=Min("meetings__starts_at", filter=planned & Q(meetings__starts_at__gte=self.now)),
            )
            .values("pk", "service__name", "service__sector__name_nl", "ends_on", "held", "planned", "unclosed", "next")
        )

    @cached_property
    def _last(self) -> dict[UUID, datetime.datetime]:
        """Per pilot, when one of its leaders was last present anywhere."""
        rows = Attendance.objects.filter(
            meeting__programme=self.programme, meeting__state__in=HELD, status__in=Attendance.PRESENT, seat__role=Seat.Role.LEADER
        )
        return dict(
            rows.order_by().values("seat__pilot").annotate(last=Max("meeting__starts_at")).values_list("seat__pilot", "last")
        )

    def _line(self, row: dict[str, Any], zone: datetime.tzinfo) -> PilotLine:
        last = self._last.get(row["pk"])
        if (row["ends_on"] and row["ends_on"] < self.now.date()) or self.programme.ends_on < self.now.date():
            state = "ended"
        elif row["unclosed"]:
            state = "late"
        elif row["next"] is None and (last is None or last < self.now - QUIET):
            state = "quiet"
        else:
            state = "on-track"
        return PilotLine(
            row["pk"], row["service__name"], row["service__sector__name_nl"], state, row["held"], row["planned"],
            last.astimezone(zone).date() if last else None, row["next"].astimezone(zone).date() if row["next"] else None,
            row["unclosed"],
        )  # fmt: skip

    @property
    def shown(self) -> list[PilotLine]:
        return self.pilots[:SHOWN]

    @property
    def more(self) -> int:
        return max(0, len(self.pilots) - SHOWN)

    @cached_property
    def counts(self) -> list[tuple[str, str, int]]:
        """How many pilots stand how: word, badge, number."""
        found = Counter(line.state for line in self.pilots)
        return [(str(word), badge, found[state]) for state, (word, badge) in STATES.items() if found[state] or state != "ended"]

    @cached_property
    def chart(self) -> Chart | None:
        """Pilots per sector, cut into how they stand."""
        sectors = sorted({line.sector for line in self.pilots})
        if not sectors:
            return None
        cells = Counter((line.sector, line.state) for line in self.pilots)
        used = [state for state in reversed(STATES) if any(cells[sector, state] for sector in sectors)]
        return charts.stacked_bars(
            title=_("How the pilots stand"),
            description=", ".join(f"{number} {word}" for word, _badge, number in self.counts if number),
            labels=sectors,
            series={str(STATES[state][0]): [cells[sector, state] for sector in sectors] for state in used},
            heading=_("Sector"),
        )

    @cached_property
    def report(self) -> ProgressReport | None:
        """The report that is written now; the newest when all are frozen."""
        rows = ProgressReport.objects.filter(programme=self.programme).select_related("period", "programme", "kept")
        found = list(rows.defer("kept__gaps", "kept__behind").order_by("-period__starts_on")[:4])
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
