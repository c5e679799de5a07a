"""Who and what does not go together, shown while a meeting is planned: a warning that can be accepted, without details."""

import datetime
import re

from django.urls import reverse

from planning import availability
from sessions import services
from sessions.models import Meeting
from tests.sessions.test_meeting_pages import new, typed
from tests.sessions.test_planning import ahead, plan


def doubts_of(client, address, **changes) -> list[str]:
    """What the page asks about when this is sent."""
    return client.post(address, typed(**changes)).context["form"].doubts


def test_the_form_names_who_is_not_available_and_a_taken_place_without_saying_why(cast, client_of):
    services.plan_meeting(
        by=cast.karel, host=cast.wip, title="Geheim gesprek", starts_at=ahead(30, 11), ends_at=ahead(30, 13), publish=False,
        place=" zaal  de boot",
    )  # fmt: skip
    availability.say_away(by=cast.anna, first_day=ahead(29).date(), last_day=ahead(31).date(), note="Bevalling")
    availability.say_away(
        by=cast.bram, first_day=ahead(0).date(), last_day=ahead(60).date(), weekday=ahead(30).weekday(),
        starts=datetime.time(8), ends=datetime.time(10),
    )  # fmt: skip
    availability.say_away(
        by=cast.hilde, first_day=ahead(30).date(), last_day=ahead(30).date(), starts=datetime.time(12), ends=datetime.time(14)
    )
    client = client_of(cast.joris)

    page = client.post(new("network", cast.network), typed()).content.decode()

    found = re.findall(r"<li>(\w+) [\w ]+ is dan niet beschikbaar", page)
    assert sorted(found) == ["Anna", "Bram", "Yusuf", "Zita"]
    assert "Op die plaats is er dan al een andere bijeenkomst." in page
    assert "Geheim gesprek" not in page and "Bevalling" not in page
    assert doubts_of(client, new("network", cast.network), mode="online", starts="13:00", ends="13:30", place="") == [
        f"{cast.anna.name} is dan niet beschikbaar.", f"{cast.hilde.name} is dan niet beschikbaar."
    ]  # fmt: skip
    seen = client.post(new("network", cast.network), typed()).context["form"].mark
    assert client.post(new("network", cast.network), typed(seen=seen)).status_code == 302


def test_what_is_typed_so_far_is_looked_at_and_what_was_shown_counts_as_seen(cast, client_of):
    plan(cast.nest, cast.hilde)
    client, address = client_of(cast.hilde), new("network", cast.network)

    piece = client.post(address, typed(do="look", title="", **{"agenda-0-minutes": "tien"})).content.decode()

    assert "<html" not in piece and f"{cast.anna.name} is dan niet beschikbaar." in piece and Meeting.objects.count() == 1
    assert client.post(address, typed(do="look", day="")).content.decode().count("<li>") == 0
    assert client.post(address, typed(do="look", ends="08:00")).content.decode().count("<li>") == 0
    seen = re.search(r'name="seen" id="id_seen" value="(\w+)"', client.post(address, typed(do="look")).content.decode())[1]
    assert client.post(address, typed(seen=seen)).status_code == 302


def test_who_cannot_come_to_a_saved_meeting_is_not_asked_about_when_it_moves(cast, client_of):
    meeting = plan(cast.nest, cast.hilde)
    availability.say_away(by=cast.anna, first_day=ahead(30).date(), last_day=ahead(30).date())
    address = reverse("sessions:edit", args=[meeting.pk])
    client = client_of(cast.hilde)
    assert client.post(address, typed(do="keep")).context["form"].doubts == [f"{cast.anna.name} is dan niet beschikbaar."]
    meeting.attendances.filter(user=cast.anna).update(reply="no")
    assert client.post(address, typed(do="keep")).status_code == 302
