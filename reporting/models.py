"""Accounting to the funder: periods, participants and their characteristics, progress reports and frozen snapshots."""

import uuid

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Job, StoredFile
from people.models import ConsentText, User
from trajectories.models import Pilot, Programme, Seat


class ReportingPeriod(models.Model):
    """A stretch over which the programme reports, from the project agreement."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="periods")
    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    due_on = models.DateField(_("report due on"), null=True, blank=True)

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="reporting_period_forward"),
            models.UniqueConstraint(fields=["programme", "starts_on"], name="reporting_period_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Grounds(models.Model):
    """Why and on which legal ground a framework asks its questions, as it was worded when answers were given. A new wording is a
    new row, so that each answer keeps what its participant read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    framework = models.SlugField(max_length=20)
    purpose = models.JSONField(help_text="The text by language.")
    basis = models.JSONField(help_text="The text by language.")
    sha256 = models.CharField(max_length=64)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["framework", "-since"]
        constraints = [models.UniqueConstraint(fields=["framework", "sha256"], name="reporting_grounds_once")]

    def __str__(self) -> str:
        return f"{self.framework} {self.since:%Y-%m-%d}"


class CharacteristicReader(models.Model):
    """Who of the project team accounts to the funder by name: the only one who opens which participants stand behind a figure.
    A colleague gives the right, nobody gives it to themselves; without a living seat in the team it is worth nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="characteristic_readers")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    named_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "user"], name="reporting_reader_once"),
            models.CheckConstraint(condition=Q(named_by=None) | ~Q(named_by=F("user")), name="reporting_reader_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.user_id}"


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: User) -> "ParticipantQuerySet":
        """Oneself, and as project team the list of participants; their characteristics stay sealed in counts."""
        return self.filter(Q(user=user) | Q(programme_id__in=user.programmes_as(Seat.Role.PROJECT)))

    def with_enrolment(self) -> "ParticipantQuerySet":
        """Each knows, when they were enrolled besides the leaders, the last seat of it (`seat`), of where (`organisation`) and
        until when (`ends`)."""
        seats = Seat.objects.filter(user=OuterRef("user"), programme=OuterRef("programme"), role=Seat.Role.PARTICIPANT).order_by(
            "-since"
        )
        return self.annotate(
            seat=Subquery(seats.values("pk")[:1]),
            organisation=Subquery(seats.values("organisation")[:1]),
            ends=Subquery(seats.values("until")[:1]),
        )


class Participant(models.Model):
    """A participant in the funder's sense (1304/2013 Annex I; 2021/1057 Annex I): a leader who takes part, or somebody
    else who was enrolled; once per programme.

    Re-entry keeps the first day; `number` is the pseudonym under which data leave the house.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="participations")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="participants")
    number = models.PositiveIntegerField()
    entered_on = models.DateField(_("entered on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)
    answers = models.BinaryField(null=True, help_text="All answers under one seal of the participant, for counting.")
    minimum = models.BinaryField(null=True, help_text="What frozen reports had counted of somebody who was erased, sealed.")
    master = models.PositiveSmallIntegerField(default=0, help_text="Version of the master key that seals the minimum.")

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        ordering = ["programme", "number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "user"], name="reporting_participant_once"),
            models.UniqueConstraint(fields=["programme", "number"], name="reporting_participant_number"),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("entered_on")), name="reporting_participant_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Erased(models.Model):
    """What sensitive answers of people who were erased had given to frozen figures: totals, sealed with the master key."""

    programme = models.OneToOneField(Programme, primary_key=True, on_delete=models.CASCADE, related_name="erased")
    totals = models.BinaryField()
    master = models.PositiveSmallIntegerField(default=0, help_text="Version of the master key.")

    def __str__(self) -> str:
        return f"{self.programme_id}"

    @property
    def about_totals(self) -> str:
        """What the seal is bound to."""
        return f"erased:{self.programme_id}"


class Characteristic(models.Model):
    """One answer of a participant at one moment, sealed with the participant's own key; or that they were asked and refused."""

    class Moment(models.TextChoices):
        ENTRY = "entry", _("on entry")
        EXIT = "exit", _("on leaving")
        SIX_MONTHS = "six-months", _("six months after leaving")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="characteristics")
    moment = models.CharField(max_length=10, choices=Moment.choices, default=Moment.ENTRY)
    code = models.SlugField(max_length=40)
    value = models.BinaryField(null=True)
    refused = models.BooleanField(default=False)
    answered_at = models.DateTimeField(default=timezone.now)
    grounds = models.ForeignKey("Grounds", null=True, on_delete=models.PROTECT, related_name="+")
    consent_text = models.ForeignKey(ConsentText, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "moment", "code"], name="reporting_characteristic_once")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.code}"

    @property
    def about_value(self) -> str:
        return about_value(self.participant_id, self.moment, self.code)


