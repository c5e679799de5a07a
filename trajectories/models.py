"""The programme as data: phases, milestones, pilots, and the seats from which every right follows."""

import datetime
import uuid
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.choices import worded
from core.models import StoredFile
from people.models import Sector, Service, User
from trajectories import frameworks

DAY = datetime.timedelta(days=1)


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> "ProgrammeQuerySet":
        """Programmes in which one has a living seat, of whatever role."""
        return self.filter(pk__in=user.programmes_as(*Seat.Role.values))

    def run_by(self, user: User) -> "ProgrammeQuerySet":
        """Programmes that one may set up: the project team's."""
        return self.filter(pk__in=user.programmes_as(Seat.Role.PROJECT))

    def coached_by(self, user: User) -> "ProgrammeQuerySet":
        """Programmes in which one plans sessions: coaches' and the project team's."""
        return self.filter(pk__in=user.programmes_as(Seat.Role.PROJECT, Seat.Role.COACH))


class Programme(models.Model):
    """A funded coaching trajectory as a whole, for example ILIAS 2020–2022."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    summary = models.TextField(_("summary"), blank=True)
    promoter = models.CharField(_("promoter"), max_length=200, blank=True)
    call_number = models.CharField(_("call"), max_length=60, blank=True)
    dossier_number = models.CharField(_("dossier number"), max_length=60, blank=True)
    funder_sentence = models.CharField(_("co-financing sentence"), max_length=300, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    leader_places = models.PositiveSmallIntegerField(_("leaders per pilot"), default=2)
    framework = models.CharField(_("indicator framework"), max_length=60, default="esf-2021-2027")
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Brussels")
    evidence_years = models.PositiveSmallIntegerField(_("years that evidence is kept"), default=10)
    content_months = models.PositiveSmallIntegerField(_("months that coaching texts are kept"), default=24)
    contact_email = models.EmailField(_("contact address"), blank=True)
    is_demo = models.BooleanField(default=False)
    sectors = models.ManyToManyField(Sector, verbose_name=_("sectors"), blank=True, related_name="programmes")
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="trajectories_programme_forward"),
            models.CheckConstraint(condition=Q(leader_places__gte=1), name="trajectories_programme_has_leaders"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The clock on which its days begin and end."""
        return ZoneInfo(self.time_zone)

    def midnights(self, first: datetime.date, last: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
        """When the first of these days begins, and when the day after the last one does."""
        begins, after = (datetime.datetime.combine(day, datetime.time(), self.zone) for day in (first, last + DAY))
        return begins, after

    @property
    def framework_title(self) -> str:
        """The title of the chosen indicator framework, in the reader's language."""
        return frameworks.title_of(self.framework)


class Emblem(models.Model):
    """A funder's or promoter's emblem on every list and report (2021/1060 art. 47, 50)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="emblems")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(_("what the emblem shows"), max_length=120)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.alt


class Phase(models.Model):
    """A stretch of the programme."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="phases")
    name = models.CharField(_("name"), max_length=160)
    aim = models.TextField(_("aim"), blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))

    class Meta:
        ordering = ["starts_on", "name"]
        constraints = [models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="trajectories_phase_forward")]

    def __str__(self) -> str:
        return self.name


class Milestone(models.Model):
    """A result that the action plan promises by a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(_("title"), max_length=200)
    due_on = models.DateField(_("due on"))
    reached_on = models.DateField(_("reached on"), null=True, blank=True)

    class Meta:
        ordering = ["due_on", "title"]

    def __str__(self) -> str:
        return self.title


class PilotQuerySet(models.QuerySet["Pilot"]):
    def visible_to(self, user: User) -> "PilotQuerySet":
        """One's own pilot (leader), one's pilots (coach), all of the programme (project team)."""
        own = user.pilots_as(Seat.Role.LEADER, Seat.Role.COACH)
        return self.filter(Q(programme_id__in=user.programmes_as(Seat.Role.PROJECT)) | Q(pk__in=own))

    def run_by(self, user: User) -> "PilotQuerySet":
        """Pilots whose data the project team enters."""
        return self.filter(programme_id__in=user.programmes_as(Seat.Role.PROJECT))

    def coached_by(self, user: User) -> "PilotQuerySet":
        """Pilots whose moments one plans: one's own as a coach, all as project team."""
        own = user.pilots_as(Seat.Role.COACH)
        return self.filter(Q(programme_id__in=user.programmes_as(Seat.Role.PROJECT)) | Q(pk__in=own))


