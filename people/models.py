"""Who we are: people who sign in, the services they work for, their invitations, keys, drafts and consents."""

import datetime
import uuid
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.compiled import Compiled


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: "User") -> "UserQuerySet":
        """Oneself, and everybody with a seat in a programme where one has a living seat (adviser and partner: only oneself)."""
        programmes = user.seats.living().filter(role__in=["project", "coach", "leader"]).values("programme_id")
        return self.filter(models.Q(pk=user.pk) | models.Exists(_seats_in(programmes)))

    def by_name(self) -> "UserQuerySet":
        return self.order_by("last_name", "first_name", "email")


def _seats():
    return User.seats.rel.related_model._default_manager.all()


def _seats_in(programmes):
    return _seats().filter(user_id=models.OuterRef("pk"), programme_id__in=programmes)


@Compiled
def living_seats(user: uuid.UUID, today: datetime.date) -> models.QuerySet:
    """A person's living seats on a day with programme, pilot: a row for each network that a seat coaches or its pilot is in."""

    def living(path: str) -> models.FilteredRelation:
        open_end = models.Q(**{f"{path}__until": None}) | models.Q(**{f"{path}__until__gte": today})
        return models.FilteredRelation(path, condition=models.Q(open_end, **{f"{path}__since__lte": today}))

    seats = _seats().filter(user_id=user).living(today).select_related("programme", "pilot__service")
    networks = {"coached_network": models.F("coaching__network_id"), "pilot_network": models.F("membership__network_id")}
    related = seats.annotate(coaching=living("network_coaching"), membership=living("pilot__memberships"))
    return related.annotate(**networks).order_by("since", "pk")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    use_in_migrations = False

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        """A person; without a password they sign in by a code."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email=email.lower())


class SeatOutline(NamedTuple):
    """What rights may ask of a seat; with numbers instead of ids the kind of a seat."""

    role: str
    programme_id: Any
    pilot_id: Any
    networks: frozenset


class User(AbstractBaseUser):
    """A person with an account. Rights come from seats (`trajectories.Seat`), never from a flag here;
    `is_staff` marks the installation's keeper, who sees states and counts and no person's text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=120)
    last_name = models.CharField(_("last name"), max_length=120)
    language = models.CharField(_("language"), max_length=5, default="nl")
    alarm_minutes = models.PositiveIntegerField(
        _("alarm before a meeting"),
        null=True,
        blank=True,
        help_text="Minutes, in the invitations for one's calendar; empty: none.",
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(default=timezone.now)
    activated_at = models.DateTimeField(null=True, blank=True, help_text="First sign-in.")

    objects = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        indexes = [models.Index(fields=["last_name", "first_name", "id"], name="people_user_by_name")]  # a list's first page
        constraints = [models.UniqueConstraint(Lower("email"), name="people_email_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name or self.email

    @cached_property
    def living_seats(self) -> list:
        """The seats that count today, with programme, pilot and `networks` (coached, or the led pilot's); read once a request."""
        seats: dict[uuid.UUID, Any] = {}
        for row in living_seats.ask(user=self.pk, today=timezone.localdate()):
            seat = seats.setdefault(row.pk, row)
            network = row.pilot_network if row.role == "leader" else row.coached_network
            seat.networks = {*getattr(seat, "networks", ()), *([network] if network else [])}
        return list(seats.values())

    @cached_property
    def outline(self) -> tuple[Hashable, Sequence[uuid.UUID]]:
        """What rights follow from, for `core.compiled`: the seats with a number for each id, and the ids."""
        numbers: dict[uuid.UUID, int] = {self.pk: 0}

        def number(pk: uuid.UUID | None) -> int | None:
            return None if pk is None else numbers.setdefault(pk, len(numbers))

        seats = tuple(
            SeatOutline(seat.role, number(seat.programme_id), number(seat.pilot_id), frozenset(map(number, seat.networks)))
            for seat in self.living_seats
        )
        return (self.is_staff, seats), list(numbers)

    @classmethod
    def like(cls, kind: tuple[bool, Sequence["SeatOutline"]], ids: Sequence[uuid.UUID]) -> "User":
        """Somebody with seats of this kind; what else one knows of a person, nobody knows of them."""
        is_staff, seats = kind
        person = cls.from_db(None, ["id", "is_staff"], [ids[0], is_staff])

        def named(number: int | None) -> uuid.UUID | None:
            return None if number is None else ids[number]

        person.living_seats = [
            SeatOutline(seat.role, named(seat.programme_id), named(seat.pilot_id), frozenset(map(named, seat.networks)))
            for seat in seats
        ]
        return person

    def seats_as(self, *roles: str) -> list:
        """The living seats in these roles. Rights ask them: ids in a query cost a third of a join."""
        return [seat for seat in self.living_seats if seat.role in roles]

    def programmes_as(self, *roles: str) -> set:
        """The ids of programmes where one has a living seat in these roles."""
        return {seat.programme_id for seat in self.seats_as(*roles)}

    def pilots_as(self, *roles: str) -> set:
        """The ids of pilots where one has a living seat in these roles."""
        return {seat.pilot_id for seat in self.seats_as(*roles) if seat.pilot_id}

    def networks_as(self, *roles: str) -> set:
        """The ids of networks that one coaches today as a coach, or in which one's own pilot is as a leader."""
        return set().union(*(seat.networks for seat in self.seats_as(*roles)))

    @property
    def roles(self) -> set[str]:
        return {seat.role for seat in self.living_seats}

    def has_role(self, *roles: str) -> bool:
        return bool(self.roles.intersection(roles))


class Sector(models.Model):
    """A field of work, for example childcare for babies and toddlers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name_nl"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" and self.name_en else self.name_nl


class Service(models.Model):
    """An organisation that works with young children and takes part through a pilot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=160)
    sector = models.ForeignKey(Sector, verbose_name=_("sector"), on_delete=models.PROTECT, related_name="services")
    municipality = models.CharField(_("municipality"), max_length=120, blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime.datetime | None = None) -> "InvitationQuerySet":
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now or timezone.now())


class Invitation(models.Model):
    """A person is asked to come in. The link only opens the door to a code by mail; it signs nobody in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    programme_id = models.UUIDField(null=True, db_index=True)
    nonce = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.created_at:%Y-%m-%d}"

    @property
    def state(self) -> str:
        """accepted, withdrawn, expired or open."""
        if self.accepted_at:
            return "accepted"
        if self.withdrawn_at:
            return "withdrawn"
        return "open" if self.expires_at > timezone.now() else "expired"

    def inviter(self) -> User | None:
        """Who asked; nobody when the command line did."""
        return User.objects.filter(pk=self.created_by).first() if self.created_by else None

    def seats(self) -> list:
        """The seats that wait for this person in the programme, ended ones left out."""
        seats = self.user.seats.filter(programme_id=self.programme_id).select_related("programme", "pilot__service")
        return list(seats.filter(models.Q(until=None) | models.Q(until__gte=timezone.localdate())))


class PersonKey(models.Model):
    """The key that seals a person's texts, itself sealed by a master key outside the database. Deleting it erases them."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.PROTECT, related_name="key")
    master = models.PositiveSmallIntegerField(help_text="Version of the master key.")
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.user_id)


class Draft(models.Model):
    """What somebody was typing, unchecked and sealed; one per person and place."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="drafts")
    place = models.CharField(max_length=120, help_text="Which form, for example reflection:new:<meeting>.")
    body = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "place"], name="people_draft_once")]

    def __str__(self) -> str:
        return self.place


CONSENT_TITLES = {
    "privacy-notice": _("Privacy notice"),
    "esf-characteristics": _("Sensitive questions of the European Social Fund"),
    "photo": _("Photos"),
}


class ConsentText(models.Model):
    """A text that people agree to or take note of; a new wording is a new version."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.SlugField(max_length=40)
    version = models.CharField(max_length=20)
    text_nl = models.TextField()
    text_en = models.TextField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "version"], name="people_consent_text_once")]
        ordering = ["kind", "-since"]

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

    @property
    def title(self) -> str:
        """What the text is about, in a few words."""
        return str(CONSENT_TITLES.get(self.kind, self.kind))

    @property
    def text(self) -> str:
        return self.text_en if get_language() == "en" else self.text_nl


class Consent(models.Model):
    """Who took note of, or agreed to, which version, when; withdrawn consents stay as a trace."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="consents")
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "text"], condition=models.Q(withdrawn_at=None), name="people_consent_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.text_id}"
