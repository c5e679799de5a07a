"""What stands around a text: comments, photos and files, and the small keys that go to its author's own device."""

import uuid

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from core.models import StoredFile
from people.models import User
from reflections.models.texts import ReaderGrant, Reflection, open_grants
from trajectories.models import Seat


class CommentQuerySet(models.QuerySet["Comment"]):
    def said_by(self, user: User) -> "CommentQuerySet":
        """One's own, also about a text that one no longer reads: who said it takes it back at any time."""
        return self.filter(author=user, reflection__erased_at=None)

    def readable_by(self, user: User) -> "CommentQuerySet":
        """The author of the text, and the coaches who read it today and could when it was said; on the pair's shared line also
        who leads the pilot.

        So a coach or leader who comes later reads the text, and not what was said before their time; and who has left does not
        follow what the others go on saying about a text that stayed with the pair, also after coming back and taking it off.
        """
        coaches = ReaderGrant.Audience.COACHES
        reads_now = open_grants(user, "reflection_id").filter(audience=coaches)
        read_then = ReaderGrant.objects.filter(
            Q(withdrawn_at=None) | Q(withdrawn_at__gte=OuterRef("said_at")),
            reflection=OuterRef("reflection_id"), reader=user, audience=coaches, granted_at__lte=OuterRef("said_at"),
        )  # fmt: skip
        led_then = Q(Exists(_seats_when_said(user)))
        leads_now = Q(reflection__pilot_id__in=user.pilots_as(Seat.Role.LEADER), said_at__gte=F("reflection__pair_since"))
        as_author = Q(reflection__author=user) & (Q(on_line=False) | led_then)
        as_leader = as_author | ~Q(reflection__pair_part="") & leads_now & led_then
        as_coach = Q(Exists(reads_now)) & (Q(author=user) | Q(Exists(read_then)))
        return self.filter(reflection__erased_at=None).filter(as_leader | as_coach)


def _seats_when_said(user: User) -> models.QuerySet[Seat]:
    """Leader's seats of this person in the text's pilot on the day of the comment."""
    day = OuterRef("said_at__date")
    seats = Seat.objects.leaders().filter(user=user, pilot_id=OuterRef("reflection__pilot_id"))
    return seats.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Comment(models.Model):
    """One remark in the dialogue between a leader and the coaches who read a text; sealed with the key of who says it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    body = models.BinaryField()
    said_at = models.DateTimeField(default=timezone.now)
    on_line = models.BooleanField(
        default=False, db_default=False, help_text="Said while the text stood on the pair's shared line."
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["said_at", "pk"]

    def __str__(self) -> str:
        return f"{self.author_id} {self.said_at:%Y-%m-%d}"

    @property
    def about_body(self) -> str:
        """What the seal is bound to."""
        return f"comment:{self.pk}:body"


class ReflectionFile(models.Model):
    """A photo or file with a text; bytes and name are sealed with the author's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="files")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.BinaryField()
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["added_at", "pk"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def about_name(self) -> str:
        """What the name's seal is bound to."""
        return f"reflection-file:{self.pk}:name"

    @property
    def about_content(self) -> str:
        """What the seal of the bytes is bound to."""
        return f"reflection-file:{self.pk}:content"


class DeviceKey(models.Model):
    """The key of the sealed copy that a browser keeps of one form while the network is away; given to its author only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="device_keys")
    place = models.CharField(max_length=120, help_text="Which form, as in people.Draft.")
    sealed = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="reflections_device_key_once")]

    def __str__(self) -> str:
        return self.place

    @property
    def about_key(self) -> str:
        """What the seal is bound to."""
        return f"device-key:{self.pk}"


class Nudge(models.Model):
    """This person was told once that they have not written for a while; nobody is told twice."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.user_id} {self.at:%Y-%m-%d}"
