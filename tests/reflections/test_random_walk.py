"""Who reads what after any row of acts: random walks, checked after each step against a model of the rules without a database."""

import datetime
import random
from contextlib import nullcontext

import pytest
import time_machine
from django.utils import timezone

from core.errors import DomainError
from networks import services as networks
from networks.models import NetworkCoach, NetworkPilot
from reflections import dialogue, pair, services
from reflections.models import Comment, ReaderGrant, Reflection
from tests.reflections.places import CANARY
from tests.reflections.test_readers import COMBINATIONS, now
from trajectories import services as trajectories
from trajectories.models import Seat


class Oracle:
    """The rules once more, without a database: who belongs where on each day, and whom each author named."""

    def __init__(self, cast) -> None:
        people = cast.people()
        self.pair = {"nest": ["anna", "bram"], "wip": ["zita", "yusuf"]}
        self.tandem = {"nest": ["hilde", "joris"], "wip": ["karel"]}
        self.coaches = ["hilde", "joris"]
        self.network = ["nest", "wip"]
        self.texts: dict = {}
        self.line: dict = {}  # texts on a pair's shared line -> since which step
        self.said: dict = {}  # comment -> text, who, step, who led the pilot, who was named as coach, whether on the line
        self.step = 0
        self.names = {user.pk: name for name, user in people.items()}

    def audience(self, pilot: str, audience: str) -> set[str]:
        inside = pilot in self.network
        if audience == "co-leader":
            return set(self.pair[pilot])
        if audience == "coaches":
            return set(self.tandem[pilot] or (self.coaches if inside else []))
        if audience == "policy":
            return {"tess", "tom"}
        return {name for other in self.network for name in self.pair[other]} | set(self.coaches) if inside else set()

    def share(self, text, author: str, pilot: str, audiences: list[str]) -> None:
        wanted = [audience for audience in audiences if text not in self.line or audience != "co-leader"]
        named = {(audience, name) for audience in wanted for name in self.audience(pilot, audience) - {author}}
        self.texts[text] = (author, pilot, named)

    def lapse(self) -> None:
        """Who is not of the audience any more is named no longer: coming back opens nothing."""
        for text, (author, pilot, named) in self.texts.items():
            still = {(audience, name) for audience, name in named if name in self.audience(pilot, audience)}
            self.texts[text] = (author, pilot, still)

    def named_coaches(self, text) -> set[str]:
        return {name for audience, name in self.texts[text][2] if audience == "coaches"}

    def put(self, text) -> None:
        author, pilot, named = self.texts[text]
        self.line[text] = self.step
        self.texts[text] = (author, pilot, {(audience, name) for audience, name in named if audience != "co-leader"})

    def talking(self, text) -> set[str]:
        """Who may say something about a text."""
        author, pilot, _named = self.texts[text]
        inside = set(self.pair[pilot]) if text in self.line else {author}
        coaches = self.named_coaches(text)
        return (inside if coaches else set()) | (coaches & self.audience(pilot, "coaches"))

    def say(self, comment, text, who: str) -> None:
        led = frozenset(self.pair[self.texts[text][1]])
        self.said[comment] = (text, who, self.step, led, frozenset(self.named_coaches(text)), text in self.line)

    def listeners(self, comment) -> set[str]:
        text, who, step, led, named_then, on_line = self.said[comment]
        author, pilot, _named = self.texts[text]
        coaches = self.named_coaches(text) & self.audience(pilot, "coaches")
        found = {name for name in coaches if name == who or name in named_then}
        found |= {author} if author in led or not on_line else set()
        if text in self.line and step >= self.line[text]:
            found |= {name for name in self.pair[pilot] if name in led}
        return found

    def readers(self, text) -> set[str]:
        author, pilot, named = self.texts[text]
        along = {(audience, name) for audience, name in named if audience != "policy"}
        pair = set(self.pair[pilot]) if text in self.line else set()
        return {author} | pair | {name for audience, name in along if name in self.audience(pilot, audience)}

    def for_policy(self, text) -> set[str]:
        return {name for audience, name in self.texts[text][2] if audience == "policy"}


