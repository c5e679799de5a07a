"""Who may be asked to read along: the audiences of a leader's text as they are today, in names."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from networks.models import NetworkCoach, NetworkPilot
from people.models import User
from reflections.models import ReaderGrant, Reflection
from trajectories.models import Pilot, Seat

Audience = ReaderGrant.Audience
AUDIENCES = [Audience.CO_LEADER, Audience.COACHES, Audience.NETWORK, Audience.POLICY]
WIDE = {Audience.NETWORK.value, Audience.POLICY.value}
PAIR = "pair"  # who reads the pair's shared line: no grant, but the seat
# a network of sixteen leaders and their coaches is named in full; of more people the sentence names the first, a list all of them
MANY, FIRST = 20, 3
Members = dict[str, list[User]]
IN_SENTENCE: dict[str, Promise] = {
    PAIR: gettext_lazy("%(names)s (the pair)"),
    Audience.CO_LEADER: ngettext_lazy("%(names)s (your co-leader)", "%(names)s (your co-leaders)", "number"),
    Audience.COACHES: ngettext_lazy("%(names)s (your coach)", "%(names)s (your coaches)", "number"),
    Audience.NETWORK: gettext_lazy("%(names)s (the network)"),
    Audience.POLICY: gettext_lazy("%(names)s (for policy, without your name)"),
}


@dataclass(frozen=True)
class Choice:
    """An audience as the page offers it: its word, and who that is by name."""

    value: str
    label: str
    names: list[str]
    chosen: bool = False

    @property
    def is_long(self) -> bool:
        """The names stand in a list that folds open; beside the box the first ones, and how many there are."""
        return len(self.names) > MANY

    @property
    def shown(self) -> str:
        return _first_of(self.names) if self.is_long else ", ".join(self.names)


def members_of(author: User, pilot: Pilot | None, *, on: date | None = None) -> Members:
    """Audience → its people on a day (default today), by name, without the author (at most three queries).

    The pair; the pilot's tandem, or without one the coaches of its network; the leaders and coaches of its network; the
    project team, which reads without the author's name.
    """
    if pilot is None:
        return {audience: [] for audience in AUDIENCES}
    near = Q(pilot=pilot, role__in=[Seat.Role.LEADER, Seat.Role.COACH])
    team = Q(programme_id=pilot.programme_id, role=Seat.Role.PROJECT)
    seats = list(Seat.objects.living(on).filter(near | team).select_related("user"))
    networks = NetworkPilot.objects.living(on).filter(pilot=pilot).values("network_id")
    fellows = NetworkPilot.objects.living(on).filter(network_id__in=networks).values("pilot_id")
    leaders = Seat.objects.living(on).leaders().filter(pilot_id__in=fellows).select_related("user")
    coaching = NetworkCoach.objects.living(on).filter(
        network_id__in=networks, seat__in=Seat.objects.living(on).filter(role=Seat.Role.COACH, pilot=None)
    )
    network_coaches = [row.seat.user for row in coaching.select_related("seat__user")]
    tandem = [seat.user for seat in seats if seat.role == Seat.Role.COACH]
    members = {
        Audience.CO_LEADER: [seat.user for seat in seats if seat.role == Seat.Role.LEADER],
        Audience.COACHES: tandem or network_coaches,
        Audience.NETWORK: [seat.user for seat in leaders] + network_coaches,
        Audience.POLICY: [seat.user for seat in seats if seat.role == Seat.Role.PROJECT],
    }
    return {str(audience): _by_name(people, author) for audience, people in members.items()}


def offered(author: User, pilot: Pilot | None, *, of_pair: bool, on: date | None = None) -> Members:
    """Audience → its people, as one chooses for a text: on the pair's line the pair reads anyhow, and is no choice."""
    members = members_of(author, pilot, on=on)
    return {PAIR: members.pop(Audience.CO_LEADER), **members} if of_pair else members


def _by_name(people: Iterable[User], author: User) -> list[User]:
    others = {person.pk: person for person in people if person.pk != author.pk}
    return sorted(others.values(), key=lambda person: (person.first_name.casefold(), person.last_name.casefold()))


