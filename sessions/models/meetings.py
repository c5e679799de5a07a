"""Meetings as they are planned, and who comes to them."""

import datetime
import uuid
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.choices import worded
from core.doors import among
from networks.models import AdvisoryGroup, LearningNetwork, Partner
from people.models import User
from tools.models import Tool
from trajectories.models import Pilot, Programme, Seat

# what a line of a list shows of a meeting, beside whose it is: fewer than half of the columns, and of the work of such a query
ROW = ("kind", "number", "title", "starts_at", "ends_at", "time_zone", "mode", "place", "question", "state")
HOSTS = ("network__name", "pilot__service__name", "advisory_group__name", "partner__name", "programme__name")


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> "MeetingQuerySet":
        """All of one's programmes as project team; those of one's network and pilot as leader or coach;
        and every other meeting to which one is invited while one has a living seat in its programme."""
        planned = ~Q(state=Meeting.State.DRAFT)
        seen = _run_by(user)
        if user.has_role(Seat.Role.LEADER):
            led = among(network_id=user.networks_as(Seat.Role.LEADER), pilot_id=user.pilots_as(Seat.Role.LEADER))
            seen |= planned & led
        if others := user.programmes_as(*Seat.Role.values) - user.programmes_as(Seat.Role.PROJECT):
            invited = Attendance.objects.filter(user=user, is_invited=True).values("meeting_id")
            seen |= planned & Q(pk__in=invited, programme_id__in=others)
        return self.filter(seen)

    def run_by(self, user: User) -> "MeetingQuerySet":
        """Meetings that one prepares, holds and reports: as coach of the host, or as project team."""
        return self.filter(_run_by(user))

    def words_readable_by(self, user: User) -> "MeetingQuerySet":
        """Meetings whose minutes, agreements and report one may read, by what kind of meeting it is (`_words_of`)."""
        return self.visible_to(user).filter(_words_of(user))

    def words_run_by(self, user: User) -> "MeetingQuerySet":
        """Meetings whose minutes and agreements one writes."""
        return self.words_readable_by(user).filter(_run_by(user))

    def with_rights(self, user: User) -> "MeetingQuerySet":
        """Each meeting, as one that this person may see, knows whether they run it (`runs`) and may read its words (`reads`)."""
        runs, reads = (ExpressionWrapper(rule(user), models.BooleanField()) for rule in (_run_by, _words_of))
        return self.annotate(runs=runs, reads=reads)

    def upcoming(self, now: datetime.datetime | None = None) -> "MeetingQuerySet":
        return self.filter(ends_at__gte=now or timezone.now(), state=Meeting.State.PLANNED).order_by("starts_at")

    def past(self, now: datetime.datetime | None = None) -> "MeetingQuerySet":
        return self.filter(ends_at__lt=now or timezone.now()).order_by("-starts_at")

    def not_cancelled(self) -> "MeetingQuerySet":
        return self.exclude(state=Meeting.State.CANCELLED)

    def with_host(self) -> "MeetingQuerySet":
        return self.select_related("programme", "network", "pilot__service", "advisory_group", "partner")

    def as_rows(self) -> "MeetingQuerySet":
        """With what a line of a list shows (when, what, state, and whose as `host_name`) and nothing else."""
        return self.only(*ROW).annotate(host_name=Coalesce(*HOSTS))


def _words_of(user: User) -> Q:
    """A coaching moment's words stay between the pair and their coaches: the project team sees that it took place. A session's
    are the network's and the team's, an event's those of team, coaches and leaders: an adviser or partner who was asked along
    reads neither. What an advisory group or an exchange with a partner says is read by all who were asked to it."""
    role, kind = Seat.Role, Meeting.Kind
    of_session = among(network_id=user.networks_as(role.LEADER, role.COACH), programme_id=user.programmes_as(role.PROJECT))
    return (
        Q(kind__in=[kind.ADVISORY, kind.EXCHANGE])
        | Q(kind=kind.COACHING, pilot_id__in=user.pilots_as(role.LEADER, role.COACH))
        | Q(of_session, kind=kind.NETWORK)
        | Q(kind=kind.EVENT, programme_id__in=user.programmes_as(role.PROJECT, role.COACH, role.LEADER))
    )


def _run_by(user: User) -> Q:
    """No meeting for who is neither project team nor coach."""
    coach = Seat.Role.COACH
    own = {"network_id": user.networks_as(coach), "pilot_id": user.pilots_as(coach)}
    return among(programme_id=user.programmes_as(Seat.Role.PROJECT), **own)


