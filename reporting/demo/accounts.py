"""The demo's accounting: proof with some sessions and not with others, own indicators, a first report that was frozen by a second
person, and a second one that is still being written."""

import datetime
import io

from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw

from core.uploads import Checked
from outbox.models import OutgoingMail
from people.models import User
from reporting import services
from reporting.demo.world import content
from reporting.hours import HELD
from reporting.models import (
    CharacteristicReader,
    KeptFigures,
    OwnIndicator,
    OwnResult,
    ProgressReport,
    ReportFile,
    ReportingPeriod,
    Snapshot,
)
from sessions import evidence
from sessions.models import Attendance, Meeting
from trajectories.models import Programme, Seat

Counts = OwnIndicator.Counts
OWN = [
    ("Netwerksessies", "sessies", Counts.NETWORK, 8),
    ("Coachingmomenten", "momenten", Counts.COACHING, 24),
    ("Leidinggevenden die deelnemen", "mensen", Counts.LEADERS, 16),
    ("Voorzieningen die deelnemen", "voorzieningen", Counts.SERVICES, 8),
    ("Publicaties en instrumenten voor anderen", "stuks", Counts.NOTED, 6),
]
SHEET, INK = (840, 594), "#1d3557"


@transaction.atomic
def build(programme: Programme) -> None:
    """Everything anew; what an earlier call made of reports goes first. Days are those of the programme, wherever it moved."""
    _forget(programme)
    people = _team(programme)
    _prove(programme)
    _own_indicators(programme)
    CharacteristicReader.objects.get_or_create(programme=programme, user=people["ruth"], defaults={"named_by": people["pieter"]})
    periods = list(programme.periods.order_by("starts_on"))
    for narrative in content("reporting")["narratives"]:
        _frozen(periods.pop(0), narrative, people)
    if periods and periods[0].ends_on < timezone.localdate():
        _begun(periods[0], people["ruth"])


def _team(programme: Programme) -> dict[str, User]:
    """The project team by their key in the content."""
    told = content("people")
    accounts = {key: email for email, key in told["demo_accounts"].items()}
    emails = {accounts.get(person["key"], person["email"]).lower(): person["key"] for person in told["people"]}
    seats = Seat.objects.filter(programme=programme, role=Seat.Role.PROJECT).select_related("user")
    return {emails[seat.user.email]: seat.user for seat in seats if seat.user.email in emails}


def _forget(programme: Programme) -> None:
    reports = ProgressReport.objects.filter(programme=programme)
    for model in (ReportFile, Snapshot, KeptFigures):
        model._default_manager.filter(report__in=reports).delete()
    OwnIndicator.objects.filter(programme=programme).delete()
    reports.delete()


def _prove(programme: Programme) -> None:
    """A scan with every network session but the last, and with the moments of every second pilot; the gap list shows the rest."""
    held = Meeting.objects.filter(programme=programme, state__in=HELD, evidence=None).with_host().order_by("starts_at")
    first = programme.pilots.order_by("pk").values_list("pk", flat=True)[:8:2]
    sessions = held.filter(kind=Meeting.Kind.NETWORK, network=programme.networks.order_by("pk").first())
    for meeting in [*list(sessions)[:-1], *held.filter(pilot__in=list(first))]:
        by = User.objects.get(pk=meeting.held_by)
        checked = Checked(_scan(meeting), "image/png", f"aanwezigheidslijst-{meeting.local_start:%Y-%m-%d}.png")
        evidence.add(meeting, by=by, checked=checked)
        meeting.attendances.filter(status__in=Attendance.PRESENT).update(established=Attendance.Established.PAPER)


def _scan(meeting: Meeting) -> bytes:
    """A picture that could be a scanned list and says that it is none."""
    sheet = Image.new("RGB", SHEET, "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((40, 30), "DEMO - geen echt document / not a real document", fill="#c1121f")
    title = f"Aanwezigheidslijst: {meeting.title} ({meeting.local_start:%d/%m/%Y})"
    pen.text((40, 60), title.encode("ascii", "replace").decode(), fill="black")
    people = meeting.attendances.filter(status__in=Attendance.PRESENT).count()
    for number in range(people):
        top = 100 + number * 24
        pen.line([(40, top + 18), (800, top + 18)], fill="#cccccc")
        pen.text((40, top), f"{number + 1}.", fill="black")
        wave = [(480 + step * 6, top + 8 + ((step * (number + 3)) % 7) - 3) for step in range(24)]
        pen.line(wave, fill=INK, width=2)
    made = io.BytesIO()
    sheet.save(made, "PNG")
    return made.getvalue()


def _own_indicators(programme: Programme) -> None:
    rows = [
        OwnIndicator(programme=programme, title=title, unit=unit, counts=counts, target=target, position=place)
        for place, (title, unit, counts, target) in enumerate(OWN, start=1)
    ]
    OwnIndicator.objects.bulk_create(rows)
    first = programme.periods.order_by("starts_on").first()
    if first is not None:
        OwnResult.objects.create(indicator=rows[-1], period=first, value=1)


def _frozen(period: ReportingPeriod, narrative: dict, people: dict[str, User]) -> ProgressReport:
    proposer, second = people[narrative["proposed_by"]], people[narrative["frozen_by"]]
    report = _begun(period, people[narrative["author"]])
    for section in narrative["sections"]:
        services.save_section(report, by=people[narrative["author"]], name=section["key"], body=section["text"], version=0)
    due = period.due_on or period.ends_on + datetime.timedelta(days=90)
    noon = datetime.datetime.combine(due, datetime.time(12), period.programme.zone)
    services.propose(report, by=proposer, at=noon - datetime.timedelta(days=16))
    services.freeze(report, by=second, at=noon - datetime.timedelta(days=9))
    OutgoingMail.objects.filter(key__startswith=f"report:{report.pk}:").delete()  # nobody was really written to
    return report


def _begun(period: ReportingPeriod, by: User) -> ProgressReport:
    """A draft with its figures, however many rows they take."""
    report = services.start_report(period, by=by)
    services.compute(report)
    return report
