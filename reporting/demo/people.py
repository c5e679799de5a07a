"""The demo's programme, services, people and seats; a copy beyond the first gets a number in its names and addresses."""

import datetime
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from core import crypto
from networks.models import AdvisoryGroup, GroupAgreement, LearningNetwork, NetworkCoach, NetworkPilot, Partner, PartnerContact
from people import services as people
from people.models import Consent, PersonKey, Sector, Service, User
from reporting.demo.world import World, content
from reporting.models import ReportingPeriod
from trajectories.models import Milestone, Phase, Pilot, Programme, Seat

PASSWORD = "ilias-demo"  # noqa: S105 - the demo's open door, printed by `manage.py up`; refused outside the demo
COUNTRIES = {"SI": "Slovenië", "HR": "Kroatië", "IT": "Italië"}
day = datetime.date.fromisoformat


@dataclass
class Group:
    """One copy of the pilots with their people: the first is ILIAS itself, the others fill the benchmark."""

    number: int
    programme: Programme
    people: dict[str, User] = field(default_factory=dict)
    keys: dict[str, bytes] = field(default_factory=dict)
    pilots: dict[str, Pilot] = field(default_factory=dict)
    seats: dict[tuple[str, str], Seat] = field(default_factory=dict)
    network: LearningNetwork | None = None
    advisory_group: AdvisoryGroup | None = None
    coaches: dict[str, list[str]] = field(default_factory=dict)

    def numbered(self, text: str) -> str:
        return text if self.number == 1 else f"{text} {self.number}"


def programme(world: World) -> Programme:
    """The programme with its phases, milestones, sectors and periods."""
    told, facts = content("programme"), content("programme")["programme"]
    made = world.add(
        Programme(
            slug=facts["slug"],
            name=facts["name"]["nl"],
            summary=facts["summary"]["nl"],
            promoter=facts["promoter"],
            dossier_number=facts["dossier_number"],
            funder_sentence=f"{facts['funder_sentence']['nl']} (demo)",
            starts_on=day(facts["starts"]),
            ends_on=day(facts["ends"]),
            leader_places=facts["leaders_per_pilot"],
            framework=facts["framework"],
            contact_email=facts["contact_email"],
            is_demo=True,
        )
    )
    for phase in told["phases"]:
        starts, ends = day(phase["starts"]), day(phase["ends"])
        world.add(Phase(programme=made, name=phase["title"]["nl"], aim=phase["aim"]["nl"], starts_on=starts, ends_on=ends))
    for stone in told["milestones"]:
        reached = day(stone["date"]) if stone["done"] else None
        world.add(Milestone(programme=made, title=stone["title"]["nl"], due_on=day(stone["date"]), reached_on=reached))
    for period in told["periods"]:
        first, last, due = (day(period[name]) for name in ("starts", "ends", "due"))
        name = period["title"]["nl"]
        world.add(ReportingPeriod(programme=made, name=name, starts_on=first, ends_on=last, due_on=due))
    world.sectors = [
        world.add(Sector(name_nl=sector["name"]["nl"], name_en=sector["name"]["en"], position=sector["position"]))
        for sector in told["sectors"]
    ]
    return made


def group(world: World, made: Programme, number: int) -> Group:
    """One copy of the pilots, their people and their network."""
    found = Group(number, made)
    told = content("people")
    _people(world, found, told)
    _pilots(world, found, told)
    _network(world, found, told)
    for seat in told["seats"]:
        _seat(world, found, seat)
    if number == 1:
        _advisers_and_partners(world, found, told)
    return found


def _people(world: World, found: Group, told: dict) -> None:
    accounts = {key: email for email, key in told["demo_accounts"].items()}
    shared = {"project", "adviser", "partner"}
    notice, closed = people.current_text(people.NOTICE), make_password(None)
    opened = make_password(PASSWORD) if settings.DEMO and found.number == 1 else closed
    for person in told["people"]:
        if found.number > 1 and person["role"] in shared:
            continue
        email = accounts.get(person["key"], person["email"])
        if found.number > 1:
            email = email.replace("@", f".{found.number}@")
        user = User(
            email=email,
            first_name=person["first_name"],
            last_name=found.numbered(person["last_name"]),
            language=person["language"],
            activated_at=timezone.now(),
            password=opened if person["key"] in accounts else closed,
        )
        found.people[person["key"]] = world.add(user)
        key = crypto.new_key()
        version, wrapped = crypto.wrap(key, about=f"person:{user.pk}")
        found.keys[person["key"]] = key
        world.add(PersonKey(user=user, master=version, wrapped=wrapped))
        world.add(Consent(user=user, text=notice))


def _pilots(world: World, found: Group, told: dict) -> None:
    positions = {sector["key"]: world.sectors[number] for number, sector in enumerate(content("programme")["sectors"])}
    services = {}
    for service in told["services"]:
        name = found.numbered(service["name"])
        made = Service(name=name, sector=positions[service["sector"]], municipality=service["municipality"])
        services[service["key"]] = world.add(made)
    for pilot in told["pilots"]:
        found.pilots[pilot["key"]] = world.add(
            Pilot(
                programme=found.programme,
                service=services[pilot["service"]],
                starts_on=day(pilot["joined_on"]),
                question=pilot["question"],
            )
        )


def _network(world: World, found: Group, told: dict) -> None:
    network = told["networks"][0]
    name = found.numbered(network["name"]["nl"])
    found.network = world.add(LearningNetwork(programme=found.programme, name=name))
    for key in network["pilots"]:
        world.add(NetworkPilot(network=found.network, pilot=found.pilots[key], since=day(network["since"])))
    for agreement in content("reflections")["group_agreements"]:
        text, since = agreement["text"]["nl"], day(agreement["agreed_on"])
        world.add(GroupAgreement(network=found.network, text=text, position=agreement["position"], since=since))


def _seat(world: World, found: Group, told: dict) -> None:
    key = told["person"]
    if key not in found.people:
        return
    person = next(person for person in content("people")["people"] if person["key"] == key)
    common = {
        "user": found.people[key],
        "programme": found.programme,
        "role": told["role"],
        "function": person["function"] or "",
        "organisation": person["organisation"] or "",
        "since": day(told["since"]),
        "until": day(told["until"]) if told["until"] else None,
    }
    if told["role"] == "coach" and (key, "coach") not in found.seats:
        found.seats[key, "coach"] = world.add(Seat(**common))
    if told["network"]:
        world.add(NetworkCoach(network=found.network, seat=found.seats[key, "coach"], since=common["since"]))
        return
    if told["pilot"]:
        common["pilot"] = found.pilots[told["pilot"]]
        if told["role"] == "coach":
            tandem = found.coaches.setdefault(told["pilot"], [])
            tandem.append(key)
            common |= {"place": len(tandem), "part": told["part"], "is_lead": bool(told["lead"])}
        else:
            common["place"] = told["place"]
    found.seats[key, told["pilot"] or told["role"]] = world.add(Seat(**common))


def _advisers_and_partners(world: World, found: Group, told: dict) -> None:
    name = told["advisory_groups"][0]["name"]["nl"]
    found.advisory_group = world.add(AdvisoryGroup(programme=found.programme, name=name))
    for partner in told["partners"]:
        country = COUNTRIES[partner["country"]]
        made = world.add(Partner(programme=found.programme, name=partner["organisation"], country=country))
        world.add(PartnerContact(partner=made, seat=found.seats[partner["contact"], "partner"]))