class Asking(models.Model):
    """That a participant was asked the questions of a moment, until when, and reminded: the evidence of the attempt to collect
    (1304/2013 Annex I), whatever came of it. `nonce` makes the personal link; a new one makes the old link worthless."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="askings")
    moment = models.CharField(max_length=10, choices=Characteristic.Moment.choices)
    nonce = models.CharField(max_length=32)
    asked_at = models.DateTimeField(default=timezone.now)
    closes_on = models.DateField(help_text="The last day on which the personal link takes answers.")
    remind_on = models.DateField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="The last time that answers came in, by link or page.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "moment"], name="reporting_asked_once")]
        indexes = [models.Index(fields=["remind_on", "reminded_at"], name="reporting_asking_due")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.moment}"


def about_value(participant_id: uuid.UUID, moment: str, code: str) -> str:
    """What the seal of an answer is bound to, so that it opens nowhere else."""
    return f"characteristic:{participant_id}:{moment}:{code}"


def about_answers(participant_id: uuid.UUID) -> str:
    """What the seal of all answers of a participant is bound to."""
    return f"answers:{participant_id}"


def about_minimum(participant_id: uuid.UUID) -> str:
    """What the seal of what stays of an erased participant is bound to."""
    return f"minimum:{participant_id}"


class ProgressReportQuerySet(models.QuerySet["ProgressReport"]):
    def visible_to(self, user: User) -> "ProgressReportQuerySet":
        """The project team's."""
        return self.filter(programme_id__in=user.programmes_as(Seat.Role.PROJECT))


