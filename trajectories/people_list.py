"""The people of a programme as a page shows them: one line per person with their seats and where the invitation stands."""

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Exists, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
    seats = Seat.objects.visible_to(user).filter(programme=programme)
    people = User.objects.filter(Exists(_theirs(seats.filter(role=role) if role else seats)))
    if text:
        at_pilot = seats.filter(pilot__service__name__icontains=text)
        named = Q(first_name__icontains=text) | Q(last_name__icontains=text) | Q(email__icontains=text)
        people = people.filter(named | Exists(_theirs(at_pilot)))
    if state in STATES:
        people = _with_state(people, programme).filter(_in_state(state))
    page = Paginator(_sorted(people, programme, sort), PER_PAGE).get_page(number)
    listed: QuerySet = page.object_list  # type: ignore[assignment]
    shown = _with_state(User.objects.filter(pk__in=listed.values("pk")), programme).only(*SHOWN)
    page.object_list = _filled(list(_sorted(shown, programme, sort)), seats, programme)
    return page


def _theirs(seats: QuerySet) -> QuerySet:
    return seats.filter(user_id=OuterRef("pk"))


def _with_state(people: QuerySet, programme: Programme) -> QuerySet:
    """Everything the word beside a name follows from, in the same query: for a page of people, or to look for a state."""
    seats, today = _theirs(programme.seats.all()), timezone.localdate()
    still = seats.filter(Q(until=None) | Q(until__gte=today))
    return people.annotate(
        has_living=Exists(still.filter(since__lte=today)),
        has_coming=Exists(still.filter(since__gt=today)),
        has_account=Exists(still.exclude(role=Seat.Role.PARTICIPANT)),
        has_open=Exists(Invitation.objects.open().filter(user_id=OuterRef("pk"), programme_id=programme.pk)),
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


def _sorted(people: QuerySet, programme: Programme, sort: str) -> QuerySet:
    here = Q(seats__programme=programme)
    if sort == "new":
        return people.annotate(came=Max("seats__since", filter=here)).order_by("-came", "last_name", "first_name", "pk")
    if sort == "service":
        first = Min("seats__pilot__service__name", filter=here)
        return people.annotate(service=first).order_by("service", "last_name", "first_name", "pk")
    return people.order_by("last_name", "first_name", "pk")


def _filled(people: list[User], seats: QuerySet, programme: Programme) -> list[Line]:
    held: dict = {person.pk: [] for person in people}
    for seat in seats.filter(user__in=people).select_related("pilot__service").order_by("role", "pilot__service__name", "since"):
        held[seat.user_id].append(seat)
    newest = {}
    for invitation in Invitation.objects.filter(user__in=people, programme_id=programme.pk).order_by("created_at"):
        newest[invitation.user_id] = invitation
    return [Line(person, held[person.pk], newest.get(person.pk), _state(person)) for person in people]
