"""Who reads a text: those whom the author named, as long as they still belong. Checked against a model of its own."""

import datetime
import random

import pytest
import time_machine
from django.utils import timezone

from core.errors import DomainError
from networks import services as networks
from networks.models import NetworkCoach, NetworkPilot
from people.models import User
from reflections import readers, services
from reflections.models import ReaderGrant, Reflection
from tests.reflections.places import CANARY, text_by_anna
from trajectories import services as trajectories
from trajectories.models import Seat

AUDIENCES = {
    "co-leader": {"bram"},
    "coaches": {"hilde", "joris"},
    "network": {"bram", "hilde", "joris", "zita", "yusuf"},
}


def now(user: User) -> User:
    """The person as the next request finds them."""
    return User.objects.get(pk=user.pk)


COMBINATIONS = [[name for bit, name in enumerate(AUDIENCES) if number >> bit & 1] for number in range(8)]


@pytest.mark.parametrize("chosen", COMBINATIONS, ids=lambda chosen: "+".join(chosen) or "nobody")
def test_for_every_person_and_choice_exactly_the_named_ones_read(cast, client_of, chosen):
    reflection = text_by_anna(cast, *chosen)
    named = {"anna"}.union(*(AUDIENCES[audience] for audience in chosen))

    for name, user in cast.people().items():
        answer = client_of(user).get(f"/reflections/{reflection.pk}/")
        assert (answer.status_code, CANARY in answer.content.decode()) == ((200, True) if name in named else (404, False)), name


def test_the_names_on_the_page_are_those_who_can_read(cast):
    for chosen in COMBINATIONS:
        reflection = text_by_anna(cast, *chosen)
        told = {name for names in services.readers_of(cast.anna, cast.nest, chosen).values() for name in names}

        can = {
            user.name for user in cast.people().values() if Reflection.objects.visible_to(user).filter(pk=reflection.pk).exists()
        }
        assert can - {cast.anna.name} == told
        assert all(name in readers.sentence(readers.reading_now(reflection)) for name in told)


def test_without_a_tandem_the_networks_coaches_are_our_coaches(cast):
    for seat in Seat.objects.living().coaches().filter(pilot=cast.wip):
        trajectories.end_seat(seat, by=cast.tess, until=timezone.localdate() - datetime.timedelta(days=1))

    reflection = services.write(by=cast.zita, pilot=cast.wip, text="Tekst", audiences=["coaches"])

    assert services.readers_of(cast.zita, cast.wip)["coaches"] == ["Hilde Vermeulen", "Joris Aerts"]
    assert Reflection.objects.visible_to(now(cast.hilde)).filter(pk=reflection.pk).exists()
    assert not Reflection.objects.visible_to(now(cast.karel)).filter(pk=reflection.pk).exists()


def test_the_author_widens_and_narrows_with_the_names_in_sight(cast, client_of):
    reflection = text_by_anna(cast)
    browser, address = client_of(cast.anna), f"/reflections/{reflection.pk}/readers/"
    seen = browser.get(address).context["seen"]

    wide = browser.post(address, {"readers": ["coaches", "network"], "seen": seen}, follow=True)
    assert "Zita Maes (het netwerk)" in wide.content.decode()
    narrow = browser.post(address, {"readers": ["coaches"], "seen": seen}, follow=True)

    assert "Jij, Hilde Vermeulen en Joris Aerts (jullie coaches) lezen dit." in narrow.content.decode()
    assert not Reflection.objects.visible_to(now(cast.zita)).exists()
    assert Reflection.objects.visible_to(now(cast.hilde)).exists()
    assert ReaderGrant.objects.filter(withdrawn_at__isnull=False).count() == 5


def test_a_new_coach_reads_no_old_text_until_the_author_says_so(cast, client_of):
    reflection = text_by_anna(cast, "coaches")
    trajectories.seat_person(
        by=cast.tess, user=cast.karel, programme=cast.programme, role="coach", pilot=cast.nest, since=timezone.localdate()
    )
    browser, address = client_of(cast.anna), f"/reflections/{reflection.pk}/readers/"

    assert not Reflection.objects.visible_to(now(cast.karel)).exists()
    page = browser.get(address)
    assert "Nieuw sinds je koos: Karel Wouters." in page.content.decode()
    browser.post(address, {"readers": ["coaches"], "seen": page.context["seen"]})

    assert Reflection.objects.visible_to(now(cast.karel)).filter(pk=reflection.pk).exists()


