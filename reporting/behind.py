"""What stands behind the figures of a report: meetings, people and their presences, a page at a time. Of a frozen report they
come out of its snapshot, of a draft from live rows. Participants stand under their number."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet

from core.pages import counted_page
from reporting import document, figures, hours, records
from reporting.models import Participant, ProgressReport
from reporting.rows import AttendanceRow, attendance_at, attendance_by
from sessions.models import Attendance, Certificate, Meeting, MeetingChange

PER_PAGE = hours.A_PAGE
WHAT = ("held", "cancelled", "moved", "online", "open")


class Behind:
    """One report's rows."""

    def __init__(self, report: ProgressReport) -> None:
        self.report = report
        self.is_frozen = report.state == ProgressReport.State.FROZEN
        period = report.period
        self.stretch = figures.Stretch(report.programme, period.starts_on, period.ends_on)
        self.days = (report.programme, period.starts_on, period.ends_on)
        self.frozen: dict[str, Any] = json.loads(report.snapshot.data) if self.is_frozen else {}

    # -- meetings -----------------------------------------------------------------------------------------------------

    def meetings(self, asked: Mapping[str, str], number: Any) -> tuple[Page, list[dict[str, Any]]]:
        """A page of meetings of a kind, a phase ("-": outside the phases) and of what became of them (WHAT)."""
        if self.is_frozen:
            page = Paginator([row for row in self.frozen["figures"]["meetings"] if _is_asked(row, asked)], PER_PAGE).get_page(
                number
            )
            return page, list(page.object_list)
        page = counted_page(self._chosen(asked).order_by("starts_at", "pk").values("pk"), number, PER_PAGE)
        rows = figures.some_meetings(self.stretch, [row["pk"] for row in page.object_list])
        return Page(rows, page.number, page.paginator), rows

    def _chosen(self, asked: Mapping[str, str]) -> QuerySet[Meeting]:
        found = hours.meetings_of(*self.days)
        if asked.get("kind"):
            found = found.filter(kind=asked["kind"])
        if asked.get("phase"):
            found = found.filter(_in_phase(self.stretch, asked["phase"]))
        match asked.get("what"):
            case "held":
                found = found.filter(state__in=hours.HELD)
            case "cancelled":
                found = found.filter(state=Meeting.State.CANCELLED)
            case "moved":
                found = found.filter(Exists(MeetingChange.objects.filter(meeting=OuterRef("pk"), what="time")))
            case "online":
                found = found.filter(state__in=hours.HELD, mode=Meeting.Mode.ONLINE)
            case "open":
                found = found.filter(state=Meeting.State.PLANNED)
        return found

    def meeting(self, pk: UUID) -> tuple[dict[str, Any], list[AttendanceRow], list[dict[str, Any]]] | None:
        """One meeting with its presences and proofs; None when the report does not know it."""
        found: Iterable[AttendanceRow]
        if self.is_frozen:
            row = next((row for row in self.frozen["figures"]["meetings"] if row["id"] == str(pk)), None)
            proofs = [proof for proof in self.frozen["evidence"] if proof["meeting"] == str(pk)]
            found = document.source_of(self.report).rows() if row else ()
        else:
            row = next(iter(figures.some_meetings(self.stretch, [pk])), None)
            proofs = list(document.proofs_of([pk])) if row else []
            found = attendance_at(*self.days, pk) if row else ()
        return None if row is None else (row, [place for place in found if place.meeting == str(pk)], proofs)

    # -- people -------------------------------------------------------------------------------------------------------

    def people(self, asked: Mapping[str, str], number: Any) -> tuple[Page, list[dict[str, Any]]]:
        """A page of participants with their hours; of a sector when one is asked."""
        if self.is_frozen:
            rows = self.frozen["figures"]["people"]
            page = Paginator([row for row in rows if asked.get("sector", row["sector"]["nl"]) == row["sector"]["nl"]], PER_PAGE)
            shown = page.get_page(number)
            return shown, list(shown.object_list)
        found = self._participants()
        if "sector" in asked:
            found = found.filter(pilot__service__sector__name_nl=asked["sector"])
        shown = counted_page(found.order_by("number").values(*records.BARE), number, PER_PAGE)
        return shown, self._sums(shown.object_list)

    def _participants(self) -> QuerySet[Participant]:
        """Who entered by the last day, and had not left before the first one or was there all the same."""
        programme, start, end = self.days
        first, after = programme.midnights(start, end)
        came = Attendance.objects.filter(
            user=OuterRef("user"), status__in=Attendance.PRESENT, meeting__programme=programme, meeting__state__in=hours.HELD,
            meeting__starts_at__gte=first, meeting__starts_at__lt=after,
        )  # fmt: skip
        return Participant.objects.filter(programme=programme, entered_on__lte=end).filter(
            Q(left_on=None) | Q(left_on__gte=start) | Exists(came)
        )

    def _sums(self, chosen: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        members = [records.bare(row) for row in chosen]
        sums, nothing = hours.some_people(*self.days, [member.number for member in members]), hours.Person()
        return [figures.person(member, sums.get(member.number, nothing), self.days[2]) for member in members]

    def person(self, number: int) -> tuple[dict[str, Any], list[AttendanceRow]] | None:
        """One participant with every presence that counts; None when the report does not know the number."""
        found: Iterable[AttendanceRow]
        if self.is_frozen:
            row = next((row for row in self.frozen["figures"]["people"] if row["number"] == number), None)
            found = document.source_of(self.report).rows() if row else ()
        else:
            one = self._participants().filter(number=number).values(*records.BARE)
            row = next(iter(self._sums(one)), None)
            found = attendance_by(*self.days, number) if row else ()
        if row is None:
            return None
        return row, [place for place in found if place.participant == number and place.state in hours.HELD]

    def certificates(self, number: int) -> list[Certificate]:
        """The certificates that were made of this participant's attendance, newest first."""
        person = Participant.objects.filter(programme=self.report.programme_id, number=number).values("user")
        ready = Certificate.objects.ready().filter(seat__user__in=person, seat__programme=self.report.programme_id)
        return list(ready.select_related("file")[:PER_PAGE])

    # -- what is missing ----------------------------------------------------------------------------------------------

    def gaps(self, asked: Mapping[str, str], number: Any) -> Page:
        """A page of what is missing, as it was when the figures were computed."""
        kept = self.report.kept
        found = [gap for gap in json.loads(kept.gaps or "[]") if asked.get("what", gap["what"]) == gap["what"]]
        return Paginator(found, PER_PAGE).get_page(number)


def _in_phase(stretch: figures.Stretch, asked: str) -> Q:
    """Meetings of this phase: as in the figures, the first phase in which their day falls."""
    inside = Q()
    for name, first, last in stretch.phases:
        start, after = stretch.programme.midnights(first, last)
        here = Q(starts_at__gte=start, starts_at__lt=after)
        if name == asked:
            return here & ~inside if inside else here
        inside |= here
    return ~inside if asked == "-" and inside else Q() if asked == "-" else Q(pk=None)


def _is_asked(row: Mapping[str, Any], asked: Mapping[str, str]) -> bool:
    kept = {
        "held": row["held"],
        "cancelled": row["state"] == Meeting.State.CANCELLED,
        "moved": bool(row["moved_from"]),
        "online": row["held"] and row["mode"] == Meeting.Mode.ONLINE,
        "open": row["state"] == Meeting.State.PLANNED,
    }
    return (
        asked.get("kind", row["kind"]) == row["kind"]
        and asked.get("phase", row["phase"] or "-") == (row["phase"] or "-")
        and kept.get(asked.get("what", ""), True)
    )
