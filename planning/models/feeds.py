"""Calendars that people subscribe to: an address with a secret in it, that can be withdrawn."""

import hashlib
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from networks.models import LearningNetwork
from people.models import User


class FeedQuerySet(models.QuerySet["Feed"]):
    def own(self, user: User) -> "FeedQuerySet":
        """One's own feeds that are not withdrawn; nobody sees another's."""
        return self.filter(user=user, withdrawn_at=None).select_related("network")

    def behind(self, token: str) -> "FeedQuerySet":
        """The living feed whose address holds this token, of a person who still has an account."""
        feeds = self.filter(digest=digest_of(token), withdrawn_at=None, user__is_active=True)
        return feeds.select_related("user", "network")


def digest_of(token: str) -> str:
    """How a token is kept: its SHA-256. A token has 256 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Feed(models.Model):
    """One subscription of one person: to everything they are invited to, or to one network's sessions."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="feeds")
    network = models.ForeignKey(LearningNetwork, null=True, blank=True, on_delete=models.CASCADE, related_name="feeds")
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    last_read_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], condition=Q(withdrawn_at=None), name="planning_feed_name_once")
        ]

    def __str__(self) -> str:
        return self.name
