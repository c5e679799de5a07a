"""The project team sets up a programme in forms."""

import datetime

import pytest
from django.urls import reverse

from networks.models import LearningNetwork
from trajectories.models import Milestone, Phase, Pilot


def test_the_hub_shows_every_part_in_a_constant_number_of_queries(cast, client_of, django_assert_max_num_queries):
    client = client_of(cast.tess)
    address = reverse("trajectories:setup", args=[cast.programme.pk])
    client.get(address)

    with django_assert_max_num_queries(20):
        page = client.get(address)

    assert page.status_code == 200
    assert "De Wip" in page.content.decode()


def test_an_indicator_framework_is_a_file_that_every_programme_can_choose(cast, client_of, settings, tmp_path):
    for file in settings.FRAMEWORKS.glob("*.json"):
        (tmp_path / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    title = '{"title": {"nl": "AMIF in een nieuwe reeks", "en": "AMIF in a new set"}}'
    (tmp_path / "amif.json").write_text(title, encoding="utf-8")
    settings.FRAMEWORKS = tmp_path
    client = client_of(cast.tess)
    address = reverse("trajectories:basics", args=[cast.programme.pk])

    form = client.get(address).content.decode()
    typed = {"name": "Proef", "starts_on": "2026-01-01", "ends_on": "2027-12-31", "leader_places": 2, "evidence_years": 10}
    typed |= {"content_months": 24, "sectors": [str(pk) for pk in cast.programme.sectors.values_list("pk", flat=True)]}
    refused = client.post(address, typed | {"framework": "made-up"})
    client.post(address, typed | {"framework": "amif"})

    cast.programme.refresh_from_db()
    assert "AMIF in een nieuwe reeks" in form and "ESF+ 2021–2027" in form
    assert refused.status_code == 200 and cast.programme.framework == "amif"
    assert "AMIF in een nieuwe reeks" in client.get(reverse("trajectories:setup", args=[cast.programme.pk])).content.decode()


def test_a_phase_outside_the_programme_is_refused_beside_its_field_and_what_was_typed_stays(cast, client_of):
    client = client_of(cast.tess)
    address = reverse("trajectories:phase_new", args=[cast.programme.pk])
    outside = cast.programme.ends_on + datetime.timedelta(days=10)
    typed = {"name": "Fase 🌱 <b>", "aim": "", "starts_on": cast.programme.ends_on.isoformat(), "ends_on": outside.isoformat()}

    refused = client.post(address, typed)
    saved = client.post(address, typed | {"ends_on": cast.programme.ends_on.isoformat()})

    assert refused.status_code == 200
    assert "Fase 🌱 &lt;b&gt;" in refused.content.decode()
    assert saved.status_code == 302
    assert Phase.objects.get().name == "Fase 🌱 <b>"


def test_last_day_before_first_is_said_beside_the_last_day(cast, client_of):
    client = client_of(cast.tess)
    page = client.post(
        reverse("trajectories:phase_new", args=[cast.programme.pk]),
        {"name": "Om", "starts_on": "2026-02-02", "ends_on": "2026-01-01"},
    )

    assert page.context["form"].errors.keys() == {"ends_on"}


def test_a_milestone_is_made_changed_and_removed(cast, client_of):
    client = client_of(cast.tess)
    client.post(reverse("trajectories:milestone_new", args=[cast.programme.pk]), {"title": "Slotevent", "due_on": "2026-10-20"})
    milestone = Milestone.objects.get()
    own = [cast.programme.pk, milestone.pk]

    client.post(reverse("trajectories:milestone", args=own), {"title": "Slot", "due_on": "2026-10-21"})
    milestone.refresh_from_db()
    assert milestone.title == "Slot"

    client.post(reverse("trajectories:milestone_remove", args=own))
    assert not Milestone.objects.exists()


def test_a_part_of_another_programme_is_not_found_through_ones_own(cast, client_of):
    foreign = Milestone.objects.create(programme=cast.other_programme, title="Niet van hier", due_on="2026-01-01")

    answer = client_of(cast.tess).get(reverse("trajectories:milestone", args=[cast.programme.pk, foreign.pk]))

    assert answer.status_code == 404


def test_a_pilot_is_added_once(cast, client_of):
    client = client_of(cast.tess)
    address = reverse("trajectories:pilot_new", args=[cast.programme.pk])
    sector = cast.nest.service.sector
    typed = {"name": "De Speelboom", "municipality": "Aalst", "sector": sector.pk, "starts_on": "2026-01-01"}

    assert client.post(address, typed).status_code == 302
    again = client.post(address, typed)

    assert again.context["form"].errors.keys() == {"name"}
    assert Pilot.objects.filter(service__name="De Speelboom").count() == 1


@pytest.mark.parametrize("name", ["hilde", "anna", "ada", "petra"])
def test_only_the_project_team_sets_up(cast, client_of, name):
    client = client_of(getattr(cast, name))

    assert client.get(reverse("trajectories:setup", args=[cast.programme.pk])).status_code == 403
    assert client.get(reverse("trajectories:setup", args=[cast.other_programme.pk])).status_code == 404
    assert client_of(cast.tess).get(reverse("trajectories:setup", args=[cast.programme.pk])).status_code == 200


def test_unticking_a_pilot_ends_its_time_in_the_network_and_keeps_the_history(cast, client_of):
    client = client_of(cast.tess)
    coaches = cast.network.coaching.values_list("seat_id", flat=True)
    typed = {"name": "Netwerk", "aim": "", "pilots": [cast.nest.pk], "coaches": list(coaches), "agreements": "Een\n\nTwee"}

    client.post(reverse("networks:network_change", args=[cast.network.pk]), typed)

    network = LearningNetwork.objects.get(pk=cast.network.pk)
    assert network.name == "Netwerk"
    assert [member.pilot for member in network.memberships.living()] == [cast.nest]
    assert network.memberships.count() == 2
    assert [agreement.text for agreement in network.agreements.all()] == ["Een", "Twee"]