def test_nobody_is_let_in_by_an_author_who_left_and_narrowing_stays_possible(cast, client_of):
    reflection = text_by_anna(cast, "coaches")
    trajectories.end_seat(
        Seat.objects.leaders().living().get(user=cast.anna), by=cast.tess, until=timezone.localdate() - datetime.timedelta(days=1)
    )
    browser = client_of(cast.anna)

    assert CANARY in browser.get(f"/reflections/{reflection.pk}/").content.decode()
    with pytest.raises(DomainError):
        services.set_readers(reflection, by=cast.anna, audiences=["network"])
    services.withdraw(reflection, by=cast.anna)

    assert not Reflection.objects.visible_to(now(cast.hilde)).exists()
    assert Reflection.objects.visible_to(now(cast.anna)).exists()


def test_only_the_author_chooses_readers(cast):
    reflection = text_by_anna(cast, "co-leader")

    for name in ("bram", "hilde", "tess", "kim"):
        with pytest.raises(DomainError):
            services.set_readers(reflection, by=getattr(cast, name), audiences=["network"])
    assert reflection.grants.count() == 1


class Oracle:
    """The rules once more, without a database: who belongs where on each day, and whom each author named."""

    def __init__(self, cast) -> None:
        people = cast.people()
        self.pair = {"nest": ["anna", "bram"], "wip": ["zita", "yusuf"]}
        self.tandem = {"nest": ["hilde", "joris"], "wip": ["karel"]}
        self.coaches = ["hilde", "joris"]
        self.network = ["nest", "wip"]
        self.texts: dict = {}
        self.names = {user.pk: name for name, user in people.items()}

    def audience(self, pilot: str, audience: str) -> set[str]:
        inside = pilot in self.network
        if audience == "co-leader":
            return set(self.pair[pilot])
        if audience == "coaches":
            return set(self.tandem[pilot] or (self.coaches if inside else []))
        return {name for other in self.network for name in self.pair[other]} | set(self.coaches) if inside else set()

    def share(self, text, author: str, pilot: str, audiences: list[str]) -> None:
        named = {(audience, name) for audience in audiences for name in self.audience(pilot, audience) - {author}}
        self.texts[text] = (author, pilot, named)

    def readers(self, text) -> set[str]:
        author, pilot, named = self.texts[text]
        return {author} | {name for audience, name in named if name in self.audience(pilot, audience)}


