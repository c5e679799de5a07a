"""Who reads a text: those whom the author named, as long as they still belong."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from core.errors import DomainError
from networks.models import NetworkPilot
from people.models import Service, User
from reflections import readers, services
from reflections.models import ReaderGrant, Reflection
from tests.cast import person as somebody
from tests.reflections.places import CANARY, text_by_anna
from trajectories import services as trajectories
from trajectories.models import Seat

AUDIENCES = {
    "co-leader": {"bram"},
    "coaches": {"hilde", "joris"},
    "network": {"bram", "hilde", "joris", "zita", "yusuf"},
    "policy": set(),  # the project team finds the words elsewhere, never the text with its author
}


def now(user: User) -> User:
    """The person as the next request finds them."""
    return User.objects.get(pk=user.pk)


def sees(user: User, reflection) -> bool:
    return Reflection.objects.visible_to(user).filter(pk=reflection.pk).exists()


COMBINATIONS = [[name for bit, name in enumerate(AUDIENCES) if number >> bit & 1] for number in range(16)]


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
        told -= {cast.tess.name, cast.tom.name}
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

    browser.post(address, {"readers": ["coaches", "network"], "seen": seen})
    assert not Reflection.objects.visible_to(now(cast.zita)).exists()
    wide = browser.post(address.replace("readers", "review"), {"readers": ["coaches", "network"], "seen": seen}, follow=True)
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


def test_who_left_and_comes_back_reads_nothing_that_the_author_did_not_open_again(cast, client_of):
    reflection = text_by_anna(cast, "coaches", "network", "co-leader")
    seat = {"programme": cast.programme, "pilot": cast.nest, "by": cast.tess}
    today = timezone.localdate()
    for person, role in ((cast.hilde, "coach"), (cast.bram, "leader")):
        gone = Seat.objects.living().get(user=person, role=role, pilot=cast.nest)
        trajectories.end_seat(gone, by=cast.tess, until=today)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=1), tick=False):
        assert services.close_lapsed(now=timezone.now()) == 3
        assert services.close_lapsed(now=timezone.now()) == 0
    with time_machine.travel(timezone.now() + datetime.timedelta(days=9), tick=False):
        for person, role, place in ((cast.hilde, "coach", 1), (cast.bram, "leader", 2)):
            trajectories.seat_person(user=person, role=role, place=place, since=timezone.localdate(), **seat)
        assert {name for name, user in cast.people().items() if sees(now(user), reflection)} == {
            *("anna", "hilde", "joris"),  # Hilde still coaches the network, and read it so too
            *("zita", "yusuf"),
        }
        assert not ReaderGrant.objects.open_to(now(cast.hilde)).filter(audience="coaches").exists()
        page = client_of(cast.anna).get(f"/reflections/{reflection.pk}/readers/")
        assert "Nieuw sinds je koos: " in page.content.decode() and "Bram De Smet" in page.context["joining"]
        services.set_readers(reflection, by=now(cast.anna), audiences=["coaches", "co-leader"])
        assert {name for name, user in cast.people().items() if sees(now(user), reflection)} == {"anna", "bram", "hilde", "joris"}


def test_only_the_author_chooses_readers(cast):
    reflection = text_by_anna(cast, "co-leader")

    for name in ("bram", "hilde", "tess", "kim"):
        with pytest.raises(DomainError):
            services.set_readers(reflection, by=getattr(cast, name), audiences=["network"])
    assert reflection.grants.count() == 1


def test_of_many_readers_the_first_ones_and_how_many_and_all_names_in_a_list_that_folds_open(cast, client_of):
    names = [f"Persoon{number:02d} Peeters" for number in range(24)]
    for number in range(len(names)):
        fellow = somebody(f"Persoon{number:02d}", "Peeters")
        service = Service.objects.create(name=f"Dienst {number}", sector=cast.nest.service.sector)
        pilot = trajectories.make_pilot(by=cast.tess, programme=cast.programme, service=service)
        NetworkPilot.objects.create(network=cast.network, pilot=pilot, since=timezone.localdate())
        trajectories.seat_person(by=cast.tess, user=fellow, programme=cast.programme, role="leader", pilot=pilot)
    everybody = services.readers_of(cast.anna, cast.nest, ["network"])["network"]
    assert len(everybody) == 29 and set(names) < set(everybody)
    client = client_of(cast.anna)

    before = client.get("/reflections/new/").content.decode()
    choice = before.partition('for="readers-network"')[2].partition("<input")[0]
    said, _summary, folded = choice.partition("<summary>Alle 29 namen</summary>")
    assert "29 mensen: " in said and "26 anderen" in said and said.count("Persoon") < 4
    assert all(f"<li>{name}</li>" in folded for name in everybody)

    reflection = text_by_anna(cast, "network")
    assert "26 anderen (het netwerk)" in readers.sentence(readers.reading_now(reflection))
    for address in ("", "edit/", "readers/", "review/?readers=network"):
        page = client.get(f"/reflections/{reflection.pk}/{address}").content.decode()
        assert "26 anderen" in page and all(f"<li>{name}</li>" in page for name in everybody), address
