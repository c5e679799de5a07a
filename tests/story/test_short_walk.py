"""A short walk that runs on both databases: a leader answers a question on a phone; the coach reads it."""

import datetime

import pytest
from django.conf import settings
from django.utils import timezone

from reflections.models import Reflection
from sessions.models import Attendance, Meeting
from tests.cast import make_cast

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def sign_in(page, client_of, user) -> None:
    """This browser is this person's; coming in by a code is walked in tests/people and in the long walk."""
    cookie = client_of(user).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": settings.SITE_URL}])
    page.goto("/")


def yesterday(cast) -> Meeting:
    ends = timezone.now() - datetime.timedelta(days=1)
    session = Meeting.objects.create(
        programme=cast.programme, kind="network", network=cast.network, title="Sessie van gisteren", state="held",
        starts_at=ends - datetime.timedelta(hours=3), ends_at=ends, question="Wie hoorde je het minst?",
    )  # fmt: skip
    Attendance.objects.create(meeting=session, user=cast.anna, status="onsite", minutes=180)
    return session


@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_is_answered_on_a_phone_and_read_by_those_who_may(new_page, client_of, javascript):
    cast = make_cast()
    yesterday(cast)
    phone = new_page(phone=True, javascript=javascript)
    sign_in(phone, client_of, cast.anna)

    phone.locator("main .next-step a").first.click()
    phone.wait_for_url("**/reflections/new/**")
    phone.locator("main textarea").fill("Ik hoorde de poetsvrouw het minst.")
    phone.locator('[name="readers"][value="co-leader"]').check()
    assert "Bram De Smet" in phone.locator("main").inner_text()
    phone.locator("main form button.btn-primary").last.click()
    phone.wait_for_url("**/reflections/**")

    reflection = Reflection.objects.get()
    assert [grant.reader for grant in reflection.grants.all()] == [cast.bram]
    bram = new_page()
    sign_in(bram, client_of, cast.bram)
    bram.goto(f"/reflections/{reflection.pk}/")
    assert "poetsvrouw" in bram.locator("main").inner_text()
    zita = new_page()
    sign_in(zita, client_of, cast.zita)
    assert zita.goto(f"/reflections/{reflection.pk}/").status == 404
