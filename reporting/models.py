"""Accounting to the funder: periods, participants and their characteristics, progress reports and frozen snapshots."""

import uuid

from django.db import models
from django.db.models import F, Q
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


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def visible_to(self, user: User) -> "ParticipantQuerySet":
        """Oneself, and as project team the list of participants; their characteristics stay sealed in counts."""
        return self.filter(Q(user=user) | Q(programme_id__in=user.programmes_as(Seat.Role.PROJECT)))


class Participant(models.Model):
    """A participant in the funder's sense (1304/2013 Annex I; 2021/1057 Annex I): a leader who takes part, once per programme.

    Re-entry keeps the first day; `number` is the pseudonym under which data leave the house.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="participants")
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="participations")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.PROTECT, related_name="participants")
    number = models.PositiveIntegerField()
    entered_on = models.DateField(_("entered on"))
    left_on = models.DateField(_("left on"), null=True, blank=True)

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
    consent_text = models.ForeignKey(ConsentText, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "moment", "code"], name="reporting_characteristic_once")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.code}"

    @property
    def about_value(self) -> str:
        return about_value(self.participant_id, self.moment, self.code)


def about_value(participant_id: uuid.UUID, moment: str, code: str) -> str:
    """What the seal of an answer is bound to, so that it opens nowhere else."""
    return f"characteristic:{participant_id}:{moment}:{code}"


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
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.sha256[:12]


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
