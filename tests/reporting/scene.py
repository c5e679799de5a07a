"""A first half-year with something of everything: held and checked, held only, cancelled, overlapping, online, late."""

import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from core import files
from reporting import services
from sessions import attendance
from sessions import services as sessions
from sessions.models import Attendance, Evidence, Meeting
from tests.cast import Cast

BRUSSELS = ZoneInfo("Europe/Brussels")
Status = Attendance.Status


def days(ago: int) -> datetime.date:
    """The day so many days ago."""
    return timezone.localdate() - datetime.timedelta(days=ago)


def at(days_ago: int, hour: int, minute: int = 0) -> datetime.datetime:
    """A wall clock time so many days ago."""
    day = timezone.localdate() - datetime.timedelta(days=days_ago)
    return datetime.datetime.combine(day, datetime.time(hour, minute), BRUSSELS)


def plan(cast: Cast, host, title: str, days_ago: int, hour: int = 9, hours: int = 3, **fields) -> Meeting:
    return sessions.plan_meeting(
        by=cast.hilde, host=host, title=title, starts_at=at(days_ago, hour), ends_at=at(days_ago, hour + hours), **fields
    )


def hold(cast: Cast, meeting: Meeting, present: dict, *, check: bool = True, guests=(), established="paper") -> Meeting:
    """Note who was there (user → status or Line), everybody else excused; close the list, and let somebody else check it."""
    sessions.invite(
        meeting, by=cast.hilde, people=[user for user in present if not meeting.attendances.filter(user=user).exists()]
    )
    lines = {}
    for row in attendance.rows_of(meeting):
        said = present.get(row.user, Status.EXCUSED)
        lines[row.pk] = said if isinstance(said, attendance.Line) else attendance.Line(status=said, established=established)
    attendance.save_list(meeting, by=cast.hilde, lines=lines, guests=guests)
    meeting = attendance.close_list(meeting, by=cast.hilde)
    return attendance.check_meeting(meeting, by=cast.tess) if check else meeting


def make_scene(cast: Cast) -> Cast:
    """The cast after some meetings. Anna and Bram entered 60 days ago, Zita 40 days ago; Yusuf never came."""
    first = plan(cast, cast.network, "Kennismaking", 60, break_minutes=15)
    late = attendance.Line(status=Status.ONSITE, arrived=datetime.time(10), established="paper")
    hold(cast, first, {cast.anna: Status.ONSITE, cast.bram: late, cast.hilde: Status.ONSITE},
         guests=[attendance.Line(status=Status.ONSITE, name="Gast Een", organisation="Elders")])  # fmt: skip
    scan = files.store(b"%PDF-1.7 lijst", name="lijst.pdf", content_type="application/pdf", by=cast.hilde.pk)
    Evidence.objects.create(meeting=first, file=scan, added_by=cast.hilde)
    online = plan(cast, cast.network, "Online sessie", 40, hours=2, mode=Meeting.Mode.ONLINE, link="https://meet.ilias.example/x")
    hold(cast, online, {cast.anna: Status.ONLINE, cast.zita: Status.ONLINE, cast.hilde: Status.ONLINE}, established="self")
    # coaching in the last hour of the online session: Anna was noted at both
    moment = plan(cast, cast.nest, "Coachingmoment", 40, hour=10, hours=2)
    hold(cast, moment, {cast.anna: Status.ONSITE, cast.hilde: Status.ONSITE}, check=False, established="coach")
    dropped = plan(cast, cast.wip, "Moment bij De Wip", 20)
    sessions.cancel_meeting(dropped, by=cast.karel, version=dropped.version, reason="Ziekte in het team")
    plan(cast, cast.network, "Sessie die niemand afsloot", 10)
    services.sync_participants(cast.programme, by=None)
    return cast