def readers_of(author: User, pilot: Pilot | None, audiences: Collection[str] = AUDIENCES) -> dict[str, list[str]]:
    """Audience → the names of those who would read, for the audiences asked."""
    members = members_of(author, pilot)
    return {str(audience): [person.name for person in members[audience]] for audience in AUDIENCES if audience in audiences}


def reading_now(reflection: Reflection, members: Members | None = None) -> Members:
    """Audience → those who can read this text today: named in a standing grant and still of that audience.

    `members` saves asking for them once more.
    """
    granted = set(reflection.grants.filter(withdrawn_at=None).values_list("audience", "reader_id"))
    if members is None:
        asked = granted or reflection.is_of_pair
        members = offered(reflection.author, reflection.pilot, of_pair=reflection.is_of_pair) if asked else {}
    return {
        audience: [person for person in people if audience == PAIR or (audience, person.pk) in granted]
        for audience, people in members.items()
    }


def choices(members: Members, chosen: Collection[str] = ()) -> list[Choice]:
    """What the page offers, each audience with its names."""
    return [
        Choice(str(audience), str(audience.label), [person.name for person in members[audience]], audience in chosen)
        for audience in AUDIENCES
        if audience in members
    ]


def sentence(members: Mapping[str, list[User]], chosen: Collection[str] = AUDIENCES) -> str:
    """Who reads along, each name once: "You, Bram (your co-leader), Hilde and Joris (your coaches) read this".

    Of many the first ones (`everybody` has them all). Of a text on the pair's line also that it stays there, for whoever comes.
    """
    said = _who_reads(members, chosen)
    if PAIR not in members:
        return said
    return f"{said} {_('It stays with the pair: whoever takes over a seat reads it too, and it stays when you leave.')}"


def _who_reads(members: Mapping[str, list[User]], chosen: Collection[str]) -> str:
    groups = _groups(members, chosen)
    if not groups:
        return _("Only you read this now.") if PAIR in members else _("Only you read this.")
    said = [
        str(IN_SENTENCE[audience] % {"names": _first_of(names) if len(names) > MANY else listed(names), "number": len(names)})
        for audience, names in groups
    ]
    if sum(len(names) for _audience, names in groups) == 1:
        return _("You and %(people)s read this.") % {"people": said[0]}
    return _("You, %(people)s read this.") % {"people": ", ".join(said)}


def _groups(members: Mapping[str, list[User]], chosen: Collection[str]) -> list[tuple[str, list[str]]]:
    """Audience and names of those who read along, each person once; reading without the name is another thing, so told apart."""
    groups: list[tuple[str, list[str]]] = []
    told: set[UUID] = set()
    for audience in [PAIR, *AUDIENCES]:
        wanted = audience in chosen or audience == PAIR
        apart = audience == Audience.POLICY
        people = [person for person in members.get(audience, []) if wanted and (apart or person.pk not in told)]
        told.update(person.pk for person in people)
        if people:
            groups.append((str(audience), [person.name for person in people]))
    return groups


def everybody(members: Mapping[str, list[User]], chosen: Collection[str] = AUDIENCES) -> list[str]:
    """Every name behind a sentence that names only the first ones; empty when the sentence names them all."""
    groups = [names for _audience, names in _groups(members, chosen)]
    return [name for names in groups for name in names] if any(len(names) > MANY for names in groups) else []


def _first_of(names: list[str]) -> str:
    return _("%(names)s and %(n)s others") % {"names": ", ".join(names[:FIRST]), "n": len(names) - FIRST}


def sentences(members: Members) -> list[tuple[str, str]]:
    """Every combination of audiences (values joined by a space) with its sentence, for the page to say while one chooses."""
    asked = [audience for audience in AUDIENCES if audience in members]
    combinations = [[audience for bit, audience in enumerate(asked) if number >> bit & 1] for number in range(1 << len(asked))]
    return [(" ".join(chosen), sentence(members, chosen)) for chosen in combinations]


def listed(names: list[str]) -> str:
    """Names in a sentence: "Anna, Bram and Zita"."""
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
