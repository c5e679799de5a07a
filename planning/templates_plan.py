"""A template in a programme: first what it would make and change, for whom and when; then that, and nothing else.

Every network gets the sessions, every pilot the moments. What the plan shows and what it does come from one calculation
(`plan_of`): doing it asks for the mark of what was seen, and refuses when the plan has become another one meanwhile.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, UUIDField, prefetch_related_objects
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core import audit
from core.errors import Conflict
from networks.models import LearningNetwork, NetworkPilot
from people.models import User
from planning.availability import Holiday, school_holidays
from planning.models import PlannedStep, Step, TemplateUse, TrajectoryTemplate
from planning.templates_dates import doubts_about
from planning.templates_parts import PARTS, WORDS, part_name, said_by, told_by
from planning.templates_reminders import StepReminders, follow, reminders_of
from sessions import clock
from sessions import services as sessions
from sessions.models import Meeting
from sessions.planning import draft_for
from tools.models import Tool
from trajectories.models import Pilot, Programme, Seat

Host = LearningNetwork | Pilot


@dataclass
class PlanLine:
    """One step for one host: what is there, and what the template asks now."""

    step: Step
    host: Host
    day: date
    said: dict
    planned: PlannedStep | None = None
    doubts: list[str] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)

    @property
    def meeting(self) -> Meeting | None:
        return self.planned.meeting if self.planned else None

    @property
    def starts_at(self) -> datetime:
        return datetime.fromisoformat(self.said["when"][0])

    @property
    def ends_at(self) -> datetime:
        return datetime.fromisoformat(self.said["when"][1])

    @property
    def kind(self) -> str:
        """make, change (asks something else of an open meeting), hand (differs only where a hand changed it), held, cancelled
        or same."""
        meeting = self.meeting
        if meeting is None:
            return "make"
        if meeting.state == Meeting.State.CANCELLED:
            return "cancelled"
        if not meeting.is_open or meeting.has_begun:
            return "held"
        return "change" if self.changes else "hand" if self.by_hand else "same"

    @property
    def letters(self) -> int:
        """One letter to each person who was invited, when a planned meeting moves in time or goes on in another way."""
        meeting = self.meeting
        if meeting is None or self.kind != "change" or meeting.state != Meeting.State.PLANNED:
            return 0
        return meeting.asked if {"when", "mode"}.intersection(self.changes) else 0  # type: ignore[attr-defined]

    @property
    def told(self) -> list[tuple[str, str, str]]:
        """Each change as (what, now, then); agendas and tools by name only."""
        meeting = self.meeting
        if meeting is None:
            return []
        return [(part_name(name), *self._pair(meeting, name)) for name in self.changes]

    def _pair(self, meeting: Meeting, name: str) -> tuple[str, str]:
        if name == "when":
            return _stretch(meeting.starts_at, meeting.ends_at, meeting), _stretch(self.starts_at, self.ends_at, meeting)
        if name == "mode":
            return meeting.get_mode_display(), str(Meeting.Mode(self.said["mode"]).label)
        if name in WORDS:
            return getattr(meeting, name), self.said[name]
        return "", ""

    @property
    def by_hand_names(self) -> list[str]:
        return [part_name(name) for name in self.by_hand]


def _stretch(starts: datetime, ends: datetime, meeting: Meeting) -> str:
    day, time = pgettext("short day, Django's date format", "D j M Y"), pgettext("time, Django's date format", "H:i")
    here, there = starts.astimezone(meeting.zone), ends.astimezone(meeting.zone)
    return f"{dateformat.format(here, day)}, {dateformat.format(here, time)}–{dateformat.format(there, time)}"


@dataclass
class TemplatePlan:
    """Everything that applying a template would do, in the order in which it is shown."""

    template: TrajectoryTemplate
    programme: Programme
    starts_on: date
    language: str
    lines: list[PlanLine]
    orphans: list[PlannedStep] = field(default_factory=list)  # made from steps that were taken out
    hosts: int = 0  # networks and pilots that this person plans
    others: int = 0  # networks and pilots that somebody else plans
    beside: list[Host] = field(default_factory=list)  # hosts with meetings that came from elsewhere
    reminders: list[StepReminders] = field(default_factory=list)  # of each living step

    def of(self, kind: str) -> list[PlanLine]:
        return [line for line in self.lines if line.kind == kind]

    @property
    def to_make(self) -> list[PlanLine]:
        return self.of("make")

    @property
    def to_change(self) -> list[PlanLine]:
        return self.of("change")

    @property
    def has_work(self) -> bool:
        return bool(self.to_make or self.to_change or self.new_reminders)

    @property
    def new_reminders(self) -> list[StepReminders]:
        """Steps whose reminders become rules, or change."""
        return [line for line in self.reminders if line.is_new]

    @property
    def staying(self) -> list[PlanLine]:
        """What was changed by hand, held or cancelled: it stays as it is."""
        return [line for line in self.lines if line.kind in {"hand", "held", "cancelled"}]

    @property
    def doubtful(self) -> int:
        return sum(bool(line.doubts) for line in self.to_make)

    @property
    def letters(self) -> int:
        return sum(line.letters for line in self.lines)

    @property
    def mark(self) -> str:
        """What was seen: the same plan has the same mark."""
        seen = [[str(line.step.pk), str(line.host.pk), line.kind, line.said, line.changes, line.letters] for line in self.lines]
        reminders = [[str(line.step.pk), line.asked] for line in self.new_reminders]
        return sha256(json.dumps([str(self.starts_on), self.language, seen, reminders]).encode()).hexdigest()


def use_of(template: TrajectoryTemplate, programme: Programme) -> TemplateUse:
    """How the programme uses the template; unsaved, with the programme's own first day, when it does not yet."""
    found = TemplateUse.objects.filter(programme=programme, template=template).first()
    return found or TemplateUse(programme=programme, template=template, starts_on=programme.starts_on)