class Meeting(models.Model):
    """A network session, coaching moment, advisory meeting, exchange or event; exactly one host, told by its kind."""

    class Kind(models.TextChoices):
        NETWORK = "network", _("network session")
        COACHING = "coaching", _("coaching moment")
        ADVISORY = "advisory", _("advisory meeting")
        EXCHANGE = "exchange", _("exchange")
        EVENT = "event", _("event")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CHECKED = "checked", _("checked")
        SUBMITTED = "submitted", _("submitted")
        CANCELLED = "cancelled", _("cancelled")

    TOOK_PLACE = (State.HELD, State.CHECKED, State.SUBMITTED)

    class Mode(models.TextChoices):
        ONSITE = "onsite", _("on site")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("on site and online")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    network = models.ForeignKey(LearningNetwork, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    advisory_group = models.ForeignKey(AdvisoryGroup, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    partner = models.ForeignKey(Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="meetings")
    number = models.PositiveSmallIntegerField(_("number in the series"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=160)
    aim = models.TextField(_("aim"), blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    break_minutes = models.PositiveSmallIntegerField(_("break in minutes"), default=0)
    time_zone = models.CharField(max_length=40, default="Europe/Brussels")
    mode = models.CharField(_("how"), max_length=10, choices=Mode.choices, default=Mode.ONSITE)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link for online"), max_length=500, blank=True)
    question = models.CharField(_("question for the day after"), max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    state_reason = models.CharField(max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Rises with every saved change.")
    sequence = models.PositiveIntegerField(default=0, help_text="iCalendar SEQUENCE (RFC 5545 §3.8.7.4).")
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField(null=True)
    held_by = models.UUIDField(null=True, help_text="Who closed the attendance list.")
    held_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.UUIDField(null=True, help_text="The second person (four eyes).")
    checked_at = models.DateTimeField(null=True, blank=True)

    objects = MeetingQuerySet.as_manager()
    get_kind_display = worded("kind", Kind)
    get_state_display = worded("state", State)
    get_mode_display = worded("mode", Mode)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["programme", "starts_at"], name="sessions_programme_time"),
            models.Index(fields=["state", "starts_at"], name="sessions_state_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="sessions_meeting_forward"),
            models.CheckConstraint(
                condition=Q(kind="network", network__isnull=False, pilot=None, advisory_group=None, partner=None)
                | Q(kind="coaching", pilot__isnull=False, network=None, advisory_group=None, partner=None)
                | Q(kind="advisory", advisory_group__isnull=False, network=None, pilot=None, partner=None)
                | Q(kind="exchange", partner__isnull=False, network=None, pilot=None, advisory_group=None)
                | Q(kind="event", network=None, pilot=None, advisory_group=None, partner=None),
                name="sessions_one_host",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def local_start(self) -> datetime.datetime:
        return self.starts_at.astimezone(self.zone)

    @property
    def local_end(self) -> datetime.datetime:
        return self.ends_at.astimezone(self.zone)

    @property
    def host(self):
        return self.network or self.pilot or self.advisory_group or self.partner or self.programme

    @property
    def length(self) -> int:
        """Minutes from start to end."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def has_ended(self) -> bool:
        return self.ends_at <= timezone.now()

    @property
    def badge(self) -> tuple[str, str]:
        """Its status as shape and word, for the tag `badge`: what is past and not noted yet asks for attention."""
        if self.state == self.State.PLANNED and self.has_ended:
            return "wait", str(_("to be noted"))
        if self.state == self.State.PLANNED and self.has_begun:
            return "now", str(_("going on"))
        shape: dict[str, str] = {self.State.DRAFT: "quiet", self.State.PLANNED: "next", self.State.CANCELLED: "stop"}
        return shape.get(self.state, "ok"), str(self.get_state_display())

    @property
    def is_open(self) -> bool:
        """Still to be planned, moved and invited to."""
        return self.state in {self.State.DRAFT, self.State.PLANNED}

    @property
    def is_noted_now(self) -> bool:
        """Planned or held: who came and what was said may be written. A draft has none yet; what was cancelled, checked or
        submitted stays as it is."""
        return self.state in {self.State.PLANNED, self.State.HELD}

    @property
    def is_locked(self) -> bool:
        """Checked and submitted meetings change only by reopening."""
        return self.state in {self.State.CHECKED, self.State.SUBMITTED}

    @property
    def took_place(self) -> bool:
        return self.state in self.TOOK_PLACE


class MeetingChange(models.Model):
    """What was moved, by whom and why: the history of a meeting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="changes")
    sequence = models.PositiveIntegerField(default=0, help_text="The meeting's SEQUENCE from this change on.")
    at = models.DateTimeField(default=timezone.now)
    by = models.UUIDField(null=True)
    what = models.CharField(max_length=30)
    before = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d}"


class AgendaItem(models.Model):
    """One timed item of the agenda. A parked one takes no time: it waits for the next session of the series."""

    class Part(models.TextChoices):
        CONTENT = "content", _("content")
        PROCESS = "process", _("process")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("title"), max_length=160)
    aim = models.CharField(_("aim"), max_length=300, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    tool = models.ForeignKey(Tool, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    material = models.CharField(_("material"), max_length=200, blank=True, default="", db_default="")
    parked_at = models.DateTimeField(null=True, blank=True)
    came_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="carried")

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class AgendaRole(models.Model):
    """Who of the tandem does what at an item: one guides the content, one the process. On the tandem's own sheet."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    item = models.ForeignKey(AgendaItem, on_delete=models.CASCADE, related_name="roles")
    part = models.CharField(max_length=10, choices=AgendaItem.Part.choices)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "part"], name="sessions_role_once")]

    def __str__(self) -> str:
        return f"{self.item_id} {self.part}"


class MeetingTool(models.Model):
    """A tool that goes along to a meeting."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="tools")
    tool = models.ForeignKey(Tool, on_delete=models.PROTECT, related_name="meetings")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["meeting", "tool"], name="sessions_tool_once")]

    def __str__(self) -> str:
        return f"{self.meeting} – {self.tool}"


class Attendance(models.Model):
    """A person's or guest's part in a meeting: asked, answered, came, from when till when, and how we know."""

    class Reply(models.TextChoices):
        NONE = "", _("no answer yet")
        YES = "yes", _("comes")
        ONLINE = "online", _("comes online")
        NO = "no", _("does not come")

    class Status(models.TextChoices):
        UNKNOWN = "", _("not noted yet")
        ONSITE = "onsite", _("on site")
        ONLINE = "online", _("online")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")

    class Established(models.TextChoices):
        NONE = "", _("not noted yet")
        SELF = "self", _("by the person")
        COACH = "coach", _("by the coach")
        PAPER = "paper", _("signed paper list")
        MAIL = "mail", _("confirmation by mail")

    PRESENT = (Status.ONSITE, Status.ONLINE)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendances")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="attendances")
    seat = models.ForeignKey(Seat, null=True, blank=True, on_delete=models.SET_NULL, related_name="attendances")
    guest_name = models.CharField(_("name"), max_length=160, blank=True)
    guest_organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    is_invited = models.BooleanField(default=True)
    reply = models.CharField(_("answer"), max_length=10, choices=Reply.choices, blank=True, default=Reply.NONE)
    replied_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(_("attendance"), max_length=10, choices=Status.choices, blank=True, default=Status.UNKNOWN)
    arrived_at = models.DateTimeField(_("from"), null=True, blank=True)
    left_at = models.DateTimeField(_("to"), null=True, blank=True)
    minutes = models.PositiveIntegerField(default=0, help_text="Net minutes present; kept by the service.")
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    established = models.CharField(max_length=10, choices=Established.choices, blank=True, default=Established.NONE)
    recorded_by = models.UUIDField(null=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    get_reply_display = worded("reply", Reply)
    get_status_display = worded("status", Status)
    get_established_display = worded("established", Established)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["user", "status"], name="sessions_attendance_user")]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="sessions_attendance_once"),
            models.CheckConstraint(condition=Q(user__isnull=False) | ~Q(guest_name=""), name="sessions_attendance_somebody"),
            models.CheckConstraint(
                condition=Q(arrived_at=None) | Q(left_at=None) | Q(left_at__gte=F("arrived_at")),
                name="sessions_attendance_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.user.name if self.user else self.guest_name

    @property
    def is_guest(self) -> bool:
        return self.user_id is None

    @property
    def is_present(self) -> bool:
        return self.status in self.PRESENT

    def late_minutes(self, meeting: Meeting) -> int:
        """How late the person came; follows from the arrival."""
        if not self.is_present or self.arrived_at is None:
            return 0
        return max(0, int((self.arrived_at - meeting.starts_at).total_seconds() // 60))
