"""The people of a programme as a page shows them: one line per person with their seats and where the invitation stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.compiled import Compiled
from core.pages import how_many, page_from
from people.models import Invitation, User
from trajectories.models import Programme, Seat

STATES = {
    "in": _("takes part"),
    "invited": _("invited"),
    "lapsed": _("invitation lapsed"),
    "later": _("starts later"),
    "left": _("has left"),
}
LOOKS = {"in": "ok", "invited": "wait", "lapsed": "stop", "later": "next", "left": "quiet"}
SORTS = {"name": _("name"), "service": _("pilot"), "new": _("newest first")}
PER_PAGE = 20
SHOWN = ("first_name", "last_name", "email", "activated_at")


@dataclass
class Line:
    """One person on the list."""

    person: User
    seats: list[Seat]
    invitation: Invitation | None
    state: str

    @property
    def word(self) -> str:
        return str(STATES[self.state])

    @property
    def look(self) -> str:
        return LOOKS[self.state]


def lines(
    user: User, programme: Programme, *, text: str = "", role: str = "", state: str = "", sort: str = "", number: str | int = 1
) -> Page:
    """A page of the people whose seats in the programme `user` may see."""
    asked: dict[str, Any] = {"user": user, "programme": programme.pk, "now": timezone.now()}
    if text or role or state or sort:
        page = Paginator(_sorted(_found(**asked, text=text, role=role, state=state), programme.pk, sort), PER_PAGE).get_page(
            number
        )
        page.object_list = list(_shown(page.object_list, programme.pk, asked["now"], sort))  # type: ignore[arg-type]
    else:
        page = page_from(how_many_people.first(**asked), number, PER_PAGE, lambda at: page_of_people.ask(**asked, first=at))
    page.object_list = _filled(page.object_list, user, programme)  # type: ignore[arg-type]
    return page


@Compiled
def how_many_people(user: User, programme: UUID, now: datetime) -> QuerySet:
    """How many people of a programme this person sees."""
    return how_many(_found(user, programme, now))


@Compiled
def page_of_people(user: User, programme: UUID, now: datetime, first: int) -> QuerySet[User]:
    """A page of them by name, from this place on."""
    return _shown(_sorted(_found(user, programme, now), programme)[first : first + PER_PAGE], programme, now)


@Compiled
def seats_of_people(user: User, programme: UUID, people: list[UUID]) -> QuerySet[Seat]:
    """The seats of these people in a programme that this person sees."""
    seats = Seat.objects.visible_to(user).filter(programme_id=programme, user_id__in=people)
    return seats.select_related("pilot__service").order_by("role", "pilot__service__name", "since")


@Compiled
def invitations_of_people(programme: UUID, people: list[UUID]) -> QuerySet[Invitation]:
    """What these people were sent, the newest last."""
    return Invitation.objects.filter(user_id__in=people, programme_id=programme).order_by("created_at")


def _found(user: User, programme: UUID, now: datetime, *, text: str = "", role: str = "", state: str = "") -> QuerySet[User]:
    seats = Seat.objects.visible_to(user).filter(programme_id=programme)
    people = User.objects.filter(Exists(_theirs(seats.filter(role=role) if role else seats)))
    if text:
        at_pilot = seats.filter(pilot__service__name__icontains=text)
        named = Q(first_name__icontains=text) | Q(last_name__icontains=text) | Q(email__icontains=text)
        people = people.filter(named | Exists(_theirs(at_pilot)))
    return _with_state(people, programme, now).filter(_in_state(state)) if state in STATES else people


def _shown(page: QuerySet[User], programme: UUID, now: datetime, sort: str = "") -> QuerySet[User]:
    """What a page shows of its people: their states are worked out for them only."""
    people = _with_state(User.objects.filter(pk__in=page.values("pk")), programme, now).only(*SHOWN)
    return _sorted(people, programme, sort)


def _theirs(seats: QuerySet) -> QuerySet:
    return seats.filter(user_id=OuterRef("pk"))


def _with_state(people: QuerySet, programme: UUID, now: datetime) -> QuerySet:
    """Everything the word beside a name follows from, in the same query."""
    seats, today = _theirs(Seat.objects.filter(programme_id=programme)), timezone.localdate()
    still = seats.filter(Q(until=None) | Q(until__gte=today))
    return people.annotate(
        has_living=Exists(still.filter(since__lte=today)),
        has_coming=Exists(still.filter(since__gt=today)),
        has_account=Exists(still.exclude(role=Seat.Role.PARTICIPANT)),
        has_open=Exists(Invitation.objects.open(now).filter(user_id=OuterRef("pk"), programme_id=programme)),
    )


def _in_state(state: str) -> Q:
    left, waits = Q(has_living=False, has_coming=False), Q(activated_at=None, has_account=True)
    return {
        "left": left,
        "invited": ~left & waits & Q(has_open=True),
        "lapsed": ~left & waits & Q(has_open=False),
        "later": ~left & ~waits & Q(has_living=False),
        "in": ~waits & Q(has_living=True),
    }[state]


def _state(person) -> str:
    if not person.has_living and not person.has_coming:
        return "left"
    if person.activated_at is None and person.has_account:  # who is enrolled only need not sign in
        return "invited" if person.has_open else "lapsed"
    return "in" if person.has_living else "later"


def _sorted(people: QuerySet, programme: UUID, sort: str = "") -> QuerySet:
    here = Q(seats__programme=programme)
    if sort == "new":
        return people.annotate(came=Max("seats__since", filter=here)).order_by("-came", "last_name", "first_name", "pk")
    if sort == "service":
        first = Min("seats__pilot__service__name", filter=here)
        return people.annotate(service=first).order_by("service", "last_name", "first_name", "pk")
    return people.order_by("last_name", "first_name", "pk")


def _filled(people: list[User], user: User, programme: Programme) -> list[Line]:
    held: dict[UUID, list[Seat]] = {person.pk: [] for person in people}
    for seat in seats_of_people.ask(user=user, programme=programme.pk, people=list(held)):
        held[seat.user_id].append(seat)
    newest = {}
    for invitation in invitations_of_people.ask(programme=programme.pk, people=list(held)):
        newest[invitation.user_id] = invitation
    return [Line(person, held[person.pk], newest.get(person.pk), _state(person)) for person in people]