def plan_of(
    template: TrajectoryTemplate,
    programme: Programme,
    *,
    user: User,
    starts_on: date,
    language: str,
    use: TemplateUse | None = None,
) -> TemplatePlan:
    """The plan for the hosts whose meetings this person plans; `use` when it has been read already.

    A pilot that begins later counts from its own first day, unless the step follows a session of the network it is in. A step
    that counts from another one follows that meeting's real day where a hand moved it or it was held: a moment "two weeks before
    session three" moves along with session three.
    """
    networks, pilots, others = _hosts(programme, user)
    closed = school_holidays(programme)
    rows = _planned(template, programme)
    steps = list(template.steps.all())
    book = _Book(steps, rows, starts_on)
    plan = TemplatePlan(template, programme, starts_on, language, [], hosts=len(networks) + len(pilots), others=others)
    for step in template.living_steps:
        for host in networks if step.is_session else pilots:
            plan.lines.append(_line(book, step, host, plan, closed))
    plan.reminders = reminders_of(use or use_of(template, programme), template.living_steps)
    _compare_all(plan.lines)
    _doubt_same_hours(plan.to_make)
    plan.beside = [host for host in (*networks, *pilots) if host.own_meetings]  # type: ignore[attr-defined]
    living, mine = {step.pk for step in template.living_steps}, {host.pk for host in (*networks, *pilots)}
    plan.orphans = [row for row in rows if row.step_id not in living and (row.network_id or row.pilot_id) in mine]
    return plan


def _hosts(programme: Programme, user: User) -> tuple[list[LearningNetwork], list[Pilot], int]:
    """The networks and running pilots that this person plans, each pilot with its network of today; and the number of others."""
    today = timezone.localdate()
    running = Q(ends_on=None) | Q(ends_on__gte=today)
    member = NetworkPilot.objects.living().filter(pilot=OuterRef("pk")).order_by("since").values("network_id")[:1]
    pilots = Pilot.objects.coached_by(user).filter(running, programme=programme).select_related("programme", "service")
    own = Count("meetings", filter=Q(meetings__planned_step=None) & ~Q(meetings__state=Meeting.State.CANCELLED))
    mine_too = LearningNetwork.objects.coached_by(user).filter(programme=programme).select_related("programme")
    networks: list[LearningNetwork] = list(mine_too.annotate(own_meetings=own))
    mine: list[Pilot] = list(pilots.annotate(in_network=Subquery(member, output_field=UUIDField()), own_meetings=own))
    if programme.pk in user.programmes_as(Seat.Role.PROJECT):
        return networks, mine, 0
    every = programme.pilots.filter(running).count() + programme.networks.count()
    return networks, mine, every - len(mine) - len(networks)