class World:
    """The same moves on the oracle and on the house, one day after another."""

    def __init__(self, cast, chance: random.Random) -> None:
        self.cast, self.chance, self.oracle = cast, chance, Oracle(cast)
        self.people = cast.people()
        self.pilots = {"nest": cast.nest, "wip": cast.wip}
        self.texts: dict = {}

    def move(self) -> str:
        often = [self.share, self.share, self.share, self.line, self.line, self.say, self.say]
        act = self.chance.choice([*often, self.write, self.leader, self.coach, self.network_coach, self.pilot, self.erase])
        self.oracle.step += 1
        act()
        services.close_lapsed(now=timezone.now())
        self.oracle.lapse()
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
            part = self.chance.choice(["", "", "question", "experiment"])
            made = services.write(
                by=now(self.people[name]), pilot=self.pilots[pilot], text=CANARY, audiences=audiences, pair_part=part
            )
            self.texts[made.pk] = made
            if part:
                self.oracle.line[made.pk] = self.oracle.step
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

    def line(self) -> None:
        """On the pair's line or off it, by an author who leads the pilot; who has left is refused."""
        if not self.texts:
            return
        pk = self.chance.choice(sorted(self.texts))
        author, pilot, _named = self.oracle.texts[pk]
        by, put = now(self.people[author]), pk not in self.oracle.line
        leads = author in self.oracle.pair[pilot]
        with nullcontext() if leads else pytest.raises(DomainError):
            if put:
                pair.put_on_line(self.texts[pk], by=by, part="reflection")
            else:
                pair.take_off_line(self.texts[pk], by=by)
        if leads and put:
            self.oracle.put(pk)
        elif leads:
            del self.oracle.line[pk]

    def say(self) -> None:
        if not self.texts or len(self.oracle.said) > 40:
            return
        pk = self.chance.choice(sorted(self.texts))
        who = self.chance.choice(sorted(self.people))
        if who not in self.oracle.talking(pk):
            with pytest.raises(DomainError):
                dialogue.say(self.texts[pk], by=now(self.people[who]), text=CANARY)
            who = self.chance.choice(sorted(self.oracle.talking(pk)) or [""])
        if who:
            self.oracle.say(dialogue.say(self.texts[pk], by=now(self.people[who]), text=CANARY).pk, pk, who)

    def erase(self) -> None:
        if len(self.texts) > 6:
            pk = self.chance.choice(sorted(self.texts))
            author, pilot, _named = self.oracle.texts[pk]
            if pk in self.oracle.line and author not in self.oracle.pair[pilot]:
                with pytest.raises(DomainError):
                    services.erase(self.texts[pk], by=now(self.people[author]))
                return
            services.erase(self.texts.pop(pk), by=now(self.people[author]))
            assert not any(Reflection.objects.visible_to(now(user)).filter(pk=pk).exists() for user in self.people.values())
            del self.oracle.texts[pk]
            self.oracle.line.pop(pk, None)
            self.oracle.said = {comment: said for comment, said in self.oracle.said.items() if said[0] != pk}

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
            user = now(self.people[name])
            can = set(Reflection.objects.visible_to(user).values_list("pk", flat=True))
            assert can == may, f"{name} after {after}"
            words = {text for text in self.texts if name in self.oracle.for_policy(text)}
            given = ReaderGrant.objects.for_policy(user).values_list("reflection_id", flat=True)
            assert set(given) == words, f"{name} for policy after {after}"
            may = {comment for comment in self.oracle.said if name in self.oracle.listeners(comment)}
            heard = set(Comment.objects.readable_by(user).values_list("pk", flat=True))
            assert heard == may, f"{name} in dialogues after {after}"
        return len(names) * len(self.texts)

    def check_shared(self) -> None:
        """The list of what others shared says the same as the door."""
        for name, user in self.people.items():
            others = {text for text in self.texts if name in self.oracle.readers(text) and self.oracle.texts[text][0] != name}
            lists = Reflection.objects.shared_with(now(user)) | Reflection.objects.on_lines_read_by(now(user)).exclude(
                author=user
            )
            assert set(lists.values_list("pk", flat=True)) == others, name


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
    assert moved == {"write", "share", "erase", "leader", "coach", "network_coach", "pilot", "line", "say"}
    assert looked > steps * 20


@pytest.mark.at_random
def test_nobody_ever_reads_what_the_rules_forbid(cast):
    walk(cast, 200, seed=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(2, 12))
def test_nobody_ever_reads_what_the_rules_forbid_in_ten_thousand_steps(cast, seed):
    walk(cast, 1000, seed=seed)
