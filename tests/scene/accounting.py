"""Participants, evidence and what was frozen."""

import datetime

from django.utils import timezone

from reporting import links
from reporting import services as reporting
from reporting.models import Asking, OwnIndicator, Participant, ReportingPeriod
from sessions import services as sessions
from sessions.models import Attendance, Meeting
from tests.scene.base import Scene

WORDS: dict[str, str] = {}


def add(scene: Scene) -> None:
    """What stands behind the figures of both programmes' reports; Tess accounts to the fund, and one report was frozen."""
    cast, reports = scene.cast, scene.at["progress report"]
    noon = timezone.now().replace(hour=11, minute=0, second=0, microsecond=0) - datetime.timedelta(days=30)
    there = sessions.plan_meeting(
        by=cast.omar, host=cast.other_programme, title="Elders bijeen", starts_at=noon, ends_at=noon + datetime.timedelta(hours=2)
    )
    period = reports["own"].period
    here = Meeting.objects.filter(
        programme=cast.programme, starts_at__date__range=(period.starts_on, period.ends_on), state__in=["held", "checked"]
    ).first()
    number = Participant.objects.filter(programme=cast.programme).values_list("number", flat=True).first()
    scene.put("meeting of a report", own=(reports["own"].pk, here.pk), other=(reports["other"].pk, there.pk))
    scene.put("person of a report", own=(reports["own"].pk, number))
    scene.put("indicator of a report", **{name: (report.pk, "CO05") for name, report in reports.items()})
    for name, programme, by in (("own", cast.programme, cast.tess), ("other", cast.other_programme, cast.omar)):
        row = OwnIndicator(programme=programme, title="Netwerksessies", counts="network", target=8)
        scene.put("own indicator", **{name: reporting.save_own_indicator(row, by=by)})
    reader = reporting.name_reader(cast.programme, by=cast.tom, user=cast.tess)
    scene.put("reader of characteristics", own=reader)
    asking = Asking.objects.filter(participant__user=cast.zita).first()
    scene.put("asking", zita=(links.token_of(asking),))
    scene.put("participant", own=Participant.objects.get(programme=cast.programme, user=cast.zita))
    guest = Attendance(meeting=here, guest_name="Gast Een", guest_organisation="Elders", status="onsite", is_invited=False)
    guest.save()
    guest.programme_id = cast.programme.pk  # by which the matrix sees where a child belongs
    scene.put("guest who came", own=guest)
    _frozen(scene)


def _frozen(scene: Scene) -> None:
    cast, today = scene.cast, timezone.localdate()
    days = {"starts_on": today - datetime.timedelta(days=200), "ends_on": today - datetime.timedelta(days=100)}
    period = ReportingPeriod(programme=cast.programme, name="Vorige periode", **days)
    report = reporting.start_report(reporting.save_period(period, by=cast.tess), by=cast.tess)
    reporting.propose(report, by=cast.tess)
    reporting.freeze(report, by=cast.tom)
    scene.put("frozen report", own=report)