def _planned(template: TrajectoryTemplate, programme: Programme) -> list[PlannedStep]:
    """What came from the template in this programme; each meeting with `asked`, how many people were invited (one query)."""
    invited = Q(meeting__attendances__is_invited=True, meeting__attendances__user__isnull=False)
    rows = PlannedStep.objects.filter(template=template, meeting__programme=programme)
    hosts = ("step", "meeting__network", "meeting__pilot__service")
    found: list[PlannedStep] = list(rows.select_related(*hosts).annotate(asked=Count("meeting__attendances", filter=invited)))
    for row in found:
        row.meeting.asked = row.asked  # type: ignore[attr-defined]
    return found


class _Book:
    """On which day each step falls for each host, real days first."""

    def __init__(self, steps: Iterable[Step], rows: Iterable[PlannedStep], starts_on: date) -> None:
        self.steps = {step.pk: step for step in steps}
        self.starts_on = starts_on
        self.rows = {(row.step_id, row.network_id or row.pilot_id): row for row in rows}

    def day(self, step: Step, host: Host) -> date:
        days, at, root = step.offset_days, step.anchor_id, step
        for _step in self.steps:
            if at is None:
                break
            root = self.steps[at]
            real = self._real_day(root, host)
            if real:
                return real + timedelta(days=days)
            days, at = days + root.offset_days, root.anchor_id
        return self._first_day(root, host) + timedelta(days=days)

    def _real_day(self, anchor: Step, host: Host) -> date | None:
        """The day of the meeting that came from a step, where it no longer follows the template: moved by hand, or held."""
        whose = host.in_network if isinstance(host, Pilot) and anchor.is_session else host.pk  # type: ignore[attr-defined]
        row = self.rows.get((anchor.pk, whose))
        if row is None or row.meeting.state == Meeting.State.CANCELLED:
            return None
        follows = row.meeting.is_open and not row.meeting.has_begun and told_by(row.meeting, "when") == row.applied.get("when")
        return None if follows else row.meeting.local_start.date()

    def _first_day(self, root: Step, host: Host) -> date:
        if not isinstance(host, Pilot) or host.starts_on <= self.starts_on:
            return self.starts_on
        follows_network = root.is_session and host.in_network is not None  # type: ignore[attr-defined]
        return self.starts_on if follows_network else host.starts_on


def _line(book: _Book, step: Step, host: Host, plan: TemplatePlan, closed: list[Holiday]) -> PlanLine:
    day = book.day(step, host)
    draft = draft_for(host)
    said = said_by(step, clock.moment(day, step.starts, draft.zone), plan.language)
    line = PlanLine(step, host, day, said, book.rows.get((step.pk, host.pk)))
    today, programme = timezone.localdate(), plan.programme
    line.doubts = doubts_about(day, today=today, first=programme.starts_on, last=programme.ends_on, holidays=closed)
    if isinstance(host, Pilot) and day < host.starts_on:
        line.doubts.append(_("lies before the first day of the pilot"))
    if isinstance(host, Pilot) and host.ends_on and host.ends_on < day:
        line.doubts.append(_("lies after the end of the pilot"))
    return line


def _doubt_same_hours(lines: list[PlanLine]) -> None:
    """A template gives every pilot the same day: that is seen where somebody would have to be everywhere at once."""
    together = Counter(line.starts_at for line in lines)
    for line in lines:
        if together[line.starts_at] > 1:
            line.doubts.append(_("at the same hour as %(count)s others") % {"count": together[line.starts_at] - 1})


