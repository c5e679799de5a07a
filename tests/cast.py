"""The people of every test: two coaches in tandem, a pair, and those who must be kept out. Built through services.

Hilde and Joris coach pilot Het Nest (Anna and Bram) and the network. Zita and Yusuf lead another pilot, De Wip, coached by
Karel. Tess and Tom are the project team. Ada advises, Petra is a partner, Kim keeps the installation, Els has left,
Omar runs another programme.
"""

import datetime
from dataclasses import dataclass

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client
from django.utils import timezone

from networks import services as networks
from networks.models import AdvisoryGroup, LearningNetwork, Partner
from people import services as people
from people.middleware import ADMITTED
from people.models import Sector, Service, User
from tests.remembered import Remembered
from trajectories import services as trajectories
from trajectories.models import Pilot, Programme, Seat

Role = Seat.Role


@dataclass
class Cast:
    """Everybody, by first name, and the places they come together."""

    programme: Programme
    other_programme: Programme
    nest: Pilot
    wip: Pilot
    network: LearningNetwork
    advisers: AdvisoryGroup
    partner: Partner
    hilde: User
    joris: User
    karel: User
    anna: User
    bram: User
    zita: User
    yusuf: User
    tess: User
    tom: User
    ada: User
    petra: User
    kim: User
    els: User
    omar: User

    def people(self) -> dict[str, User]:
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


def person(first: str, last: str, **fields) -> User:
    """Somebody who has signed in before and knows the privacy notice."""
    user = User.objects.create_user(
        f"{first.lower()}@ilias.example", first_name=first, last_name=last, activated_at=timezone.now(), **fields
    )
    people.acknowledge_notice(user)
    return user


def give_second_step(user: User) -> None:
    """An app that shows codes, as project team and coaches have one."""
    TOTP.activate(user, generate_totp_secret())


def _make_cast() -> Cast:
    today = timezone.localdate()
    since, until = today - datetime.timedelta(days=365), today + datetime.timedelta(days=365)
    everybody = {
        first.lower(): person(first, last, **fields)
        for first, last, fields in [
            ("Hilde", "Vermeulen", {}),
            ("Joris", "Aerts", {}),
            ("Karel", "Wouters", {}),
            ("Anna", "Claes", {}),
            ("Bram", "De Smet", {}),
            ("Zita", "Maes", {}),
            ("Yusuf", "Demir", {}),
            ("Tess", "Peeters", {}),
            ("Tom", "Jacobs", {}),
            ("Ada", "Willems", {}),
            ("Petra", "Novak", {"language": "en"}),
            ("Kim", "Goossens", {"is_staff": True}),
            ("Els", "Hermans", {}),
            ("Omar", "Bakkali", {}),
        ]
    }
    sector = Sector.objects.create(name_nl="Opvang van baby’s en peuters", name_en="Childcare for babies and toddlers")
    programme = trajectories.make_programme(
        by=None, name="Programma in de test", starts_on=since, ends_on=until, framework="esf-2014-2020",
        funder_sentence="Met steun van het Europees Sociaal Fonds", contact_email="team@ilias.example",
    )  # fmt: skip
    other = trajectories.make_programme(by=None, name="Een ander programma", starts_on=since, ends_on=until)
    _seats(everybody, programme, other, since)
    for name in ("tess", "tom", "hilde", "joris", "karel", "omar"):
        give_second_step(everybody[name])
    nest, wip = (_pilot(programme, name, sector, everybody["tess"]) for name in ("Het Nest", "De Wip"))
    network = _pairs(everybody, programme, nest, wip, since)
    advisers = networks.make_advisory_group(by=everybody["tess"], programme=programme, name="Adviesgroep")
    partner = networks.make_partner(by=everybody["tess"], programme=programme, name="Otroški dom (test)", country="Slovenië")
    networks.speak_for(partner, by=everybody["tess"], seat=everybody["petra"].seats.get())
    return Cast(programme, other, nest, wip, network, advisers, partner, **everybody)


def _seats(everybody: dict, programme: Programme, other: Programme, since: datetime.date) -> None:
    for name, role in [("tess", Role.PROJECT), ("tom", Role.PROJECT), ("ada", Role.ADVISER), ("petra", Role.PARTNER)]:
        trajectories.seat_person(by=None, user=everybody[name], programme=programme, role=role, since=since)
    for name in ("hilde", "joris", "karel"):
        trajectories.seat_person(by=everybody["tess"], user=everybody[name], programme=programme, role=Role.COACH, since=since)
    trajectories.seat_person(by=None, user=everybody["omar"], programme=other, role=Role.PROJECT, since=since)


def _pilot(programme: Programme, name: str, sector: Sector, by: User) -> Pilot:
    service = Service.objects.create(name=name, sector=sector, municipality="Gent")
    return trajectories.make_pilot(by=by, programme=programme, service=service)


def _pairs(everybody: dict, programme: Programme, nest: Pilot, wip: Pilot, since: datetime.date) -> LearningNetwork:
    by = everybody["tess"]
    seat = {"by": by, "programme": programme, "since": since}
    left = since + datetime.timedelta(days=100)
    trajectories.seat_person(user=everybody["els"], role=Role.LEADER, pilot=nest, place=2, until=left, **seat)
    after = seat | {"since": left + datetime.timedelta(days=1)}
    trajectories.seat_person(user=everybody["anna"], role=Role.LEADER, pilot=nest, place=1, function="directeur", **seat)
    trajectories.seat_person(user=everybody["bram"], role=Role.LEADER, pilot=nest, place=2, function="zorgcoördinator", **after)
    for name in ("zita", "yusuf"):
        trajectories.seat_person(user=everybody[name], role=Role.LEADER, pilot=wip, **seat)
    trajectories.seat_person(user=everybody["hilde"], role=Role.COACH, pilot=nest, part=Seat.Part.CONTENT, is_lead=True, **seat)
    trajectories.seat_person(user=everybody["joris"], role=Role.COACH, pilot=nest, part=Seat.Part.PROCESS, **seat)
    trajectories.seat_person(user=everybody["karel"], role=Role.COACH, pilot=wip, part=Seat.Part.BOTH, **seat)
    network = networks.make_network(by=by, programme=programme, name="Lerend netwerk")
    for pilot in (nest, wip):
        networks.add_pilot(network, by=by, pilot=pilot, since=since)
    for name in ("hilde", "joris"):
        coach = everybody[name].seats.get(role=Role.COACH, pilot=None)
        networks.add_coach(network, by=by, seat=coach, since=since)
    return network


_remembered = Remembered(_make_cast)


def make_cast() -> Cast:
    """The cast in the database; the programme runs from a year ago until a year from now."""
    return _remembered()


@pytest.fixture
def no_holiday_ahead():
    """A Tuesday after which no public holiday comes for seven weeks: a form that plans on one asks first."""
    with time_machine.travel("2026-11-03T10:00:00Z"):
        yield


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def client_of():
    """`client_of(user)`: a browser in which this person is signed in, has read the notice and taken the second step."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        session = client.session
        session[ADMITTED] = 2**40  # has read the notice and signed in with a second step
        session.save()
        return client

    return sign_in
