"""What only a browser does at a meeting: a check-in without network, a signature, parts dragged, minutes kept while one types."""

import datetime
import re

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from people.models import Draft
from sessions import agenda, checkin, planning, signatures
from tests.browser import violations
from tests.cast import make_cast


@pytest.mark.django_db(transaction=True)
def test_a_meeting_lived_with_accidents(live_server, new_page, client_of):
    cast, now = make_cast(), timezone.now()
    meeting = planning.plan_meeting(
        by=cast.hilde, host=cast.network, title="Samen leren kijken",
        starts_at=now - datetime.timedelta(minutes=20), ends_at=now + datetime.timedelta(hours=3),
    )  # fmt: skip
    for name in ("Start", "Midden", "Slot"):
        agenda.add(meeting, by=cast.hilde, title=name, minutes=20)

    def browser_of(user, **options):
        page = new_page(**options)
        value = client_of(user).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
        return page

    anna, hilde = browser_of(cast.anna, phone=True), browser_of(cast.hilde)
    row = meeting.attendances.get(user=cast.anna)

    # the telephone has no network: what was pressed waits on the screen and goes out by itself
    anna.goto(checkin.address_of(meeting))
    assert not violations(anna)
    anna.context.set_offline(True)
    anna.locator("button.check-in-button").click()
    expect(anna.locator(".check-in-said")).not_to_be_empty()
    row.refresh_from_db()
    assert not row.is_present
    anna.context.set_offline(False)
    expect(anna.locator(".check-in-done")).to_be_visible()
    row.refresh_from_db()
    assert (row.is_present, row.established) == (True, "self")

    # the screen on the wall counts by itself
    hilde.goto(f"/sessions/{meeting.pk}/screen/")
    assert not violations(hilde)
    expect(hilde.locator("#count strong")).to_have_text("1")
    checkin.arrive(meeting, by=cast.bram)
    expect(hilde.locator("#count strong")).to_have_text("2")

    # a signature with a finger
    anna.goto(f"/sessions/{meeting.pk}/sign/{row.pk}/")
    box = anna.locator("canvas").bounding_box()
    anna.mouse.move(box["x"] + 20, box["y"] + 30)
    anna.mouse.down()
    anna.mouse.move(box["x"] + 200, box["y"] + 90, steps=8)
    anna.mouse.up()
    anna.locator("form[data-signature] button.btn-primary").click()
    expect(anna.locator("img.signature")).to_be_visible()
    assert signatures.signatures_of(meeting)[row.pk].way == "drawn"

    # parts dragged into another order
    hilde.goto(f"/sessions/{meeting.pk}/agenda/")
    assert not violations(hilde)
    parts = hilde.locator(".parts > li")
    hilde.fill("#id_title", "Wat ik nog typ")
    parts.nth(2).drag_to(parts.nth(0), target_position={"x": 40, "y": 4})
    expect(hilde.locator("p:has(+ .parts)")).to_have_text("De volgorde is bewaard.")
    assert [item.title for item in agenda.items_of(meeting)[0]] == ["Slot", "Start", "Midden"]
    expect(parts.nth(0).locator("button[value=up]")).to_be_disabled()
    hilde.context.set_offline(True)
    parts.nth(2).drag_to(parts.nth(0), target_position={"x": 40, "y": 4})
    expect(hilde.locator("p:has(+ .parts)")).to_contain_text("niet bewaard")
    expect(parts.nth(0)).to_contain_text("Slot")  # it stands as it is kept
    hilde.context.set_offline(False)
    expect(hilde.locator("#id_title")).to_have_value("Wat ik nog typ")

    # minutes are kept while one types
    hilde.goto(f"/sessions/{meeting.pk}/minutes/")
    hilde.locator("textarea[name=body]").press_sequentially("Eerste ronde")
    expect(hilde.locator("#draft-said")).to_have_text(re.compile(r"\d"))
    assert Draft.objects.filter(user=cast.hilde).count() == 1
    hilde.reload()
    expect(hilde.locator("button[name=take]")).to_be_visible()
