"""When people can: what they say themselves, the hours in which a service works, school holidays as the team keeps them."""

import datetime
import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import User
from trajectories.models import Pilot, Programme, Seat

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class UnavailabilityQuerySet(models.QuerySet["Unavailability"]):
    def own(self, user: User) -> "UnavailabilityQuerySet":
        """One's own; nobody else reads them, planners only learn that somebody cannot."""
        return self.filter(user=user)

    def touching(self, people: Iterable[uuid.UUID], first: datetime.date, last: datetime.date) -> "UnavailabilityQuerySet":
        """Of these people, what concerns a stretch of days."""
        return self.filter(user__in=list(people), first_day__lte=last, last_day__gte=first)


class Unavailability(models.Model):
    """Somebody cannot from one day until another: whole days or some hours, every day or on one weekday. The note is sealed with
    the person's own key: only they read it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="unavailabilities")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until"))
    weekday = models.PositiveSmallIntegerField(_("only on"), choices=WEEKDAYS, null=True, blank=True)
    starts = models.TimeField(_("from (hour)"), null=True, blank=True)
    ends = models.TimeField(_("until (hour)"), null=True, blank=True)
    note_sealed = models.BinaryField(default=bytes, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UnavailabilityQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "last_day", "pk"]
        indexes = [models.Index(fields=["user", "last_day"], name="planning_away_user")]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="planning_away_forward"),
            models.CheckConstraint(
                condition=Q(starts=None, ends=None) | Q(starts__isnull=False, ends__gt=F("starts")), name="planning_away_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"


class WorkingHours(models.Model):
    """When a service can meet on one weekday; without a pilot, what holds for the programme."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="working_hours")
    pilot = models.ForeignKey(Pilot, null=True, blank=True, on_delete=models.CASCADE, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField(choices=WEEKDAYS)
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))

    class Meta:
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "weekday"], condition=Q(pilot=None), name="planning_hours_programme_once"
            ),
            models.UniqueConstraint(
                fields=["pilot", "weekday"], condition=Q(pilot__isnull=False), name="planning_hours_pilot_once"
            ),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="planning_hours_forward"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class SchoolHolidayQuerySet(models.QuerySet["SchoolHoliday"]):
    def run_by(self, user: User) -> "SchoolHolidayQuerySet":
        return self.filter(programme_id__in=user.programmes_as(Seat.Role.PROJECT))


class SchoolHoliday(models.Model):
    """A holiday that the team added, or one of the file (`key`) that it changed or switched off (`counts`)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE, related_name="school_holidays")
    key = models.SlugField(max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=120)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    counts = models.BooleanField(_("nothing is planned on these days"), default=True)

    objects = SchoolHolidayQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "key"], condition=~Q(key=""), name="planning_holiday_key_once"),
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="planning_holiday_forward"),
        ]

    def __str__(self) -> str:
        return self.name
