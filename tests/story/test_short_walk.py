"""A short walk that runs on both databases: a leader signs in by a code and answers a question on a phone; the coach reads it."""

import datetime

import pytest
from django.utils import timezone

from outbox.models import OutgoingMail
from outbox.services import payload_of
from reflections.models import Reflection
from sessions.models import Attendance, Meeting
from tests.cast import make_cast

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def sign_in(page, email: str) -> None:
    page.goto("/accounts/login/")
    page.locator("main form [name=email]").first.fill(email)
    page.locator("main form:has([name=email]) button").first.click()
    page.wait_for_url("**/code/confirm/**")
    letter = OutgoingMail.objects.filter(kind="login-code").latest("created_at")
    page.locator("#id_code").fill(payload_of(letter)["code"])
    page.locator("main form button.btn-primary").first.click()
    page.wait_for_url("**/")


def yesterday(cast) -> Meeting:
    ends = timezone.now() - datetime.timedelta(days=1)
    session = Meeting.objects.create(
        programme=cast.programme, kind="network", network=cast.network, title="Sessie van gisteren", state="held",
        starts_at=ends - datetime.timedelta(hours=3), ends_at=ends, question="Wie hoorde je het minst?",
    )  # fmt: skip
    Attendance.objects.create(meeting=session, user=cast.anna, status="onsite", minutes=180)
    return session


@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_is_answered_on_a_phone_and_read_by_those_who_may(new_page, javascript):
    cast = make_cast()
    yesterday(cast)
    phone = new_page(phone=True, javascript=javascript)
    sign_in(phone, cast.anna.email)

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
    sign_in(bram, cast.bram.email)
    bram.goto(f"/reflections/{reflection.pk}/")
    assert "poetsvrouw" in bram.locator("main").inner_text()
    zita = new_page()
    sign_in(zita, cast.zita.email)
    assert zita.goto(f"/reflections/{reflection.pk}/").status == 404