class Pilot(models.Model):
    """One service's trajectory in a programme."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="pilots")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="pilots")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    question = models.TextField(_("what the pilot wants to learn"), blank=True)

    objects = PilotQuerySet.as_manager()

    class Meta:
        ordering = ["service__sector__position", "service__name"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "service"], name="trajectories_pilot_once"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="trajectories_pilot_forward"),
        ]

    def __str__(self) -> str:
        return self.service.name


class SeatQuerySet(models.QuerySet["Seat"]):
    def living(self, on: datetime.date | None = None) -> "SeatQuerySet":
        """Seats that count on a day (default today)."""
        day = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day, user__is_active=True)

    def overlapping(self, since: datetime.date, until: datetime.date | None) -> "SeatQuerySet":
        """Seats that share at least one day with the stretch."""
        seats = self.filter(Q(until=None) | Q(until__gte=since))
        return seats.filter(since__lte=until) if until else seats

    def leaders(self) -> "SeatQuerySet":
        return self.filter(role=Seat.Role.LEADER)

    def coaches(self) -> "SeatQuerySet":
        return self.filter(role=Seat.Role.COACH)

    def visible_to(self, user: User) -> "SeatQuerySet":
        """The project team sees all seats of its programmes; coach and leader those of their programme's pairs and coaches;
        everybody sees their own."""
        inside = user.programmes_as(Seat.Role.COACH, Seat.Role.LEADER)
        return self.filter(
            Q(user=user)
            | Q(programme_id__in=user.programmes_as(Seat.Role.PROJECT))
            | Q(programme_id__in=inside, role__in=[Seat.Role.COACH, Seat.Role.LEADER, Seat.Role.PROJECT])
        )

    def run_by(self, user: User) -> "SeatQuerySet":
        return self.filter(programme_id__in=user.programmes_as(Seat.Role.PROJECT))


class Seat(models.Model):
    """A person's place in a programme, with a first and a last day. Every right follows from living seats (design.md rule 1).

    A coach has one seat for the programme (no pilot) and one for each pilot of the tandem; a leader's seat is in a pair.
    """

    class Role(models.TextChoices):
        PROJECT = "project", _("project team")
        COACH = "coach", _("coach")
        LEADER = "leader", _("leader")
        ADVISER = "adviser", _("adviser")
        PARTNER = "partner", _("partner")
        PARTICIPANT = "participant", _("participant")

    class Part(models.TextChoices):
        CONTENT = "content", _("content")
        PROCESS = "process", _("process")
        BOTH = "both", _("content and process")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="seats")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="seats")
    role = models.CharField(_("role"), max_length=12, choices=Role.choices)
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="seats")
    place = models.PositiveSmallIntegerField(null=True, blank=True, help_text="First, second … of the pair or tandem.")
    part = models.CharField(_("part"), max_length=10, choices=Part.choices, blank=True)
    is_lead = models.BooleanField(default=False)
    function = models.CharField(_("function"), max_length=120, blank=True)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True, help_text="Last day.")

    objects = SeatQuerySet.as_manager()
    get_role_display = worded("role", Role)
    get_part_display = worded("part", Part)

    class Meta:
        ordering = ["role", "place", "since"]
        indexes = [models.Index(fields=["programme", "role", "until"], name="trajectories_seat_role")]
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "role", "place"], condition=Q(until=None, pilot__isnull=False), name="trajectories_seat_place"
            ),
            models.UniqueConstraint(
                fields=["user", "programme", "role"],
                condition=Q(until=None, pilot=None),
                name="trajectories_seat_programme_once",
            ),
            models.UniqueConstraint(
                fields=["user", "pilot", "role"], condition=Q(until=None, pilot__isnull=False), name="trajectories_seat_once"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="trajectories_seat_forward"),
            models.CheckConstraint(
                condition=~Q(role="leader") | Q(pilot__isnull=False, place__isnull=False), name="trajectories_leader_in_pair"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["leader", "coach"]) | Q(pilot=None), name="trajectories_pilot_for_pair_and_tandem"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"

    def is_living(self, on: datetime.date | None = None) -> bool:
        day = on or timezone.localdate()
        return self.since <= day and (self.until is None or self.until >= day)


class LeaderManager(models.Manager.from_queryset(SeatQuerySet)):
    def get_queryset(self) -> SeatQuerySet:
        return super().get_queryset().leaders()


class Leader(Seat):
    """A seat in a leader pair."""

    objects = LeaderManager()

    class Meta:
        proxy = True


class CoachManager(models.Manager.from_queryset(SeatQuerySet)):
    def get_queryset(self) -> SeatQuerySet:
        return super().get_queryset().coaches()


class Coach(Seat):
    """A coach's seat, in the programme or in a pilot's tandem."""

    objects = CoachManager()

    class Meta:
        proxy = True
