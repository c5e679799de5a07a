"""Who comes together: learning networks with their pilots and coaches over time, the advisory group, partners abroad."""

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.doors import among
from people.models import User
from trajectories.models import Pilot, Programme, Seat


class StretchQuerySet(models.QuerySet):
    def living(self, on: datetime.date | None = None):
        """Memberships that count on a day (default today)."""
        day = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class LearningNetworkQuerySet(models.QuerySet["LearningNetwork"]):
    def visible_to(self, user: User) -> "LearningNetworkQuerySet":
        """The project team's, those one coaches, and the one of one's own pilot."""
        own = user.networks_as(Seat.Role.COACH, Seat.Role.LEADER)
        return self.filter(among(programme_id=user.programmes_as(Seat.Role.PROJECT), pk=own))

    def coached_by(self, user: User) -> "LearningNetworkQuerySet":
        """Networks whose sessions one plans: as its coach or as project team."""
        own = user.networks_as(Seat.Role.COACH)
        return self.filter(among(programme_id=user.programmes_as(Seat.Role.PROJECT), pk=own))

    def run_by(self, user: User) -> "LearningNetworkQuerySet":
        return self.filter(programme_id__in=user.programmes_as(Seat.Role.PROJECT))


class LearningNetwork(models.Model):
    """A group of pilots that learn together in a series of sessions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="networks")
    name = models.CharField(_("name"), max_length=160)
    aim = models.TextField(_("aim"), blank=True)

    objects = LearningNetworkQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["programme", "name"], name="networks_name_once")]

    def __str__(self) -> str:
        return self.name


class NetworkPilot(models.Model):
    """A pilot's time in a network."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(LearningNetwork, on_delete=models.PROTECT, related_name="memberships")
    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="memberships")
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)

    objects = StretchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "pilot"], condition=Q(until=None), name="networks_pilot_once")]

    def __str__(self) -> str:
        return f"{self.network} – {self.pilot}"


class NetworkCoach(models.Model):
    """A coach's time in a network, through their seat in the programme."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(LearningNetwork, on_delete=models.PROTECT, related_name="coaching")
    seat = models.ForeignKey(Seat, on_delete=models.PROTECT, related_name="network_coaching")
    since = models.DateField(default=timezone.localdate)
    until = models.DateField(null=True, blank=True)

    objects = StretchQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["network", "seat"], condition=Q(until=None), name="networks_coach_once")]

    def __str__(self) -> str:
        return f"{self.network} – {self.seat}"


class GroupAgreement(models.Model):
    """What a network agreed on how to work together; stays in view at every session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    network = models.ForeignKey(LearningNetwork, on_delete=models.CASCADE, related_name="agreements")
    text = models.CharField(_("agreement"), max_length=300)
    position = models.PositiveSmallIntegerField(default=0)
    since = models.DateField(default=timezone.localdate)

    class Meta:
        ordering = ["position", "since"]

    def __str__(self) -> str:
        return self.text


class AdvisoryGroup(models.Model):
    """The people from policy, practice and research who advise a programme (its members hold adviser seats)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="advisory_groups")
    name = models.CharField(_("name"), max_length=160)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Partner(models.Model):
    """An organisation abroad (or at home) with which the programme exchanges; its people hold partner seats."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(_("name"), max_length=160)
    country = models.CharField(_("country"), max_length=80)

    class Meta:
        ordering = ["country", "name"]

    def __str__(self) -> str:
        return self.name


class PartnerContact(models.Model):
    """Which partner a partner seat speaks for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="contacts")
    seat = models.OneToOneField(Seat, on_delete=models.CASCADE, related_name="partner_contact")

    def __str__(self) -> str:
        return f"{self.partner} – {self.seat}"