class World:
    """The same moves on the oracle and on the house, one day after another."""

    def __init__(self, cast, chance: random.Random) -> None:
        self.cast, self.chance, self.oracle = cast, chance, Oracle(cast)
        self.people = cast.people()
        self.pilots = {"nest": cast.nest, "wip": cast.wip}
        self.texts: dict = {}

    def move(self) -> str:
        act = self.chance.choice(
            [self.write, self.share, self.share, self.share, self.leader, self.coach, self.network_coach, self.pilot, self.erase]
        )
        act()
        return act.__name__

    def _author(self) -> tuple[str, str] | None:
        leading = [(name, pilot) for pilot, names in self.oracle.pair.items() for name in names]
        return self.chance.choice(leading) if leading else None

    def _audiences(self) -> list[str]:
        return self.chance.choice(COMBINATIONS)

    def write(self) -> None:
        if (found := self._author()) and len(self.texts) < 12:
            name, pilot = found
            audiences = self._audiences()
            made = services.write(by=self.people[name], pilot=self.pilots[pilot], text=CANARY, audiences=audiences)
            self.texts[made.pk] = made
            self.oracle.share(made.pk, name, pilot, audiences)

    def share(self) -> None:
        if not self.texts:
            return
        pk = self.chance.choice(sorted(self.texts))
        author, pilot, _named = self.oracle.texts[pk]
        audiences = self._audiences()
        if author not in self.oracle.pair[pilot]:
            audiences = []
        services.set_readers(self.texts[pk], by=self.people[author], audiences=audiences)
        self.oracle.share(pk, author, pilot, audiences)

    def erase(self) -> None:
        if len(self.texts) > 6:
            pk = self.chance.choice(sorted(self.texts))
            services.erase(self.texts.pop(pk), by=self.people[self.oracle.texts[pk][0]])
            assert not any(Reflection.objects.visible_to(now(user)).filter(pk=pk).exists() for user in self.people.values())
            del self.oracle.texts[pk]

    def _swap(self, names: list[str], role: str, pilot: str, most: int) -> None:
        """Somebody leaves, or somebody else comes; in the house a seat ends yesterday or begins today."""
        yesterday = timezone.localdate() - datetime.timedelta(days=1)
        if names and (len(names) >= most or self.chance.random() < 0.5):
            gone = self.chance.choice(names)
            seat = Seat.objects.living().get(user=self.people[gone], role=role, pilot=self.pilots[pilot])
            trajectories.end_seat(seat, by=self.cast.tess, until=yesterday)
            names.remove(gone)
            return
        pool = ["anna", "bram", "zita", "yusuf", "els"] if role == "leader" else ["hilde", "joris", "karel"]
        fresh = self.chance.choice(pool)
        elsewhere = role == "leader" and any(fresh in pair for pair in self.oracle.pair.values())
        if fresh not in names and not elsewhere:
            trajectories.seat_person(
                by=self.cast.tess, user=self.people[fresh], programme=self.cast.programme, role=role,
                pilot=self.pilots[pilot], since=timezone.localdate(),
            )  # fmt: skip
            names.append(fresh)

    def leader(self) -> None:
        pilot = self.chance.choice(["nest", "wip"])
        self._swap(self.oracle.pair[pilot], "leader", pilot, 2)

    def coach(self) -> None:
        pilot = self.chance.choice(["nest", "wip"])
        self._swap(self.oracle.tandem[pilot], "coach", pilot, 3)

    def network_coach(self) -> None:
        name = self.chance.choice(["hilde", "joris", "karel"])
        seat = self.people[name].seats.get(role="coach", pilot=None)
        if name in self.oracle.coaches:
            member = NetworkCoach.objects.living().get(network=self.cast.network, seat=seat)
            networks.leave(member, by=self.cast.tess, until=timezone.localdate() - datetime.timedelta(days=1))
            self.oracle.coaches.remove(name)
        else:
            networks.add_coach(self.cast.network, by=self.cast.tess, seat=seat)
            self.oracle.coaches.append(name)

    def pilot(self) -> None:
        name = self.chance.choice(["nest", "wip"])
        if name in self.oracle.network:
            member = NetworkPilot.objects.living().get(network=self.cast.network, pilot=self.pilots[name])
            networks.leave(member, by=self.cast.tess, until=timezone.localdate() - datetime.timedelta(days=1))
            self.oracle.network.remove(name)
        else:
            networks.add_pilot(self.cast.network, by=self.cast.tess, pilot=self.pilots[name])
            self.oracle.network.append(name)

    def check(self, after: str, names: list[str]) -> int:
        """These people × every text; returns how many pairs were looked at."""
        for name in names:
            may = {text for text in self.texts if name in self.oracle.readers(text)}
            can = set(Reflection.objects.visible_to(now(self.people[name])).values_list("pk", flat=True))
            assert can == may, f"{name} after {after}"
        return len(names) * len(self.texts)

    def check_shared(self) -> None:
        """The list of what others shared says the same as the door."""
        for name, user in self.people.items():
            others = {text for text in self.texts if name in self.oracle.readers(text) and self.oracle.texts[text][0] != name}
            assert set(Reflection.objects.shared_with(now(user)).values_list("pk", flat=True)) == others, name


def walk(cast, steps: int, seed: int) -> None:
    """After every move five people are looked at, after every tenth all of them."""
    world = World(cast, random.Random(seed))
    looked, moved = 0, set()
    with time_machine.travel(timezone.now().replace(hour=10, minute=0), tick=False) as clock:
        for step in range(steps):
            clock.shift(datetime.timedelta(days=2))
            moved.add(done := world.move())
            looked += world.check(done, sorted(world.people) if step % 10 == 9 else world.chance.sample(sorted(world.people), 5))
        world.check_shared()
    assert moved == {"write", "share", "erase", "leader", "coach", "network_coach", "pilot"}
    assert looked > steps * 20


def test_nobody_ever_reads_what_the_rules_forbid(cast):
    walk(cast, 300, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_nobody_ever_reads_what_the_rules_forbid_in_ten_thousand_steps(cast, seed):
    walk(cast, 1000, seed=seed)
