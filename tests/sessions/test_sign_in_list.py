"""The list to sign on paper: one a date, with room for one, sixteen and forty names, also long ones and from right to left."""

import io

import pikepdf
import pytest
from django.conf import settings

from sessions.models import Attendance
from tests.cast import make_cast, person
from tests.sessions.record import network_session

NAMES = ["نور الهدى", "A" * 60 + " " + "B" * 59, "O’Brien-Vandenbroucke"]


@pytest.mark.django_db(transaction=True)
def test_the_printed_list_holds_its_layout(live_server, new_page, client_of):
    cast, printed = make_cast(), {}
    page = new_page()
    value = client_of(cast.hilde).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}])
    crowd = [person(f"Gast{n}", NAMES[n % 3]) for n in range(40)]

    for number in (1, 16, 40):
        meeting = network_session(cast, days_ago=number)
        meeting.attendances.all().delete()
        Attendance.objects.bulk_create([Attendance(meeting=meeting, user=user) for user in crowd[:number]])
        page.goto(f"/sessions/{meeting.pk}/sign-in-list/")
        page.emulate_media(media="print")
        assert page.locator("tbody tr").count() == number + 6
        too_wide = "cell => cell.scrollWidth > cell.clientWidth + 1"
        assert not [cell for cell in page.locator("tbody th").all() if cell.evaluate(too_wide)]
        least = "rows => Math.min(...rows.map(row => row.getBoundingClientRect().height))"
        assert page.locator("tbody tr").evaluate_all(least) >= 45  # 13 mm to sign in
        with pikepdf.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as document:
            printed[number] = len(document.pages)
        assert page.locator("dl").inner_text().count(str(meeting.local_start.year)) == 1  # one list a date
        page.emulate_media(media="screen")

    assert printed[1] == 1 and printed[1] <= printed[16] < printed[40] <= 8