class ProgressReport(models.Model):
    """The report of one period: written together, proposed by one member, frozen by another."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PROPOSED = "proposed", _("proposed")
        FROZEN = "frozen", _("frozen")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="progress_reports")
    period = models.OneToOneField(ReportingPeriod, on_delete=models.PROTECT, related_name="report")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)
    proposed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="frozen")
                | Q(frozen_by__isnull=False, proposed_by__isnull=False) & ~Q(frozen_by=F("proposed_by")),
                name="reporting_four_eyes",
            )
        ]

    def __str__(self) -> str:
        return str(self.period)


class ReportSection(models.Model):
    """One section of the narrative, edited by the team together; a version guards against overwriting each other."""

    class Name(models.TextChoices):
        SUMMARY = "summary", _("Summary")
        ACTIVITIES = "activities", _("Activities")
        PARTICIPANTS = "participants", _("Participants and indicators")
        RESULTS = "results", _("Results against targets")
        DEVIATIONS = "deviations", _("Deviations")
        PUBLICITY = "publicity", _("Publicity")
        LESSONS = "lessons", _("Lessons")
        NEXT = "next", _("Next period")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(ProgressReport, on_delete=models.CASCADE, related_name="sections")
    name = models.CharField(max_length=20, choices=Name.choices)
    body = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "name"], name="reporting_section_once")]

    def __str__(self) -> str:
        return self.name


class Snapshot(models.Model):
    """What was frozen: canonical JSON with its SHA-256. Files are made from it alone, never from live rows (rule 6)."""

    report = models.OneToOneField(ProgressReport, primary_key=True, on_delete=models.PROTECT, related_name="snapshot")
    data = models.TextField()
    sha256 = models.CharField(max_length=64)
    answers = models.BinaryField(null=True, help_text="The tables of participants' answers, sealed with the master key.")
    master = models.PositiveSmallIntegerField(default=0, help_text="Version of the master key.")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256[:12]

    @property
    def about_answers(self) -> str:
        """What their seal is bound to."""
        return f"snapshot:{self.report_id}"


class KeptFigures(models.Model):
    """The figures of a report as its page shows them, computed in the background; of a frozen report those of its snapshot.

    `gaps` is what is missing, row by row. `behind` says who counts for which figure: numbers only, sealed with the master key.
    """

    report = models.OneToOneField(ProgressReport, primary_key=True, on_delete=models.CASCADE, related_name="kept")
    summary = models.TextField(blank=True)
    gaps = models.TextField(blank=True)
    behind = models.BinaryField(null=True)
    master = models.PositiveSmallIntegerField(default=0, help_text="Version of the master key.")
    computed_at = models.DateTimeField(null=True, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return f"{self.report_id} {self.computed_at:%Y-%m-%d %H:%M}" if self.computed_at else f"{self.report_id} –"

    @property
    def about_behind(self) -> str:
        """What the seal is bound to."""
        return f"behind:{self.report_id}"


class OwnIndicatorQuerySet(models.QuerySet["OwnIndicator"]):
    def visible_to(self, user: User) -> "OwnIndicatorQuerySet":
        """The project team's."""
        return self.filter(programme_id__in=user.programmes_as(Seat.Role.PROJECT))


class OwnIndicator(models.Model):
    """A target of the programme besides the funder's codes: counted from the platform's rows, or noted by the team per period."""

    class Counts(models.TextChoices):
        NOTED = "", _("noted by the team")
        NETWORK = "network", _("network sessions held")
        COACHING = "coaching", _("coaching moments held")
        PARTICIPANTS = "participants", _("participants")
        LEADERS = "leaders", _("leaders who take part")
        SERVICES = "services", _("services that take part")
        HOURS = "hours", _("hours of participants")
        CODE = "code", _("an official indicator")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="own_indicators")
    title = models.CharField(_("title"), max_length=200)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    counts = models.CharField(_("counted from"), max_length=12, choices=Counts.choices, blank=True, default=Counts.NOTED)
    code = models.CharField(_("official code"), max_length=12, blank=True)
    target = models.PositiveIntegerField(_("target"), help_text="For the whole programme.")
    position = models.PositiveSmallIntegerField(default=0)

    objects = OwnIndicatorQuerySet.as_manager()

    class Meta:
        ordering = ["position", "title"]
        constraints = [models.UniqueConstraint(fields=["programme", "title"], name="reporting_own_indicator_once")]

    def __str__(self) -> str:
        return self.title


class OwnResult(models.Model):
    """What the team noted of an own indicator in one period."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    indicator = models.ForeignKey(OwnIndicator, on_delete=models.CASCADE, related_name="results")
    period = models.ForeignKey(ReportingPeriod, on_delete=models.PROTECT, related_name="own_results")
    value = models.PositiveIntegerField(_("value"))
    noted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    noted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "period"], name="reporting_own_result_once")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period_id}"


class ReportFile(models.Model):
    """A report in one format: a draft of the moment, or made from the snapshot."""

    class Format(models.TextChoices):
        PDF = "pdf", "PDF"
        XLSX = "xlsx", "XLSX"
        CSV = "csv", "CSV"
        JSON = "json", "JSON"
        ZIP = "zip", "ZIP"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="files")
    format = models.CharField(max_length=5, choices=Format.choices)
    language = models.CharField(max_length=5, default="nl")
    is_frozen = models.BooleanField(default=False)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.report_id} {self.format}"