def _compare_all(lines: Iterable[PlanLine]) -> None:
    """Compare what is planned with what the template says; agendas and tools are read only where the template changed them."""
    rows = [(line, line.planned) for line in lines if line.planned]
    deep = [row.meeting for line, row in rows if any(line.said[name] != row.applied.get(name) for name in ("agenda", "tools"))]
    prefetch_related_objects(deep, "agenda", "tools")
    for line, row in rows:
        _compare(line, row)


def _compare(line: PlanLine, planned: PlannedStep) -> None:
    """What the template asks otherwise than when it was applied: to change, or kept because somebody changed it by hand."""
    for name in PARTS:
        before, asked = planned.applied.get(name), line.said[name]
        now = before if asked == before else told_by(planned.meeting, name)
        if asked != before and asked != now:
            (line.changes if now == before else line.by_hand).append(name)


@transaction.atomic
def apply_template(
    template: TrajectoryTemplate, *, by: User, programme: Programme, starts_on: date, language: str, mark: str
) -> TemplatePlan:
    """Do what the plan with this mark said: make drafts that nobody hears of, change open meetings (a planned one that moves
    writes its letters). Returns what was done. Raises Conflict when the plan is no longer the one that was seen."""
    use, _new = TemplateUse.objects.get_or_create(
        programme=programme, template=template, defaults={"starts_on": starts_on, "language": language}
    )
    use = TemplateUse.objects.select_for_update().get(pk=use.pk)
    plan = plan_of(template, programme, user=by, starts_on=starts_on, language=language, use=use)
    if plan.mark != mark:
        raise Conflict(_("The plan has changed since you looked at it. Look at it once more."))
    tools = Tool.objects.in_bulk({row.tool_id for line in plan.lines for row in line.step.tools.all()})
    for line in sorted(plan.to_make, key=lambda line: line.starts_at):
        _make(line, by, tools)
    for line in plan.to_change:
        _change(line, by, tools)
    follow(use, plan.reminders, by=by)
    use.starts_on, use.language, use.applied_at, use.applied_by = starts_on, language, timezone.now(), by.pk
    use.save()
    audit.record(by=by.pk, verb="template.applied", target=use, made=len(plan.to_make), changed=len(plan.to_change))
    return plan


def _values(said: dict, names: Iterable[str], tools: dict[UUID, Tool]) -> dict:
    """What the planning services take for these parts."""
    found: dict = {}
    for name in names:
        if name == "when":
            found["starts_at"], found["ends_at"] = (datetime.fromisoformat(moment) for moment in said["when"])
        elif name == "agenda":
            found["agenda"] = [sessions.AgendaLine(title, minutes, aim) for title, minutes, aim in said["agenda"]]
        elif name == "tools":
            taken = [tools[UUID(pk)] for pk in said["tools"]]
            found["tools"] = sorted(taken, key=lambda tool: (tool.position, tool.slug))
        else:
            found[name] = said[name]
    return found


def _make(line: PlanLine, by: User, tools: dict[UUID, Tool]) -> None:
    meeting = sessions.plan_meeting(by=by, host=line.host, publish=False, **_values(line.said, PARTS, tools))
    host = {"network": line.host} if isinstance(line.host, LearningNetwork) else {"pilot": line.host}
    PlannedStep.objects.create(meeting=meeting, template=line.step.template, step=line.step, applied=line.said, **host)


def _change(line: PlanLine, by: User, tools: dict[UUID, Tool]) -> None:
    planned = line.planned
    assert planned is not None
    reason = _("The plan of the trajectory has changed.")
    values = _values(line.said, line.changes, tools)
    sessions.change_meeting(planned.meeting, by=by, version=planned.meeting.version, reason=reason, **values)
    PlannedStep.objects.filter(pk=planned.pk).update(applied=planned.applied | {name: line.said[name] for name in line.changes})


def programmes_using(template: TrajectoryTemplate, user: User) -> list[Programme]:
    """The programmes of this person in which meetings came from the template."""
    used = TemplateUse.objects.filter(template=template, applied_at__isnull=False).values("programme_id")
    return list(Programme.objects.coached_by(user).filter(pk__in=used).order_by(F("starts_on").desc()))
